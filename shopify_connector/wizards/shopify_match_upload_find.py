"""The variants and the products that the lines of a list name, looked up for all lines at once."""

from odoo.tools import SQL

from ..entities import match_file
from ..entities.product_match import barcode_spellings


class Lists:
    """``variants``: records of ``shopify.variant.binding`` and, for what is only planned, of ``shopify.match.row``."""

    def __init__(self, env, backend, lines):
        self.env, self.backend = env, backend
        self.lines = lines
        self.products = env['product.product'].with_company(backend.company_id).with_context(active_test=False)
        self.mine = [*env['product.product']._check_company_domain(backend.company_id)]
        self._load_variants()
        self._load_products()

    def _values(self, meaning):
        return {line.values[meaning] for line in self.lines if meaning in line.values}

    # === SHOPIFY'S SIDE === #

    def _load_variants(self):
        """All of the store: a list may name any, and in any spelling."""
        domain = [('backend_id', '=', self.backend.id)]
        bindings = self.env['shopify.variant.binding'].search_fetch(
            [*domain, ('deleted_at', '=', False), ('product_binding_id.deleted_at', '=', False)],
            ['gid', 'sku', 'barcode', 'product_id'],
        )
        known = set(bindings.mapped('gid'))
        rows = self.env['shopify.match.row'].search_fetch(domain, ['variant_gid', 'sku', 'barcode', 'product_id'])
        rows = rows.filtered(lambda row: row.variant_gid not in known)
        pairs = [(row.gid, row) for row in bindings] + [(row.variant_gid, row) for row in rows]
        everything = [*bindings, *rows]
        self.by_number = {match_file.number(gid): row for gid, row in pairs}
        self.by_shop = {
            'shop_sku': match_file.index(((row.sku, row) for row in everything), 'shop_sku'),
            'shop_barcode': match_file.index(((row.barcode, row) for row in everything), 'shop_barcode'),
        }

    def variants_of(self, line):
        """The variants that a line names; the id counts before the SKU, the SKU before the barcode."""
        if 'variant_id' in line.values:
            found = self.by_number.get(match_file.number(line.values['variant_id']))
            return [found] if found else []
        for meaning in ('shop_sku', 'shop_barcode'):
            if meaning in line.values:
                return match_file.look_up(self.by_shop[meaning], meaning, line.values[meaning])
        return []

    # === ODOO'S SIDE === #

    def _load_products(self):
        codes = self._with_code(self._values('odoo_code'))
        spellings = [
            spelling
            for code in self._values('odoo_barcode')
            for text in {code, code.zfill(12), code.zfill(13)}
            for spelling in barcode_spellings(text)
        ]
        scanned = self.products.search([('barcode', 'in', spellings), *self.mine]) if spellings else self.products
        ids = [int(value) for value in self._values('odoo_id') if value.isdigit() and len(value) < 10]
        self.by_id = {product.id: product for product in self.products.search([('id', 'in', ids), *self.mine])}
        self.by_odoo = {
            'odoo_code': match_file.index(((product.default_code, product) for product in codes), 'odoo_code'),
            'odoo_barcode': match_file.index(((product.barcode, product) for product in scanned), 'odoo_barcode'),
        }

    def _with_code(self, codes):
        """Alike in case, blanks and leading zeros."""
        if not codes:
            return self.products
        self.env['product.product'].flush_model(['default_code'])
        rows = self.env.execute_query(
            SQL(
                """
            SELECT id FROM product_product
             WHERE ltrim(lower(btrim(default_code)), '0')
                   IN (SELECT ltrim(lower(btrim(code)), '0') FROM unnest(%(codes)s) code)
            """,
                codes=list(codes),
            )
        )
        return self.products.search([('id', 'in', [id_ for (id_,) in rows]), *self.mine])

    def products_of(self, line):
        """The products that a line names, in use before archived ones; the first of its columns that says something counts."""
        found = self.products.union(*self._named(line))
        return found.filtered('active') or found

    def _named(self, line):
        for meaning in ('odoo_id', 'odoo_xmlid', 'odoo_code', 'odoo_barcode'):
            value = line.values.get(meaning)
            if not value:
                continue
            if meaning == 'odoo_id':
                product = self.by_id.get(int(value)) if value.isdigit() else None
                return [product] if product else []
            if meaning == 'odoo_xmlid':
                return self._by_xmlid(value)
            return match_file.look_up(self.by_odoo[meaning], meaning, value)
        return []

    def _by_xmlid(self, value):
        """A product by its external id; a template that has one variant will do."""
        record = self.env.ref(value, raise_if_not_found=False) if '.' in value else None
        if record is not None and record._name == 'product.template' and len(record.product_variant_ids) == 1:
            record = record.product_variant_ids
        if record is None or record._name != 'product.product':
            return []
        return list(self.products.search([('id', '=', record.id), *self.mine]))
