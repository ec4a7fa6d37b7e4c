from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..shopify import oauth

# Any of them lets the app tell of deliveries from some locations; the first from the shop's own.
SHIP_SCOPES = tuple(f'write_{kind}_fulfillment_orders' for kind in ('merchant_managed', 'assigned', 'third_party'))
RETURN_SCOPE = 'write_returns'
# What a store tells of, and since when.
_SINCE = {'ship_export': 'ship_since', 'tell_returns': 'returns_since'}


class ShopifyBackend(models.Model):
    """What a store and Odoo tell each other of parcels and of goods that come back."""

    _inherit = 'shopify.backend'

    ship_export = fields.Boolean(
        "Tell Shopify Of Deliveries",
        default=True,
        tracking=True,
        help="A delivery that is validated in Odoo becomes a fulfilment of the Shopify order, with its tracking numbers. "
        "Validating never waits for Shopify. Needs a scope write_…_fulfillment_orders.",
    )
    ship_since = fields.Datetime(
        "Told Since",
        readonly=True,
        copy=False,
        help="Since when deliveries are told. What left before is nobody's business to tell afterwards.",
    )
    notify_customers = fields.Boolean(
        "Shopify Tells The Customer",
        default=True,
        tracking=True,
        help="Shopify sends its shipping confirmation when a parcel has left. A delivery may decide otherwise.",
    )
    notify_tracking = fields.Boolean(
        "Also Of Later Numbers",
        default=True,
        tracking=True,
        help="Shopify also tells the customer when a tracking number comes or changes after the parcel has left.",
    )
    ship_move = fields.Selection(
        [
            ('move', "Move it to where the goods left"),
            ('assigned', "Leave it where Shopify put it"),
        ],
        "Shipped From Another Place",
        default='move',
        required=True,
        tracking=True,
        help="What is done with Shopify's fulfilment order when Odoo ships from a warehouse that stands for another location "
        "than the one Shopify had in mind. If Shopify refuses the move, the parcel is told where it was assigned. What the "
        "customer fetches there (local pickup, tills) is never moved.",
    )
    ship_services = fields.Selection(
        [
            ('with_goods', "With the last goods"),
            ('delivered', "When marked as delivered in Odoo"),
            ('never', "Never"),
        ],
        "Lines Without Goods",
        default='with_goods',
        required=True,
        tracking=True,
        help="When services, warranties and the like are fulfilled in Shopify. With the last goods: an order that has no goods "
        "at all is fulfilled when it is confirmed and paid.",
    )
    take_cancelled = fields.Selection(
        [
            ('undo', "Put the goods back and plan a new delivery"),
            ('return', "Plan a return"),
            ('ask', "Ask a person"),
        ],
        "Fulfilments Cancelled In Shopify",
        default='undo',
        required=True,
        tracking=True,
    )
    take_returns = fields.Selection(
        [('picking', "Plan a receipt of the goods"), ('none', "Nothing")],
        "Returns Approved In Shopify",
        default='picking',
        required=True,
        tracking=True,
    )
    take_since = fields.Datetime(
        "Parcels Taken Over Since",
        readonly=True,
        copy=False,
        help="Since when parcels that Shopify ships are delivered in Odoo one by one. Those from before are delivered when all "
        "of their order has left, as far as Odoo has something open of it. Empty: always.",
    )
    tell_returns = fields.Boolean(
        "Tell Shopify Of Returns",
        default=True,
        tracking=True,
        help="Goods that came back in Odoo become a return of the Shopify order, restocked where they came to. No money is "
        "moved.",
    )
    returns_since = fields.Datetime(
        "Returns Told Since",
        readonly=True,
        copy=False,
        help="Since when returns are told. What came back before is nobody's business to tell afterwards.",
    )
    late_hours = fields.Integer(
        "Late After (Hours)",
        default=48,
        tracking=True,
        help="An order that was not shipped so many hours after it could be is late: it is listed, and the responsible "
        "person is told once a day. 0: never.",
    )
    late_tell_minutes = fields.Integer(
        "Not Told After (Minutes)",
        default=30,
        tracking=True,
        help="A delivery that Shopify has not heard of after so many minutes is listed, and the responsible person is told.",
    )

    deliveries_note = fields.Char(compute='_compute_deliveries_note')

    @api.depends('ship_export', 'tell_returns', 'granted_scopes', 'location_ids.is_fulfillment_service')
    def _compute_deliveries_note(self):
        for backend in self:
            notes = backend._get_delivery_notes(backend.granted_scopes.split(',')) if backend.granted_scopes else []
            backend.deliveries_note = ' '.join(notes) or False

    def _get_delivery_notes(self, granted):
        """A sentence for each policy on deliveries that the app's scopes (an iterable) stand in the way of."""
        self.ensure_one()
        notes = []
        missing = oauth.missing_scopes(granted, SHIP_SCOPES)
        # With one for other locations the app is shown nothing of what the shop's own have to ship.
        has_own = any(not place.is_fulfillment_service for place in self.location_ids)
        if self.ship_export and (len(missing) == len(SHIP_SCOPES) or (has_own and SHIP_SCOPES[0] in missing)):
            notes.append(
                self.env._(
                    "Shopify cannot be told of deliveries: the app lacks the scope %(scope)s. Add it to the app, release it "
                    "and approve it in the Shopify admin; deliveries wait until then.",
                    scope=SHIP_SCOPES[0],
                )
            )
        if self.tell_returns and oauth.missing_scopes(granted, (RETURN_SCOPE,)):
            notes.append(
                self.env._(
                    "Shopify cannot be told of returns: the app lacks the scope %(scope)s. Add it likewise, or switch Tell "
                    "Shopify Of Returns off.",
                    scope=RETURN_SCOPE,
                )
            )
        return notes

    def _get_delivery_scopes(self):
        """``{scope: what for}`` of the scopes that are useful for deliveries, beside those that a policy asks for."""
        self.ensure_one()
        useful = {'read_fulfillments': self.env._("to hear at once what becomes of parcels")}
        if not self.ship_export:
            useful[SHIP_SCOPES[0]] = self.env._("to tell Shopify of deliveries")
        if not self.tell_returns:
            useful[RETURN_SCOPE] = self.env._("to tell Shopify of returns")
        return useful

    @api.model_create_multi
    def create(self, vals_list):
        """Override: see `write`."""
        backends = super().create(vals_list)
        for policy, since in _SINCE.items():
            backends.filtered(policy)[since] = fields.Datetime.now()
        return backends

    def write(self, vals):
        """Override: a store that begins to tell of deliveries begins with those of now; what the app's scopes stood in the
        way of goes on with the scope."""
        granted = self.env['shopify.sync.connection']._granted
        before = {backend: granted(backend) for backend in self} if 'granted_scopes' in vals else {}
        begun = {
            since: self.filtered(lambda backend, policy=policy: not backend[policy])
            for policy, since in _SINCE.items()
            if vals.get(policy)
        }
        result = super().write(vals)
        for since, backends in begun.items():
            backends[since] = fields.Datetime.now()
        for backend, scopes in before.items():
            if (granted(backend) - scopes) & {*SHIP_SCOPES, RETURN_SCOPE}:
                backend._retry_without_scope()
        return result

    def _retry_without_scope(self):
        """Tell of the deliveries and returns that the app had no scope for."""
        lacking = [('backend_id', '=', self.id), ('state', '=', 'failed'), ('code', 'in', ('no_scope', 'missing_scope'))]
        deliveries = self.env['shopify.delivery'].sudo().search(lacking)
        if deliveries:
            deliveries._set_waiting()
            self.env['shopify.task'].sudo()._add(self, 'delivery', deliveries.order_binding_id.mapped('gid'))
            self._wake('orders')

    @api.constrains('late_hours', 'late_tell_minutes')
    def _check_late(self):
        for backend in self:
            if backend.late_hours < 0 or backend.late_tell_minutes < 0:
                raise ValidationError(
                    self.env._(
                        "The times after which a delivery of %(store)s is late cannot be negative. Enter 0 to have no "
                        "warning.",
                        store=backend.name,
                    )
                )
