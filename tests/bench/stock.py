"""Stock: seconds from a committed move to the number in the shops, levels a second beside what the plan's points allow, and
what the addon costs whoever validates a delivery."""
import json
import os
import random
import time
from collections import defaultdict
from datetime import datetime
from statistics import median

from scripts import databases
from scripts.progress import run, step
from tests.bench.load import percentile
from tests.bench.stock_hook import MARK
from tests.scenario.trio import FIRST_UNITS, Trio, three_shops
from tests.scenario.world import wait_for
from tests.support import servers

LATENCY_MS = 150
RESTORED = {'plus': 1000, 'advanced': 200, 'standard': 100}  # points a second
LEVELS_A_MUTATION = 250
WRITE = 'SetAvailable'
SAFETY_UNITS = 5
HOOK = 'from tests.bench import stock_hook\nstock_hook.deliveries(env, {lines}, {count}, {stores})\n'
ROUNDS, STORES, MANY_STORES = 3, 3, 12


def measured(env, sizes):
    """``{seconds, rates, hook}`` of three shops that show ``sizes['stock_variants']`` variants at two locations each."""
    with three_shops(sizes['stock_variants']) as simulator:
        database = f'sc_bench_stock_{os.getpid()}'
        databases.copy(env, databases.addon_template(env), database)
        server = servers.TestServer(env, database, endpoint=simulator.endpoint, crons=3, more=('--log-level=warn',))
        try:
            server.start()
            server.call('ir.config_parameter', 'set_param', 'web.base.url', server.url)
            trio = Trio(simulator, server, sizes['stock_variants']).connect()
            for domain in trio.domains:
                simulator.settings(domain, latency_ms=LATENCY_MS)
            found = {'rates': rates(trio), 'seconds': seconds(trio, sizes['moves'])}
        finally:
            server.close()
    return {**found, 'hook': hook(env, sizes['hook_lines'], sizes['hook_deliveries'])}


# -- latency ------------------------------------------------------------------------------------------------------------
def seconds(trio, moves):
    """Seconds from the commit of a count until each of the shops shows it, one count after the other."""
    step(f'{moves} counts one by one, {LATENCY_MS} ms to the shops')
    rng, found = random.Random(1), []
    for number in range(moves):
        sku, place = rng.choice(trio.skus), rng.choice(list(trio.shelves))
        serials = {domain: last_serial(trio, domain) for domain in trio.domains}
        units = FIRST_UNITS + 1 + number
        trio.count([(sku, place, units)])
        committed = datetime.now().astimezone()
        for domain in trio.domains:
            row = written(trio, domain, sku, units, serials[domain])
            found.append((datetime.fromisoformat(row['at']) - committed).total_seconds())
        time.sleep(rng.uniform(0.3, 1.2))
    return found


def last_serial(trio, domain):
    return max((row['serial'] for row in trio.journal(domain)), default=0)


def written(trio, domain, sku, units, after):
    """The journal's row of the write that brought a shop to ``units``."""
    rows = []

    def is_there():
        rows[:] = [row for row in trio.journal(domain, after) if row['source'] == 'api' and row['sku'] == sku
                   and row['after'] == units]
        return rows

    wait_for(is_there, f'{domain} shows {units} of {sku}', 90, pause=0.02)
    return rows[0]


# -- throughput -----------------------------------------------------------------------------------------------------------
def rates(trio):
    """``{plan: {levels, seconds, idle, mutations, requests, points, writes, write_points}}``: a rule for all products is
    made and deleted again, so that one commit changes every level of every shop, twice. ``seconds`` from before the click
    until the shop's last level is written, of these ``idle`` until its first is. The webhooks about these writes,
    thousands of requests to the same cores, are left out."""
    trio.wait_delivered(300)
    trio.wait_idle(300)
    admin, rules = trio.server.admin, []

    def make():
        rules.append(admin.call('shopify.stock.rule', 'create', {'what': 'safety', 'value': SAFETY_UNITS}))

    def delete():
        admin.call('shopify.stock.rule', 'unlink', rules)

    for domain in trio.domains:
        trio.simulator.deliveries(domain, drop=1)
    found = added(all_change(trio, make, FIRST_UNITS - SAFETY_UNITS), all_change(trio, delete, FIRST_UNITS))
    for domain in trio.domains:
        trio.simulator.deliveries(domain, drop=0)
    return found


def all_change(trio, act, units):
    step(f'all {len(trio.skus) * len(trio.shelves)} levels of each of {len(trio.domains)} shops change')
    trio.reset_stats()
    serials = {domain: last_serial(trio, domain) for domain in trio.domains}
    clicked = datetime.now().astimezone()
    act()
    wait_for(lambda: trio.all_show(units), 'all shops show it', 900, pause=2)
    found = {trio.shops[domain]['plan']: rate(trio, domain, serials[domain], clicked) for domain in trio.domains}
    trio.wait_delivered(300)
    trio.wait_idle(300)
    return found


