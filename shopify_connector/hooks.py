"""What happens around the addon's life in a database."""

import logging

_logger = logging.getLogger(__name__)


def uninstall_hook(env):
    """Take our webhooks out of the shops; a shop that cannot be reached removes them itself after eight failures."""
    for backend in env['shopify.backend'].with_context(active_test=False).search([('state', '!=', 'draft')]):
        try:
            with env.cr.savepoint():
                backend._disconnect_quietly()
        except Exception:
            _logger.exception("The webhooks of %s could not be removed while uninstalling.", backend.shop_domain)
