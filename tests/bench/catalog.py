"""The catalogue: an import of many products beside bare Odoo's own work, its memory, and a run when nothing has changed."""
from scripts.progress import step
from tests.bench.stage import stage_of

DOMAIN, VARIANTS = 'northwind.myshopify.com', 3
REQUESTS_OF_NO_CHANGE, SHARE_OF_NO_CHANGE = 3, 0.05


def measured(env, sizes):
    """``{first, again, sweep, floor}`` of a shop with ``sizes['catalog']`` products of three variants."""
    goods = {'count': sizes['catalog'], 'variants': VARIANTS}
    with stage_of(env, [{'domain': DOMAIN, 'plan': 'plus', 'locations': 1, 'products': goods}]) as stage:
        return _imports(stage, stage.simulator, sizes['catalog'])


def _imports(stage, simulator, count):
    step(f'an import of {count} products with {VARIANTS} variants in one process, twice, and bare')
    simulator.deliveries(DOMAIN, hold=True)
    backend = stage.shell('connect_shop', simulator.shops()[0])
    found = {}
    for name in ('first', 'again'):
        simulator.post(f'/shops/{DOMAIN}/stats/reset')
        found[name] = {**stage.shell('measure_catalog', backend), 'asked': simulator.stats(DOMAIN)['requests']}
    stage.shell('measure_sweep', backend)  # the first one sets the watermark
    simulator.post(f'/shops/{DOMAIN}/stats/reset')
    found['sweep'] = {**stage.shell('measure_sweep', backend), 'asked': simulator.stats(DOMAIN)['requests']}
    found['floor'] = stage.shell('measure_templates', count)
    return found


def rows(found):
    """``(what, figure, floor, share of the floor, note)`` as texts."""
    first, again, sweep, floor = (found[name] for name in ('first', 'again', 'sweep', 'floor'))
    rate, bare = (row['products'] / row['seconds'] for row in (first, floor))
    yield 'products imported a second', f'{rate:.1f}', f'{bare:.1f}', f'{100 * rate / bare:.0f} %', (
        f'{first["created"]} products of {VARIANTS} variants in {first["seconds"] / 60:.1f} min; floor: the same templates bare')
    yield '  milliseconds of the processor a product', *(
        f'{1000 * row["processor"] / row["products"]:.0f}' for row in (first, floor)), '', 'without the database\'s'
    yield '  SQL queries a product', f'{first["queries"] / first["products"]:.1f}', (
        f'{floor["queries"] / floor["products"]:.1f}'), '', ''
    yield '  requests', f'{first["asked"]}', '', '', ''
    yield '  peak memory of the process, MB', f'{first["kilobytes"] / 1024:.0f}', f'{first["before"] / 1024:.0f}', '', (
        'floor: before the import')
    yield 'the same import again, seconds', f'{again["seconds"]:.1f}', f'{first["seconds"]:.1f}', (
        f'{100 * again["seconds"] / first["seconds"]:.1f} %'), f'{again["changed"]} changed, {again["asked"]} requests'
    yield 'a look for changes when there are none, seconds', f'{sweep["seconds"]:.2f}', f'{first["seconds"]:.1f}', (
        f'{100 * sweep["seconds"] / first["seconds"]:.2f} %'), (
        f'{sweep["asked"]} requests (at most {REQUESTS_OF_NO_CHANGE}), {sweep["tasks"]} products to read')
