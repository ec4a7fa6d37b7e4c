from odoo import api, fields, models, tools

from ..entities import translation


class ShopifyLocale(models.Model):
    """A language of a shop, and the language of Odoo whose texts are its translations."""

    _name = 'shopify.locale'
    _description = "Shopify Language"
    _order = 'backend_id, is_primary desc, code'

    backend_id = fields.Many2one(
        'shopify.backend', "Store", required=True, ondelete='cascade', index=True, readonly=True
    )
    company_id = fields.Many2one(related='backend_id.company_id')
    code = fields.Char(required=True, readonly=True, help="As Shopify has it, such as fr or pt-BR.")
    name = fields.Char("Language", readonly=True)
    is_primary = fields.Boolean("The Shop's Own", readonly=True, help="The texts of products themselves are in it.")
    is_published = fields.Boolean("Published", readonly=True)
    lang_id = fields.Many2one(
        'res.lang',
        "Language In Odoo",
        domain="[('active', '=', True)]",
        ondelete='set null',
        help="Empty: nothing is translated into this language. Install it in Odoo first.",
    )

    _code_uniq = models.Constraint('UNIQUE(backend_id, code)', "This language is known already.")
    _lang_uniq = models.Constraint(
        'UNIQUE(backend_id, lang_id)', "Another language of the shop has this language of Odoo already."
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override: what is read of products is another."""
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        """Override: what is read of products is another."""
        self.env.registry.clear_cache()
        result = super().write(vals)
        if 'lang_id' in vals and not self.env.context.get('shopify_locales_read'):
            self.sudo().backend_id._read_translations_again()
        return result

    def unlink(self):
        """Override: what is read of products is another."""
        self.env.registry.clear_cache()
        return super().unlink()

    # === WHAT IS TRANSLATED === #

    @api.model
    @tools.ormcache('backend_id')
    def _get_mapped(self, backend_id):
        """``((locale, language code), …)`` of the other languages of a store that Odoo has."""
        rows = self.sudo().search(
            [('backend_id', '=', backend_id), ('is_primary', '=', False), ('lang_id.active', '=', True)], order='code'
        )
        return tuple((row.code, row.lang_id.code) for row in rows)

    @api.model
    def _keep(self, backend, nodes):
        """The languages as the shop has them; a new one gets its language of Odoo, what a person has chosen stays."""
        known = {row.code: row for row in self.search([('backend_id', '=', backend.id)])}
        gone = self.union(*known.values()) - self.union(
            *(known[node['locale']] for node in nodes if node['locale'] in known)
        )
        gone.unlink()
        free = self.env['res.lang'].search([('active', '=', True)]) - self.union(*known.values()).exists().lang_id
        free = free.filtered(lambda lang: lang.code != backend._get_catalog_lang())
        fresh = [
            node['locale'] for node in nodes if not node['primary'] and not self._is_mapped(known.get(node['locale']))
        ]
        langs = {lang.code: lang.id for lang in free}
        found = {locale: langs[code] for locale, code in translation.matched(fresh, langs).items()}
        for node in nodes:
            values = {'name': node['name'], 'is_primary': node['primary'], 'is_published': node['published']}
            if node['locale'] in found:
                values['lang_id'] = found[node['locale']]
            self._keep_one(backend, known.get(node['locale']), node['locale'], values)

    @staticmethod
    def _is_mapped(row):
        return bool(row and row.lang_id)

    def _keep_one(self, backend, row, code, values):
        if not row:
            self.create({**values, 'backend_id': backend.id, 'code': code})
        elif any(row._fields[name].convert_to_write(row[name], row) != value for name, value in values.items()):
            row.with_context(shopify_locales_read=True).write(values)
