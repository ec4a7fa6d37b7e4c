"""The canonical values of products, on Shopify's side and on Odoo's, for many products at once."""

from dataclasses import dataclass, field
from typing import NamedTuple

from odoo import api, models

from ..entities import catalog_fields
from ..shopify import money


class Shape(NamedTuple):
    """Which records of Odoo a product of a shop is made of: ``key`` is the caller's own; ``template`` a product.template
    (or none); ``variants`` ``{variant key: product.product}``; ``binding`` a shopify.product.binding, or none when the
    product is in no shop yet; ``shop`` the shop's values when they are known, in the shape of catalog_fields.shop_values
    (a conversion that gives Odoo's value is not taken for a change)."""

    key: object
    template: object
    variants: dict
    binding: object
    shop: dict | None = None


@dataclass
class Written:
    """What came of `_write_odoo`. ``refused``: ``{(product binding id, variant gid or None, field): sentence}`` of what
    Odoo does not take; it is not agreed upon. ``marks``: ``{(product binding id, variant gid or None): {'_field': …}}``,
    Odoo's own figure behind a canonical value that was converted, kept beside the agreed value."""

    refused: dict = field(default_factory=dict)
    marks: dict = field(default_factory=dict)


class ShopifySyncCatalogValues(models.AbstractModel):
    _name = 'shopify.sync.catalog.values'
    _description = "Shopify Product Values"

    @api.model
    def _get_shop_values(self, backend, payload):
        """``{'product': {field: value}, 'variants': {variant gid: {field: value}}}`` of a product's payload."""
        return catalog_fields.shop_values(payload, money.decimals(backend.currency_code or 'USD'))

    @api.model
    def _get_odoo_values(self, backend, bindings, shop=None):
        """``{product binding id: {'product': {…}, 'variants': {variant gid: {…}}}}`` as Odoo has it, for the bindings of
        one store. ``shop``: ``{product binding id: the shop's values}`` as far as they are known."""
        shapes = self._get_shapes(bindings, shop or {})
        return self._get_values_of(backend, shapes)

    @api.model
    def _get_shapes(self, bindings, shop):
        bindings.variant_ids.fetch(['gid', 'product_id', 'deleted_at', 'agreed'])
        return [
            Shape(
                binding.id,
                binding.product_tmpl_id,
                {row.gid: row.product_id for row in binding.variant_ids if row.product_id and not row.deleted_at},
                binding,
                shop.get(binding.id),
            )
            for binding in bindings
        ]

    @api.model
    def _get_values_of(self, backend, shapes):
        """``{key: {'product': {field: value}, 'variants': {variant key: {field: value}}}}`` for a list of `Shape`. The hook
        for whoever has more fields: call super, add to its result. Values are canonical; a key '_field' beside a value is
        Odoo's own figure behind it."""
        return {shape.key: {'product': {}, 'variants': {key: {} for key in shape.variants}} for shape in shapes}

    @api.model
    def _write_odoo(self, backend, changes):
        """Write canonical values to Odoo's records: ``changes`` ``{product binding id: {'product': {…}, 'variants':
        {variant gid: {…}}}}``, only what is to change. Returns `Written`. The hook for whoever has more fields."""
        return Written()
