from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_datetime

from ..entities import delivery_tell as telling
from ..shopify import errors, when

# Somebody sits in front of the form and waits.
_SECONDS = 6
_ROLE = 'shopify_connector.group_shopify_user'
_WORKER = 'stock.group_stock_user'


class ShopifyDeliveryTell(models.TransientModel):
    """What may be done about an order's delivery in Shopify just now, and what each of it would do. Nothing is written to
    the shop by looking at it."""

    _name = 'shopify.delivery.tell'
    _description = "Delivery In Shopify"

    # People in the warehouse open it too: they read the sentences and nothing of Shopify's records.
    binding_id = fields.Many2one('shopify.order.binding', required=True, readonly=True, groups=_ROLE)
    targets = fields.Json(readonly=True, groups=_ROLE)
    state_text = fields.Text("In Shopify Now", readonly=True)
    nothing = fields.Text(readonly=True)
    prepared = fields.Text("Ready For Pickup", readonly=True)
    out_for_delivery = fields.Text("Out For Delivery", readonly=True)
    delivered = fields.Text("Delivered", readonly=True)
    release = fields.Text("Release The Hold", readonly=True)
    open = fields.Text("Ship Before Its Time", readonly=True)
    request = fields.Text("Ask The Fulfilment Service", readonly=True)
    note = fields.Char("Message To The Service", size=255)

    # === OPENING === #

    @api.model
    def _open(self, binding, parcel_gid=None):
        """Read the order's fulfilment orders and parcels from Shopify and show the dialog.

        :raise UserError: Shopify cannot be reached or does not show the order; with a way out.
        """
        self._check_may(binding)
        binding = binding.sudo()
        state = self._read(binding)
        targets = telling.targets(state, parcel_gid, self._get_told(binding))
        if not self.env.user.has_group(_ROLE):
            targets = {kind: rows for kind, rows in targets.items() if kind in telling.WORKERS}
        sentences = {kind: self._get_sentence(kind, rows) for kind, rows in targets.items()}
        wizard = self.sudo().create(
            {
                'binding_id': binding.id,
                'targets': targets,
                'state_text': '\n'.join(self._get_state_lines(state)),
                'nothing': False if targets else self._get_nothing(state),
                **sentences,
            }
        )
        return {
            'type': 'ir.actions.act_window',
            'res_model': self._name,
            'res_id': wizard.id,
            'view_mode': 'form',
            'views': [(False, 'form')],
            'target': 'new',
            'name': self.env._("Delivery of %(order)s in Shopify", order=binding.name),
        }

    @api.model
    def _check_may(self, binding):
        if not (self.env.user.has_group(_ROLE) or self.env.user.has_group(_WORKER)):
            raise AccessError(self.env._("This is for people who work with deliveries. Ask somebody in the warehouse."))
        binding.ensure_one()
        backend = binding.sudo().backend_id
        if not backend._is_live():
            raise UserError(self.env._("%(store)s is not connected to this database.", store=backend.name))
        if backend.company_id not in self.env.companies:
            raise AccessError(self.env._("This order belongs to another company. Switch to it first."))

    @api.model
    def _read(self, binding):
        """The order's state, asked with little patience."""
        backend = binding.backend_id
        try:
            client = backend._get_client('orders', timeout=_SECONDS, max_tries=2, max_wait=2.0)
            state = self.env['shopify.sync.delivery'].sudo()._read_states(backend, client, [binding.gid])
        except errors.WaitError as error:
            raise UserError(
                self.env._(
                    "Shopify cannot be asked just now, so nothing was done: %(reason)s Try again in a minute.",
                    reason=error.message,
                )
            ) from error
        except errors.ShopifyError as error:
            raise UserError(error.message) from error
        if binding.gid not in state:
            raise UserError(self.env._("Shopify shows this order no more: it was deleted or archived long ago."))
        return state[binding.gid]

    @api.model
    def _get_told(self, binding):
        """``{kind: gids that somebody has told already, or is telling}``; Shopify does not show all of it."""
        steps = self.env['shopify.delivery.step'].sudo()
        found = steps.search(
            [
                ('order_binding_id', '=', binding.id),
                ('kind', 'in', ('prepared', 'event', 'release', 'open', 'request')),
                '|',
                ('state', 'in', ('planned', 'sending', 'unclear')),
                '&',
                ('kind', '=', 'prepared'),
                ('state', '=', 'done'),
            ]
        )
        return telling.told((step.kind, step.variables) for step in found)

    # === SENTENCES === #

    @api.model
    def _get_state_lines(self, state):
        lines = []
        for order in state.orders or ():
            if order.is_open and order.remaining:
                lines.append(
                    self.env._(
                        "To be shipped from %(place)s: %(units)s unit(s), %(status)s.",
                        place=order.location_name or '?',
                        units=order.remaining,
                        status=self._get_status(order),
                    )
                )
        for parcel in state.fulfillments:
            if parcel.is_shipped:
                shown = self.env['shopify.fulfillment']._shown_statuses().get(parcel.display_status)
                lines.append(
                    self.env._(
                        "%(parcel)s: %(units)s unit(s) shipped on %(time)s. %(status)s",
                        parcel=parcel.name,
                        units=sum(parcel.units.values()),
                        time=self._get_time(parcel.shipped_at),
                        status=f'{shown}.' if shown else '',
                    ).strip()
                )
        return lines or [self.env._("Nothing is left to ship, and no parcel has left.")]

    @api.model
    def _get_status(self, order):
        if order.holds:
            reasons = ', '.join(
                hold.notes or hold.text or hold.reason.lower().replace('_', ' ') for hold in order.holds
            )
            return self.env._("on hold (%(reasons)s)", reasons=reasons)
        if order.status == 'SCHEDULED':
            return self.env._("planned for %(time)s", time=self._get_time(order.fulfill_at))
        if order.is_service and order.request_status != 'UNSUBMITTED':
            return self.env._("the service was asked")
        return {
            'PICK_UP': self.env._("the customer picks it up"),
            'LOCAL': self.env._("delivered locally"),
        }.get(order.method) or self.env._("open")

    @api.model
    def _get_time(self, moment):
        return format_datetime(self.env, when.to_utc(moment), dt_format='short') if moment else '?'

    @api.model
    def _get_nothing(self, state):
        if state.orders is None:
            return self.env._(
                "The app may not see what is left to ship. Add a scope write_…_fulfillment_orders to it, release the new "
                "version and approve it in the Shopify admin; then open this dialog again."
            )
        return self.env._(
            "Shopify lets nothing be done about this order's delivery just now, or it is under way already."
        )

    @api.model
    def _get_sentence(self, kind, rows):
        """What it would do, before anybody says yes."""
        names = ', '.join(dict.fromkeys(row['name'] for row in rows if row['name'])) or '?'
        units = sum(row['units'] for row in rows)
        return {
            'prepared': self.env._(
                "Shopify tells the customer that %(units)s unit(s) are ready for pickup at %(names)s. It does so once. "
                "Nothing is shipped by this: validate the delivery when the customer has come.",
                units=units,
                names=names,
            ),
            'out_for_delivery': self.env._(
                "The order's page shows %(names)s as out for delivery, and Shopify tells the customer, if the shop's "
                "notification for it is switched on.",
                names=names,
            ),
            'delivered': self.env._(
                "The order's page shows %(names)s as delivered, and Shopify tells the customer, if the shop's notification "
                "for it is switched on.",
                names=names,
            ),
            'release': self.env._(
                "Shopify no longer holds %(units)s unit(s) at %(names)s. What Odoo has shipped of them is told afterwards, "
                "and what is left may be shipped.",
                units=units,
                names=names,
            ),
            'open': self.env._(
                "Shopify had planned %(units)s unit(s) at %(names)s for later. They may be shipped from now on.",
                units=units,
                names=names,
            ),
            'request': self.env._(
                "%(names)s is asked to ship %(units)s unit(s). The service accepts or declines; what it ships comes to Odoo "
                "by itself.",
                units=units,
                names=names,
            ),
        }[kind]

    # === ACTION METHODS === #

    def action_confirm(self):
        """Write down what the context names (``shopify_tell``); the store's lane does it."""
        self.ensure_one()
        wizard = self.sudo()
        kind, binding = self.env.context.get('shopify_tell'), wizard.binding_id
        self._check_may(binding)
        rows = (wizard.targets or {}).get(kind)
        if not rows or not (kind in telling.WORKERS or self.env.user.has_group(_ROLE)):
            raise UserError(self.env._("This cannot be done here. Open the dialog again."))
        told = self._get_told(binding)
        rows = [row for row in rows if row['gid'] not in told.get(kind, ())]
        now = when.to_iso(fields.Datetime.now())
        for step_kind, variables in telling.steps(kind, rows, self.note or None, now):
            self.env['shopify.delivery.step']._plan(binding, step_kind, variables)
        answer = self.env['shopify.backend']._notification(
            self.env._("Written down. It is done in Shopify within seconds.")
        )
        answer['params']['next'] = {'type': 'ir.actions.act_window_close'}
        return answer