def rate(trio, domain, after, clicked):
    moments = sorted(datetime.fromisoformat(row['at']) for row in trio.journal(domain, after) if row['source'] == 'api')
    stats = trio.simulator.stats(domain)
    writes = stats['by_operation'][WRITE]
    return {'levels': len(moments), 'seconds': (moments[-1] - clicked).total_seconds(),
            'idle': (moments[0] - clicked).total_seconds(), 'mutations': stats['mutations'], 'requests': stats['requests'],
            'points': stats['points_actual'], 'write_points': writes['points'], 'writes': writes['requests']}


def added(*found):
    """The sums of several measurements of the same plans."""
    return {plan: {name: sum(each[plan][name] for each in found) for name in row} for plan, row in found[0].items()}


# -- the hook ---------------------------------------------------------------------------------------------------------------
def hook(env, lines, count):
    """``{with, without, many}``: seconds, CPU seconds and queries of validating deliveries of so many lines, on a database
    with the addon and three stores, on one that never had it, by turns, and with many stores."""
    step(f'deliveries of {lines} lines are validated, with the addon and without')
    sources = {'without': databases.base_template(env), 'with': databases.addon_template(env)}
    found = defaultdict(lambda: defaultdict(list))
    for number in range(ROUNDS):
        for name, source in sources.items():
            for key, values in on_copy(env, source, HOOK.format(lines=lines, count=count, stores=STORES)).items():
                found[name][key] += values
        step(f'round {number + 1} of {ROUNDS}')
    step(f'the same with {MANY_STORES} stores')
    found['many'] = on_copy(env, sources['with'], HOOK.format(lines=lines, count=count, stores=MANY_STORES))
    return dict(found)


def on_copy(env, source, code):
    """What a piece of code says in Odoo's shell on a database of its own."""
    database = f'sc_bench_hook_{os.getpid()}'
    databases.copy(env, source, database)
    try:
        return in_shell(env, database, code)
    finally:
        databases.drop(env, database)


def in_shell(env, database, code):
    """What a piece of code printed behind the mark, in a process of its own."""
    output = run(env.command('-d', database, '--no-http', '--log-level=error', '--max-cron-threads=0', subcommand='shell'),
                 why='the measurement failed', env=env.variables(), input=code)
    line = next((row for row in output.splitlines() if MARK in row), None)
    if line is None:
        raise SystemExit(f'there was no answer:\n{output[-3000:]}')
    return json.loads(line.split(MARK, 1)[1])


# -- the table --------------------------------------------------------------------------------------------------------------
def rows(found):
    """``(what, figure, floor, share of the floor, note)`` as texts."""
    took = found['seconds']
    yield 'committed count to the number in a shop, seconds: median', f'{median(took):.2f}', f'{LATENCY_MS / 1000:.2f}', '', (
        f'{len(took)} levels in 3 stores; floor: one request at {LATENCY_MS} ms')
    yield '  p95', f'{percentile(took, 0.95):.2f}', '', '', ''
    for plan, row in found['rates'].items():
        allowed = RESTORED[plan] / (row['write_points'] / row['writes']) * LEVELS_A_MUTATION
        speed = row['levels'] / row['seconds']
        yield f'levels a second, plan {plan}', f'{speed:,.0f}', f'{allowed:,.0f}', f'{100 * speed / allowed:.0f} %', (
            f'{row["levels"]} levels in {row["seconds"]:.1f} s, {row["idle"]:.1f} s of it before the first is written; '
            f'{row["mutations"]} mutations, {row["points"]} points; floor: what the plan\'s points allow')
    together = sum(row['levels'] for row in found['rates'].values()) / max(row['seconds'] for row in found['rates'].values())
    yield '  all stores together', f'{together:,.0f}', '', '', 'at the same time, one lane each'
    ours, bare = found['hook']['with'], found['hook']['without']
    mine, theirs = (1000 * median(row['seconds']) for row in (ours, bare))
    yield 'a delivery validated, milliseconds', f'{mine:.0f}', f'{theirs:.0f}', f'{100 * mine / theirs:.0f} %', (
        f'{len(ours["seconds"])} deliveries, 3 stores sell all of it; floor: without the addon')
    mine, theirs = (1000 * median(row['cpu']) for row in (ours, bare))
    yield '  of these at work in Odoo', f'{mine:.0f}', f'{theirs:.0f}', f'{100 * mine / theirs:.0f} %', 'without PostgreSQL'
    yield '  milliseconds in the hooks of the addon', f'{1000 * median(ours["own"]):.1f}', '0', '', ''
    yield f'  the same with {MANY_STORES} stores', f'{1000 * median(found["hook"]["many"]["own"]):.1f}', '0', '', ''
    yield '  SQL queries', f'{median(ours["queries"]):.0f}', f'{median(bare["queries"]):.0f}', '', ''
