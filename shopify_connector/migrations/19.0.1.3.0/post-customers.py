"""Links of customers move to the table of their own. Stores from before go on as they did: contacts come with orders, what
stands in them stays, and a company in an address stays text, until somebody chooses otherwise."""

MOVED = """
    INSERT INTO shopify_customer (backend_id, gid, partner_id, name, email, found_by, trail, create_uid, create_date,
                                  write_uid, write_date)
    SELECT link.backend_id, link.gid, partner.id, partner.name, partner.email, 'before',
           jsonb_build_array(jsonb_build_array(to_char(link.create_date, 'YYYY-MM-DD HH24:MI:SS'), 'customer_before',
                                               jsonb_build_object('name', partner.name))),
           1, link.create_date, 1, now() AT TIME ZONE 'UTC'
      FROM shopify_binding link
      JOIN res_partner partner ON partner.id = link.res_id
     WHERE link.res_model = 'res.partner' AND link.gid LIKE 'gid://shopify/Customer/%'
    ON CONFLICT DO NOTHING
"""
GONE = "DELETE FROM shopify_binding WHERE res_model = 'res.partner' AND gid LIKE 'gid://shopify/Customer/%'"


def migrate(cr, version):
    cr.execute(MOVED)
    cr.execute(GONE)
    cr.execute("UPDATE shopify_backend SET customer_companies = 'text', customer_tags = 'none'")
