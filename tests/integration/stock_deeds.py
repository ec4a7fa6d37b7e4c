"""What people do to stock, in Odoo and in the shops, by the names that a world gives it."""

from collections import Counter

from odoo import Command

from tests.integration.stock_world import MINE, StockWorldCase
from tests.support import stock_worlds


class StockDeedsCase(StockWorldCase):
    SHOP_VERBS = frozenset(('sale', 'order', 'edit', 'shift'))

    def setUp(self):
        self.happened = Counter()
        super().setUp()

    def begin(self, world):
        self.pool = world.get('products') or [0]
        self.lost = False
        self.edits = {}
        self.counted = {}
        self.keys = {}
        self.violations = []

    def number(self, position):
        return self.pool[position % len(self.pool)]

    def do(self, step, meanwhile=False):
        verb, *arguments = step
        self.happened[verb] += 1
        deed = getattr(self, f'do_{verb}')
        if verb in self.SHOP_VERBS:
            deed(self.backends[arguments[0] % len(self.backends)], *arguments[1:])
        elif verb in ('run', 'hear', 'wait'):
            if not meanwhile:
                deed(*arguments)
        else:
            with self.transaction() as env:
                deed(env, *arguments)

    # -- in a shop --------------------------------------------------------------------------------------------------------
    def do_sale(self, backend, lines, how):
        self.in_shop(backend, stock_worlds.sell, [[self.number(row[0]), row[1]] for row in lines], how)

    def do_order(self, backend, which, what):
        self.in_shop(backend, stock_worlds.happen, which, *what)

    def do_edit(self, backend, place, position, delta):
        number = self.number(position)
        if not self.may_edit(backend, number):
            return
        delta = self.in_shop(backend, stock_worlds.edit, place % 2, number, delta)
        self.note_edit(backend, number, place % 2, delta)

    def do_shift(self, backend, place, position, units):
        number = self.number(position)
        if not self.may_edit(backend, number):
            return
        units = self.in_shop(backend, stock_worlds.shift, place % 2, number, units)
        self.note_edit(backend, number, place % 2, -units)
        self.note_edit(backend, number, 1 - place % 2, units)

    def may_edit(self, backend, number):
        """Nobody counts kits: they have no stock of their own."""
        return number not in self.recipes or not self.takes_edits(backend)

    def note_edit(self, backend, number, place, delta):
        if delta:
            key = (backend.id, stock_worlds.SKUS[number], place)
            self.edits.setdefault(key, []).append((self.clock.naive(), delta))

    # -- in Odoo ----------------------------------------------------------------------------------------------------------
    def stock_of(self, env, place):
        return self.warehouses[place % 2].lot_stock_id.with_env(env)

    def goods(self, env, position):
        """Nothing but kits' components is ever on a shelf."""
        number = self.number(position)
        return self.products[min(self.recipes[number]) if number in self.recipes else number].with_env(env)

    def do_count(self, env, place, position, units):
        product, shelf = self.goods(env, position), self.stock_of(env, place)
        if product.id in [self.products[number].id for number in self.recipes]:
            return
        quant = (
            env['stock.quant']
            .with_context(inventory_mode=True, inventory_name=MINE)
            .create({'product_id': product.id, 'location_id': shelf.id, 'inventory_quantity': units})
        )
        quant.action_apply_inventory()

    def do_empty(self, env, place):
        """A count that finds nothing of most products: no shop is emptied by it before somebody has said yes."""
        quants = env['stock.quant'].search(
            [('location_id', '=', self.stock_of(env, place).id), ('product_id', 'in', self.products.ids)], order='id'
        )
        quants = quants[: stock_worlds.EMPTIED]
        quants.with_context(inventory_mode=True).inventory_quantity = 0
        quants.with_context(inventory_mode=True, inventory_name=MINE).action_apply_inventory()

    def transfer(self, env, kind, source, target, product, units):
        """A transfer that is done at once, of what is there."""
        picking = env['stock.picking'].create(
            {
                'picking_type_id': kind.id,
                'location_id': source.id,
                'location_dest_id': target.id,
                'origin': MINE,
                'move_ids': [
                    Command.create(
                        {
                            'product_id': product.id,
                            'product_uom_qty': units,
                            'location_id': source.id,
                            'location_dest_id': target.id,
                            'origin': MINE,
                        }
                    )
                ],
            }
        )
        picking.action_confirm()
        picking.action_assign()
        self.validate(picking)

    def validate(self, picking):
        """Everything that is reserved leaves; what is left waits, or is given up when nothing was there."""
        for move in picking.move_ids.filtered(lambda move: move.state not in ('done', 'cancel')):
            move.picked = bool(move.quantity)
        if any(picking.move_ids.mapped('quantity')):
            picking.with_context(skip_backorder=True, skip_sms=True).button_validate()
        else:
            picking.action_cancel()

    def do_move(self, env, place, position, units):
        product = self.goods(env, position)
        if product in self.products and product.id not in [self.products[number].id for number in self.recipes]:
            warehouse = self.warehouses[place % 2].with_env(env)
            self.transfer(
                env, warehouse.int_type_id, self.stock_of(env, place), self.stock_of(env, 1 - place % 2), product, units
            )

    def do_receive(self, env, place, position, units):
        warehouse = self.warehouses[place % 2].with_env(env)
        supplier = env.ref('stock.stock_location_suppliers')
        self.transfer(env, warehouse.in_type_id, supplier, self.stock_of(env, place), self.goods(env, position), units)

    def do_scrap(self, env, place, position, units):
        product, shelf = self.goods(env, position), self.stock_of(env, place)
        there = sum(env['stock.quant']._gather(product, shelf).mapped('available_quantity'))
        if there > 0:
            scrap = env['stock.scrap'].create(
                {
                    'product_id': product.id,
                    'scrap_qty': min(units, there),
                    'location_id': shelf.id,
                    'origin': MINE,
                }
            )
            scrap.action_validate()

    def do_sell(self, env, place, position, units):
        order = env['sale.order'].create(
            {
                'partner_id': self.partner.id,
                'warehouse_id': self.warehouses[place % 2].id,
                'order_line': [
                    Command.create({'product_id': self.products[self.number(position)].id, 'product_uom_qty': units})
                ],
            }
        )
        order.action_confirm()

    def do_ship(self, env, which):
        pickings = env['stock.picking'].search(
            [('picking_type_code', '=', 'outgoing'), ('state', 'not in', ('done', 'cancel', 'draft'))], order='id'
        )
        pickings = pickings.filtered(lambda picking: any(picking.move_ids.mapped('quantity')))
        if pickings:
            self.validate(pickings[which % len(pickings)])

    def do_recipe(self, env, which, units):
        """A kit needs another number of units of its first component from now on."""
        kits = [number for number in self.pool if number in self.boms]
        if kits:
            self.boms[kits[which % len(kits)]].with_env(env).bom_line_ids[0].product_qty = units

    def say_yes(self):
        """A manager says yes to all that the guard holds back, and to Odoo's quantity where Odoo cannot count what was
        typed in a shop; whether there was anything."""
        with self.transaction() as env:
            checks = env['shopify.stock.check'].search([('kind', '=', 'guard'), ('state', '=', 'open')])
            for check in checks:
                check.action_choose_odoo()
                action = check.action_confirm()
                env[action['res_model']].with_context(**action['context']).create({}).action_confirm()
            asked = env['shopify.inventory.level.edit'].search([('outcome', '=', 'asked'), ('choice', '=', False)])
            asked.action_write_odoo()
            self.happened['yes'] += len(checks) + len(asked)
            return bool(checks or asked)

    # -- lanes and time ---------------------------------------------------------------------------------------------------
    def do_run(self, store, lane, trouble):
        backend = self.backends[store % len(self.backends)]
        self.run_lane(backend, lane, trouble)
        self.in_shop(backend, lambda shop: shop.settings.faults.clear())

    def do_hear(self, store, how):
        self.hear(store % len(self.backends), how)

    def do_wait(self, seconds):
        self.clock.advance(seconds)

    # -- judging ----------------------------------------------------------------------------------------------------------
    def judge(self, watch, work, after):
        """What a write has done to the shop: it promises no unit that is not there, and undoes no sale."""
        self.judge_request(work)
        changed = {key for key in after if after[key] != watch.before.get(key)}
        if not changed:
            return
        self.happened['write'] += len(changed)
        unseen = self.unseen(watch.backend)
        watch.note()
        for key in sorted(changed):
            most, sold = watch.most.get(key, 0), max(unseen.get(key, 0), 0)
            words = f'{watch.backend.name} is told {after[key]} of {key} instead of {watch.before.get(key)}'
            if after[key] > most:
                self.violations.append(f'{words}: Odoo had {most} at most')
            elif after[key] > most - sold and not self.was_edited(watch.backend, key):
                self.violations.append(f'{words}: Odoo had {most} at most, and {sold} sold units are not known to it')

    def was_edited(self, backend, key):
        """Whether somebody has typed another quantity there: together with a sale of as many units it looks like neither."""
        return bool(self.edits.get((backend.id, *key)))

    def judge_request(self, work):
        """Every quantity is compared, and no key stands for two requests."""
        variables = self.variables_of(work)
        rows = (variables.get('input') or {}).get('quantities') or ()
        if any(row.get('changeFromQuantity') is None for row in rows):
            self.violations.append('a quantity is written without comparing')
        key = variables.get('key')
        if key and self.keys.setdefault(key, variables) != variables:
            self.violations.append(f'the key {key} stands for two requests')
