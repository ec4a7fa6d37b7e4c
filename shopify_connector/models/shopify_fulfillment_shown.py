from markupsafe import Markup

from odoo import api, fields, models


class ShopifyFulfillment(models.Model):
    """What people see of a parcel."""

    _inherit = 'shopify.fulfillment'

    tracking_text = fields.Char("Tracking", compute='_compute_tracking')
    tracking_html = fields.Html("Tracking", compute='_compute_tracking')
    status_text = fields.Char("Status", compute='_compute_status_text')
    # Whoever sees the row may know the transfers' names without any right on transfers.
    transfers = fields.Char("Transfers", compute='_compute_transfers', compute_sudo=True)

    @api.depends('tracking')
    def _compute_tracking(self):
        for parcel in self:
            rows = [row for row in parcel.tracking or [] if row.get('number') or row.get('url')]
            parcel.tracking_text = ', '.join(self._tracking_words(row) for row in rows) or False
            parcel.tracking_html = Markup('<br/>').join(self._tracking_link(row) for row in rows) or False

    @api.model
    def _tracking_words(self, row):
        return ' '.join(word for word in (row.get('company'), row.get('number')) if word) or row['url']

    @api.model
    def _tracking_link(self, row):
        if not (row.get('url') or '').startswith(('http://', 'https://')):
            return Markup('%s') % self._tracking_words(row)
        return Markup('<a href="%s" target="_blank" rel="noopener noreferrer">%s</a>') % (
            row['url'],
            self._tracking_words(row),
        )

    @api.depends('state', 'display_status', 'delivered_at')
    def _compute_status_text(self):
        """What the customer sees, where Shopify says more than that it has left."""
        states = dict(self._fields['state']._description_selection(self.env))
        for parcel in self:
            shown = self._shown_statuses().get(parcel.display_status) if parcel.state == 'success' else None
            parcel.status_text = shown or states.get(parcel.state)

    @api.model
    def _shown_statuses(self):
        return {
            'ATTEMPTED_DELIVERY': self.env._("Delivery attempted"),
            'CARRIER_PICKED_UP': self.env._("With the carrier"),
            'CONFIRMED': self.env._("Confirmed"),
            'DELAYED': self.env._("Delayed"),
            'DELIVERED': self.env._("Delivered"),
            'IN_TRANSIT': self.env._("In transit"),
            'LABEL_PRINTED': self.env._("Label printed"),
            'LABEL_PURCHASED': self.env._("Label bought"),
            'NOT_DELIVERED': self.env._("Not delivered"),
            'OUT_FOR_DELIVERY': self.env._("Out for delivery"),
            'PICKED_UP': self.env._("Picked up"),
            'READY_FOR_PICKUP': self.env._("Ready for pickup"),
        }

    @api.depends('picking_ids.name', 'delivery_id.picking_id.name')
    def _compute_transfers(self):
        for parcel in self:
            transfers = parcel.picking_ids | parcel.delivery_id.picking_id
            parcel.transfers = ', '.join(transfers.mapped('name')) or False

    def action_open_in_shopify(self):
        self.ensure_one()
        return self.order_binding_id.action_open_in_shopify()

    def action_tell(self):
        """Open the dialog that says what may be told about the parcel."""
        self.ensure_one()
        self.check_access('read')
        return self.env['shopify.delivery.tell']._open(self.order_binding_id, self.gid)


class ShopifyFulfillmentLine(models.Model):
    _inherit = 'shopify.fulfillment.line'

    product_id = fields.Many2one(related='sale_line_id.product_id')
