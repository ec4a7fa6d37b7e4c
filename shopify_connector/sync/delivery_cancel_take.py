"""Fulfilments that were cancelled in Shopify: what Odoo had delivered comes back, by the store's policy."""

from collections import Counter

from odoo import api, models

from ..shopify import errors

_SHIPPED = ('success', 'pending')
_ASKED = 'cancelled_in_shopify'
_CALLED = 'called_back'


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
        # Before anybody validates them: what is called back already must not call another parcel back.
        for back in made:
            self._note_delivery(row, back)
        binding, names = row.order_binding_id, ', '.join(made.mapped('name'))
        if not made and not self._get_others(binding, self._get_left_with(row), None):
            row.write({'taken': 'ignored', 'message': self.env._("Odoo had nothing with the customer of it.")})
            return None
        row.write({'taken': 'undone', 'message': False})
        self._note_called_back(row)
        if not made:
            # A person was faster.
            return None
        if policy == 'return':
            binding._add_trail('cancelled_return', fulfillment=row.name or '', picking=names)
            return None
        goods = self.env['shopify.sync.goods']
        stuck = made.filtered(lambda back: not goods._receive(back))
        if stuck:
            return self._stuck(row, stuck)
        binding._add_trail('undone_in_shopify', fulfillment=row.name or '', picking=names)
        return None

    @api.model
    def _note_called_back(self, row):
        """Say it on the deliveries that the parcel stands for, once nothing of them is on its way."""
        found = self._get_ships(row)
        parcels = self.env['shopify.fulfillment'].search([('order_binding_id', '=', row.order_binding_id.id)])
        for delivery in found:
            its = parcels.filtered(
                lambda parcel, delivery=delivery: (
                    parcel.delivery_id == delivery or delivery.picking_id in parcel.picking_ids
                )
            )
            if set(its.mapped('state')) == {'cancelled'}:
                delivery.write({'code': _CALLED, 'message': self._called_back_words(delivery, row)})

    @api.model
    def _note_on_its_way(self, row):
        """A part of what was called back did leave."""
        self._get_ships(row).filtered(lambda ship: ship.code == _CALLED).write({'code': False, 'message': False})

    def _get_ships(self, row):
        """The deliveries that a parcel stands for, as far as Shopify knows of them."""
        return self.env['shopify.delivery'].search(
            [
                ('order_binding_id', '=', row.order_binding_id.id),
                ('kind', '=', 'ship'),
                ('state', '=', 'sent'),
                '|',
                ('id', '=', row.delivery_id.id),
                ('picking_id', 'in', row.picking_ids.ids),
            ]
        )

    def _called_back_words(self, delivery, row):
        name = row.name or ''
        if delivery.origin == 'shopify':
            return self.env._(
                "It had left in Shopify, and was called back since: %(fulfillment)s is cancelled.", fulfillment=name
            )
        return self.env._(
            "It was told, and called back since: %(fulfillment)s is cancelled in Shopify.", fulfillment=name
        )

    def _plan_returns(self, row):
        """Returns of exactly what the parcel stood for, of the deliveries that it left with; what a person has undone before
        Odoo heard of it is back."""
        goods = self.env['shopify.sync.goods']
        units = Counter(row._get_units()) & self._get_called_back(row.order_binding_id, self._get_left_with(row))
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

    def _get_left_with(self, row):
        return row.picking_ids | row.delivery_id.picking_id

    @api.model
    def _get_called_back(self, binding, origins, but=None):
        """``{order line gid: units}`` of the parcels of the transfers ``origins`` that were cancelled in Shopify, not by
        Odoo, less those that a transfer stands for which brings them back; ``but``: a delivery that does not count."""
        found = Counter()
        for row in self._get_cancelled_there(binding, origins):
            found.update(row._get_units())
        for other in self._get_others(binding, origins, but):
            found.subtract((other.adopted or {}) if other.origin == 'odoo' else self._get_units_back(other.picking_id))
        return +found

    def _get_cancelled_there(self, binding, origins):
        rows = self.env['shopify.fulfillment'].search([('order_binding_id', '=', binding.id)])
        rows = rows.filtered(lambda row: row.state not in _SHIPPED and self._get_left_with(row) & origins)
        return rows.filtered(lambda row: not self._is_ours(row))

    @api.model
    def _note_undone_here(self, binding, origins):
        """What was cancelled in Shopify and has been brought back by people needs nobody any more."""
        left = self._get_called_back(binding, origins)
        for row in self._get_cancelled_there(binding, origins):
            if row.taken in ('done', 'by_hand') and not Counter(row._get_units()) & left:
                row.write({'taken': 'undone', 'message': False, 'proposal': False})
                self._note_called_back(row)
                self._close_tasks(row)

    def _close_tasks(self, row):
        """What a person was asked about the order is settled when it was about nothing else."""
        asked = [('order_binding_id', '=', row.order_binding_id.id), ('state', 'not in', _SHIPPED)]
        if not self.env['shopify.fulfillment'].search_count([*asked, ('taken', '=', 'by_hand')], limit=1):
            self.env['shopify.task'].search(
                [
                    ('backend_id', '=', row.backend_id.id),
                    ('kind', '=', 'order'),
                    ('key', '=', row.order_binding_id.gid),
                    ('state', '=', 'failed'),
                    ('error_code', '=', _ASKED),
                ]
            )._set_done(self.env._("The goods are back since."), state='skipped')

    @api.model
    def _get_unshown(self, delivery, origins):
        """``{order line gid: units}`` of ``origins`` that Shopify shows as shipped no more: what it has fulfilled again after
        cancelling it is not among them."""
        binding, found = delivery.order_binding_id, Counter()
        ships = self.env['shopify.delivery'].search(
            [('order_binding_id', '=', binding.id), ('kind', '=', 'ship'), ('picking_id', 'in', origins.ids)]
        )
        for ship in ships:
            found.update(ship.units or {})
        for other in self._get_others(binding, origins, delivery):
            if other.state in ('sent', 'not_needed'):
                found.subtract(self._get_units_back(other.picking_id))
        rows = self.env['shopify.fulfillment'].search([('order_binding_id', '=', binding.id)])
        for row in rows.filtered(lambda row: row.state in _SHIPPED and self._get_left_with(row) & origins):
            found.subtract(row._get_units())
        return +found

    def _get_others(self, binding, origins, but):
        """What else undoes the transfers ``origins``."""
        others = self.env['shopify.delivery'].search(
            [('order_binding_id', '=', binding.id), ('kind', '=', 'cancel'), ('id', '!=', but.id if but else 0)]
        )
        return others.filtered(lambda other: self._get_origins(other) & origins)

    @api.model
    def _get_origins(self, delivery):
        """The transfers that an undone delivery undoes."""
        return delivery.picking_id.move_ids.origin_returned_move_id.picking_id

    @api.model
    def _get_units_back(self, picking):
        """``{order line gid: units}`` that a return brings, or has brought, back."""
        found = Counter()
        moves = picking.move_ids.filtered(lambda move: move.state != 'cancel')
        for line, some in moves.grouped('sale_line_id').items():
            found[line.shopify_line_gid] += int(self.env['shopify.sync.goods']._count(line, some) + 1e-6)
        return found

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
                'units': dict(self._get_units_back(back)),
            }
        )

    def _ask(self, row):
        message = self.env._(
            "%(fulfillment)s was cancelled in Shopify after Odoo had delivered it.",
            fulfillment=row.name or row.order_binding_id.name,
        )
        proposal = self.env._(
            "Press Return on its delivery and choose “The parcel never left” to put the goods back, or skip this task if it "
            "did leave."
        )
        row.write({'taken': 'by_hand', 'message': message, 'proposal': proposal})
        return errors.GiveUpError(f'{message} {proposal}', code=_ASKED)

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
