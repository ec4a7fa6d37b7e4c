"""Shopify's values written to Odoo's products: only what is to change, nothing that Odoo would not take."""

from odoo import api, models

from .catalog_values import Written
from .catalog_values_barcodes import Barcodes

_PLAIN = {'vendor': 'shopify_vendor', 'status': 'shopify_status', 'handle': 'shopify_handle'}


class ShopifySyncCatalogValues(models.AbstractModel):
    _inherit = 'shopify.sync.catalog.values'

    @api.model
    def _write_odoo(self, backend, changes):
        """Override: what products and variants say of themselves. Prices come after the taxes that they include."""
        written = Written()
        given = self
        self = self.sudo().with_context(**self._get_context(backend), shopify_catalog_pull=backend.id)
        bindings = self.env['shopify.product.binding'].with_company(backend.company_id).browse(changes)
        found = self._prepare_lookups(backend, changes)
        for binding in bindings:
            values = changes[binding.id]['product']
            if values and binding.product_tmpl_id:
                self._write_template(binding, values, found, written)
        rows = {row.gid: row for row in bindings.variant_ids if row.product_id}
        self._write_variants(backend, rows, changes, found, written)
        written.refused |= super(ShopifySyncCatalogValues, given)._write_odoo(backend, changes).refused
        return written

    def _prepare_lookups(self, backend, changes):
        """What the batch needs to know: categories, tags, countries."""
        products = [change['product'] for change in changes.values()]
        variants = [values for change in changes.values() for values in change['variants'].values()]
        types = {values['product_type']: values['product_type'] for values in products if values.get('product_type')}
        nodes = {
            values['category']: values.get('_category') or values['category']
            for values in products
            if values.get('category')
        }
        mapping = self.env['shopify.category.mapping']
        return {
            'types': mapping._get_rows(backend, 'type', types) if types else {},
            'nodes': mapping._get_rows(backend, 'taxonomy', nodes) if nodes else {},
            'tags': self._get_tags({name for values in products for name in values.get('tags') or ()}),
            'countries': self._get_countries({values['origin'] for values in variants if values.get('origin')}),
        }

    def _get_tags(self, names):
        """``{name: id}``; one that nobody has is made."""
        if not names:
            return {}
        tags = self.env['product.tag']
        known = {tag.name.casefold(): tag.id for tag in tags.search([])}
        missing = {name.casefold(): name for name in names if name.casefold() not in known}
        created = tags.create([{'name': name} for name in missing.values()]) if missing else tags
        known |= dict(zip(missing, created.ids, strict=True))
        return {name: known[name.casefold()] for name in names}

    def _get_countries(self, codes):
        rows = self.env['res.country'].search([('code', 'in', list(codes))]) if codes else ()
        return {row.code: row.id for row in rows}

    # === PRODUCTS === #

    def _write_template(self, binding, values, found, written):
        template = binding.product_tmpl_id
        vals = {_PLAIN[name]: value or False for name, value in values.items() if name in _PLAIN}
        if values.get('title'):
            vals['name'] = values['title']
        title, description = self._get_seo_names()
        for name, column in (('seo_title', title), ('seo_description', description)):
            if name in values:
                vals[column] = values[name] or False
        if 'tags' in values:
            vals['product_tag_ids'] = [(6, 0, [found['tags'][name] for name in values['tags'] or ()])]
        if 'description' in values:
            vals |= self._prepare_description(template, values['description'])
        vals |= self._prepare_category(binding, values, found, written)
        if vals:
            template.write(vals)

    def _prepare_description(self, template, html):
        """Odoo keeps what is harmless of the HTML. The original goes to other shops as long as nobody edits it."""
        field = template._fields['shopify_description_html']
        kept = field.convert_to_cache(html or False, template) or ''
        return {
            'shopify_description_html': html or False,
            'shopify_description_source': {'html': html or None, 'mark': self._get_html_mark(kept)},
        }

    def _prepare_category(self, binding, values, found, written):
        vals, category = self._prepare_category_texts(values, found)
        template = binding.product_tmpl_id
        if not category or category == template.categ_id:
            return vals
        if self._may_move(template, category):
            return {**vals, 'categ_id': category.id}
        for name in ('product_type', 'category'):
            if name in values:
                written.refuse(
                    binding.id,
                    None,
                    name,
                    self.env._(
                        "%(product)s has stock, and its value is kept in another way in the category %(category)s. Move it "
                        "by hand.",
                        product=template.display_name,
                        category=category.display_name,
                    ),
                )
        return {}

    def _prepare_category_texts(self, values, found):
        """``(values of a template, its category in Odoo)``; the product type's category before the taxonomy's."""
        vals, category = {}, self.env['product.category']
        if 'category' in values:
            node = found['nodes'].get(values['category'])
            vals['shopify_taxonomy_gid'] = values['category'] or False
            vals['shopify_taxonomy_name'] = node.name if node else False
            category = node.category_id if node else category
        if 'product_type' in values:
            vals['shopify_product_type'] = values['product_type'] or False
            row = found['types'].get(values['product_type'])
            category = (row and row.category_id) or category
        return vals, category

    def _may_move(self, template, category):
        """A category says how stock is valued: what is on hand is not revalued by a shop."""
        ways = [
            name
            for name in ('property_cost_method', 'property_valuation')
            if name in category._fields and category[name] != template.categ_id[name]
        ]
        return not ways or not self._has_moves(template.product_variant_ids)

    def _has_moves(self, products):
        return bool(
            self.env['stock.move'].search_count(
                [('product_id', 'in', products.ids), ('state', 'not in', ('draft', 'cancel'))], limit=1
            )
        )

    # === VARIANTS === #

    def _write_variants(self, backend, rows, changes, found, written):
        pairs = [
            (rows[gid], values)
            for change in changes.values()
            for gid, values in change['variants'].items()
            if gid in rows
        ]
        wanted = [(row.product_id, values['barcode']) for row, values in pairs if values.get('barcode')]
        barcodes = Barcodes(self.env, backend, wanted)
        barcodes.release()
        for row, values in pairs:
            vals = self._prepare_variant(row, values, found, barcodes, written)
            if vals:
                row.product_id.write(vals)
            self._write_shared(backend, row, values, written)

    def _prepare_variant(self, row, values, found, barcodes, written):
        vals = {}
        if values.get('sku'):
            vals['default_code'] = values['sku']
        if values.get('weight'):
            vals['weight'] = self._get_weight(values['weight'], self._get_weight_unit())
        if values.get('barcode'):
            refusal = barcodes.refusal(row.product_id, values['barcode'])
            if refusal:
                written.refuse(row.product_binding_id.id, row.gid, 'barcode', refusal)
            else:
                vals['barcode'] = values['barcode']
        vals |= self._prepare_customs(row.product_id, values, found)
        if values.get('origin') and values['origin'] not in found['countries']:
            written.refuse(
                row.product_binding_id.id, row.gid, 'origin',
                self.env._("Odoo knows no country with the code %(code)s.", code=values['origin']),
            )  # fmt: skip
        return vals

    def _prepare_customs(self, product, values, found):
        """Odoo has these on the product, where it has them: good enough for a product with one variant only."""
        vals, template = {}, product.product_tmpl_id
        for name, theirs, ours, value in (
            ('hs_code', 'hs_code', 'shopify_hs_code', values.get('hs_code')),
            ('origin', 'country_of_origin', 'shopify_origin_id', found['countries'].get(values.get('origin'))),
        ):
            if not value or name not in values:
                continue
            if theirs in template._fields and len(template.product_variant_ids) == 1:
                template[theirs] = value
                vals[ours] = False
            else:
                vals[ours] = value
        return vals

    def _write_shared(self, backend, row, values, written):
        """What Odoo has on the product: the plan has made sure that its variants do not contradict each other."""
        template = row.product_id.product_tmpl_id
        if 'requires_shipping' in values:
            template.type = 'consu' if values['requires_shipping'] else 'service'
        if 'tracked' in values and template.is_storable != values['tracked']:
            self._write_tracked(row, template, values['tracked'], written)
        if 'taxable' in values:
            self._write_taxable(backend, row, template, values['taxable'], written)

    def _write_tracked(self, row, template, tracked, written):
        place = (row.product_binding_id.id, row.gid, 'tracked')
        if template.type == 'service':
            sentence = self.env._(
                "%(product)s is not shipped, which makes it a service in Odoo: its quantity is not counted here. Make it goods "
                "if it is to be.",
                product=template.display_name,
            )
            written.refuse(*place, sentence)
        elif self._has_moves(template.product_variant_ids):
            sentence = self.env._(
                "Whether the quantity of %(product)s is tracked cannot change any more: goods of it have been moved.",
                product=template.display_name,
            )
            written.refuse(*place, sentence)
        else:
            template.is_storable = tracked

    def _write_taxable(self, backend, row, template, taxable, written):
        """Not taxable: no tax of this company. Taxable: the company's usual one, where there is none."""
        company = backend.company_id
        own = template.taxes_id.filtered_domain(self.env['account.tax']._check_company_domain(company))
        if not taxable and own:
            template.taxes_id -= own
        elif taxable and not own and company.account_sale_tax_id:
            template.taxes_id += company.account_sale_tax_id
        elif taxable and not own:
            written.refuse(
                row.product_binding_id.id,
                row.gid,
                'taxable',
                self.env._(
                    "%(product)s is taxable in Shopify, and %(company)s has no usual sales tax. Choose one in its "
                    "accounting settings.",
                    product=template.display_name,
                    company=company.name,
                ),
            )
