"""Whole units, parcels and tracking numbers."""

from hypothesis import given
from hypothesis import strategies as st

from shopify_connector.entities import delivery_units, tracking
from shopify_connector.entities.delivery_units import Leg, parcels, units_by_leg

PLAIN = {'goods': 1.0}
DOZEN = {'goods': 12.0}
BIKE = {'frame': 1.0, 'wheel': 2.0}


def goods(*rows):
    """Legs of what is no kit: (delivery, amount) or (delivery, amount, box)."""
    return [Leg(row[0], {'goods': row[1]}, *row[2:]) for row in rows]


def told(needs, legs, **options):
    """``{delivery: units}``."""
    found = {}
    for (key, _box), units in units_by_leg(needs, legs, **options).items():
        found[key] = found.get(key, 0) + units
    return found


class TestUnits:
    def test_each_delivery_stands_for_what_it_took(self):
        assert told(PLAIN, goods(('a', 2), ('b', 1))) == {'a': 2, 'b': 1}

    def test_a_pack_that_leaves_in_two_parts_is_told_with_the_second(self):
        assert told(DOZEN, goods(('a', 18), ('b', 6))) == {'a': 1, 'b': 1}

    def test_floats_that_are_nearly_whole_are_whole(self):
        assert told({'goods': 0.1}, goods(('a', 0.3))) == {'a': 3}
        assert told({'goods': 3.0}, goods(('a', 1 / 3 * 9))) == {'a': 1}

    def test_a_kit_is_told_when_its_last_component_has_left(self):
        legs = [Leg('a', {'frame': 2}), Leg('a', {'wheel': 2}), Leg('b', {'wheel': 2})]
        assert told(BIKE, legs) == {'a': 1, 'b': 1}

    def test_half_a_kit_is_none_also_when_nothing_more_comes(self):
        assert told(BIKE, [Leg('a', {'frame': 1}), Leg('a', {'wheel': 1})], ordered=1) == {'a': 0}

    def test_what_was_weighed_a_little_short_counts_when_nothing_more_comes(self):
        assert told(PLAIN, goods(('a', 0.98)), ordered=1) == {'a': 1}
        assert told(PLAIN, goods(('a', 0.98))) == {'a': 0}
        assert told(PLAIN, goods(('a', 0.4)), ordered=1) == {'a': 0}
        assert told(PLAIN, goods(('a', 1.6)), ordered=1) == {'a': 1}

    def test_what_came_back_can_leave_again(self):
        assert told(PLAIN, goods(('a', 2), ('back', -1), ('b', 1))) == {'a': 2, 'back': 1, 'b': 1}

    def test_a_component_that_is_exchanged_is_no_unit(self):
        legs = [
            Leg('a', {'frame': 2}), Leg('a', {'wheel': 4}), Leg('back', {'frame': -1}), Leg('b', {'frame': 1}),
        ]  # fmt: skip
        assert told(BIKE, legs) == {'a': 2, 'back': 0, 'b': 0}

    def test_everything_that_was_told_is_back_when_nothing_is_left_outside(self):
        assert told(PLAIN, goods(('a', 0.98), ('back', -0.98)), decided={'a': 1}) == {'a': 0, 'back': 1}

    def test_what_a_delivery_was_said_to_stand_for_is_not_told_again(self):
        assert told(PLAIN, goods(('a', 1), ('b', 1)), decided={'a': 2}) == {'a': 1, 'b': 0}
        assert told(PLAIN, goods(('a', 2), ('b', 1)), decided={'a': 1}) == {'a': 2, 'b': 1}

    def test_each_box_has_the_units_that_it_completes(self):
        legs = goods(('a', 5, 1), ('a', 9, 2), ('a', 10, None))
        assert units_by_leg(DOZEN, legs) == {('a', 1): 0, ('a', 2): 1, ('a', None): 1}

    @given(st.lists(st.integers(1, 30), min_size=1, max_size=8), st.integers(1, 13))
    def test_all_deliveries_together_tell_exactly_the_whole_units(self, amounts, size):
        legs = goods(*enumerate(amounts))
        assert sum(told({'goods': size}, legs).values()) == sum(amounts) // size

    @given(st.data())
    def test_shipped_less_returned_is_what_is_outside(self, data):
        legs, outside = [], 0
        for number in range(data.draw(st.integers(1, 10))):
            back = outside and data.draw(st.booleans())
            units = data.draw(st.integers(1, outside if back else 5))
            outside += -units if back else units
            legs += goods((number, -units if back else units))
        found = told(PLAIN, legs)
        signs = {leg.key: -1 if leg.is_back else 1 for leg in legs}
        assert sum(signs[key] * units for key, units in found.items()) == outside


