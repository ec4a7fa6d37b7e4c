"""Shopify's privacy requests: a person decides within 30 days, and erases with a button what may be erased."""

from odoo import api, models

_ERASE = 'erase:'


class ShopifySyncCustomer(models.AbstractModel):
    _inherit = 'shopify.sync.customer'

    @api.model
    def _handle_privacy(self, backend, tasks):
        """Requests stay on the list until somebody has acted. Of a customer whom Odoo does not know nothing is kept.
        Keys ``erase:<shopify.customer id>`` are what somebody has decided already."""
        decided = tasks.filtered(lambda task: task.key.startswith(_ERASE))
        failures = {}
        for task in decided:
            with self.env['shopify.engine']._attempt(failures, task.key):
                self.env['shopify.customer'].browse(int(task.key.removeprefix(_ERASE))).exists()._erase()
        self.env['shopify.engine']._settle_each(backend, decided, failures)
        known = self.env['shopify.customer']._get_of_keys(backend, (tasks - decided).mapped('key'))
        for task in tasks - decided:
            if task.key.startswith('gid://') and task.key not in known:
                task._set_done(self.env._("Odoo keeps nothing of this customer."))
                continue
            task._set_failed('privacy', self._privacy_text(task))

    def _privacy_text(self, task):
        topic = task.topic or self.env._("Privacy request")
        if task.key.startswith('customers/'):
            return self.env._(
                "%(topic)s: act within 30 days. Shopify did not say which customer it is about: look the request up in "
                "Shopify, download or erase in the customer's form what Odoo keeps, and skip this task.",
                topic=topic,
            )
        return self.env._(
            "%(topic)s for %(customer)s: act within 30 days. Open this task and press Act: you see what Odoo keeps, and "
            "download or erase it there.",
            topic=topic,
            customer=task.key if task.key.startswith('gid://') else self.env._("all customers of the store"),
        )
