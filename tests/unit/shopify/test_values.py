"""Ids, money and times."""
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shopify_connector.shopify import money, when
from shopify_connector.shopify.gid import gid, gid_number, gid_type

AMOUNTS = st.decimals(min_value=-10**9, max_value=10**9, places=2)
WEIGHTS = st.lists(st.decimals(min_value=0, max_value=10**6, places=3), min_size=1, max_size=30)


@given(st.from_regex(r'[A-Z][A-Za-z]{0,20}', fullmatch=True), st.integers(0, 2**64))
def test_a_gid_gives_back_what_it_was_made_of(type_, number):
    text = gid(type_, number)
    assert (gid_type(text), gid_number(text), gid(type_, text), gid(type_, str(number))) == (type_, number, text, text)


def test_a_gid_may_carry_a_query():
    text = 'gid://shopify/InventoryLevel/123?inventory_item_id=456'
    assert (gid_type(text), gid_number(text)) == ('InventoryLevel', 123)


@pytest.mark.parametrize('text', [
    '', '123', 'gid://shopify/Order', 'gid://shopify/Order/', 'gid://shopify/Order/1/2', 'gid://shopify/Order/x', None, 5,
    'gid://evil/Order/1', 'gid://shopify/Order/1\n', 'gid://shopify/Order/-1', 'gid://shopify/Order/١'])
def test_what_is_no_gid_has_no_number(text):
    with pytest.raises(ValueError):
        gid_number(text)


@pytest.mark.parametrize('value', ['', 'x', '1.5', None, True, -1, 1.5, '²', 'gid://shopify/Product/1'])
def test_what_is_no_id_makes_no_gid(value):
    with pytest.raises(ValueError):
        gid('Order', value)


@given(AMOUNTS, WEIGHTS, st.integers(0, 3))
def test_parts_add_up_to_the_whole_exactly(total, weights, digits):
    parts = money.allocate(total, weights, digits)
    assert sum(parts) == money.rounded(total, digits)
    assert len(parts) == len(weights)


@given(AMOUNTS, WEIGHTS)
def test_no_part_is_a_cent_away_from_its_share_or_has_the_other_sign(total, weights):
    assume(sum(weights))
    for part, weight in zip(money.allocate(total, weights), weights):
        assert abs(part - total * weight / sum(weights)) < Decimal('0.01')
        assert part * total >= 0
        assert weight or not part


@given(AMOUNTS, WEIGHTS)
def test_a_negative_total_is_split_like_the_positive_one(total, weights):
    assert money.allocate(-total, weights) == [-part for part in money.allocate(total, weights)]


def test_the_largest_remainders_get_the_odd_cents_and_the_first_wins_a_tie():
    assert money.allocate('10.00', [1, 1, 1]) == [Decimal('3.34'), Decimal('3.33'), Decimal('3.33')]
    assert money.allocate('1.00', [1, 5, 3]) == [Decimal('0.11'), Decimal('0.56'), Decimal('0.33')]
    assert money.allocate('5', [0, 0], 0) == [Decimal(3), Decimal(2)]


@pytest.mark.parametrize('weights', [[], [1, -1]])
def test_weights_that_make_no_sense_are_refused(weights):
    with pytest.raises(ValueError):
        money.allocate(1, weights)


def test_the_amount_of_a_money_bag_is_a_decimal_of_the_side_asked_for():
    bag = {'shopMoney': {'amount': '10.10', 'currencyCode': 'USD'}, 'presentmentMoney': {'amount': '9.05'}}
    assert money.amount(bag) == Decimal('10.10')
    assert money.amount(bag, 'presentmentMoney') == Decimal('9.05')
    assert money.amount({'amount': '1.5'}) == Decimal('1.5')
    assert money.amount(None) == money.amount({}) == money.amount({'shopMoney': None}) == Decimal(0)


@pytest.mark.parametrize('value', ['x', 'NaN', 'Infinity', float('nan'), True, [], '1,5', Decimal('NaN')])
def test_what_is_no_amount_is_refused(value):
    with pytest.raises(ValueError):
        money.parse(value)


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12))
def test_a_float_counts_as_what_it_prints_as(value):
    assert money.parse(value) == Decimal(repr(value))


def test_halves_are_rounded_away_from_zero():
    assert money.rounded('0.125') == Decimal('0.13')
    assert money.rounded('-0.125') == Decimal('-0.13')
    assert str(money.rounded('3', 3)) == '3.000'
    assert money.rounded('2.5', 0) == 3


