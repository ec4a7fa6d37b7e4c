"""What tests of a store's policies share."""

from tests.integration.common import StoreCase


class PolicyCase(StoreCase):
    def rule(self, name="A rule", **values):
        return self.env['shopify.order.rule'].create({'name': name, 'backend_id': self.backend.id, **values})

    def codes(self, binding):
        return [entry[1] for entry in binding.trail or []]
