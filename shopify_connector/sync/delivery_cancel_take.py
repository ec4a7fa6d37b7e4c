"""Fulfilments that were cancelled in Shopify: what Odoo had delivered comes back, by the store's policy."""

from odoo import api, models

from ..shopify import errors


class ShopifySyncDeliveryCancel(models.AbstractModel):
    _name = 'shopify.sync.delivery.cancel'
    _description = "Shopify Fulfilments Called Back"

    @api.model
    def _take(self, backend, rows):
        """Follow cancelled fulfilments that stand in Odoo; ``{order gid: error}`` of what a person has to do."""
        problems = {}
        for row in rows.filtered(lambda row: row.taken == 'done' and not self._is_ours(row)):
            problem = self._take_row(backend, row)
            if problem:
                problems[row.order_binding_id.gid] = problem
        return problems

    def _is_ours(self, row):
        """Whether Odoo has asked for it: the goods are back already."""
        steps = self.env['shopify.delivery.step'].search(
            [
                ('order_binding_id', '=', row.order_binding_id.id),
                ('kind', '=', 'cancel'),
                ('delivery_id', '!=', False),
                ('state', 'in', ('sending', 'unclear', 'done')),
            ]
        )
        return row.gid in [step.variables['id'] for step in steps]

    def _take_row(self, backend, row):
        policy = backend.take_cancelled
        if policy == 'ask':
            return self._ask(row)
        made = self._plan_returns(row)
        binding, names = row.order_binding_id, ', '.join(made.mapped('name'))
        if not made:
            row.write({'taken': 'ignored', 'message': self.env._("Odoo had nothing with the customer of it.")})
            return None
        row.write({'taken': 'undone', 'message': False})
        self._note_called_back(row)
        if policy == 'return':
            binding._add_trail('cancelled_return', fulfillment=row.name or '', picking=names)
            return None
        goods = self.env['shopify.sync.goods']
        stuck = made.filtered(lambda back: not goods._receive(back))
        for back in made - stuck:
            self._note_delivery(row, back)
        if stuck:
            return self._stuck(row, stuck)
        binding._add_trail('undone_in_shopify', fulfillment=row.name or '', picking=names)
        return None

    @api.model
    def _note_called_back(self, row):
        """Say it on the delivery that the parcel was told with, once nothing of it is on its way."""
        delivery = row.delivery_id
        if delivery.kind == 'ship' and set(delivery.fulfillment_ids.mapped('state')) == {'cancelled'}:
            delivery.write(
                {
                    'code': 'called_back',
                    'message': self.env._(
                        "It was told, and called back since: %(fulfillment)s is cancelled in Shopify.",
                        fulfillment=row.name or '',
                    ),
                }
            )

    def _plan_returns(self, row):
        """Returns of exactly what the parcel stood for, of the deliveries that it left with."""
        goods, units = self.env['shopify.sync.goods'], row._get_units()
        rows = []
        for gid, count in units.items():
            lines = row.line_ids.sale_line_id | row.sale_order_id.order_line
            lines = lines.filtered(
                lambda line, gid=gid: line.shopify_line_gid == gid and line.product_id.type == 'consu'
            )
            if lines:
                rows.append((lines, count))
        made = self.env['stock.picking']
        for picking, quantities in goods._choose(rows, row.picking_ids or None).items():
            made |= goods._plan(picking, quantities, {'shopify_purpose': 'cancel'})
        return made

    def _note_delivery(self, row, back):
        """Written down so that Shopify is not told its own news."""
        self.env['shopify.delivery'].create(
            {
                'backend_id': row.backend_id.id,
                'order_binding_id': row.order_binding_id.id,
                'picking_id': back.id,
                'kind': 'cancel',
                'origin': 'shopify',
                'state': 'sent',
                'units': row._get_units(),
            }
        )

    def _ask(self, row):
        message = self.env._(
            "%(fulfillment)s was cancelled in Shopify after Odoo had delivered it. Press Return on its delivery and choose "
            "“The parcel never left” to put the goods back, or skip this task if it did leave.",
            fulfillment=row.name or row.order_binding_id.name,
        )
        row.write({'taken': 'by_hand', 'message': message})
        return errors.GiveUpError(message, code='cancelled_in_shopify')

    def _stuck(self, row, pickings):
        return errors.GiveUpError(
            self.env._(
                "%(fulfillment)s was cancelled in Shopify, but its goods could not be put back. Fill in what %(names)s asks for "
                "(lot or serial numbers, for example) and validate it.",
                fulfillment=row.name or row.order_binding_id.name,
                names=', '.join(pickings.mapped('name')),
            ),
            code='return_not_validated',
        )
