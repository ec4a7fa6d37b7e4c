"""The committed schemas are a part of the real ones, and the cutter finds the same again."""
import importlib
import json
import os
import pkgutil
import re
import shutil
import subprocess
import sys
import tarfile
from functools import lru_cache
from pathlib import Path

import pytest
from graphql import build_client_schema, parse, print_schema, validate

from tests.simulator import plugins, resolvers
from tests.simulator.schema import FOLDER, VERSIONS, load
from tests.tools import cut_schema

PACKAGE = "@shopify/dev-mcp@1.16.0"
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def source():
    """The folder of the published schemas: cached, else fetched through npm, else the tests are skipped."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "shopify_connector" / "admin_schema"
    folder = cache / "package" / "dist" / "data"
    if not folder.exists():
        if shutil.which("npm") is None:
            pytest.skip("npm is not installed")
        cache.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(["npm", "pack", PACKAGE], cwd=cache, capture_output=True, text=True, timeout=120)
        if done.returncode:
            pytest.skip(f"npm cannot be reached: {done.stderr.strip()[-200:]}")
        with tarfile.open(cache / done.stdout.split()[-1]) as archive:
            archive.extractall(cache, members=[row for row in archive if row.name.startswith("package/dist/data/")])
    return folder


@pytest.mark.parametrize("version", VERSIONS)
def test_the_cut_schema_is_a_part_of_the_real_one(source, version):
    real = real_schema(source, version)
    small = load(version).graphql
    for name, kind in small.type_map.items():
        assert name in real.type_map
        other = real.type_map[name]
        for field_name, field in getattr(kind, "fields", {}).items():
            assert str(field.type) == str(other.fields[field_name].type), f"{name}.{field_name}"
            for argument, value in getattr(field, "args", {}).items():
                assert str(value.type) == str(other.fields[field_name].args[argument].type)
        if hasattr(kind, "values"):
            assert set(kind.values) == set(other.values), name
        if hasattr(kind, "is_one_of"):
            assert kind.is_one_of == other.is_one_of


@pytest.mark.parametrize("version", VERSIONS)
def test_the_committed_schema_is_what_the_cutter_makes(source, version):
    selection = json.loads(cut_schema.SELECTION.read_text())
    small = cut_schema.cut(published(source, version), selection)
    text = print_schema(build_client_schema(small, assume_valid=True))
    assert text.strip() == (FOLDER / f"admin_{version}.graphql").read_text().strip()


@pytest.mark.parametrize("version", VERSIONS)
def test_the_idempotent_directive_and_the_one_of_inputs_are_kept(version):
    schema = load(version)
    assert schema.graphql.get_directive("idempotent")
    assert {"inventorySetQuantities", "refundCreate"} <= schema.idempotent
    assert schema.graphql.type_map["ProductIdentifierInput"].is_one_of


@lru_cache
def published(folder, version):
    """The published introspection result."""
    return cut_schema.load(folder, version)["data"]


@lru_cache
def real_schema(folder, version):
    return build_client_schema(published(folder, version), assume_valid=True)


def documents():
    """(where, text) of every GraphQL document of the addon: the module-level texts that are operations."""
    for layer in ("entities", "shopify"):
        package = importlib.import_module(f"shopify_connector.{layer}")
        for info in pkgutil.iter_modules(package.__path__):
            module = importlib.import_module(f"{package.__name__}.{info.name}")
            for name, value in vars(module).items():
                if isinstance(value, str) and re.search(r"^\s*(query|mutation)\b[^{]*{", value, re.M):
                    yield f"{layer}.{info.name}.{name}", value


@pytest.mark.parametrize("version", VERSIONS)
def test_every_document_of_the_addon_is_valid_in_the_cut_schema(version):
    found = dict(documents())
    assert found
    for name, text in found.items():
        errors = validate(load(version).graphql, parse(text))
        assert not errors, f"{name}: {errors[0].message}"


@pytest.mark.parametrize("version", VERSIONS)
def test_every_document_of_the_addon_is_valid_in_the_real_schema(source, version):
    real = real_schema(source, version)
    for name, text in documents():
        errors = validate(real, parse(text))
        assert not errors, f"{name}: {errors[0].message}"


def test_every_resolver_belongs_to_a_field_of_some_version():
    plugins.load_resolvers()
    types = [load(version).graphql.type_map for version in VERSIONS]
    for name, fields in resolvers.RESOLVERS.items():
        if name in ("QueryRoot", "Mutation", "Product", "ProductVariant", "InventoryItem", "InventoryLevel"):
            for field in fields:
                assert any(field in known[name].fields for known in types), f"{name}.{field}"


def test_the_simulator_shares_no_code_with_the_addon():
    for path in (ROOT / "tests" / "simulator").glob("*.py"):
        assert not re.search(r"^\s*(from|import) (odoo|shopify_connector)\b", path.read_text(), re.M), path.name


def test_the_committed_schemas_are_of_moderate_size():
    assert all(path.stat().st_size < 1_500_000 for path in FOLDER.iterdir())


def test_the_server_starts_from_the_command_line():
    with subprocess.Popen([sys.executable, "-m", "tests.simulator", "--port", "0"], cwd=ROOT, text=True,
                          stdout=subprocess.PIPE) as process:
        line = process.stdout.readline()
        process.terminate()
    assert line.startswith("Simulated Shopify with northwind.myshopify.com, contoso.myshopify.com on http://127.0.0.1:")


def test_the_server_refuses_an_address_that_others_can_reach():
    done = subprocess.run([sys.executable, "-m", "tests.simulator", "--host", "0.0.0.0"], cwd=ROOT, text=True,
                          capture_output=True, timeout=20)
    assert done.returncode == 2
    assert "loopback" in done.stderr
