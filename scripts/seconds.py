"""How long files of tests take, so that they can be dealt out evenly: seconds of the processor, roughly, where known."""

A_TEST = 0.5
LONG = {
    'tests/integration/test_books_of_lives.py': 14,
    'tests/integration/test_catalog_prices.py': 15,
    'tests/integration/test_catalogue_import.py': 16,
    'tests/integration/test_engine.py': 20,
    'tests/integration/test_every_order.py': 62,
    'tests/integration/test_export.py': 30,
    'tests/integration/test_history.py': 35,
    'tests/integration/test_invoices.py': 50,
    'tests/integration/test_order_actions_credit.py': 14,
    'tests/integration/test_order_lives.py': 75,
    'tests/integration/test_payments_apart.py': 14,
    'tests/integration/test_payments_journals.py': 22,
    'tests/integration/test_payments_simulated.py': 17,
    'tests/integration/test_pitfalls_orders.py': 65,
    'tests/integration/test_pitfalls_stock.py': 35,
    'tests/integration/test_refunds.py': 70,
    'tests/integration/test_round_trip.py': 60,
    'tests/integration/test_stock.py': 25,
    'tests/integration/test_stock_check.py': 38,
    'tests/integration/test_stock_edits.py': 70,
    'tests/integration/test_stock_first.py': 32,
    'tests/integration/test_stock_worlds.py': 80,
    'tests/scenario/test_asked_for.py': 100,
    'tests/scenario/test_hard_life.py': 150,
    'tests/scenario/test_stock.py': 150,
    'tests/scenario/test_two_stores.py': 120,
}


def expected(path, root):
    """Seconds that a file of tests takes, from what was measured once or from how many tests it has."""
    known = LONG.get(str(path.relative_to(root)))
    return known or 1 + A_TEST * path.read_bytes().count(b'def test_')
