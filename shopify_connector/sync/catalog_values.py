"""The canonical values of products, on Shopify's side and on Odoo's, for many products at once."""

import hashlib
from dataclasses import dataclass, field
from typing import NamedTuple

from odoo import api, models
from odoo.tools import float_compare

from ..entities import catalog_fields
from ..shopify import money

POUNDS = 'POUNDS'


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
    Odoo does not take; it is not agreed upon."""

    refused: dict = field(default_factory=dict)

    def refuse(self, binding_id, gid, name, sentence):
        self.refused[binding_id, gid, name] = sentence


class Known:
    """What is known of a shape's canonical values: the agreed ones with their marks, and the shop's."""

    def __init__(self, shape):
        self.agreed = {None: (shape.binding.agreed if shape.binding else None) or {}}
        if shape.binding:
            self.agreed |= {row.gid: row.agreed or {} for row in shape.binding.variant_ids}
        self.shop = {None: shape.shop['product'], **shape.shop['variants']} if shape.shop else {}

    def value(self, gid, name, mark, convert, fits=None):
        """The agreed value while Odoo's own figure is what it was; the shop's where ``fits`` says that its conversion is
        Odoo's figure; else Odoo's figure converted."""
        agreed = self.agreed.get(gid, {})
        if name in agreed and agreed.get(f'_{name}') == mark:
            return agreed[name]
        if fits:
            for side in (agreed, self.shop.get(gid, {})):
                if side.get(name) is not None and fits(side[name]):
                    return side[name]
        return convert()


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
        return self._get_values_of(backend, self._get_shapes(bindings, shop or {}))

    @api.model
    def _get_shapes(self, bindings, shop):
        """A template that stands behind several products of one store has no title of its own there, nor anything else
        that is a product's."""
        several = self._get_templates_of_several(bindings)
        empty = bindings.product_tmpl_id.browse()
        return [
            Shape(
                binding.id,
                empty if binding.product_tmpl_id.id in several else binding.product_tmpl_id,
                {row.gid: row.product_id for row in binding.variant_ids if self._is_compared(row)},
                binding,
                shop.get(binding.id),
            )
            for binding in bindings
        ]

    def _is_compared(self, row):
        """A pack of a product has a price, a weight and a code of its own, which Odoo has on the unit of measure."""
        return row.product_id and not row.deleted_at and not ('pack_uom_id' in row._fields and row.pack_uom_id)

    def _get_templates_of_several(self, bindings):
        rows = self.env['shopify.product.binding']._read_group(
            [
                ('backend_id', 'in', bindings.backend_id.ids),
                ('product_tmpl_id', 'in', bindings.product_tmpl_id.ids),
                ('deleted_at', '=', False),
            ],
            ['product_tmpl_id'],
            having=[('__count', '>', 1)],
        )
        return {template.id for (template,) in rows}

    @api.model
    def _get_values_of(self, backend, shapes):
        """``{key: {'product': {field: value}, 'variants': {variant key: {field: value}}}}`` for a list of `Shape`. The hook
        for whoever has more fields: call super, add to its result. Values are canonical; a key '_field' beside a value is
        Odoo's own figure behind it."""
        templates, products = self._get_records(backend, shapes)
        units = self._get_weight_unit()
        texts = self.env['shopify.category.mapping']._get_texts(backend, templates.values())
        result = {}
        for shape in shapes:
            known = Known(shape)
            template = templates.get(shape.template.id)
            result[shape.key] = {
                'product': self._get_product_values(template, known, texts) if template else {},
                'variants': {
                    key: self._get_variant_values(backend, products[product.id], known, key, units)
                    for key, product in shape.variants.items()
                },
            }
        return result

    def _get_records(self, backend, shapes):
        """``({id: template}, {id: product})`` of all shapes: read together, in the store's company and language, archived
        ones too. Who may look at the catalogue of a store may see what it is compared with."""
        env = self.env['product.template'].sudo().with_context(**self._get_context(backend)).env
        template_ids = {shape.template.id for shape in shapes if shape.template}
        product_ids = {product.id for shape in shapes for product in shape.variants.values()}
        templates = env['product.template'].with_company(backend.company_id).browse(template_ids)
        products = env['product.product'].with_company(backend.company_id).browse(product_ids)
        return {row.id: row for row in templates}, {row.id: row for row in products}

    def _get_context(self, backend):
        return {'lang': backend._get_catalog_lang(), 'active_test': False}

    def _get_weight_unit(self):
        unit = self.env['product.template'].sudo()._get_weight_uom_id_from_ir_config_parameter()
        return POUNDS if unit == self.env.ref('uom.product_uom_lb', raise_if_not_found=False) else 'KILOGRAMS'

    # === A PRODUCT === #

    def _get_product_values(self, template, known, texts):
        html = template.shopify_description_html or ''
        mark = self._get_html_mark(html)
        title, description = self._get_seo_names()
        product_type, taxonomy = texts[template.id]
        return {
            'title': catalog_fields.text(template.name),
            'description': known.value(None, 'description', mark, lambda: self._get_description(template, html, mark)),
            '_description': mark,
            'vendor': catalog_fields.text(template.shopify_vendor),
            'product_type': product_type,
            'category': taxonomy,
            'tags': catalog_fields.sorted_set(template.product_tag_ids.mapped('name')),
            'status': template.shopify_status or None,
            'seo_title': catalog_fields.text(template[title]),
            'seo_description': catalog_fields.text(template[description]),
            'handle': catalog_fields.text(template.shopify_handle),
        }

    def _get_html_mark(self, html):
        return hashlib.sha256(str(html or '').encode()).hexdigest()[:16]

    def _get_description(self, template, html, mark):
        """As a shop wrote it, while nobody has changed what Odoo made of it."""
        source = template.shopify_description_source or {}
        return source['html'] if source.get('mark') == mark else catalog_fields.html_text(html)

    def _get_seo_names(self):
        """Odoo's own fields where its e-commerce is installed."""
        if 'website_meta_title' in self.env['product.template']._fields:
            return 'website_meta_title', 'website_meta_description'
        return 'shopify_seo_title', 'shopify_seo_description'

    # === A VARIANT === #

    def _get_variant_values(self, backend, product, known, key, unit):
        mark = f'{product.weight:.6f}'
        taxes = product.taxes_id.filtered_domain(self.env['account.tax']._check_company_domain(backend.company_id))
        goods = product.type != 'service'
        return {
            'sku': catalog_fields.text(product.default_code),
            'barcode': catalog_fields.text(product.barcode),
            'weight': known.value(
                key,
                'weight',
                mark,
                lambda: catalog_fields.weight_text(product.weight, unit),
                lambda text: not float_compare(product.weight, self._get_weight(text, unit), precision_digits=2),
            ),
            '_weight': mark,
            'hs_code': self._get_hs_code(product),
            'origin': self._get_origin(product).code or None,
            'requires_shipping': goods,
            'tracked': goods and product.is_storable,
            'taxable': bool(taxes),
        }

    def _get_weight(self, text, unit):
        """A canonical weight in the unit that Odoo's weights have."""
        return float(money.parse(text) / catalog_fields.KILOGRAMS[unit])

    def _get_hs_code(self, product):
        own = product.product_tmpl_id.hs_code if 'hs_code' in product.product_tmpl_id._fields else False
        return catalog_fields.customs_text(product.shopify_hs_code or own)

    def _get_origin(self, product):
        own = 'country_of_origin' in product.product_tmpl_id._fields
        return (
            product.shopify_origin_id
            or (own and product.product_tmpl_id.country_of_origin)
            or product.shopify_origin_id
        )

    # === WRITING === #

    @api.model
    def _write_odoo(self, backend, changes):
        """Write canonical values to Odoo's records: ``changes`` ``{product binding id: {'product': {…}, 'variants':
        {variant gid: {…}}}}``, only what is to change. Returns `Written`. The hook for whoever has more fields."""
        return Written()
