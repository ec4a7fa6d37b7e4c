from collections import Counter

from odoo import fields, models

from ..entities.return_write import REASONS


class StockPicking(models.Model):
    """Goods that come back, and deliveries that are undone."""

    _inherit = 'stock.picking'

    # People in the warehouse have no right on Shopify's records, and see all of these but the link.
    shopify_purpose = fields.Selection(
        [('return', "The customer sends them back"), ('cancel', "The parcel never left")],
        "Why The Goods Come Back",
        copy=False,
        readonly=True,
    )
    shopify_reason = fields.Selection(
        '_selection_shopify_reason',
        "Reason For The Shop",
        copy=False,
        help="What the Shopify return gives as its reason.",
    )
    shopify_return_note = fields.Text(
        "Reason Of The Return", copy=False, readonly=True, help="As the customer or the shop gave it."
    )
    shopify_return_id = fields.Many2one(
        'shopify.return',
        "Shopify Return",
        copy=False,
        readonly=True,
        index='btree_not_null',
        ondelete='set null',
        groups='shopify_connector.group_shopify_user',
    )

    def _selection_shopify_reason(self):
        texts = {
            'unknown': self.env._("Unknown"),
            'unwanted': self.env._("Changed their mind"),
            'defective': self.env._("Damaged or defective"),
            'not_as_described': self.env._("Not as described"),
            'wrong_item': self.env._("Received the wrong item"),
            'size_too_small': self.env._("Too small"),
            'size_too_large': self.env._("Too big"),
            'style': self.env._("Style"),
            'color': self.env._("Color"),
            'other': self.env._("Other"),
        }
        return [(code, texts[code]) for code in REASONS]

    # === BUSINESS METHODS === #

    def _action_done(self):
        """Override of `stock`: what never left is still to be delivered."""
        known = self.filtered(lambda picking: picking.shopify_purpose and picking.state != 'done').sudo()
        undone = known.filtered(lambda picking: picking.shopify_purpose == 'cancel')
        before = undone._shopify_get_delivered()
        known._shopify_count_return(True)
        result = super()._action_done()
        known.backorder_ids._shopify_count_return(False)
        if undone:
            undone.filtered(lambda picking: picking.state == 'done')._shopify_deliver_again(before)
        return result

    def _shopify_count_return(self, is_here):
        """Whether what comes back takes units off those that were delivered. Odoo counts it as soon as it is planned, and
        delivers the same again when the order changes meanwhile. What a person lets not count never does."""
        coming = self.move_ids.filtered(
            lambda move: (
                move.state not in ('done', 'cancel')
                and move.origin_returned_move_id
                and (move.shopify_counts_later if is_here else move.to_refund)
            )
        )
        coming.write({'to_refund': is_here, 'shopify_counts_later': not is_here})

    def _create_backorder_picking(self):
        """Override of `stock`: what is still to come back comes back for the same reason."""
        rest = super()._create_backorder_picking()
        if self.shopify_purpose:
            rest.sudo().write(
                {
                    'shopify_purpose': self.shopify_purpose,
                    'shopify_reason': self.shopify_reason,
                    'shopify_return_note': self.shopify_return_note,
                    'shopify_return_id': self.sudo().shopify_return_id.id,
                }
            )
        return rest

    def _shopify_get_delivered(self):
        """``{sales order line: units delivered}``; Odoo counts complete kits."""
        return {line: line.qty_delivered for line in self.move_ids.sale_line_id}

    def _shopify_deliver_again(self, before):
        """Plan a new delivery for exactly the units that have come back since ``before``; never for more than the order
        still asks for. An order that the shop has cancelled meanwhile asks for nothing, and is closed."""
        orders = self.move_ids.sale_line_id.order_id
        over = orders.shopify_binding_ids.filtered('cancelled_at')
        for backend, bindings in over.grouped('backend_id').items():
            self.env['shopify.task']._add(backend, 'order', bindings.mapped('gid'))
        wanted = (orders - over.sale_order_id).filtered(lambda order: order.state == 'sale')
        for line in self.move_ids.sale_line_id.filtered(lambda line: line.order_id in wanted):
            line = line.with_company(line.company_id)
            missing = min(
                before.get(line, 0.0) - line.qty_delivered, line.product_uom_qty - line._get_qty_procurement()
            )
            if line.product_uom_id.compare(missing, 0.0) > 0:
                quantity, unit = line.product_uom_id._adjust_uom_quantities(missing, line.product_id.uom_id)
                values = line._prepare_procurement_values()
                self.env['stock.rule'].run(line._create_procurements(quantity, unit, values))
        planned = self.move_ids.sale_line_id.order_id.picking_ids - self
        planned.filtered(lambda picking: picking.state not in ('done', 'cancel')).action_confirm()

    def _shopify_receive(self):
        """Validate a return of what is known to be here again, with the lots that left; whether that was possible."""
        self.ensure_one()
        waiting = self.move_ids.filtered(lambda move: move.state not in ('done', 'cancel'))
        # What somebody has counted stays as it was counted.
        for move in waiting if not any(waiting.mapped('picked')) else ():
            move._shopify_fill_return()
        self.with_context(skip_sms=True, skip_backorder=True).button_validate()
        return self.state == 'done'


class StockMove(models.Model):
    _inherit = 'stock.move'

    shopify_counts_later = fields.Boolean(
        readonly=True, help="Takes units off those that were delivered as soon as it is here, not before."
    )

    def _shopify_fill_return(self):
        """All units, with the lots and serial numbers that left where there is no doubt which they are."""
        self.ensure_one()
        origin = self.origin_returned_move_id
        left = origin.move_line_ids.filtered('lot_id')
        is_known = self.picking_id.shopify_purpose == 'cancel' or self.product_qty == origin.product_qty
        if left and is_known and self.has_tracking != 'none':
            self._shopify_fill_lots(left.sorted('id', reverse=True))
        else:
            self.quantity = self.product_uom_qty
        self.picked = True

    def _shopify_fill_lots(self, left):
        taken, rows = self.product_qty, []
        back = self.origin_returned_move_id.returned_move_ids.filtered(lambda move: move.state == 'done').move_line_ids
        returned = Counter()
        for line in back:
            returned[line.lot_id] += line.quantity_product_uom
        for line in left:
            gone = min(returned[line.lot_id], line.quantity_product_uom)
            returned[line.lot_id] -= gone
            quantity = min(taken, line.quantity_product_uom - gone)
            if self.product_id.uom_id.compare(quantity, 0.0) > 0:
                taken -= quantity
                values = self._prepare_move_line_vals(quantity=0)
                rows.append({**values, 'lot_id': line.lot_id.id, 'quantity': quantity, 'owner_id': line.owner_id.id})
        self.move_line_ids.unlink()
        self.env['stock.move.line'].create(rows)
