"""What tests of changes in Shopify share."""

from tests.integration.simulated import SimulatedCase

MONEY = 'shopify_connector.group_shopify_money'
USER = 'shopify_connector.group_shopify_user'
PENDING = {'kind': 'plain', 'payment': 'pending', 'seed': 7}


class ActionCase(SimulatedCase):
    """A connected store and one order of it in Odoo."""

    def share(self):
        super().share()
        self.backend = self.connected_store()
        self.domain = self.backend.shop_domain

    def brought(self, **wishes):
        """Place an order, bring it over, and return its binding."""
        gid = self.placed(self.backend, **({'kind': 'two_lines', 'seed': 7} | wishes))
        self.ring(self.backend, 'order', gid)
        return self.env['shopify.order.binding'].search([('gid', '=', gid)])

    def shop_order(self, binding):
        return next(row for row in self.simulator.state(self.domain)['orders'] if row['id'] == binding.gid)

    def dialog(self, binding, kind, user=None, **choices):
        binding = binding.with_user(user) if user else binding
        action = binding.with_context(shopify_change=kind).action_change()
        wizard = binding.env['shopify.order.action.wizard'].browse(action['res_id'])
        wizard.write(choices)
        return wizard

    def confirmed(self, binding, kind, **choices):
        """Confirm a dialog and return the intent; the lane has not run."""
        self.dialog(binding, kind, **choices).action_confirm()
        return self.env['shopify.order.action'].search([('binding_id', '=', binding.id)], limit=1)

    def run_orders(self):
        """Run the lane as if the waiting times were over."""
        self.env['shopify.task'].search([('state', '=', 'pending')]).due_at = '2026-01-01 00:00:00'
        self.run_lane(self.backend, 'orders')

    def done(self, binding, kind, **choices):
        action = self.confirmed(binding, kind, **choices)
        self.run_orders()
        return action

    def requests(self, operation):
        return self.simulator.stats(self.domain)['by_operation'].get(operation, {}).get('requests', 0)

    def task(self, action):
        return self.env['shopify.task'].search([('kind', '=', 'order_action'), ('key', '=', str(action.id))])

    def refund_of(self, binding, quantity=1, **choices):
        """A dialog about one line's units, calculated."""
        wizard = self.dialog(binding, 'refund', **choices)
        wizard.line_ids[0].quantity = quantity
        wizard.action_suggest()
        return wizard
