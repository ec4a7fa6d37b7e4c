"""What Odoo has, beside what the shops have, figure by figure. Every function gives sentences, one for each difference."""
import re
from collections import Counter, defaultdict
from datetime import datetime
from decimal import Decimal

CONFIRMED = {'PAID', 'PARTIALLY_REFUNDED'}
ADDRESS = {'name': 'name', 'company': 'company_name', 'address1': 'street', 'address2': 'street2', 'city': 'city',
           'zip': 'zip', 'phone': 'phone', 'country_code': 'country', 'province': 'state'}
ORDER_FIELDS = ('name', 'state', 'amount_total', 'amount_untaxed', 'amount_tax', 'currency_id', 'date_order',
                'client_order_ref', 'partner_id', 'partner_invoice_id', 'partner_shipping_id')
LINE_FIELDS = ('order_id', 'shopify_line_gid', 'product_id', 'product_uom_qty', 'price_subtotal', 'price_tax',
               'price_total', 'tax_ids', 'extra_tax_data', 'display_type')
PARTNER_FIELDS = ('name', 'company_name', 'street', 'street2', 'city', 'zip', 'phone', 'email', 'country_id', 'state_id',
                  'parent_id', 'commercial_company_name')


class Books:
    """Everything that Odoo knows of orders, read once as a user would see it."""

    def __init__(self, world):
        admin = world.server.admin
        self.bindings = defaultdict(list)
        for row in admin.search_read('shopify.order.binding', [], ['backend_id', 'gid', 'state', 'sale_order_id', 'difference']):
            self.bindings[row['backend_id'][0], row['gid']].append(row)
        orders = admin.search_read('sale.order', [], ORDER_FIELDS)
        self.orders = {row['id']: row for row in orders}
        self.lines = defaultdict(list)
        for row in admin.search_read('sale.order.line', [], LINE_FIELDS):
            self.lines[row['order_id'][0]].append(row)
        self.partners = _by_id(admin.search_read('res.partner', [], PARTNER_FIELDS))
        self.skus = {row['id']: row['default_code'] or '' for row in admin.search_read(
            'product.product', ['|', ('active', '=', True), ('active', '=', False)], ['default_code'])}
        self.taxes = {row['tax_id'][0]: (row['title'] or '', Decimal(row['rate'])) for row in admin.search_read(
            'shopify.tax.mapping', [], ['title', 'rate', 'tax_id'])}
        self.countries = {row['id']: row['code'] for row in admin.search_read('res.country', [], ['code'])}
        self.states = _by_id(admin.search_read('res.country.state', [], ['code', 'name', 'country_id']))


def orders(world):
    """Each order of each shop beside its sales order, and nothing else sold."""
    books = Books(world)
    found = []
    expected = 0
    for domain, store in world.stores.items():
        for order in world.simulator.state(domain)['orders']:
            expected += not order['test']
            found += [f'{domain} {order["name"]} ({order["kind"]}): {text}' for text in one_order(books, store, order)]
    if len(books.orders) != expected:
        found.append(f'there are {len(books.orders)} sales orders for {expected} orders')
    return found


def one_order(books, store, order):
    """Differences of one order, by what it is bound to."""
    bindings = books.bindings[store, order['id']]
    if len(bindings) != 1:
        return [f'{len(bindings)} records stand for it']
    binding = bindings[0]
    if order['test']:
        return [] if binding['state'] == 'skipped' and not binding['sale_order_id'] else ['a test order was imported']
    if not binding['sale_order_id']:
        return [f'it has no sales order, its state is {binding["state"]}']
    ours = books.orders[binding['sale_order_id'][0]]
    lines = [row for row in books.lines[ours['id']] if not row['display_type']]
    return [*header(order, ours), *money(books, order, ours, lines), *goods(books, order, lines),
            *people(books, order, ours)]


def header(order, ours):
    """State, date, reference, currency."""
    moment = datetime.fromisoformat(order['processed_at']).strftime('%Y-%m-%d %H:%M:%S')
    free = not Decimal(order['totals']['current_total_price']['shop'])
    state = 'cancel' if order['cancelled_at'] else 'sale' if order['financial_status'] in CONFIRMED or free else 'draft'
    number = f'{order["name"]} / {order["po_number"]}' if order['po_number'] else order['name']
    return differences(
        ('state', state, ours['state']), ('date', moment, ours['date_order']), ('reference', number, ours['client_order_ref']),
        ('currency', order['currency'], ours['currency_id'][1]))


def money(books, order, ours, lines):
    """Totals, and the sum of every tax."""
    totals = {name: Decimal(pair['shop']) for name, pair in order['totals'].items() if pair}
    total, tax = totals['current_total_price'], totals['current_total_tax']
    wanted = Counter()
    for row in order['current_taxes']:
        title = f'{row["title"]} (remitted by the sales channel)' if row['channel_liable'] else row['title']
        wanted[title, _percent(row['rate'])] += Decimal(row['amount']['shop'])
    return [
        *differences(('total', total, cents(ours['amount_total'])), ('tax', tax, cents(ours['amount_tax'])),
                     ('untaxed', total - tax, cents(ours['amount_untaxed']))),
        *(f'tax {title} {rate} %: {text}' for (title, rate), text in
          unequal(_without_zeros(wanted), _without_zeros(taxes_of(books, lines)))),
    ]


