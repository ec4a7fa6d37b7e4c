"""Deliveries: how many a minute reach a shop that is 150 ms away, what they cost there, and what validating costs here."""
from scripts.progress import step
from tests.bench.stage import stage_of

DOMAIN, LATENCY_MS = 'northwind.myshopify.com', 150


def measured(env, sizes):
    """``{validated, bare, told, asked, mutations, points, parcels, operations}`` of ``sizes['parcels']`` orders."""
    shops = [{'domain': DOMAIN, 'plan': 'plus', 'locations': 1, 'products': 60}]
    with stage_of(env, shops) as stage:
        return _deliveries(stage, stage.simulator, sizes['parcels'])


def _deliveries(stage, simulator, count):
    step(f'{count} deliveries are validated, bare and with the addon, and told')
    simulator.deliveries(DOMAIN, hold=True)
    backend = stage.shell('connect_shop', simulator.shops()[0])
    stage.shell('measure_catalog', backend)
    stage.shell('prepare_deliveries', backend)
    placed = simulator.order(DOMAIN, count=count, seed='deliver')
    stage.shell('measure_import', backend, [row['admin_graphql_api_id'] for row in placed])
    found = {'bare': stage.shell('measure_bare_validation', backend), 'validated': stage.shell('measure_validation', backend)}
    simulator.post(f'/shops/{DOMAIN}/stats/reset')
    simulator.settings(DOMAIN, latency_ms=LATENCY_MS)
    found['told'] = stage.shell('measure_deliveries', backend)
    simulator.settings(DOMAIN, latency_ms=0)
    stats, orders = simulator.stats(DOMAIN), simulator.state(DOMAIN)['orders']
    return {**found, 'asked': stats['requests'], 'points': stats['points_actual'], 'operations': stats['by_operation'],
            'parcels': sum(row['status'] == 'SUCCESS' for order in orders for row in order['fulfillments'])}


def rows(found):
    """``(what, figure, floor, share of the floor, note)`` as texts."""
    told, mine, bare = found['told'], found['validated'], found['bare']
    rate, floor = told['told'] * 60 / told['seconds'], bare['deliveries'] * 60 / bare['seconds']
    yield 'deliveries told a minute', f'{rate:,.0f}', f'{floor:,.0f}', f'{100 * rate / floor:.0f} %', (
        f'{told["told"]} of {mine["deliveries"]} at {LATENCY_MS} ms, {found["parcels"]} fulfilments; floor: bare validations in '
        'one process')
    if told['waiting']:
        yield '  not told', f'{told["waiting"]}', '0', '', ''
    yield '  requests a delivery', f'{found["asked"] / max(1, told["told"]):.3f}', '', '', ', '.join(
        f'{name} {row["requests"]}' for name, row in sorted(found['operations'].items(), key=lambda row: -row[1]['requests'])[:4])
    yield '  points a delivery', f'{found["points"] / max(1, told["told"]):.1f}', '', '', ''
    yield '  SQL queries a delivery', f'{told["queries"] / max(1, told["told"]):.1f}', '', '', ''
    ours, theirs = (1000 * row['seconds'] / row['deliveries'] for row in (mine, bare))
    yield 'milliseconds to validate a delivery', f'{ours:.0f}', f'{theirs:.0f}', f'{100 * ours / theirs:.0f} %', (
        'nothing of it waits for the shop; floor: the same orders without a shop')
    yield '  SQL queries', *(f'{row["queries"] / row["deliveries"]:.0f}' for row in (mine, bare)), '', ''
