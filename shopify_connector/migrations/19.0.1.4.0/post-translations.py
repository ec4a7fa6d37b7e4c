"""Stores from before translations were read: whoever owned them then owned nothing. Nobody does, until somebody chooses."""


def migrate(cr, version):
    cr.execute("""UPDATE shopify_owner SET owner = 'none' WHERE "group" = 'translations'""")
