"""Compare-at prices were not kept, and the next price to be sent would take them away: all lists are read once more."""


def migrate(cr, version):
    cr.execute("UPDATE shopify_price_list SET read_at = NULL")
