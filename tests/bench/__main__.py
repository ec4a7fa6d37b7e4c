"""Run the benchmarks and print a table: every figure beside its floor, what Odoo itself needs, from the same run."""
import argparse
import json
import os
import platform
import sys
import time
from pathlib import Path
from statistics import median

from scripts.odoo_env import ready
from scripts.process import exit_on_signals
from tests.bench import catalog, deliver, history, measure, stock
from tests.bench.load import percentile
from tests.bench.stage import stage

SHORT = {'products': 60, 'deliveries': 1500, 'latency': 16, 'burst': 200, 'alone': 100, 'past': 200,
         'stock_variants': 1000, 'moves': 20, 'hook_lines': 100, 'hook_deliveries': 5, 'parcels': 200,
         'catalog': int(os.environ.get('BENCH_CATALOG', '600'))}
LONG = {'products': 320, 'deliveries': 10000, 'latency': 60, 'burst': 1000, 'alone': 400, 'past': 2000,
        'stock_variants': 5000, 'moves': 60, 'hook_lines': 100, 'hook_deliveries': 15, 'parcels': 2000,
        'catalog': 10000}
LATENCY_MS = 150
RESULTS = (2000, 20_000)


def measured(env, sizes):
    """All figures as a dictionary of plain numbers."""
    found = {}
    with stage(env, sizes['products']) as here:
        with here.server(crons=2):
            here.world.connect(('access_token', 'client_credentials'))
            found['stock'] = measure.stock(here.world)
            found['latency'] = measure.latency(here.world, sizes['latency'], LATENCY_MS)
            found['burst'] = measure.burst(here.world, sizes['burst'])
        with here.server(crons=0):
            ours, floor = measure.deliveries(here.world, sizes['deliveries'])
            found['deliveries'], found['deliveries_floor'] = _load(ours), _load(floor)
        found['alone'], found['alone_floor'] = measure.one_process(here, sizes['alone'])
        found['past'], found['past_floor'] = history.imports(here, sizes['past'])
    found['many_stores'] = stock.measured(env, sizes)
    found['catalog'] = catalog.measured(env, sizes)
    found['deliver'] = deliver.measured(env, sizes)
    found['memory'] = {str(count): kilobytes for count, kilobytes in history.memory(*RESULTS).items()}
    return found


def _load(result):
    return {'rate': result.rate, 'p50': result.percentile(0.5), 'p99': result.percentile(0.99),
            'statuses': {str(status): count for status, count in result.statuses.items()}}


def rows(found):
    """``(what, figure, floor, share of the floor, note)`` as texts."""
    ours, floor = found['deliveries'], found['deliveries_floor']
    alone, bare, burst, level = found['alone'], found['alone_floor'], found['burst'], found['stock']
    per_minute = {name: 60 * row['orders'] / row['seconds'] for name, row in (('alone', alone), ('bare', bare), ('burst', burst))}
    queries = {name: row['queries'] / row['orders'] for name, row in (('alone', alone), ('bare', bare))}
    yield 'deliveries accepted a second, 16 in parallel', _n(ours['rate']), _n(floor['rate']), _share(
        ours['rate'], floor['rate']), f'answers {_statuses(ours)}'
    yield '  p50, milliseconds', _n(1000 * ours['p50']), _n(1000 * floor['p50']), '', ''
    yield '  p99, milliseconds', _n(1000 * ours['p99']), _n(1000 * floor['p99']), '', ''
    yield 'payment to confirmed order, seconds: median', f'{median(found["latency"]):.2f}', f'{LATENCY_MS / 1000:.2f}', '', (
        f'{len(found["latency"])} orders; floor: one request at {LATENCY_MS} ms')
    yield '  p95', f'{percentile(found["latency"], 0.95):.2f}', '', '', ''
    yield 'orders a minute in a burst', _n(per_minute['burst']), _n(per_minute['bare']), _share(
        per_minute['burst'], per_minute['bare']), f'{burst["orders"]} orders, 2 stores, webhooks and stock included; floor: bare'
    yield 'orders a minute in one process', _n(per_minute['alone']), _n(per_minute['bare']), _share(
        per_minute['alone'], per_minute['bare']), f'{alone["orders"]} orders; floor: create and confirm in batches of 50'
    yield '  SQL queries an order', f'{queries["alone"]:.1f}', f'{queries["bare"]:.1f}', '', ''
    yield 'requests an order in a burst', f'{burst["requests"] / burst["orders"]:.3f}', '', '', ''
    yield '  points an order', f'{burst["points"] / burst["orders"]:.1f}', '', '', ', '.join(
        f'{name} {row[0]} requests {row[1]:.0f} points' for name, row in list(burst['operations'].items())[:4])
    yield from _history_rows(found)
    yield 'requests for 1,000 stock levels', f'{1000 * level["requests"] / level["levels"]:.1f}', '4', '', (
        f'{level["levels"]} levels in {level["seconds"]:.1f} s; floor: 250 levels a mutation')
    yield '  points', f'{1000 * level["points"] / level["levels"]:.0f}', '', '', ''
    yield from stock.rows(found['many_stores'])
    yield from catalog.rows(found['catalog'])
    yield from deliver.rows(found['deliver'])


