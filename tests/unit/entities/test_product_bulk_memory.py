"""A catalogue of any size is read in the memory of a small one: from the download to the payloads that are written.

``SHOPIFY_CONNECTOR_VARIANTS_READ=100000`` for the long run.
"""
import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
VARIANTS = int(os.environ.get('SHOPIFY_CONNECTOR_VARIANTS_READ', '12000'))
FEW, EACH = 1200, 4
MORE_KILOBYTES = 12_000  # what the allocator and SQLite's cache may take more
READER = '''
import resource, sys, tempfile
from importlib import import_module
import_module('tests.unit.conftest')
from shopify_connector.entities import product_bulk
from shopify_connector.entities.product import Parts
from shopify_connector.shopify import bulk

address, lines, folder = sys.argv[1], int(sys.argv[2]), sys.argv[3]
connections = product_bulk.reading(Parts()).connections
spool = bulk.Spool(f'{folder}/spool.sqlite')
spool.fill(bulk.rows(address, endpoint=address))
found = 0
for _position, root in spool.roots():
    found += len(product_bulk.payload(root, connections)['variants']['nodes'])
print(found, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
'''


def result(variants):
    """A result's lines as Shopify writes them: first all products, then all variants."""
    for number in range(variants // EACH):
        yield {
            'id': f'gid://shopify/Product/{number}', 'title': f'Chair {number}', 'descriptionHtml': '<p>Sit well.</p>' * 40,
            'vendor': 'Acme', 'tags': ['oak', 'sale'], 'createdAt': '2026-01-01T00:00:00Z', 'options': [],
        }
    for number in range(variants):
        yield {
            'childOf_variants': 'ProductVariant', 'id': f'gid://shopify/ProductVariant/{number}', 'sku': f'SKU-{number}',
            'price': '10.00', 'position': number % EACH + 1, 'selectedOptions': [{'name': 'Size', 'value': 'L'}],
            'inventoryItem': {'id': f'gid://shopify/InventoryItem/{number}', 'tracked': True, 'unitCost': None},
            '__parentId': f'gid://shopify/Product/{number // EACH}',
        }


class Download(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.writelines(json.dumps(row).encode() + b'\n' for row in result(int(self.path.rsplit('/', 1)[1])))

    def log_message(self, *_arguments):
        """Nothing is said."""


@pytest.fixture
def address():
    with ThreadingHTTPServer(('127.0.0.1', 0), Download) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f'http://127.0.0.1:{server.server_port}'
        server.shutdown()


def test_many_variants_take_no_more_memory_than_few(address, tmp_path):
    peaks = {}
    for count in (FEW, VARIANTS):
        folder = tmp_path / str(count)
        folder.mkdir()
        lines = count + count // EACH
        command = [sys.executable, '-c', READER, f'{address}/{count}', str(lines), str(folder)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert not done.returncode, done.stderr
        found, peaks[count] = map(int, done.stdout.split())
        assert found == count
    assert peaks[VARIANTS] < peaks[FEW] + MORE_KILOBYTES, peaks