def taxes_of(books, lines):
    """``{(title, percent): amount}`` over the lines of a sales order, by the taxes that stand on them."""
    sums = Counter()
    for line in lines:
        manual = (line['extra_tax_data'] or {}).get('manual_tax_amounts') or {}
        if {int(tax) for tax in manual} != set(line['tax_ids']):
            sums[f'line {line["shopify_line_gid"]} has other taxes than amounts', Decimal(0)] += 1
        for tax, amounts in manual.items():
            sums[books.taxes[int(tax)]] += cents(amounts['tax_amount_currency'])
    return sums


def goods(books, order, lines):
    """Every line: SKU, units, what it costs without its taxes, and their sum."""
    wanted = {row['gid']: row['figures'] for row in expected_lines(order)}
    found = {line['shopify_line_gid']: (
        books.skus[line['product_id'][0]] if line['shopify_line_gid'] in _sku_lines(order) else '',
        Decimal(str(line['product_uom_qty'])).normalize(), cents(line['price_subtotal']), cents(line['price_tax']),
    ) for line in lines if line['product_uom_qty']}
    return [f'line {gid}: (sku, units, net, tax) {text}' for gid, text in unequal(wanted, found)]


def _sku_lines(order):
    return {row['id'] for row in order['lines'] if row['sku']}


def expected_lines(order):
    """``{gid, figures: (sku, units, net without taxes, taxes)}`` of lines, shipping, duties and fees, each as much of it as
    is still on the order. Duties that the prices contain are no lines' worth."""
    rows = [(row['id'], row['sku'] or '', row['current_quantity'], row['left']['price'], row['left']['taxes'])
            for row in order['lines'] if row['current_quantity']]
    rows += [(row['id'], '', 1, row['current_total'], row['taxes']) for row in order['shipping_lines'] if not row['removed']]
    rows += [(duty['id'], '', 1, _price_of(order, duty), duty['left']['taxes'])
             for line in order['lines'] if line['current_quantity'] for duty in line['duties']]
    rows += [(row['id'], '', 1, row['price'], row['taxes']) for row in order['fees'] if not order['cancelled_at']]
    for gid, sku, units, price, taxes in rows:
        tax = sum((Decimal(row['amount']['shop']) for row in taxes), Decimal(0))
        net = Decimal(price['shop']) - (tax if order['taxes_included'] else 0)
        yield {'gid': gid, 'figures': (sku, Decimal(units).normalize(), net, tax)}


def _price_of(order, duty):
    return {'shop': '0.00'} if order['duties_included'] else duty['left']['price']


# -- people -----------------------------------------------------------------------------------------------------------
def people(books, order, ours):
    """The customer (a company, or the e-mail of a person), and both addresses field by field."""
    email = ((order['customer'] or {}).get('email') or order['email'] or '').lower()
    customer = books.partners[ours['partner_id'][0]]
    if order['company']:
        found = buyers(books, order['company'], customer, email)
    else:
        found = differences(('e-mail', email, (customer['email'] or '').lower()))
    billing, shipping = order['billing_address'], order['shipping_address'] or order['billing_address']
    for label, address, field in (('billing', billing, 'partner_invoice_id'), ('shipping', shipping, 'partner_shipping_id')):
        partner = books.partners[ours[field][0]]
        if address:
            found += [f'{label} address, {text}' for text in one_address(books, address, partner, order)]
        elif partner['id'] != customer['id']:
            found.append(f'{label} address: there is none, but {partner["name"]} stands for it')
    return found


def buyers(books, company, customer, email):
    """Who bought for a company is a contact of it, or has been a customer of its own before."""
    found = differences(('company', company['name'], customer['name']))
    people = [row for row in books.partners.values() if (row['email'] or '').lower() == email]
    if email and not [row for row in people if not row['parent_id'] or row['parent_id'][0] == customer['id']]:
        found.append(f'nobody of {customer["name"]} has the e-mail {email}')
    return found


def one_address(books, address, partner, order):
    """Differences of an address; a province that Odoo does not have cannot be kept. The company may be the one that the
    person is under, and an address without a number is that of the customer who has one."""
    name = ' '.join(part for part in (address['first_name'], address['last_name']) if part) or address['company']
    theirs = {**address, 'name': name, 'province': _province(books, address)}
    country, state = ((partner[field] or (None,))[0] for field in ('country_id', 'state_id'))
    mine = {**partner, 'country': books.countries.get(country), 'state': state}
    if address['company'] and not mine['company_name']:
        mine['company_name'] = mine['commercial_company_name']
    number = (order['customer'] or {}).get('phone') or order['phone']
    if not address['phone'] and _plain('phone', mine['phone']) == _plain('phone', number):
        mine['phone'] = ''
    return differences(*((key, _plain(key, theirs[key]), _plain(key, mine[ours])) for key, ours in ADDRESS.items()))