class TestParcels:
    def test_a_box_without_a_unit_gives_its_number_to_the_next(self):
        assert parcels([({'x': 0}, ('N1',)), ({'x': 1}, ('N2',))]) == [({'x': 1}, ('N1', 'N2'))]

    def test_numbers_after_the_last_unit_go_with_it(self):
        assert parcels([({'x': 1}, ('N1',)), ({}, ('N2', 'N1'))]) == [({'x': 1}, ('N1', 'N2'))]

    def test_nothing_complete_is_no_parcel(self):
        assert parcels([({'x': 0}, ('N1',))]) == []
        assert delivery_units.units_by_leg(PLAIN, []) == {}


class TestNumbers:
    def test_commas_semicolons_and_lines_part_numbers(self):
        assert tracking.split_numbers("1Z999, 1Z998;1Z997\n1Z999") == ['1Z999', '1Z998', '1Z997']

    def test_blanks_part_only_what_is_long_enough_to_be_a_number(self):
        assert tracking.split_numbers("1Z999AA10123456784 1Z999AA10123456785") == [
            '1Z999AA10123456784',
            '1Z999AA10123456785',
        ]
        assert tracking.split_numbers("RM 1234 5678 9GB") == ['RM 1234 5678 9GB']
        assert tracking.split_numbers(None) == tracking.split_numbers(' , ') == []


class TestCompanies:
    def test_names_are_written_as_shopify_writes_them(self):
        for name in ('ups', 'UPS', 'U.P.S.'):
            assert tracking.known_company(name) == 'UPS'
        assert tracking.known_company('dhl_express') == 'DHL Express'
        assert tracking.known_company('United Parcel Service') == 'UPS'

    def test_a_delivery_method_is_known_by_the_longest_name_in_it(self):
        assert tracking.known_company('UPS Ground (US)') == 'UPS'
        assert tracking.known_company('My DHL Express worldwide') == 'DHL Express'
        assert tracking.known_company('Standard DPD UK') == 'DPD UK'

    def test_ordinary_words_are_no_company(self):
        for name in ('Speedy delivery', 'Bring it to me', 'Upstairs', 'Standard', '', None):
            assert tracking.known_company(name) == ''
        assert tracking.known_company('Speedy') == 'Speedy'

    def test_no_two_companies_read_the_same(self):
        assert len({tracking._plain(name) for name in tracking.COMPANIES}) == len(tracking.COMPANIES)


class TestLinks:
    def test_the_number_stands_where_the_mark_is(self):
        assert tracking.link('https://x.example/{number}', 'N1') == 'https://x.example/N1'
        assert tracking.link('https://x.example/<shipmenttrackingnumber>', 'N1') == 'https://x.example/N1'
        assert tracking.link(None, 'N1') == ''

    def test_a_carrier_s_app_may_answer_with_one_link_or_many(self):
        assert tracking.links_given('[["N1", "https://x.example/1"], ["N2", "https://x.example/2"]]', ['N1', 'N2']) == {
            'N1': 'https://x.example/1',
            'N2': 'https://x.example/2',
        }
        assert tracking.links_given('https://x.example/N1', ['N1']) == {'N1': 'https://x.example/N1'}
        assert tracking.links_given('https://x.example/N1,N2', ['N1', 'N2']) == {}
        assert tracking.links_given(None, ['N1']) == tracking.links_given('javascript:x', ['N1']) == {}
