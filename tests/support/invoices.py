"""An order's books in Odoo beside the shop's, read from documents as a person would read them."""

from collections import Counter
from decimal import Decimal

from tests.integration.simulated import SimulatedCase

_REMITTED = ' (remitted by the sales channel)'


def amount(value, digits=2):
    return Decimal(str(round(value, digits)))


class BooksCase(SimulatedCase):
    """A simulated shop, connected once for the class, whose orders come over by the lanes themselves."""

    handle = 'northwind'

    def share(self):
        super().share()
        self.backend = self.connected_store(self.handle)
        # These tests are about money: the shop ships what Odoo never had, and is told nothing.
        self.backend.location_ids.missing_stock = 'negative'
        self.backend.write({'ship_export': False, 'tell_returns': False})
        self.backend.write({'swept_at': self.env.cr.now(), 'books_since': False, 'orders_since': '2026-01-01'})
        variants = self.simulator.state(self.backend.shop_domain)['variants']
        self.sku = next(row['sku'] for row in variants if row['sku'])

    def sell(self, **wishes):
        """Place an order, bring it over with its books, and return its link."""
        gid = self.placed(self.backend, **wishes)
        self.bring(gid)
        return self.env['shopify.order.binding'].search([('backend_id', '=', self.backend.id), ('gid', '=', gid)])

    def bring(self, gid):
        """What a delivery about the order leads to, until nothing is due any more."""
        self.env['shopify.task']._add(self.backend, 'order', [gid], source='webhook')
        self.settle()

    def settle(self):
        for _round in range(6):
            self.env.cr.flush()
            self.run_lane(self.backend, 'orders')
            self.run_lane(self.backend, 'books')
            if not any(self.env['shopify.task']._count_due(self.backend, lane) for lane in ('orders', 'books')):
                break

    def act(self, binding, action, **arguments):
        """Something happens to the order in the shop, and comes over."""
        self.simulator.act(self.backend.shop_domain, binding.gid.rsplit('/', 1)[-1], action, **arguments)
        self.bring(binding.gid)

    def deliver(self, binding, *units):
        """Deliver what is to be delivered, or so many units of each move, the rest later."""
        picking = binding.sale_order_id.picking_ids.filtered(lambda row: row.state not in ('done', 'cancel'))[:1]
        for index, move in enumerate(picking.move_ids):
            move.quantity = units[index] if units else move.product_uom_qty
            move.picked = True
        picking.with_context(skip_sms=True).button_validate()
        if picking.state != 'done':
            picking.with_context(skip_backorder=True, skip_sms=True).button_validate()
        self.assertEqual(picking.state, 'done')
        self.settle()

    def there(self, binding):
        orders = self.simulator.state(self.backend.shop_domain)['orders']
        return next(row for row in orders if row['id'] == binding.gid)

    def documents(self, binding):
        """The posted invoices and credit notes, oldest first."""
        moves = self.env['account.move'].search([('shopify_order_id', '=', binding.id)], order='id')
        return moves.filtered(lambda move: move.state == 'posted')

    def net(self, binding, digits=2):
        """``(total, {tax name: amount})`` of invoices less credit notes, from their journal items."""
        total, taxes = Decimal(0), Counter()
        for move in self.documents(binding):
            sign = 1 if move.move_type == 'out_invoice' else -1
            total += sign * amount(move.amount_total, digits)
            for row in move.line_ids.filtered('tax_line_id'):
                taxes[row.tax_line_id] -= amount(row.amount_currency, digits)
        names = {row.tax_id: row.title for row in self.env['shopify.tax.mapping'].search([])}
        sums = Counter()
        for tax, value in taxes.items():
            sums[names[tax]] += value
        return total, {name: value for name, value in sums.items() if value}

    def assert_as_in_shopify(self, binding, side='shop', digits=2):
        """The books net are the order as it is now, each tax by itself, and what refunds gave or kept beside it."""
        self.assert_no_trouble()
        there = self.there(binding)
        total, taxes = self.net(binding, digits)
        beside = Decimal(there['totals']['refund_discrepancy'][side])
        self.assertEqual(total, Decimal(there['totals']['current_total_price'][side]) + beside)
        expected = Counter()
        for row in there['current_taxes']:
            title = row['title'] + _REMITTED if row['channel_liable'] else row['title']
            expected[title] += Decimal(row['amount'][side])
        self.assertEqual(taxes, {name: value for name, value in expected.items() if value})

    def assert_no_trouble(self):
        failed = self.env['shopify.task'].search(
            [
                ('backend_id', '=', self.backend.id),
                ('error_code', '!=', False),
                ('state', 'in', ('pending', 'failed')),
            ]
        )
        self.assertEqual(failed.mapped('message'), [])

    def assert_settled(self, binding):
        """Nothing is open between the customer and the company, on either side."""
        self.assertEqual(sum(amount(move.amount_residual) for move in self.documents(binding)), 0)
