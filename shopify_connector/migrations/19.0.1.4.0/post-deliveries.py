"""Stores from before deliveries were told go on as they did, until somebody chooses: nothing is sent to Shopify, neither parcels
nor returns, and what is cancelled or comes back there moves no stock by itself."""


def migrate(cr, version):
    cr.execute(
        """
        UPDATE shopify_backend
           SET ship_export = FALSE, tell_returns = FALSE, take_cancelled = 'ask', take_returns = 'none'
        """
    )
