"""Stores from before a person was asked in doubt: the SKU alone goes on to decide, until somebody wants it otherwise."""


def migrate(cr, version):
    cr.execute("UPDATE shopify_backend SET match_policy = 'sku'")
