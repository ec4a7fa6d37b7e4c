from odoo import api, fields, models
from odoo.tools import SQL


class ShopifyLateDelivery(models.Model):
    """A Shopify order that could have been shipped for longer than its store allows, and what stands in the way.

    Nothing is stored: each row is an order that is late at the moment of looking, with the id of its link to Shopify.
    """

    _name = 'shopify.late.delivery'
    _description = "Late Shopify Delivery"
    _auto = False
    _order = 'since, id'
    _rec_name = 'order_binding_id'

    backend_id = fields.Many2one('shopify.backend', "Store", readonly=True)
    company_id = fields.Many2one('res.company', readonly=True)
    order_binding_id = fields.Many2one('shopify.order.binding', "Shopify Order", readonly=True)
    sale_order_id = fields.Many2one('sale.order', "Sales Order", readonly=True)
    partner_id = fields.Many2one('res.partner', "Customer", readonly=True)
    warehouse_id = fields.Many2one('stock.warehouse', "Warehouse", readonly=True)
    since = fields.Datetime("Could Be Shipped Since", readonly=True)
    late_days = fields.Float("Days Late", readonly=True, digits=(16, 1), aggregator='max')
    reason = fields.Selection(
        [
            ('held', "Held"),
            ('person', "Waits for a person"),
            ('goods', "Waits for goods"),
            ('shop', "Shopify or a service ships"),
            ('ready', "Ready, not shipped"),
        ],
        "What Stands In The Way",
        readonly=True,
    )
    explanation = fields.Char("In Detail", compute='_compute_explanation', compute_sudo=True)

    _depends = {
        'shopify.backend': ['late_hours'],
        'shopify.order.binding': [
            'backend_id',
            'company_id',
            'sale_order_id',
            'state',
            'hold_state',
            'financial_status',
            'fulfillment_status',
            'cancelled_at',
            'ordered_at',
            'gid',
        ],
        'shopify.task': ['backend_id', 'kind', 'key', 'state'],
        'shopify.fulfillment': ['order_binding_id', 'taken', 'state'],
        'sale.order': ['state', 'partner_id', 'warehouse_id'],
        'stock.picking': ['state', 'sale_id', 'scheduled_date', 'picking_type_id'],
        'stock.move': ['state', 'picking_id', 'location_dest_id', 'location_final_id'],
        'stock.location': ['usage'],
        'stock.picking.type': ['warehouse_id'],
        'shopify.location': ['backend_id', 'warehouse_id', 'shipper'],
    }

    # === SQL === #

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT binding.id, binding.id AS order_binding_id, binding.backend_id, binding.company_id,
                   binding.sale_order_id, sale.partner_id, sale.warehouse_id, open.since,
                   EXTRACT(EPOCH FROM %(now)s - open.since) / 86400 - backend.late_hours / 24.0 AS late_days,
                   CASE WHEN binding.hold_state = 'held' THEN 'held'
                        WHEN %(waits_for_person)s THEN 'person'
                        ELSE open.reason END AS reason
              FROM (%(parts)s) open
              JOIN shopify_order_binding binding ON binding.id = open.binding_id
              JOIN shopify_backend backend ON backend.id = binding.backend_id
              JOIN sale_order sale ON sale.id = binding.sale_order_id
             WHERE backend.late_hours > 0 AND open.since + backend.late_hours * INTERVAL '1 hour' < %(now)s
            """,
            now=fields.Datetime.now(),
            waits_for_person=self._sql_waits_for_person(),
            parts=SQL(' UNION ALL ').join(self._get_parts()),
        )

    @api.model
    def _get_parts(self):
        """Queries of ``(order's link, since when it could be shipped, what stands in the way)``, each order in one at most."""
        return [self._sql_confirmed(), self._sql_unconfirmed()]

    @api.model
    def _sql_confirmed(self):
        """Orders with something on its way to the customer that has not left. They could be shipped from their first
        delivery on, a backorder does not begin anew, but not before the day that was promised."""
        return SQL(
            """
            SELECT binding.id AS binding_id,
                   GREATEST(MIN(picking.scheduled_date),
                            (SELECT MIN(first.create_date) FROM stock_picking first
                              WHERE first.sale_id = binding.sale_order_id)) AS since,
                   CASE WHEN bool_and(by_shop.id IS NOT NULL) THEN 'shop'
                        WHEN bool_or(move.state IN ('confirmed', 'partially_available')) THEN 'goods'
                        WHEN bool_or(move.state = 'assigned') THEN 'ready'
                        ELSE 'goods' END AS reason
              FROM stock_picking picking
              JOIN shopify_order_binding binding ON binding.sale_order_id = picking.sale_id
              JOIN stock_move move ON move.picking_id = picking.id AND move.state NOT IN ('done', 'cancel')
              JOIN stock_location place ON place.id = COALESCE(move.location_final_id, move.location_dest_id)
              JOIN stock_picking_type type ON type.id = picking.picking_type_id
         LEFT JOIN (SELECT backend_id, warehouse_id, MIN(id) AS id FROM shopify_location
                     GROUP BY backend_id, warehouse_id HAVING bool_and(shipper = 'shopify')) by_shop
                ON by_shop.backend_id = binding.backend_id AND by_shop.warehouse_id = type.warehouse_id
             WHERE picking.state NOT IN ('done', 'cancel') AND binding.state = 'imported' AND place.usage = 'customer'
             GROUP BY binding.id
            """
        )

    @api.model
    def _sql_unconfirmed(self):
        """Orders that are paid and still quotations: somebody has to confirm them."""
        return SQL(
            """
            SELECT binding.id, binding.ordered_at, 'person'
              FROM sale_order sale
              JOIN shopify_order_binding binding ON binding.sale_order_id = sale.id
             WHERE sale.state IN ('draft', 'sent') AND binding.state = 'imported' AND binding.cancelled_at IS NULL
               AND binding.financial_status = 'paid'
               AND COALESCE(binding.fulfillment_status, '')
                   NOT IN ('fulfilled', 'restocked', 'fulfillment_not_required')
            """
        )

    @api.model
    def _sql_waits_for_person(self):
        return SQL(
            """(EXISTS (SELECT FROM shopify_task task
                         WHERE task.backend_id = binding.backend_id AND task.kind IN ('order', 'delivery')
                           AND task.key = binding.gid AND task.state = 'failed')
             OR EXISTS (SELECT FROM shopify_fulfillment parcel
                         WHERE parcel.order_binding_id = binding.id AND parcel.taken = 'by_hand'
                           AND parcel.state = 'success'))"""
        )

    # === COMPUTE METHODS === #

    @api.depends('reason')
    def _compute_explanation(self):
        wrong = self._get_what_is_wrong()
        for late in self:
            order = late.sale_order_id
            if late.reason == 'held':
                late.explanation = order.shopify_hold_message
            elif late.reason == 'person':
                late.explanation = wrong.get(late.order_binding_id) or self.env._(
                    "It is paid, but %(order)s is still a quotation: confirm it.", order=order.name
                )
            else:
                late.explanation = late._explain()

    def _get_what_is_wrong(self):
        """``{order's link: what a person has to see to}``."""
        orders = self.filtered(lambda late: late.reason == 'person').order_binding_id
        parcels = self.env['shopify.fulfillment'].search(
            [('order_binding_id', 'in', orders.ids), ('taken', '=', 'by_hand'), ('state', '=', 'success')]
        )
        tasks = self.env['shopify.task'].search(
            [('kind', 'in', ('order', 'delivery')), ('state', '=', 'failed'), ('key', 'in', orders.mapped('gid'))]
        )
        messages = {(task.backend_id.id, task.key): task.message for task in tasks}
        told = {order: messages.get((order.backend_id.id, order.gid)) for order in orders}
        return {
            **{parcel.order_binding_id: parcel.message for parcel in parcels},
            **{k: v for k, v in told.items() if v},
        }

    def _explain(self):
        pickings = self._get_pickings()
        names = ', '.join(pickings.mapped('name'))
        if self.reason == 'shop':
            return self.env._("%(deliveries)s waits until Shopify tells of a parcel.", deliveries=names)
        if self.reason == 'ready':
            ready = pickings.filtered(lambda picking: picking.state == 'assigned') or pickings
            return self.env._("%(deliveries)s can be done.", deliveries=', '.join(ready.mapped('name')))
        missing = self._get_missing(pickings)
        if not missing:
            return self.env._("%(deliveries)s waits for another transfer.", deliveries=names)
        return self.env._("%(deliveries)s lacks %(goods)s.", deliveries=names, goods=', '.join(missing))

    def _get_pickings(self):
        """What has to be done before the customer has everything."""
        pickings = self.sale_order_id.picking_ids
        return pickings.filtered(
            lambda picking: picking.state not in ('done', 'cancel') and not picking._shopify_is_return()
        ).with_prefetch(pickings._prefetch_ids)

    @api.model
    def _get_missing(self, pickings):
        """Goods that are not reserved, as people read them."""
        missing = {}
        for move in pickings.move_ids:
            if move.state in ('confirmed', 'partially_available') and move.product_uom_qty > move.quantity:
                lacks = move.product_uom_qty - move.quantity
                missing[move.product_id] = missing.get(move.product_id, 0) + lacks
        return [f'{lacks:g} × {product.display_name}' for product, lacks in missing.items()]

    # === ACTION METHODS === #

    def action_open(self):
        """What has to be done next: the parcel that asks, the delivery for people who work with deliveries, else the order."""
        self.ensure_one()
        pickings = self.sudo()._get_pickings().with_env(self.env)
        asking = self.order_binding_id.fulfillment_ids.filtered(lambda parcel: parcel.taken == 'no' and parcel.proposal)
        record = self.order_binding_id
        if self.reason == 'person' and asking:
            record = asking[:1]
        elif self.reason in ('goods', 'ready') and len(pickings) == 1 and pickings.has_access('read'):
            record = pickings
        elif self.sale_order_id.has_access('read'):
            record = self.sale_order_id
        return {
            'type': 'ir.actions.act_window',
            'res_model': record._name,
            'res_id': record.id,
            'view_mode': 'form',
            'views': [(False, 'form')],
        }
