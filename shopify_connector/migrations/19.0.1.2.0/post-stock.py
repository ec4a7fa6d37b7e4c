"""Stores from before there were nightly comparisons: what they find is listed, and set right once somebody says so."""


def migrate(cr, version):
    cr.execute('UPDATE shopify_backend SET reconcile_repair = false')