@given(st.integers(-10**15, 10**15), st.integers(0, 4))
def test_smallest_units_go_there_and_back(units, digits):
    assert money.minor(money.from_minor(units, digits), digits) == units


@given(st.decimals(min_value=Decimal('-1e40'), max_value=Decimal('1e40'), allow_nan=False))
def test_no_amount_is_too_large_to_be_rounded(value):
    assert abs(Fraction(money.rounded(value)) - Fraction(value)) <= Fraction(5, 1000)


def test_currencies_know_their_decimals():
    assert [money.decimals(code) for code in ('USD', 'JPY', 'KWD', 'EUR')] == [2, 0, 3, 2]


@pytest.mark.parametrize(('text', 'expected'), [
    ('2026-11-21T04:27:00Z', '2026-11-21T04:27:00'), ('2026-11-20T23:27:00-05:00', '2026-11-21T04:27:00'),
    ('2026-11-21T09:57:00+0530', '2026-11-21T04:27:00'), ('2026-11-21T04:27:00.987654321Z', '2026-11-21T04:27:00'),
    ('2026-11-21 04:27', '2026-11-21T04:27:00'), ('2026-11-21', '2026-11-21T00:00:00'), (' 2026-11-21T05+01 ', None)])
def test_any_offset_becomes_naive_utc_in_whole_seconds(text, expected):
    if expected is None:
        with pytest.raises(ValueError):
            when.to_utc(text)
    else:
        assert when.to_utc(text) == datetime.fromisoformat(expected)


def test_fractions_are_kept_when_asked_for():
    assert when.to_utc('2026-11-21T04:27:00.9876543Z', exact=True).microsecond == 987654


def test_nothing_is_no_time():
    assert when.to_utc(None) is None
    assert when.to_utc('') is None


@pytest.mark.parametrize('text', [
    'yesterday', '2026-13-01T00:00:00Z', '2026-01-01T25:00:00Z', '2026-01-01T00:00:00+25:00', '0001-01-01T00:00:00+01:00',
    '2026-01-01T00:00:00+01:60', '2026-01-01T00:00:00Z; drop', '٢٠٢٦-01-01'])
def test_what_is_no_time_is_refused(text):
    with pytest.raises(ValueError):
        when.to_utc(text)


MOMENTS = st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2200, 1, 1))
OFFSETS = st.integers(-23 * 60 - 59, 23 * 60 + 59).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(MOMENTS, OFFSETS)
def test_a_moment_is_the_same_in_every_zone(moment, zone):
    local = moment.replace(tzinfo=timezone.utc).astimezone(zone)
    assert when.to_utc(local.isoformat(), exact=True) == moment
    assert when.to_utc(local) == moment.replace(microsecond=0)
    assert when.to_utc(when.to_iso(local)) == moment.replace(microsecond=0)


def test_the_day_is_that_of_the_shop():
    late = datetime(2026, 11, 21, 23, 30)
    assert when.day_of(late, 'Europe/Berlin') == date(2026, 11, 22)
    assert when.day_of(late, 'America/Los_Angeles') == date(2026, 11, 21)


def test_a_time_zone_that_nobody_knows_is_utc():
    assert when.day_of(datetime(2026, 11, 21, 23, 30), 'Mars/Olympus') == date(2026, 11, 21)
    assert when.day_of(datetime(2026, 11, 21, 23, 30), None) == date(2026, 11, 21)


def test_a_name_that_the_system_has_dropped_is_known_all_the_same(monkeypatch):
    zones = when.ZoneInfo

    def without_old_names(name):
        if name == 'Asia/Calcutta':
            raise when.ZoneInfoNotFoundError(name)
        return zones(name)

    monkeypatch.setattr(when, 'ZoneInfo', without_old_names)
    assert when.day_of(datetime(2026, 11, 21, 19, 30), 'Asia/Calcutta') == date(2026, 11, 22)
    assert when.day_start(date(2026, 11, 22), 'Asia/Calcutta') == datetime(2026, 11, 21, 18, 30)
    assert when.day_start(date(2026, 11, 22), 'Asia/Kolkata') == datetime(2026, 11, 21, 18, 30)


def test_searches_are_quoted():
    assert when.since(datetime(2026, 1, 2, 3, 4, 5)) == "updated_at:>='2026-01-02T03:04:05Z'"
    assert when.quoted("O'Brien \\ x") == "'O\\'Brien \\\\ x'"