def _history_rows(found):
    past, bare, memory = found['past'], found['past_floor'], found['memory']
    ours, floor = (60 * row['orders'] / row['seconds'] for row in (past, bare))
    yield 'past orders imported a minute', _n(ours), _n(floor), _share(ours, floor), (
        f'{past["created"]} orders through a bulk operation, one process; floor: create and confirm in batches of 50')
    yield '  SQL queries an order', f'{past["queries"] / past["orders"]:.1f}', f'{bare["queries"] / bare["orders"]:.1f}', '', ''
    yield '  requests for 1,000 orders', f'{1000 * past["requests"] / past["orders"]:.0f}', '', '', ''
    yield '  points for 1,000 orders', f'{1000 * past["points"] / past["orders"]:.0f}', '', '', ''
    yield '  megabytes more at the end than after a fifth', f'{past["kilobytes"] / 1024:.1f}', '', '', ''
    few, many = RESULTS
    peaks = [f'{memory[str(count)] / 1024:.0f}' for count in (many, few)]
    yield f'megabytes to read a result of {many:,} orders', *peaks, '', f'peak of a process; floor: {few:,} orders'


def _n(value):
    return f'{value:,.0f}'


def _share(ours, floor):
    return f'{100 * ours / floor:.0f} %'


def _statuses(result):
    return ', '.join(f'{count} x {status}' for status, count in result['statuses'].items())


def show(lines, seconds):
    table = [('', 'figure', 'floor', 'of floor', ''), *lines]
    widths = [max(len(row[column]) for row in table) for column in range(4)]
    print(f'\n{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Odoo with 2 workers and 2 cron workers, '
          f'{seconds:.0f} s, load before {os.getloadavg()[2]:.1f}')
    for row in table:
        cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:4], widths[1:], strict=True))]
        print('  '.join([*cells, row[4]]).rstrip())


def chosen(env, sizes, options):
    """``(figures, rows)`` of everything, or of the one part that was asked for."""
    if options.stock:
        found = {'many_stores': stock.measured(env, sizes)}
        return found, list(stock.rows(found['many_stores']))
    if options.catalog:
        found = {'catalog': catalog.measured(env, sizes)}
        return found, list(catalog.rows(found['catalog']))
    if options.deliveries:
        found = {'deliver': deliver.measured(env, sizes)}
        return found, list(deliver.rows(found['deliver']))
    found = measured(env, sizes)
    return found, list(rows(found))


def main():
    parser = argparse.ArgumentParser(prog='bench', description=__doc__)
    parser.add_argument('--long', action='store_true', help='larger numbers, about half an hour')
    parser.add_argument('--stock', action='store_true', help='only the stock of three stores')
    parser.add_argument('--catalog', action='store_true', help='only the import of a catalogue')
    parser.add_argument('--deliveries', action='store_true', help='only what is told of deliveries')
    options = parser.parse_args()
    exit_on_signals()
    started = time.monotonic()
    with ready() as env:
        sizes = LONG if options.long else SHORT
        found, lines = chosen(env, sizes, options)
    show(lines, time.monotonic() - started)
    if target := os.environ.get('BENCH_RESULTS'):
        Path(target).write_text(json.dumps(found, indent=1))
    return 0


if __name__ == '__main__':
    sys.exit(main())
