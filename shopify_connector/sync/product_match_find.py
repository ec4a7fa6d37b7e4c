"""The facts that matching needs of Odoo, for a batch of Shopify products at once."""

from collections import defaultdict

from odoo.tools import SQL

from ..entities import product as mapping
from ..entities.product_match import Hit, barcode_key, barcode_spellings, clean, same_options, sku_key


class Finder:
    """Look-ups in the store's company. Archived products are found too: whether they count is decided elsewhere."""

    def __init__(self, env, backend):
        self.env, self.backend = env, backend
        self.products = env['product.product'].with_company(backend.company_id).with_context(active_test=False)

    def _mine(self, model):
        return [*self.env[model]._check_company_domain(self.backend.company_id)]

    def by_sku(self, codes):
        """``{SKU key: [(SKU as written, Hit), …]}``."""
        found = defaultdict(list)
        for product in self._with_sku({clean(code) for code in codes} - {''}):
            found[sku_key(product.default_code)].append((product.default_code, self._hit(product)))
        return found

    def _with_sku(self, codes):
        """Alike in case and blanks, by an index made for it."""
        if not codes:
            return self.products
        self.env['product.product'].flush_model(['default_code'])
        rows = self.env.execute_query(
            SQL(
                """
            SELECT id FROM product_product
             WHERE lower(btrim(default_code)) IN (SELECT lower(btrim(code)) FROM unnest(%(codes)s) code)
            """,
                codes=list(codes),
            )
        )
        ids = [id_ for (id_,) in rows]
        return self.products.search([('id', 'in', ids), *self._mine('product.product')]) if ids else self.products

    def by_barcode(self, codes):
        """``{barcode key: [Hit, …]}``, packagings included."""
        spellings = [spelling for code in codes if clean(code) for spelling in barcode_spellings(code)]
        found = defaultdict(list)
        if not spellings:
            return found
        domain = [('barcode', 'in', spellings)]
        for product in self.products.search([*domain, *self._mine('product.product')]):
            found[barcode_key(product.barcode)].append(self._hit(product))
        packs = (
            self.env['product.uom'].sudo().search([*domain, ('company_id', 'in', (False, self.backend.company_id.id))])
        )
        allowed = self._allowed(packs.product_id)
        for pack in packs.filtered(lambda pack: pack.product_id in allowed):
            unit = pack.uom_id.id if pack.uom_id != pack.product_id.uom_id else False
            found[barcode_key(pack.barcode)].append(self._hit(pack.product_id, unit))
        return found

    def barcodes(self, barcodes):
        """Those that anything of any company has."""
        domain, found = [('barcode', 'in', list(barcodes))], set()
        for model in ('product.product', 'product.uom') if barcodes else ():
            rows = self.env[model].sudo().with_context(active_test=False)
            found.update(rows.search_fetch(domain, ['barcode']).mapped('barcode'))
        return found

    def _allowed(self, products):
        return (
            self.products.search([('id', 'in', products.ids), *self._mine('product.product')])
            if products
            else self.products
        )

    def _hit(self, product, unit=False):
        return Hit(product.id, True, product.shopify_placeholder, product.active, unit)

    def taken(self, products):
        """``{product id: gids of the store's variants}`` that are linked to ``products`` now."""
        rows = self.env['shopify.variant.binding'].search_fetch(
            [
                ('backend_id', '=', self.backend.id),
                ('product_id', 'in', products.ids),
                ('pack_uom_id', '=', False),
                ('deleted_at', '=', False),
                ('product_binding_id.deleted_at', '=', False),
            ],
            ['gid', 'product_id'],
        )
        found = defaultdict(set)
        for row in rows:
            found[row.product_id.id].add(row.gid)
        return found

    def namesakes(self, titles):
        """``{name: products}`` of templates of that name that have no code and that the store does not know."""
        if not titles:
            return {}
        templates = self.env['product.template'].search(
            [
                ('name', 'in', list(titles)),
                ('shopify_placeholder', '=', False),
                ('shopify_binding_ids', 'not any', [('backend_id', '=', self.backend.id)]),
                *self._mine('product.template'),
            ]
        )
        return {
            name: found.product_variant_ids.filtered(lambda product: not product.default_code and not product.barcode)
            for name, found in templates.grouped('name').items()
        }


def twin(template, payload, variant):
    """The variant of ``template`` that has the options of a Shopify variant, or none."""
    pairs = mapping.option_pairs(variant) if mapping.options(payload) else []
    single = [name for name, values in mapping.options(payload) if len(values) == 1]
    single += template.attribute_line_ids.filtered(lambda line: len(line.value_ids) == 1).attribute_id.mapped('name')
    for product in template.product_variant_ids:
        values = product.product_template_attribute_value_ids
        if same_options(pairs, [(value.attribute_id.name, value.name) for value in values], single):
            return product
    return template.product_variant_ids.browse()
