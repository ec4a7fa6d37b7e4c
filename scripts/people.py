"""The people of the demo and of the browser tests: who works there, and what each may do."""

# login -> (name, external ids of the groups)
PEOPLE = {
    'manager': ('Maya Manager', ['shopify_connector.group_shopify_manager', 'sales_team.group_sale_manager',
                                 'stock.group_stock_manager']),
    'shop': ('Sam Shop', ['shopify_connector.group_shopify_user', 'sales_team.group_sale_salesman_all_leads']),
    'sales': ('Selma Sales', ['sales_team.group_sale_salesman']),
    'warehouse': ('Walt Warehouse', ['stock.group_stock_user']),
}


def hire(admin):
    """Create the people in the database of the session ``admin``; each one's password is the login."""
    for login, (name, groups) in PEOPLE.items():
        if not admin.search_read('res.users', [('login', '=', login)]):
            admin.call('res.users', 'create', {
                'name': name, 'login': login, 'password': login, 'email': f'{login}@riverside.example',
                'tz': 'America/New_York',
                'group_ids': [(4, admin.ref(group)) for group in ['base.group_user', *groups]],
            }, context={'no_reset_password': True})
