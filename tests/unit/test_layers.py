"""The house rules that a machine can hold: which layer may import which, and how long things may be."""
import ast
import sys
from functools import cache
from pathlib import Path

import pytest

ADDON = Path(__file__).resolve().parents[2] / 'shopify_connector'
FILES = sorted(path for path in ADDON.rglob('*.py') if '__pycache__' not in path.parts)
MAX_FILE, MAX_FUNCTION = 500, 50

# layer -> (other top-level packages that it may import, modules of ours that it may import by prefix)
LAYERS = {
    'shopify': ({'requests', 'pytz'}, ('shopify',)),
    'entities': (set(), ('entities', 'shopify.gid', 'shopify.money', 'shopify.when', 'shopify.errors', 'const')),
    'sync': (None, ('sync', 'entities', 'shopify', 'const')),
    'models': (None, ('models', 'entities', 'shopify', 'const')),
    'controllers': (None, ('controllers', 'shopify.webhook', 'shopify.oauth', 'const')),
}
CLIENT = 'shopify.client'
# The one model that builds clients.
CLIENT_MODEL = 'models/shopify_backend_client.py'


@cache
def _parsed(path):
    return ast.parse(path.read_text())


def _layer(path):
    return path.relative_to(ADDON).parts[0]


def _imports(path):
    """``(name, is ours)`` of everything that a file imports; ours relative to the addon, such as ``shopify.client``."""
    package = path.relative_to(ADDON).parts[:-1]
    for node in ast.walk(_parsed(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, False) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module, False
        elif isinstance(node, ast.ImportFrom):
            base = '.'.join([*package[:len(package) - node.level + 1], *(node.module or '').split('.')]).strip('.')
            yield from _imported_names(base, node)


def _imported_names(base, node):
    """A name that is imported from a package is a module of it, or else something in the package itself."""
    for alias in node.names:
        inner = ADDON.joinpath(*filter(None, base.split('.')), alias.name)
        is_module = inner.with_suffix('.py').exists() or inner.is_dir()
        yield '.'.join(filter(None, [base, alias.name])) if is_module else base, True


def _forbidden(path):
    """What a file imports although its layer may not."""
    foreign, ours = LAYERS[_layer(path)]
    for name, is_ours in _imports(path):
        if is_ours and not any(name == prefix or name.startswith(f'{prefix}.') for prefix in ours):
            yield name
        elif not is_ours:
            top = name.split('.')[0]
            allowed = top in sys.stdlib_module_names or (foreign is None and top != 'requests') or top in (foreign or ())
            if not allowed or name.startswith(('odoo.addons.shopify_connector', 'shopify_connector')):
                yield name


@pytest.mark.parametrize('layer', LAYERS)
def test_a_layer_imports_only_what_it_may(layer):
    if not (ADDON / layer).exists():
        pytest.skip(f'there is no {layer}/')
    files = [path for path in FILES if _layer(path) == layer]
    assert files
    assert {str(path.relative_to(ADDON)): found for path in files if (found := list(_forbidden(path)))} == {}


def test_requests_is_known_to_the_talking_layer_only():
    assert [path for path in FILES if _layer(path) != 'shopify'
            for name, _ours in _imports(path) if name.split('.')[0] in ('requests', 'urllib3', 'http.client')] == []


def test_the_layers_that_know_nothing_of_odoo_do_not_import_it():
    assert [path for path in FILES if _layer(path) in ('shopify', 'entities')
            for name, _ours in _imports(path) if name.split('.')[0] == 'odoo'] == []


def test_one_model_builds_clients_and_everybody_else_asks_it():
    builders = {str(path.relative_to(ADDON)) for path in FILES if _layer(path) != 'shopify'
                for name, ours in _imports(path) if ours and name == CLIENT}
    assert builders <= {CLIENT_MODEL}


def test_models_do_not_import_each_other_by_class():
    """They meet through ``self.env``; only modules of functions and values are imported."""
    found = []
    for path in FILES:
        if _layer(path) in ('models', 'sync', 'controllers', 'wizards') and path.name != '__init__.py':
            tree = _parsed(path)
            found += [
                f'{path.relative_to(ADDON)}: {alias.name}' for node in ast.walk(tree)
                if isinstance(node, ast.ImportFrom) and node.level for alias in node.names
                if alias.name.startswith('Shopify')]
    assert found == []


def test_the_layer_rules_catch_what_they_forbid(tmp_path, monkeypatch):
    """The rules are tried on an addon that breaks them all."""
    for name, text in {
        'shopify/gid.py': '', 'shopify/client.py': 'import odoo\nfrom .. import models\nfrom ..entities import order\n',
        'entities/order.py': 'import requests\nfrom odoo import fields\nfrom ..shopify import client, gid\n',
        'controllers/main.py': 'from ..sync import order\nfrom ..shopify.webhook import verify\nfrom odoo import http\n',
        'models/model.py': 'import requests\nfrom ..sync import order\nfrom odoo import models\nfrom . import other\n',
        'sync/order.py': 'from ..models.model import Model\nfrom odoo.addons.shopify_connector.models import x\n',
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.setitem(globals(), 'ADDON', tmp_path)
    caught = {str(path.relative_to(tmp_path)): list(_forbidden(path)) for path in tmp_path.rglob('*.py') if path.stat().st_size}
    assert caught == {
        'shopify/client.py': ['odoo', 'models', 'entities.order'], 'entities/order.py': ['requests', 'odoo', 'shopify.client'],
        'controllers/main.py': ['sync.order'], 'models/model.py': ['requests', 'sync.order'],
        'sync/order.py': ['models.model', 'odoo.addons.shopify_connector.models']}


def _own_lines(node):
    """Lines of a function without its decorators, docstring, and texts and tables that stand in it as one value."""
    size = node.end_lineno - node.lineno + 1 - _docstring_lines(node)
    return size - sum(_table_lines(inner) for inner in ast.walk(node))


def _docstring_lines(node):
    first = node.body[0] if node.body else None
    is_text = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    return first.end_lineno - first.lineno + 1 if is_text else 0


def _table_lines(node):
    """Lines of a document, or of a table whose values are all literal, beyond its first."""
    values = ast.Constant | ast.Dict | ast.Tuple | ast.List | ast.JoinedStr
    if not isinstance(node, ast.Assign) or not isinstance(node.value, values):
        return 0
    computed = (ast.Call, ast.Lambda, ast.comprehension, ast.IfExp, ast.BoolOp)
    return 0 if any(isinstance(part, computed) for part in ast.walk(node.value)) else node.end_lineno - node.lineno


def test_no_function_is_too_long():
    found = {}
    for path in FILES:
        for node in ast.walk(_parsed(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _own_lines(node) > MAX_FUNCTION:
                found[f'{path.relative_to(ADDON)}:{node.name}'] = _own_lines(node)
    assert found == {}


def test_no_file_is_too_long():
    """Tables and documents at the top of a file aside."""
    found = {}
    for path in FILES:
        tree = _parsed(path)
        size = len(path.read_text().splitlines()) - sum(_table_lines(node) for node in tree.body)
        if size > MAX_FILE:
            found[str(path.relative_to(ADDON))] = size
    assert found == {}


def test_a_docstring_and_a_document_do_not_count_but_everything_else_does():
    source = (
        'def f():\n    """One\n    two\n    three"""\n'
        '    text = """\n    a\n    b\n    """\n    table = {\n        1: g(),\n    }\n')
    assert _own_lines(ast.parse(source).body[0]) == 5


def test_no_text_of_ours_ships_unfinished_marks():
    marks = ('TO' + 'DO', 'FIX' + 'ME', 'NotImplemented' + 'Error')
    assert [f'{path.relative_to(ADDON)}: {mark}' for path in FILES for mark in marks if mark in path.read_text()] == []
