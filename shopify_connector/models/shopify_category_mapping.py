import re

from odoo import api, fields, models


class ShopifyCategoryMapping(models.Model):
    """The category in Odoo that a product type of a shop, or a category of Shopify's taxonomy, stands for."""

    _name = 'shopify.category.mapping'
    _description = "Shopify Category"
    _order = 'backend_id, kind, name'
    _check_company_auto = True

    backend_id = fields.Many2one('shopify.backend', "Store", required=True, ondelete='cascade', index=True)
    company_id = fields.Many2one(related='backend_id.company_id')
    kind = fields.Selection(
        [('type', "Product type"), ('taxonomy', "Category of Shopify's taxonomy")], required=True, default='type'
    )
    name = fields.Char("In Shopify", required=True)
    gid = fields.Char("Shopify ID", readonly=True)
    category_id = fields.Many2one(
        'product.category', "Category", ondelete='set null', help="Empty: products keep the category that they have."
    )

    _name_uniq = models.UniqueIndex(
        '(backend_id, kind, COALESCE(gid, lower(name)))', "This one is on the list already."
    )

    @api.model
    def _get_texts(self, backend, templates):
        """``{template id: (product type, taxonomy gid)}`` as a shop would have them: the product's own texts, unless
        somebody has moved the product to a category that stands for another one."""
        rows = self.sudo().search([('backend_id', '=', backend.id), ('category_id', '!=', False)], order='id')
        standard = self._get_standard_categories()
        types, taxonomy = rows.filtered(lambda row: row.kind == 'type'), rows.filtered('gid')
        by_type = {row.name.casefold(): row for row in types}
        by_gid = {row.gid: row for row in taxonomy}
        result = {}
        for template in templates:
            own = (template.shopify_product_type or '').strip()
            name = self._get_text(by_type.get(own.casefold()), own, types, template.categ_id, 'name')
            if not name and not own and template.categ_id and template.categ_id.id not in standard:
                name = template.categ_id.name
            gid = template.shopify_taxonomy_gid
            result[template.id] = (
                name or None,
                self._get_text(by_gid.get(gid), gid, taxonomy, template.categ_id, 'gid') or None,
            )
        return result

    def _get_text(self, row, own, rows, category, name):
        if own and (not row or row.category_id == category):
            return own
        moved = rows.filtered(lambda mapped: mapped.category_id == category)[:1]
        return moved[name] or own

    def _get_standard_categories(self):
        """Odoo's own categories say nothing about a product."""
        return set(
            self.env['ir.model.data']
            .sudo()
            .search([('model', '=', 'product.category'), ('module', '=', 'product')])
            .mapped('res_id')
        )

    @api.model
    def _get_rows(self, backend, kind, names):
        """``{name or gid: row}`` for ``names`` ``{name or gid: name}``. One that is new is noted, with the category of the
        same name where there is one."""
        key = 'gid' if kind == 'taxonomy' else 'name'
        rows = self.sudo().search([('backend_id', '=', backend.id), ('kind', '=', kind)])
        known = {(row[key] or '').casefold(): row for row in rows}
        missing = {code: name for code, name in names.items() if code.casefold() not in known}
        if missing:
            created = self.sudo().create(
                [
                    {
                        'backend_id': backend.id,
                        'kind': kind,
                        'name': name,
                        'gid': code if kind == 'taxonomy' else False,
                        'category_id': self._suggest(name).id,
                    }
                    for code, name in {code.casefold(): (code, name) for code, name in missing.items()}.values()
                ]
            )
            known |= {(row[key] or '').casefold(): row for row in created}
        return {code: known[code.casefold()] for code in names}

    def _suggest(self, name):
        """The category of that name; of a path such as "Furniture > Chairs" the last one."""
        leaf = name.rsplit('>', 1)[-1].strip()
        pattern = re.sub(r'([\\%_])', r'\\\1', leaf)
        found = self.env['product.category'].sudo().search([('name', '=ilike', pattern)], limit=2)
        return found if len(found) == 1 else found.browse()
