"""Odoo's products as the shop would have them: options, variants, values; and what stands in the way, in sentences."""

from odoo import api, models

from ..entities import product_write as writing
from ..entities import product_write_limits as limiting
from .catalog_values import Shape


class ShopifySyncCatalogPush(models.AbstractModel):
    _inherit = 'shopify.sync.catalog.push'

    @api.model
    def _shapes(self, backend, templates):
        """``{template: product_write.Shape}``, its variants known by their product's id."""
        there = templates.with_context(lang=backend._get_catalog_lang(), active_test=True)
        products = {template: self._variants_of(template) for template in there}
        values = self.env['shopify.sync.catalog.values']._get_values_of(
            backend,
            [
                Shape(template.id, template, {product.id: product for product in variants}, self._no_binding())
                for template, variants in products.items()
            ],
        )
        return {
            template: self._shape(template, variants, values[template.id]) for template, variants in products.items()
        }

    def _no_binding(self):
        return self.env['shopify.product.binding']

    def _shape(self, template, variants, values):
        options = self._options_of(variants)
        return writing.Shape(
            values['product'],
            [
                writing.Variant(product.id, tuple(options[product]), values['variants'].get(product.id, {}))
                for product in variants
            ],
            self._left_out(template),
        )

    def _variants_of(self, template):
        """The template's variants as its attributes order them."""
        ranks = {
            value: rank
            for line in template.attribute_line_ids
            for rank, value in enumerate(line.product_template_value_ids)
        }
        places = {line: place for place, line in enumerate(template.attribute_line_ids)}

        def order(product):
            values = product.product_template_attribute_value_ids
            return sorted((places.get(value.attribute_line_id, 0), ranks.get(value, 0)) for value in values), product.id

        return template.product_variant_ids.filtered('active').sorted(order)

    @api.model
    def _options_of(self, variants):
        """``{product: [(option, value), …]}`` in the order of the attributes. Where there are more than Shopify takes, those
        that have one value for all are left out first."""
        found = {
            product: [
                (value.attribute_id.name, value.name)
                for value in product.product_template_attribute_value_ids.filtered(
                    lambda value: value.attribute_id.create_variant != 'no_variant'
                ).sorted(lambda value: (value.attribute_line_id.sequence, value.attribute_line_id.id))
            ]
            for product in variants
        }
        names = {name for pairs in found.values() for name, _value in pairs}
        if len(names) > writing.MAX_OPTIONS:
            plain = {name for name in names if len({dict(pairs).get(name) for pairs in found.values()}) == 1}
            found = {product: [pair for pair in pairs if pair[0] not in plain] for product, pairs in found.items()}
        return found

    def _left_out(self, template):
        """Attributes of which Shopify has nothing: they make no variants, the buyer chooses among them in Odoo only."""
        lines = template.attribute_line_ids
        return lines.filtered(lambda line: line.attribute_id.create_variant == 'no_variant').attribute_id.mapped('name')

    # === WHAT STANDS IN THE WAY === #

    @api.model
    def _obstacles(self, backend, template, shape):
        """``(sentences that stop it, sentences that are good to know)``."""
        limits = limiting.limits(shape)
        stops = [self._sentence(limit) for limit in limits if limit.stops]
        notes = [self._sentence(limit) for limit in limits if not limit.stops]
        company = template.company_id
        if company and company != backend.company_id:
            stops.insert(
                0,
                self.env._(
                    "%(product)s belongs to %(company)s, and this store to %(other)s. Clear the product's company, or choose"
                    " a store of its company.",
                    product=template.display_name,
                    company=company.name,
                    other=backend.company_id.name,
                ),
            )
        if template.shopify_placeholder:
            stops.append(self.env._("It is a placeholder of an order line, and no product to sell."))
        return stops, notes

    def _sentence(self, limit):
        given = {name: value for name, value in limit.given.items() if name != 'field'}
        label = self._labels().get(limit.given.get('field'), '')
        texts = {
            'options': lambda: self.env._(
                "Shopify takes %(most)s options, and this product has %(count)s attributes with several values: %(names)s."
                " Take some out of the product, or let them make no variants.",
                **given,
            ),
            'variants': lambda: self.env._(
                "Shopify takes %(most)s variants, and this product has %(count)s. Archive those that are not sold, or make"
                " two products of it.",
                **given,
            ),
            'no_variant': lambda: self.env._("It has no variant that can be sold. Create or unarchive one in Odoo."),
            'twice': lambda: self.env._("Two variants have the same values: %(name)s. Archive one of them.", **given),
            'left_out': lambda: self.env._(
                "Attributes that make no variants stay in Odoo, for Shopify has nothing like them: %(names)s.", **given
            ),
            'no_title': lambda: self.env._("It has no name."),
            'tags': lambda: self.env._("It has %(count)s tags, and Shopify takes %(most)s.", **given),
            'long': lambda: self.env._(
                "%(field)s is longer than the %(most)s characters that Shopify takes.", field=label, **given
            ),
            'long_option': lambda: self.env._(
                "“%(name)s” is longer than the %(most)s characters that Shopify takes for an option.", **given
            ),
            'hs_code': lambda: self.env._(
                "%(variant)s: the HS code “%(value)s” is not one; Shopify takes 6 to 13 digits.", **given
            ),
            'no_price': lambda: self.env._(
                "Odoo has no sales price of it, so none is sent, and what is new in the shop costs nothing there: %(names)s."
                " Enter a price, or a rule of the store's pricelist.",
                **given,
            ),
            'negative': lambda: self.env._("%(variant)s: %(field)s is below zero.", field=label, **given),
        }
        return texts[limit.code]()
