"""The products of order lines: by variant, by SKU, by barcode, from Shopify on the spot, else a placeholder."""

from collections import defaultdict

from odoo import api, models

from ..entities import order_lines


class ShopifySyncProduct(models.AbstractModel):
    _inherit = 'shopify.sync.product'

    @api.model
    def _unknown_variants(self, backend, lines):
        """The variants of ``lines`` that no product is linked to yet."""
        variants = {line['variant']['id'] for line in lines if line.get('variant')}
        linked = (
            self.env['shopify.variant.binding']
            .search([('backend_id', '=', backend.id), ('gid', 'in', list(variants)), ('product_id', '!=', False)])
            .mapped('gid')
        )
        return sorted(variants - set(linked))

    @api.model
    def _resolve(self, backend, lines_by_gid, fetched):
        """``({line key: product id}, {order gid: [trail entry, …]})`` for the lines of many orders.

        ``lines_by_gid`` maps order gids to their lines; ``fetched`` are the variants that were unknown until now.
        """
        lines = {order_lines.line_key(line): line for rows in lines_by_gid.values() for line in rows}
        found = self._by_variant(backend, lines)
        origins = {key: 'product_fetched' for key in found if key in fetched}
        for field, code in (('default_code', 'product_sku'), ('barcode', 'product_barcode')):
            matched = self._by_code(backend, field, {key: line for key, line in lines.items() if key not in found})
            found.update(matched)
            origins.update(dict.fromkeys(matched, code))
        placeholders = self._placeholders(backend, {key: line for key, line in lines.items() if key not in found})
        found.update(placeholders)
        origins.update(dict.fromkeys(placeholders, 'product_placeholder'))
        trails = {
            gid: [
                (origins[key], {'sku': lines[key].get('sku') or lines[key].get('name') or ''})
                for key in dict.fromkeys(order_lines.line_key(line) for line in rows)
                if key in origins
            ]
            for gid, rows in lines_by_gid.items()
        }
        return found, trails

    def _by_variant(self, backend, lines):
        rows = self.env['shopify.variant.binding'].search_fetch(
            [('backend_id', '=', backend.id), ('gid', 'in', list(lines)), ('product_id', '!=', False)],
            ['gid', 'product_id'],
        )
        return {row.gid: row.product_id.id for row in rows}

    @api.model
    def _get_pack_units(self, backend, products):
        """``{line key: id of the unit of measure}`` of variants that are packs of their products. ``products``: ``{line
        key: product id}`` of the lines."""
        rows = self.env['shopify.variant.binding'].search_fetch(
            [('backend_id', '=', backend.id), ('gid', 'in', list(products)), ('pack_uom_id', '!=', False)],
            ['gid', 'product_id', 'pack_uom_id'],
        )
        return {row.gid: row.pack_uom_id.id for row in rows if row.product_id.id == products[row.gid]}

    def _by_code(self, backend, field, lines):
        """One product with the code is the product; several are none, for guessing would ship the wrong thing."""
        codes = defaultdict(list)
        for key, line in lines.items():
            if (line.get('sku') or '').strip():
                codes[line['sku'].strip()].append(key)
        if not codes:
            return {}
        products = self.env['product.product'].search(
            [(field, 'in', list(codes)), *self.env['product.product']._check_company_domain(backend.company_id)]
        )
        resolved = {}
        for code, found in products.grouped(field).items():
            real = found.filtered(lambda product: not product.shopify_placeholder) or found[:1]
            if len(real) == 1:
                resolved.update(dict.fromkeys(codes[code], real.id))
        return resolved

    def _placeholders(self, backend, lines):
        """A storable product for each, which ships and counts like any other; it is replaced, or becomes the product
        itself, when one with its SKU appears."""
        if not lines:
            # Even creating no product empties the caches of all workers.
            return {}
        products = (
            self.env['product.product']
            .with_context(shopify_placeholder=True)
            .create(
                [
                    {
                        'name': line.get('name') or line.get('title') or line.get('sku'),
                        'default_code': (line.get('sku') or '').strip() or False,
                        'type': 'consu',
                        'is_storable': bool(line.get('requiresShipping', True)),
                        'sale_ok': False,
                        'company_id': backend.company_id.id,
                        'shopify_placeholder': True,
                    }
                    for line in lines.values()
                ]
            )
        )
        return {key: product.id for key, product in zip(lines, products, strict=True)}
