"""The import of past orders: its speed and cost beside bare Odoo's, and the memory that reading a result takes."""
import http.server
import json
import resource
import sys
import tempfile
import threading
from functools import partial
from importlib import import_module
from pathlib import Path

from scripts.paths import ROOT
from scripts.progress import run, step
from tests.bench.measure import KINDS, reset

READER = 'tests.bench.history'


def imports(stage, count):
    """(the import of ``count`` orders in one process, the same number bare), as ``bench.floor`` tells."""
    step(f'an import of {count} past orders in one process, and bare')
    world = stage.world
    domain = world.domains[1]
    world.simulator.deliveries(domain, hold=True)
    names = []
    for number in range(0, count, len(KINDS)):
        for kind in KINDS[: count - number]:
            names += [row['name'] for row in world.simulator.order(domain, kind=kind, seed=f'past{number}')]
    numbers = [int(name.lstrip('#')) for name in names]
    reset(world)
    ours = stage.shell('measure_history', world.stores[domain], min(numbers), max(numbers))
    return ours, stage.shell('measure_orders', count)


# -- memory -----------------------------------------------------------------------------------------------------------
def memory(few, many):
    """``{few: kilobytes, many: kilobytes}``: the peak of a process that reads a bulk result of so many orders."""
    step(f'memory: results of {few} and {many} orders are read')
    return {count: _peak_of_reading(count) for count in (few, many)}


def _peak_of_reading(count):
    with tempfile.TemporaryDirectory(prefix='bench-bulk-') as folder:
        _write_result(Path(folder) / 'result.jsonl', count)
        handler = partial(_Quiet, directory=folder)
        with http.server.ThreadingHTTPServer(('127.0.0.1', 0), handler) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            try:
                address = f'http://127.0.0.1:{server.server_address[1]}'
                output = run([sys.executable, '-m', READER, address, count], why='the reader failed', cwd=ROOT)
            finally:
                server.shutdown()
    return int(output.split()[-1])


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_arguments):
        """Nobody reads it."""


def _write_result(path, count):
    """Orders of three lines as Shopify writes them: first all orders, then all lines."""
    money = {'shopMoney': {'amount': '10.00', 'currencyCode': 'USD'}}
    taxes = [{'title': 'State Tax', 'rate': 0.0725, 'channelLiable': False, 'priceSet': money}] * 2
    with path.open('w') as file:
        for number in range(count):
            file.write(json.dumps({
                'id': f'gid://shopify/Order/{number}', 'name': f'#{number}', 'createdAt': '2026-01-01T00:00:00Z',
                'note': 'A note of some length. ' * 20, 'currentTotalPriceSet': money, 'currentTaxLines': taxes,
                'billingAddress': {'address1': '1 Street', 'city': 'Town'}, 'additionalFees': []}) + '\n')
        for number in range(count * 3):
            file.write(json.dumps({
                'childOf_lineItems': 'LineItem', 'id': f'gid://shopify/LineItem/{number}', 'quantity': 1,
                'currentQuantity': 1, 'name': 'A product', 'originalUnitPriceSet': money, 'taxLines': taxes, 'duties': [],
                '__parentId': f'gid://shopify/Order/{number // 3}'}) + '\n')


def read(address, count):
    """Read a result as an import does, and print this process's peak memory in kilobytes."""
    import_module('tests.unit.conftest')  # lets the pure layers be imported without Odoo
    from shopify_connector.entities import order_bulk
    from shopify_connector.shopify import bulk

    connections = (('lineItems', True, None), ('shippingLines', True, None))
    with tempfile.TemporaryDirectory(prefix='bench-spool-') as folder:
        spool = bulk.Spool(str(Path(folder) / 'spool.sqlite'))
        spool.fill(bulk.rows(f'{address}/result.jsonl', endpoint=address, expected=4 * count))
        lines = 0
        for _position, root in spool.roots():
            lines += len(order_bulk.payload(root, connections)['lineItems']['nodes'])
    if lines != 3 * count:
        raise SystemExit(f'{lines} lines were read instead of {3 * count}')
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


if __name__ == '__main__':
    read(sys.argv[1], int(sys.argv[2]))
