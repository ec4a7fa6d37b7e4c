"""The demo data."""
import json

import pytest

from tests.simulator import catalog
from tests.simulator.__main__ import build
from tests.simulator.control import state_of


def test_the_demo_shops_share_their_skus_and_barcodes():
    first, second = build().shops.values()
    one, two = ({row.sku: row.barcode for row in shop.variants.values()} for shop in (first, second))
    assert two.items() < one.items()
    assert len(first.products) >= 40
    assert any(not item.tracked for item in first.inventory_items.values())
    assert (first.plan, second.plan) == ("plus", "standard")
    assert (first.taxes_included, second.taxes_included) == (False, True)


def test_the_same_seed_gives_the_same_stock():
    first, second = build(), build()
    for one, two in zip(first.shops.values(), second.shops.values(), strict=True):
        assert [level.available for level in one.levels.values()] == [
            level.available for level in two.levels.values()]
        assert one.app.client_secret == two.app.client_secret


def test_ids_are_longer_than_32_bits():
    assert all(row.number_id > 2**32 for shop in build().shops.values() for row in shop.products.values())


@pytest.mark.parametrize("sku", ["A", "MCS-S-BLA", "KB16"])
def test_a_barcode_has_its_check_digit(sku):
    digits = [int(digit) for digit in catalog.ean(sku)]
    assert len(digits) == 13
    assert sum(digit * (3 if index % 2 else 1) for index, digit in enumerate(digits)) % 10 == 0


def test_the_state_is_plain_json():
    shop = next(iter(build().shops.values()))
    assert json.loads(json.dumps(state_of(shop)))["domain"] == shop.domain
