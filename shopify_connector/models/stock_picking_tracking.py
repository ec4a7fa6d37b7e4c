from odoo import api, fields, models
from odoo.tools import SQL

from ..entities import tracking
from .stock_picking_delivery import FROM_SHOP

# Of the app Delivery Costs (stock_delivery), which the connector goes without.
CARRIER_FIELD, NUMBER_FIELD = 'carrier_id', 'carrier_tracking_ref'
_TOLD = {
    CARRIER_FIELD, NUMBER_FIELD, 'shopify_tracking_ref', 'shopify_tracking_company', 'shopify_tracking_url',
}  # fmt: skip


class StockPicking(models.Model):
    """Tracking numbers where Odoo has no field for them, and whether Shopify tells the customer."""

    _inherit = 'stock.picking'

    # The topic of a task: goods of a delivery that was done already were changed.
    CORRECTED = 'corrected'

    shopify_tracking_ref = fields.Char(
        "Tracking Numbers", copy=False, help="Several are parted by commas. Shopify is told, also when one comes later."
    )
    shopify_tracking_company = fields.Char("Shipped By", copy=False, help="As the customer knows it, e.g. UPS.")
    shopify_tracking_url = fields.Char(
        "Tracking Link",
        copy=False,
        help="Where the customer sees where the parcel is; {number} stands for the number. Not needed for carriers that "
        "Shopify knows. A link without {number} is told even if the parcel has no number.",
    )
    shopify_notify = fields.Selection(
        [('yes', "Yes"), ('no', "No")],
        "Shopify Tells The Customer",
        copy=False,
        help="Whether Shopify sends its shipping confirmation for this delivery. Empty: as the store has it.",
    )
    shopify_is_shipment = fields.Boolean(compute='_compute_shopify_is_shipment', compute_sudo=True)
    shopify_has_own_tracking = fields.Boolean(compute='_compute_shopify_is_shipment', compute_sudo=True)

    @api.depends('sale_id.shopify_binding_ids', 'location_dest_id.usage')
    def _compute_shopify_is_shipment(self):
        for picking in self:
            is_shipment = picking.location_dest_id.usage == 'customer' and bool(picking.sale_id.shopify_binding_ids)
            picking.shopify_is_shipment = is_shipment
            picking.shopify_has_own_tracking = is_shipment and (
                NUMBER_FIELD not in picking._fields or bool(picking.shopify_tracking_ref)
            )

    def write(self, vals):
        """Override of `stock`: a number that comes or changes after the goods have left is told as well."""
        changed = self.browse()
        if _TOLD & vals.keys() and not self.env.context.get(FROM_SHOP):
            names = [name for name in _TOLD & vals.keys() if name in self._fields]
            done = self.filtered(lambda picking: picking.state == 'done')
            changed = done.filtered(lambda picking: any(picking._shopify_differs(name, vals[name]) for name in names))
        result = super().write(vals)
        if changed:
            changed._shopify_note_tracking()
        return result

    def _shopify_differs(self, name, value):
        present = self[name].id if self._fields[name].type == 'many2one' else self[name]
        return (present or False) != (value or False)

    def _shopify_note_tracking(self, topic=None):
        """Have what Shopify was told of these deliveries compared with their numbers, or with what else ``topic`` says:
        inserts only."""
        if not self.ids:
            return
        self.env.cr.execute(
            SQL(
                """
            INSERT INTO shopify_task (backend_id, lane, kind, key, source, topic, state, due_at, tries, create_date, create_uid)
            SELECT DISTINCT store.id, 'orders', 'delivery', binding.gid, 'odoo', %(topic)s, 'pending',
                   now() AT TIME ZONE 'UTC', 0, now() AT TIME ZONE 'UTC', %(uid)s
              FROM shopify_delivery delivery
              JOIN shopify_order_binding binding ON binding.id = delivery.order_binding_id
              JOIN shopify_backend store ON store.id = delivery.backend_id
             WHERE delivery.picking_id = ANY(%(pickings)s) AND store.active AND store.state != 'draft'
               AND CASE delivery.kind WHEN 'ship' THEN store.ship_export
                                      WHEN 'return' THEN %(has_goods)s AND store.tell_returns AND delivery.origin = 'odoo'
                                      ELSE FALSE END
            RETURNING backend_id
            """,
                pickings=self.ids,
                topic=topic,
                has_goods=topic == self.CORRECTED,
                uid=self.env.uid,
            )
        )
        stores = {row[0] for row in self.env.cr.fetchall()}
        if stores:
            self.env['shopify.task'].sudo()._wake_lanes(stores, 'orders')

    def _shopify_numbers(self):
        """All tracking numbers on the delivery itself, each once."""
        self.ensure_one()
        theirs = self[NUMBER_FIELD] if NUMBER_FIELD in self._fields else ''
        return tracking.split_numbers(f"{theirs or ''}\n{self.shopify_tracking_ref or ''}")

    def _shopify_drop_numbers(self, numbers):
        """Forget numbers that Shopify has told and taken back."""
        self.ensure_one()
        name = NUMBER_FIELD if NUMBER_FIELD in self._fields else 'shopify_tracking_ref'
        kept = [number for number in self._shopify_numbers() if number not in numbers]
        if kept != list(self._shopify_numbers()):
            self.with_context(**{FROM_SHOP: True})[name] = ','.join(kept) or False

    def _shopify_take_tracking(self, infos):
        """Fill in what Shopify knows of the parcels of this delivery: ``[{company, number, url}]``. Numbers that people have
        entered stay; Shopify hears nothing back."""
        self.ensure_one()
        picking = self.with_context(**{FROM_SHOP: True})
        numbers = list(
            dict.fromkeys([*picking._shopify_numbers(), *(row['number'] for row in infos if row.get('number'))])
        )
        companies = list(dict.fromkeys(row['company'] for row in infos if row.get('company')))
        urls = list(dict.fromkeys(row['url'] for row in infos if row.get('url')))
        vals = {NUMBER_FIELD if NUMBER_FIELD in self._fields else 'shopify_tracking_ref': ','.join(numbers) or False}
        carrier = self.env['shopify.carrier.mapping'].sudo()._find_carrier(self, companies)
        if carrier and not picking[CARRIER_FIELD]:
            vals[CARRIER_FIELD] = carrier.id
        elif companies and not carrier:
            vals['shopify_tracking_company'] = companies[0]
        if len(urls) == 1 and not carrier:
            vals['shopify_tracking_url'] = urls[0]
        picking.write(vals)
