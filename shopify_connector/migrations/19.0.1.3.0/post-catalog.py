"""Stores from before somebody could own a field: their imports went on writing nothing to products that were there, and so
they do until somebody chooses. Whoever had a product first is found by the transaction that made it."""

GROUPS = (
    'text', 'codes', 'price', 'cost', 'logistics', 'tax', 'category', 'tags', 'status', 'seo', 'images', 'collections',
    'metafields', 'translations', 'customer',
)  # fmt: skip


def migrate(cr, version):
    for sequence, group in enumerate(GROUPS):
        cr.execute(
            """
            INSERT INTO shopify_owner (backend_id, "group", owner, sequence, create_date, write_date, create_uid, write_uid)
            SELECT id, %s, 'none', %s, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC', 1, 1 FROM shopify_backend
            ON CONFLICT (backend_id, "group") DO NOTHING
            """,
            [group, sequence],
        )
    cr.execute(
        """
        UPDATE shopify_product_binding binding SET origin = 'shopify'
          FROM product_template template
         WHERE template.id = binding.product_tmpl_id AND template.create_date = binding.create_date
        """
    )
