from odoo import api, fields, models

from ..entities import catalog_fields, catalog_merge, translation


class ShopifyDifference(models.Model):
    """A field that is not the same in a store and in Odoo, and that nobody may set right by himself: both values side by
    side, and what a person wants done."""

    _name = 'shopify.difference'
    _description = "Shopify Product Difference"
    _order = 'kind, product_binding_id, variant_binding_id, field, id'
    _rec_name = 'label'

    backend_id = fields.Many2one(
        'shopify.backend', "Store", required=True, ondelete='cascade', index=True, readonly=True
    )
    company_id = fields.Many2one(related='backend_id.company_id')
    product_binding_id = fields.Many2one(
        'shopify.product.binding', "Shopify Product", required=True, ondelete='cascade', index=True, readonly=True
    )
    variant_binding_id = fields.Many2one(
        'shopify.variant.binding', "Variant", ondelete='cascade', index='btree_not_null', readonly=True
    )
    product_tmpl_id = fields.Many2one(related='product_binding_id.product_tmpl_id')
    field = fields.Char(required=True, readonly=True, help="The name of the field, as the connector has it.")
    label = fields.Char("Field", compute='_compute_label')
    group = fields.Char(readonly=True)
    figures = fields.Json(
        readonly=True, help="The two values that a choice is about: it stands as long as neither changes."
    )
    agreed = fields.Text("Last The Same", readonly=True)
    in_shopify = fields.Text("In Shopify", readonly=True)
    in_odoo = fields.Text("In Odoo", readonly=True)
    kind = fields.Selection(
        [('difference', "Changed by the other side"), ('conflict', "Changed on both sides")],
        required=True,
        readonly=True,
    )
    choice = fields.Selection(
        [('shopify', "Take Shopify's"), ('odoo', "Write Odoo's"), ('leave', "Leave Both")],
        "What To Do",
        readonly=True,
        help="Leave both: it is not asked again before one of the two values changes.",
    )

    message = fields.Char("Note", readonly=True, help="Why Odoo did not take Shopify's value.")

    _field_uniq = models.UniqueIndex('(product_binding_id, COALESCE(variant_binding_id, 0), field)')

    @api.depends('field')
    def _compute_label(self):
        for row in self:
            row.label = self._get_label(row.field)

    @api.model
    def _get_label(self, name):
        """What people call a field."""
        found = self._get_labels().get(name)
        if found:
            return found
        if name.startswith(translation.PREFIX):
            locale, text = translation.split_name(name)
            return f'{self._get_labels().get(text) or self._get_option_label(text)} ({locale})'
        return self._get_option_label(name) if name.startswith('option:') else name.partition(':')[2]

    def _get_option_label(self, name):
        return self.env._("Option Value") if 'ProductOptionValue' in name else self.env._("Option")

    @api.model
    def _get_labels(self):
        """``{field: its name for people}``."""
        return {
            'title': self.env._("Title"),
            'description': self.env._("Description"),
            'vendor': self.env._("Vendor"),
            'product_type': self.env._("Product Type"),
            'category': self.env._("Category"),
            'tags': self.env._("Tags"),
            'status': self.env._("Status"),
            'seo_title': self.env._("Page Title"),
            'seo_description': self.env._("Meta Description"),
            'handle': self.env._("Handle"),
            'collections': self.env._("Collections"),
            'publications': self.env._("Sales Channels"),
            'images': self.env._("Images"),
            'image': self.env._("Image"),
            'sku': self.env._("SKU"),
            'barcode': self.env._("Barcode"),
            'price': self.env._("Price"),
            'compare_at_price': self.env._("Price Before Discount"),
            'cost': self.env._("Cost"),
            'weight': self.env._("Weight (kg)"),
            'hs_code': self.env._("HS Code"),
            'origin': self.env._("Country Of Origin"),
            'requires_shipping': self.env._("Is Shipped"),
            'tracked': self.env._("Quantity Tracked"),
            'taxable': self.env._("Taxable"),
        }

    @api.model
    def _get_text(self, value):
        """A canonical value as people read it."""
        if value is True:
            return self.env._("Yes")
        if value is False:
            return self.env._("No")
        if isinstance(value, list):
            return ', '.join(map(str, value))
        return str(value) if value is not None else False

    # === KEEPING === #

    @api.model
    def _keep(self, backend, plans):
        """One row for each field that waits for a person, none for the others. A choice that is being carried out, and
        one to leave both values, stand as long as neither value changes."""
        known = self._get_rows(self.env['shopify.product.binding'].browse(plans))
        fresh, gone = [], self.browse()
        for id_, plan in plans.items():
            wanted = dict.fromkeys(plan.differences, 'difference') | dict.fromkeys(plan.conflicts, 'conflict')
            rows = known.get(id_, {})
            for key, row in rows.items():
                if key not in wanted and not (row.choice == 'odoo' and self._is_pushed(plan, key)):
                    gone += row
            for key, kind in wanted.items():
                vals = self._prepare(kind, *plan.apart[key])
                if key not in rows:
                    fresh.append((id_, key, vals))
                elif rows[key].figures != vals['figures'] or rows[key].kind != kind:
                    rows[key].write({**vals, 'choice': False})
        gone.unlink()
        self._create_rows(backend, fresh)

    def _is_pushed(self, plan, key):
        gid, name = key
        return name in (plan.push['product'] if gid is None else plan.push['variants'].get(gid, {}))

    @api.model
    def _settled(self, names):
        """These fields are the same now: ``{product binding: {variant gid or None: names}}``."""
        known = self._get_rows(self.env['shopify.product.binding'].union(*names))
        self.union(
            *(
                row
                for binding, fields_ in names.items()
                for (gid, name), row in known.get(binding.id, {}).items()
                if name in fields_.get(gid, ())
            )
        ).unlink()

    def _get_rows(self, bindings):
        """``{product binding id: {(variant gid or None, field): row}}``."""
        found = {}
        for row in self.search([('product_binding_id', 'in', bindings.ids)]):
            found.setdefault(row.product_binding_id.id, {})[row.variant_binding_id.gid or None, row.field] = row
        return found

    def _prepare(self, kind, base, shop, odoo):
        return {
            'kind': kind,
            'figures': [shop, odoo],
            'agreed': self._get_text(None if base is catalog_merge.UNKNOWN else base),
            'in_shopify': self._get_text(shop),
            'in_odoo': self._get_text(odoo),
        }

    def _create_rows(self, backend, fresh):
        bindings = self.env['shopify.product.binding'].browse({id_ for id_, _key, _vals in fresh})
        variants = {(row.product_binding_id.id, row.gid): row.id for row in bindings.variant_ids}
        self.create(
            [
                {
                    **vals,
                    'backend_id': backend.id,
                    'product_binding_id': id_,
                    'variant_binding_id': variants.get((id_, gid), False),
                    'field': name,
                    'group': catalog_fields.field_of(name, 'product' if gid is None else 'variant').group,
                }
                for id_, (gid, name), vals in fresh
            ]
        )
