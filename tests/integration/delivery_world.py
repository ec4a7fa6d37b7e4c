"""Two stores, three warehouses of one, two and three delivery steps, four products, and everybody who ships, on one clock.

Everything that somebody does is a transaction of its own; the people in the warehouse have no Shopify role. The lane runs
request by request and commit by commit, and a world may have it die, or something else happen, before or after any of them.
"""

from collections import Counter

from odoo import Command

from tests.integration.stock_world import REQUEST_SECONDS, StockWorldCase, Watch
from tests.simulator import webhooks
from tests.simulator.faults import Fault
from tests.support import delivery_worlds

STEPS = ('ship_only', 'pick_ship', 'pick_pack_ship')
# Which warehouse stands for which location, by store.
WAREHOUSES = ((0, 1), (2, 0))
MOST_ROUNDS = 40
# What comes back with a refund is received by the lane of books.
LANES = ('orders', 'books')
# Why Shopify does not cancel a parcel.
BACK = 'have been returned'
OPEN = ('draft', 'waiting', 'confirmed', 'assigned', 'partially_available')


class DeliveryWorldCase(StockWorldCase):
    SHOP_VERBS = frozenset(('sale', *delivery_worlds.DEEDS))

    def setUp(self):
        self.happened = Counter()
        super().setUp()

    def shop_specs(self):
        return delivery_worlds.shop_specs()

    def begin(self, world):
        self.store = world.get('store', 0) % len(delivery_worlds.STORES)
        self.sales = self.numbers = 0
        self.lost = False
        self.unseen = set()

    # -- what there is at first -----------------------------------------------------------------------------------------
    def _build(self):
        warehouses = self.env['stock.warehouse']
        self.warehouses = warehouses.create(
            [
                {'name': f'World {steps}', 'code': f'WD{number}', 'delivery_steps': steps}
                for number, steps in enumerate(STEPS)
            ]
        )
        self.products = self.env['product.product'].create(
            [
                {'name': sku, 'default_code': sku, 'type': 'consu', 'is_storable': True, 'list_price': 10.0}
                for sku in delivery_worlds.SKUS
            ]
        )
        for product in self.products:
            for warehouse in self.warehouses:
                shelf = warehouse.lot_stock_id
                self.env['stock.quant']._update_available_quantity(product, shelf, delivery_worlds.AT_FIRST)
        self.worker = self.env['res.users'].create(
            {
                'name': 'World Worker',
                'login': 'world-worker',
                'group_ids': [Command.set(self.env.ref('stock.group_stock_user').ids)],
            }
        )
        self.backends = [self._connected(name) for name in delivery_worlds.STORES]
        with self.enter_registry_test_mode():
            self._begin()

    def _begin(self):
        for places, backend in zip(WAREHOUSES, self.backends, strict=True):
            for location in backend.location_ids:
                number = places[delivery_worlds.PLACES.index(location.name)]
                location.warehouse_id = self.warehouses[number]
            backend.write({'invoice_policy': 'manual', 'register_payments': True, 'ship_export': True})
            self.env['shopify.task']._add(backend, 'catalogue', [str(backend.id)])
        self.env.flush_all()
        for backend in self.backends:
            self.run_lane(backend, 'catalogue')
        for number, backend in enumerate(self.backends):
            self.begin({'store': number})
            self.assertEqual(self.come_to_rest(), [])
            self.server.call(webhooks.held(self.shop_of(backend)).clear)

    # -- lanes ------------------------------------------------------------------------------------------------------------
    @property
    def backend(self):
        return self.backends[self.store]

    def followed(self, backend, trouble):
        return DeliveryWatch(self, backend, trouble)

    def takes_edits(self, backend):
        return False

    def come_to_rest(self):
        """Run each lane when it is due until neither has anything to do and the store has been swept since; sentences when
        that never comes, and of what failed on the way."""
        begun = self.clock.naive()
        for _round in range(MOST_ROUNDS):
            due = [lane for lane in LANES if self._is_due(self.backend, lane)]
            for lane in due:
                self.run_lane(self.backend, lane)
            if due:
                continue
            soonest = self._soonest()
            if soonest is None and self.backend.swept_at > begun:
                return self.troubles()
            self.clock.advance(max(0.0, min([301.0, *([soonest] if soonest is not None else [])])) + 1)
        tasks = self.waiting()
        names = [f'{task.display_name} of {task.backend_id.name}: {task.message}' for task in tasks]
        return [f'there is no rest: {names}']

    def waiting(self):
        return self.env['shopify.task'].search(
            [('backend_id', '=', self.backend.id), ('state', '=', 'pending'), ('lane', 'in', LANES)]
        )

    def _soonest(self):
        """Seconds until the next thing that waits is due; None when nothing waits."""
        moments = self.waiting().mapped('due_at')
        return (min(moments) - self.clock.naive()).total_seconds() if moments else None

    # -- deeds ------------------------------------------------------------------------------------------------------------
    def do(self, step, meanwhile=False):
        verb, *arguments = step
        if verb in ('run', 'hear', 'wait'):
            if not meanwhile:
                getattr(self, f'do_{verb}')(*arguments)
        elif verb == 'sale':
            self.sales += 1
            self.in_shop(self.backend, delivery_worlds.sell, *arguments, self.sales)
        elif verb in delivery_worlds.DEEDS:
            self.note_unseen()
            if not self.in_shop(self.backend, delivery_worlds.happen, verb, *arguments):
                return
        else:
            deed = getattr(self, f'do_{verb}', None)
            if not deed:
                raise ValueError(f'nobody can do {verb}')
            with self.transaction() as env:
                if not deed(env(user=self.worker.id), *arguments):
                    return
        self.happened[verb] += 1

    def note_unseen(self):
        """Orders that Odoo has not heard of while something happens to them."""
        bindings = self.env['shopify.order.binding'].search([('backend_id', '=', self.backend.id)])
        known = set(bindings.filtered('sale_order_id').mapped('gid'))
        self.unseen |= self.in_shop(self.backend, delivery_worlds.figures).keys() - known

    def do_run(self, trouble):
        if self.run_lane(self.backend, 'orders', trouble):
            self.run_lane(self.backend, 'books')

    def do_hear(self, how):
        self.hear(self.store, how)

    def do_wait(self, seconds):
        self.clock.advance(seconds)

    # -- in Odoo ----------------------------------------------------------------------------------------------------------
    def sale(self, env, which):
        """One of the store's sales orders, None while there is none."""
        sales = env['sale.order'].sudo().search([('shopify_binding_ids.backend_id', '=', self.backend.id)], order='id')
        return sales[which % len(sales)] if sales else None

    def pickings(self, env, which, states, incoming=False):
        """Transfers of a sale, as the worker sees them."""
        sale = self.sale(env, which)
        rows = sale.picking_ids.filtered(lambda row: row.state in states) if sale else env['stock.picking']
        kind = 'incoming' if incoming else 'outgoing internal'.split()
        rows = rows.filtered(lambda row: row.picking_type_code in kind).sorted('id')
        return env['stock.picking'].browse(rows.ids)

    def new_number(self):
        self.numbers += 1
        return f'WORLD-{self.numbers:04}'

    def do_ship(self, env, which, position, parts, has_number):
        """Validate one of the transfers that are ready, all of it or some units."""
        pickings = self.pickings(env, which, ('assigned',))
        if not pickings:
            return False
        picking = pickings[position % len(pickings)]
        moves = picking.move_ids.filtered(lambda move: move.state in OPEN).sorted('id')
        wanted = {moves[index % len(moves)].id: units for index, units in parts}
        for move in moves:
            ready = move.quantity
            move.quantity = min(ready, wanted.get(move.id, 0)) if wanted else ready
            move.picked = bool(move.quantity)
        if not any(moves.mapped('quantity')):
            return False
        is_last = picking.location_dest_id.usage == 'customer'
        if has_number and is_last:
            self.write_number(picking)
        picking.with_context(skip_backorder=True, skip_sms=True).button_validate()
        return picking.state == 'done'

    def write_number(self, picking):
        name = 'carrier_tracking_ref' if 'carrier_tracking_ref' in picking._fields else 'shopify_tracking_ref'
        number = self.new_number()
        picking[name] = number

    def do_tracking(self, env, which, position):
        """A number comes later, or another one in place of the first."""
        pickings = self.pickings(env, which, ('done',)).filtered(lambda row: row.location_dest_id.usage == 'customer')
        if not pickings:
            return False
        self.write_number(pickings[position % len(pickings)])
        return True

    def take_back(self, env, which, position, parts, purpose):
        pickings = self.pickings(env, which, ('done',)).filtered(lambda row: row.location_dest_id.usage == 'customer')
        if not pickings:
            return None
        picking = pickings[position % len(pickings)]
        wizard = env['stock.return.picking'].with_context(active_id=picking.id, active_model='stock.picking').create({})
        rows = wizard.product_return_moves
        wanted = {rows[index % len(rows)].id: units for index, units in parts} if rows else {}
        for row in rows:
            gone = row.move_id.returned_move_ids.filtered(lambda move: move.state != 'cancel')
            left = row.move_id.quantity - sum(gone.mapped('product_uom_qty'))
            row.quantity = max(0, min(left, wanted.get(row.id, 0) if wanted else left))
        if not any(rows.mapped('quantity')):
            return None
        wizard.shopify_purpose = purpose
        return wizard

    def do_undo(self, env, which, position, parts):
        """The parcel never left."""
        wizard = self.take_back(env, which, position, parts, 'cancel')
        if wizard:
            wizard.action_shopify_undo()
        return bool(wizard)

    def do_receive(self, env, which, position, parts):
        """The customer has sent something back, and it is here."""
        wizard = self.take_back(env, which, position, parts, 'return')
        if wizard:
            self.validate(wizard._create_return())
        return bool(wizard)

    def do_arrive(self, env, which):
        """What a return waits for has arrived."""
        pickings = self.pickings(env, which, ('assigned', 'confirmed', 'waiting'), incoming=True)
        if pickings:
            self.validate(pickings[0])
        return bool(pickings)

    def validate(self, picking):
        for move in picking.move_ids.filtered(lambda move: move.state in OPEN):
            move.quantity = move.product_uom_qty
            move.picked = True
        picking.with_context(skip_backorder=True, skip_sms=True).button_validate()

    # -- comparing ----------------------------------------------------------------------------------------------------------
    def figures(self):
        """``{order gid: {line gid: {fulfilled, returned, remaining}}}``: units as Odoo has them."""
        bindings = self.env['shopify.order.binding'].search([('backend_id', '=', self.backend.id)])
        return {binding.gid: self._of_sale(binding.sale_order_id) for binding in bindings}

    def _of_sale(self, sale):
        found = {}
        for line in sale.order_line.filtered('shopify_line_gid'):
            if '/LineItem/' not in line.shopify_line_gid:
                continue
            row = found.setdefault(line.shopify_line_gid, {'fulfilled': 0, 'returned': 0, 'remaining': 0})
            for move in line.move_ids:
                units = int(move.quantity if move.state == 'done' else move.product_uom_qty)
                goes, comes = move.location_dest_id.usage == 'customer', move.location_id.usage == 'customer'
                # On the first steps of several the goods are still on their way to the customer.
                will_go = not comes and move.location_final_id.usage == 'customer'
                follows = move.move_dest_ids.filtered(lambda move: move.state in OPEN)
                if move.state in OPEN and (goes or will_go and not follows):
                    row['remaining'] += units
                elif move.state == 'done' and goes:
                    row['fulfilled'] += units
                elif move.state == 'done' and comes:
                    is_undone = move.picking_id.shopify_purpose == 'cancel'
                    row['fulfilled' if is_undone else 'returned'] += -units if is_undone else units
        return found

    # What a person is told of where the sides cannot agree, and what in the shop has to be its cause.
    TOLD = {
        'cancelled': {'cancelled', 'removed'},
        'nothing_left': {'cancelled', 'removed', 'fulfilled'},
        'cancelled_late': {'cancelled'},
        'changed_late': {'removed', 'cancelled'},
        'on_hold': {'held'},
        'not_returnable': {'returned'},
        'not_told_yet': {'cancelled', 'removed', 'held'},
        # A parcel that never left, of which something has come back all the same.
        'user_errors': {'returned'},
    }

    def complaints(self):
        """``[(order gid, code, sentence)]`` of everything that waits for a person."""
        store = [('backend_id', '=', self.backend.id)]
        tasks = self.env['shopify.task'].search([*store, ('state', '=', 'failed'), ('lane', 'in', LANES)])
        rows = self.env['shopify.delivery'].search(
            [*store, ('state', 'in', ('failed', 'held')), ('origin', '=', 'odoo')]
        )
        return [(task.key, task.error_code, f'{task.kind} task: {task.message}') for task in tasks] + [
            (row.order_binding_id.gid, row.code, f'{row.display_name} is {row.state}: {row.message}') for row in rows
        ]

    def troubles(self):
        """What a person is told without a cause."""
        facts = self.in_shop(self.backend, delivery_worlds.facts)
        return [
            f'{gid} has trouble without a cause ({code}): {sentence}'
            for gid, code, sentence in self.complaints()
            if not self.TOLD.get(code, set()) & facts.get(gid, set()) or (code == 'user_errors' and BACK not in sentence)
        ]

    def deliveries(self):
        return self.env['shopify.delivery'].search([('backend_id', '=', self.backend.id)], order='id')


class DeliveryWatch(Watch):
    """Follows a lane and makes the trouble that a world wishes for."""

    def __init__(self, case, backend, trouble):
        super().__init__(case, backend, {name: value for name, value in trouble.items() if name != 'fault'})
        if 'fault' in trouble:
            kind = trouble['fault']
            late = kind in delivery_worlds.INSIDE
            fault = Fault(
                kind,
                trouble.get('count', 1),
                match=trouble.get('match', 'mutation' if late else ''),
                retry_after=1.0,
                seconds=float(delivery_worlds.LATE_SECONDS) if kind == 'late' else 0.0,
                alias=trouble.get('alias', -1),
            )
            case.in_shop(backend, lambda shop: shop.settings.faults.append(fault))

    def note(self):
        """Odoo's quantities are no matter here."""

    def before_request(self, work):
        self.event()

    def after_request(self, work):
        self.case.clock.advance(REQUEST_SECONDS)
        self.case.clock.tell(self.case.cr)
        self.event()