def _province(books, address):
    for row in books.states.values():
        if books.countries[row['country_id'][0]] == address['country_code'] and (
                row['code'] == address['province_code'] or row['name'] == address['province']):
            return row['id']
    return None


def _plain(key, value):
    if key == 'phone':
        return re.sub(r'\D', '', value or '')
    return value or ''


# -- stock ------------------------------------------------------------------------------------------------------------
def stock(world):
    """Every SKU: what the orders of both shops leave of the first stock is what Odoo has free and what every shop shows."""
    sold = sold_units(world)
    free, held = free_units(world), held_units(world)
    found = []
    for sku, units in world.initial.items():
        wanted = max(Decimal(0), Decimal(str(units)) - sold[sku])
        found += differences((f'{sku} free in Odoo', wanted, max(Decimal(0), free.get(sku, Decimal(0)) - held[sku])))
    for domain in world.domains:
        for sku, levels in world.simulator.state(domain)['levels'].items():
            level = levels.get(world.places[domain])
            if sku in world.initial and level:
                wanted = max(Decimal(0), Decimal(str(world.initial[sku])) - sold[sku])
                found += differences((f'{sku} in {domain}', wanted, Decimal(level['available'])))
    return found


def sold_units(world):
    """``{sku: units}`` on all orders that count, paid or not."""
    sums = Counter()
    for domain in world.domains:
        for order in world.simulator.state(domain)['orders']:
            if not order['test'] and not order['cancelled_at']:
                for line in order['lines']:
                    sums[line['sku']] += line['current_quantity']
    return sums


def free_units(world):
    rows = world.server.admin.search_read('product.product', [('is_storable', '=', True)], ['default_code', 'free_qty'])
    return {row['default_code']: Decimal(str(row['free_qty'])) for row in rows}


def held_units(world):
    """``{sku: units}`` on quotations: the shop has taken them off its level when the order was placed."""
    return Counter(dict(world.rows("""
        SELECT product.default_code, SUM(line.product_uom_qty)
          FROM sale_order_line line JOIN product_product product ON product.id = line.product_id
         WHERE line.state IN ('draft', 'sent') AND line.shopify_line_gid IS NOT NULL AND product.default_code IS NOT NULL
         GROUP BY 1""")))


def reservations(world):
    """Products of which less is reserved than is there and asked for: what is confirmed is reserved at once."""
    rows = world.rows("""
        WITH asked AS (
            SELECT product_id, SUM(product_qty) AS units FROM stock_move
             WHERE state NOT IN ('draft', 'done', 'cancel') AND sale_line_id IS NOT NULL GROUP BY 1
        ), there AS (
            SELECT quant.product_id, SUM(quant.quantity) AS units, SUM(quant.reserved_quantity) AS reserved
              FROM stock_quant quant JOIN stock_location place ON place.id = quant.location_id AND place.usage = 'internal'
             GROUP BY 1
        )
        SELECT product.default_code, asked.units, there.units, there.reserved
          FROM asked JOIN there USING (product_id) JOIN product_product product ON product.id = asked.product_id
         WHERE there.reserved != LEAST(asked.units, GREATEST(there.units, 0))""")
    return [f'{sku}: {asked} are to be delivered and {there} are there, but {reserved} are reserved'
            for sku, asked, there, reserved in rows]


def everything(world):
    """All of the above."""
    return [*orders(world), *stock(world), *reservations(world)]


def assert_none(sentences):
    """Fail with the first of the sentences, all of them counted."""
    shown = '\n'.join(sentences[:60])
    assert not sentences, f'{len(sentences)} differences:\n{shown}'


# -- helpers ----------------------------------------------------------------------------------------------------------
def cents(value):
    """A float of Odoo as the amount that it stands for."""
    return Decimal(str(round(value, 2))).quantize(Decimal('0.01'))


def differences(*triples):
    """``name is X in Shopify and Y in Odoo`` for each ``(name, Shopify's, Odoo's)`` that differ."""
    return [f'{name} is {theirs!r} in Shopify and {ours!r} in Odoo' for name, theirs, ours in triples if theirs != ours]


def unequal(theirs, ours):
    """``[(key, sentence), …]`` for the keys whose values differ."""
    return [(key, f'{theirs.get(key)} in Shopify and {ours.get(key)} in Odoo')
            for key in [*theirs, *(key for key in ours if key not in theirs)] if theirs.get(key) != ours.get(key)]


def _by_id(rows):
    return {row['id']: row for row in rows}


def _percent(rate):
    return (Decimal(rate) * 100).normalize()


def _without_zeros(sums):
    return {key: amount for key, amount in sums.items() if amount}
