"""Orders from before channels were read: Shopify's source name stands for them, so that they are found in their group."""


def migrate(cr, version):
    cr.execute('UPDATE shopify_order_binding SET channel = source_name WHERE channel IS NULL')
