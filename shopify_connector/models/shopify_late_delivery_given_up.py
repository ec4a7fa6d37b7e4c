from collections import Counter

from odoo import api, fields, models
from odoo.tools import SQL

_ON_ITS_WAY = ('success', 'pending')


class ShopifyLateDelivery(models.Model):
    """Orders that nobody in Odoo delivers any more, while Shopify still waits for their goods."""

    _inherit = 'shopify.late.delivery'

    reason = fields.Selection(selection_add=[('given_up', "Cancelled in Odoo")])

    _depends = {
        'shopify.order.binding': ['trail'],
        'shopify.fulfillment': ['order_binding_id', 'state'],
        'shopify.fulfillment.line': ['fulfillment_id', 'line_gid', 'quantity'],
        'shopify.refund': ['binding_id'],
        'shopify.refund.line': ['refund_id', 'line_gid', 'kind', 'quantity', 'restock'],
        'sale.order': ['write_date'],
        'sale.order.line': [
            'order_id',
            'shopify_line_gid',
            'product_uom_qty',
            'qty_delivered',
            'qty_delivered_method',
        ],
        'stock.move': ['sale_line_id', 'date', 'write_date', 'quantity', 'product_uom_qty'],
    }

    # === SQL === #

    @api.model
    def _get_parts(self):
        return [*super()._get_parts(), self._sql_given_up()]

    @api.model
    def _sql_given_up(self):
        """Orders with goods that were neither delivered, nor shipped, removed or refunded in Shopify, and with nothing left on
        its way: transfers were cancelled, validated without a backorder, or the whole order was cancelled in Odoo. What had left
        before the store was connected was cancelled on purpose. What is dear is asked last, in a CASE, of the few lines that are
        left."""
        return SQL(
            """
            SELECT binding.id, MAX(COALESCE(gone.since, sale.write_date)), 'given_up'
              FROM shopify_order_binding binding
              JOIN sale_order sale ON sale.id = binding.sale_order_id
              JOIN sale_order_line line ON line.order_id = sale.id
         LEFT JOIN LATERAL (SELECT MAX(CASE move.state WHEN 'done' THEN move.date ELSE move.write_date END) AS since
                              FROM stock_move move
                              JOIN stock_location place
                                ON place.id = COALESCE(move.location_final_id, move.location_dest_id)
                             WHERE move.sale_line_id = line.id AND place.usage = 'customer'
                               AND (move.state = 'cancel' OR move.state = 'done' AND move.quantity < move.product_uom_qty)) gone
                ON TRUE
             WHERE binding.state = 'imported' AND binding.cancelled_at IS NULL
               AND binding.fulfillment_status NOT IN ('fulfilled', 'restocked', 'fulfillment_not_required')
               AND COALESCE(binding.financial_status, '') NOT IN ('refunded', 'voided', 'expired')
               AND sale.state IN ('sale', 'cancel')
               AND line.shopify_line_gid LIKE '%%/LineItem/%%' AND line.qty_delivered_method = 'stock_move'
               AND line.product_uom_qty > line.qty_delivered
               AND CASE WHEN gone.since IS NOT NULL OR sale.state = 'cancel' AND binding.financial_status = 'paid'
                        THEN NOT %(is_on_its_way)s AND line.product_uom_qty > %(known)s
                             AND NOT COALESCE(binding.trail @> '[["shipped_before"]]', FALSE)
                        ELSE FALSE END
             GROUP BY binding.id
            """,
            is_on_its_way=self._sql_is_on_its_way(),
            known=self._sql_known_there(),
        )

    @api.model
    def _sql_is_on_its_way(self):
        """Whether `_sql_confirmed` has the order. PostgreSQL would go through all transfers for an EXISTS."""
        return SQL(
            """COALESCE((SELECT TRUE
                           FROM stock_picking picking
                           JOIN stock_move move ON move.picking_id = picking.id
                           JOIN stock_location place ON place.id = COALESCE(move.location_final_id, move.location_dest_id)
                          WHERE picking.sale_id = sale.id AND picking.state NOT IN ('done', 'cancel')
                            AND move.state NOT IN ('done', 'cancel') AND place.usage = 'customer'
                          LIMIT 1), FALSE)"""
        )

    @api.model
    def _sql_known_there(self):
        """Units of a line that Shopify does not wait for. Those that it has taken off a sales order are off its line already,
        unless the order was cancelled; those that came back are still in their parcel."""
        return SQL(
            """(COALESCE((SELECT SUM(part.quantity)
                            FROM shopify_fulfillment parcel
                            JOIN shopify_fulfillment_line part ON part.fulfillment_id = parcel.id
                           WHERE parcel.order_binding_id = binding.id AND parcel.state IN %(on_its_way)s
                             AND part.line_gid = line.shopify_line_gid), 0)
              + COALESCE((SELECT SUM(CASE WHEN sale.state = 'cancel' THEN part.quantity ELSE -part.quantity END)
                            FROM shopify_refund refund
                            JOIN shopify_refund_line part ON part.refund_id = refund.id AND part.kind = 'item'
                           WHERE refund.binding_id = binding.id AND part.line_gid = line.shopify_line_gid
                             AND (sale.state = 'cancel') = (part.restock IS DISTINCT FROM 'return')), 0))""",
            on_its_way=_ON_ITS_WAY,
        )

    # === EXPLANATION === #

    def _explain(self):
        if self.reason != 'given_up':
            return super()._explain()
        order, waiting = self.sale_order_id, self._get_given_up()
        goods = ', '.join(f'{units:g} × {line.product_id.display_name}' for line, units in waiting.items())
        if order.state == 'cancel':
            return self.env._(
                "%(order)s was cancelled in Odoo, but Shopify still waits for %(goods)s: cancel or refund it there as well, or "
                "confirm %(order)s again.",
                order=order.name,
                goods=goods,
            )
        names = dict.fromkeys(
            move.picking_id.name
            for line in waiting
            for move in line.move_ids
            if (move.location_final_id or move.location_dest_id).usage == 'customer'
            and (move.state == 'cancel' or move.quantity < move.product_uom_qty)
        )
        return self.env._(
            "%(deliveries)s leaves out %(goods)s, but Shopify still waits for it: deliver it with a copy of the transfer, or "
            "refund it in Shopify.",
            deliveries=', '.join(filter(None, names)),
            goods=goods,
        )

    def _get_given_up(self):
        """``{sales order line: units}``, as `_sql_given_up` counts them."""
        order, known = self.sale_order_id, Counter()
        for parcel in self.order_binding_id.fulfillment_ids:
            known.update(parcel._get_units() if parcel.state in _ON_ITS_WAY else {})
        is_cancelled = order.state == 'cancel'
        for part in self.order_binding_id.refund_ids.line_ids:
            if part.kind == 'item' and is_cancelled == (part.restock != 'return'):
                known[part.line_gid] += part.quantity if is_cancelled else -part.quantity
        units = {
            line: line.product_uom_qty - max(line.qty_delivered, known[line.shopify_line_gid])
            for line in order.order_line
            if '/LineItem/' in (line.shopify_line_gid or '') and line.qty_delivered_method == 'stock_move'
        }
        return {line: count for line, count in units.items() if count > 0}
