"""The one screen that the demo prints when it is ready."""
import textwrap

from scripts.people import PEOPLE

WIDTH = 78
LOOK_AT = (
    ('Shopify > Stores', 'both shops, their health, what waits and what failed'),
    ('Shopify > Orders', 'a new one every few seconds; open it and its trail'),
    ('Sales > Orders', 'the same orders, confirmed, to the cent'),
    ('Shopify > Products', 'one Odoo product for the same SKU in both shops'),
    ('Shopify > Orders', 'Deliveries, Fulfilments, Late Deliveries and Returns beside'),
    ('Inventory', 'ship an order as warehouse: its badge says what Shopify knows'),
    ('Inventory', 'sell or count a product: both shops show it seconds later'),
)


def text(demo):
    """The screen for a demo that is set up."""
    logins = [('admin', 'may everything'), *((login, name) for login, (name, _groups) in PEOPLE.items())]
    parts = [('Odoo', demo.server.url), ('Logins', 'the password is the login')]
    parts += [('', f'{login:<10} {who}') for login, who in logins]
    parts += _shop_parts(demo) if demo.simulator else _real_shop_parts(demo)
    parts += [('Log', str(demo.server.log)), ('End', 'Ctrl-C ends everything that was started')]
    lines = [f'  {name:<8} {value}' if name or value else '' for name, value in parts]
    return '\n'.join(['', '=' * WIDTH, '  Shopify Connector', '=' * WIDTH, *lines, '=' * WIDTH, ''])


def _shop_parts(demo):
    every = 'orders only when you place them' if demo.options.no_orders else f'an order every {demo.options.every:g} s'
    return [
        ('Shops', f'{demo.simulator.url}   ({every}; order, cancel, refund, break things)'),
        ('', ''), *[('Look at' if not index else '', f'{menu:<20} {what}') for index, (menu, what) in enumerate(LOOK_AT)],
        ('', ''),
    ]


def _real_shop_parts(demo):
    steps = textwrap.dedent('''\
        1. In the Dev Dashboard make an app for your shop and install it there (see README).
        2. Here: Shopify > Stores > New, with the shop's domain, client id and secret.
        3. Check Connection, then Connect. Nothing is written to the shop until
           stock export is switched on.
        Webhooks need an address that Shopify can reach by https: put it in the store's
        own field. Without one, orders are fetched every few minutes.''')
    return [('', ''), *[('Connect' if not index else '', line) for index, line in enumerate(steps.splitlines())], ('', '')]
