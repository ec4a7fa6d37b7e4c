from odoo import api, fields, models


class ShopifyUnseenSale(models.Model):
    """Units on an open Shopify order that is not in Odoo: from before the store's date, or left out by a rule. They are
    promised all the same. The row counts while no sales order in Odoo stands for that order."""

    _name = 'shopify.unseen.sale'
    _description = "Units On A Shopify Order That Is Not In Odoo"
    _order = 'order_name, id'
    _rec_name = 'order_name'

    backend_id = fields.Many2one(
        'shopify.backend', "Store", required=True, ondelete='cascade', index=True, readonly=True
    )
    company_id = fields.Many2one(related='backend_id.company_id')
    order_gid = fields.Char(required=True, readonly=True, index=True)
    order_name = fields.Char("Shopify Order", readonly=True)
    variant_gid = fields.Char(required=True, readonly=True, index=True)
    units = fields.Integer(required=True, readonly=True)
    product_id = fields.Many2one('product.product', compute='_compute_product_id', search='_search_product_id')

    @api.depends('backend_id', 'variant_gid')
    def _compute_product_id(self):
        bindings = self.env['shopify.variant.binding'].search(
            [('backend_id', 'in', self.backend_id.ids), ('gid', 'in', self.mapped('variant_gid'))]
        )
        products = {(binding.backend_id, binding.gid): binding.product_id for binding in bindings}
        for sale in self:
            sale.product_id = products.get((sale.backend_id, sale.variant_gid), False)

    def _search_product_id(self, operator, value):
        bindings = self.env['shopify.variant.binding'].search([('product_id', operator, value)])
        return [('variant_gid', 'in', bindings.mapped('gid')), ('backend_id', 'in', bindings.backend_id.ids)]

    def action_open_in_shopify(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_url',
            'target': 'new',
            'url': f"https://{self.backend_id.shop_domain}/admin/orders/{self.order_gid.rsplit('/', 1)[-1]}",
        }

    @api.model
    def _set_units(self, backend, orders, whole=False):
        """What is open of Shopify orders. ``orders``: ``{order gid: (name, {variant gid: units})}``; with ``whole`` they are
        all such orders of the store. Tells the stores what changed."""
        self = self.sudo()
        domain = [('backend_id', '=', backend.id)]
        known = self.search(domain if whole else [*domain, ('order_gid', 'in', list(orders))])
        wanted = {
            (gid, variant): (name, units)
            for gid, (name, variants) in orders.items()
            for variant, units in variants.items()
            if units > 0
        }
        stale = known.filtered(lambda row: wanted.get((row.order_gid, row.variant_gid), ('', 0))[1] != row.units)
        kept = {(row.order_gid, row.variant_gid) for row in known - stale}
        variants = set(stale.mapped('variant_gid'))
        stale.unlink()
        created = self.create(
            [
                {
                    'backend_id': backend.id,
                    'order_gid': key[0],
                    'order_name': name,
                    'variant_gid': key[1],
                    'units': units,
                }
                for key, (name, units) in wanted.items()
                if key not in kept
            ]
        )
        self._note_variants(backend, variants | set(created.mapped('variant_gid')))

    def _note_variants(self, backend, variants):
        if variants:
            bindings = self.env['shopify.variant.binding'].search(
                [('backend_id', '=', backend.id), ('gid', 'in', list(variants))]
            )
            self.env['shopify.task'].sudo()._note_stock(bindings.product_id)

    @api.model
    def _get_units(self, product_ids, warehouses):
        """``[(product id, units), …]`` still promised from ``warehouses``, which are those of the stores."""
        self.env.flush_all()
        self.env.cr.execute(
            """
            SELECT binding.product_id, SUM(sale.units * COALESCE(pack.factor / unit.factor, 1))
              FROM shopify_unseen_sale sale
              JOIN shopify_backend backend ON backend.id = sale.backend_id AND backend.active
              JOIN shopify_variant_binding binding
                ON binding.backend_id = sale.backend_id AND binding.gid = sale.variant_gid
              JOIN product_product product ON product.id = binding.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
              JOIN uom_uom unit ON unit.id = template.uom_id
              LEFT JOIN uom_uom pack ON pack.id = binding.pack_uom_id
             WHERE binding.product_id = ANY(%s) AND backend.warehouse_id = ANY(%s)
               AND NOT EXISTS (
                    SELECT 1 FROM shopify_order_binding known
                     WHERE known.backend_id = sale.backend_id AND known.gid = sale.order_gid
                       AND known.sale_order_id IS NOT NULL)
             GROUP BY binding.product_id
            """,
            [list(product_ids), warehouses.ids],
        )
        return self.env.cr.fetchall()
