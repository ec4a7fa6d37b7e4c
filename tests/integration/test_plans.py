from tests.support.odoo_case import ShopifyCase


class TestPlans(ShopifyCase):
    def test_nobody_vacuums_between_tests_that_are_rolled_back(self):
        """See `scripts.databases.for_rollbacks`."""
        self.env.cr.execute("SELECT rolsuper, current_setting('track_counts') FROM pg_roles WHERE rolname = current_user")
        is_superuser, counts = self.env.cr.fetchone()
        self.assertEqual(counts, 'off' if is_superuser else 'on')
