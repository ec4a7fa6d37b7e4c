"""Three values and an owner: what is done. The promises hold for any values."""

from hypothesis import assume, given
from hypothesis import strategies as st

from shopify_connector.entities import catalog_merge as merge

VALUES = st.sampled_from([None, 'a', 'b', 'c'])
BASES = st.sampled_from([merge.UNKNOWN, None, 'a', 'b', 'c'])
OWNERS = st.sampled_from(['shopify', 'odoo', 'none'])


@given(OWNERS, BASES, VALUES, st.booleans())
def test_equal_values_are_the_same_whatever_was_before(owner, base, value, wipes):
    assert merge.decide(owner, base, value, value, wipes) == 'same'


@given(BASES, VALUES, VALUES, st.booleans())
def test_where_nobody_owns_nothing_happens(base, shop, odoo, wipes):
    assert merge.decide('none', base, shop, odoo, wipes) in ('same', 'leave')


@given(OWNERS, BASES, VALUES, VALUES, st.booleans())
def test_a_shop_is_only_written_to_where_odoo_owns(owner, base, shop, odoo, wipes):
    verdict = merge.decide(owner, base, shop, odoo, wipes)
    assert verdict != 'push' or owner == 'odoo'
    assert verdict != 'pull' or owner == 'shopify'


@given(OWNERS, BASES, VALUES, VALUES)
def test_a_blank_never_wipes(owner, base, shop, odoo):
    verdict = merge.decide(owner, base, shop, odoo, wipes=False)
    assert not (verdict == 'pull' and shop is None)
    assert not (verdict == 'push' and odoo is None)


@given(OWNERS, VALUES, VALUES, VALUES)
def test_a_blank_wipes_only_what_was_agreed_to_be_filled(owner, base, shop, odoo):
    verdict = merge.decide(owner, base, shop, odoo, wipes=True)
    if verdict in ('pull', 'push') and None in (shop, odoo) and (shop if verdict == 'pull' else odoo) is None:
        assert base is not None


@given(st.sampled_from(['shopify', 'odoo']), VALUES, VALUES, VALUES)
def test_when_both_have_changed_nobody_is_overwritten(owner, base, shop, odoo):
    assume(shop != odoo and shop != base and odoo != base)
    assert merge.decide(owner, base, shop, odoo) in ('conflict', 'leave')


@given(VALUES, VALUES)
def test_a_change_where_it_is_not_owned_is_a_difference(base, changed):
    assume(base != changed)
    assert merge.decide('shopify', base, base, changed) == 'difference'
    assert merge.decide('odoo', base, changed, base) == 'difference'


@given(OWNERS, BASES, VALUES, VALUES, st.booleans())
def test_after_a_value_has_travelled_the_two_are_the_same(owner, base, shop, odoo, wipes):
    verdict = merge.decide(owner, base, shop, odoo, wipes)
    if verdict in ('pull', 'push'):
        value = shop if verdict == 'pull' else odoo
        assert merge.decide(owner, value, value, value, wipes) == 'same'


@given(st.lists(st.tuples(st.sampled_from(['one', 'two']), st.sampled_from('abc')), max_size=12))
def test_two_shops_that_own_one_field_do_not_fight(edits):
    """Each edit in one shop is taken once; looking at both again and again changes nothing any more."""
    shops, agreed, odoo = {'one': 'x', 'two': 'x'}, {'one': 'x', 'two': 'x'}, 'x'

    def look(name):
        nonlocal odoo
        verdict = merge.decide('shopify', agreed[name], shops[name], odoo)
        if verdict == 'pull':
            odoo = agreed[name] = shops[name]
            return True
        if verdict == 'same':
            agreed[name] = odoo
        return False

    for name, value in edits:
        shops[name] = value
        look(name)
    for name in ('one', 'two', 'one', 'two'):
        look(name)
    assert not any(look(name) for name in ('one', 'two', 'one', 'two'))


# === PLANS === #

OWNED = dict.fromkeys(
    ('text', 'codes', 'price', 'cost', 'logistics', 'tax', 'category', 'tags', 'status', 'seo', 'images', 'collections'),
    'shopify',
)
BLANK = {'product': {}, 'variants': {}}


def shaped(product=None, **variants):
    return {'product': product or {}, 'variants': variants}


def test_a_plan_compares_what_both_sides_have():
    plan = merge.plan(
        OWNED,
        shaped({'title': 'Old'}),
        shaped({'title': 'New', 'vendor': 'V'}, v1={'sku': 'A', 'cost': '1.00'}, v2={'sku': 'B'}),
        shaped({'title': 'Old', 'tags': ['x']}, v1={'sku': 'A'}),
    )
    assert plan.pull == shaped({'title': 'New'})
    assert plan.agreed == shaped(v1={'sku': 'A'})
    assert merge.is_empty(plan.push)


def test_what_a_person_has_chosen_travels_while_both_values_are_the_ones_he_saw():
    choices = {(None, 'title'): ('odoo', 'Shop', 'Odoo')}
    plan = merge.plan(OWNED, shaped({'title': 'Old'}), shaped({'title': 'Shop'}), shaped({'title': 'Odoo'}), choices)
    assert plan.push == shaped({'title': 'Odoo'})
    later = merge.plan(OWNED, shaped({'title': 'Old'}), shaped({'title': 'Later'}), shaped({'title': 'Odoo'}), choices)
    assert later.conflicts == [(None, 'title')]
    assert merge.is_empty(later.push)


def test_variants_that_contradict_each_other_give_odoo_nothing_to_take():
    shop = shaped(v1={'tracked': True, 'sku': 'A'}, v2={'tracked': False, 'sku': 'B'})
    odoo = shaped(v1={'tracked': True, 'sku': 'x'}, v2={'tracked': True, 'sku': 'y'})
    apart = merge.plan(OWNED, BLANK, shop, odoo, together={'v1': (1, 9), 'v2': (2, 9)})
    assert apart.pull == shaped(v1={'sku': 'A'}, v2={'sku': 'B'})
    one = merge.plan(OWNED, BLANK, shop, odoo, together={'v1': (1, 9), 'v2': (1, 9)})
    assert merge.is_empty(one.pull)


def test_whether_a_product_is_shipped_is_taken_when_it_is_made_and_not_later():
    shop, odoo = shaped(v1={'requires_shipping': False}), shaped(v1={'requires_shipping': True})
    assert merge.is_empty(merge.plan(OWNED, BLANK, shop, odoo).pull)
    assert merge.plan(OWNED, BLANK, shop, odoo, created=True).pull == shaped(v1={'requires_shipping': False})


def test_a_figure_that_odoo_keeps_in_its_own_way_is_no_change():
    odoo = {'price': '19.98', '_price': '16.80', 'title': 'A '}
    agreed = merge.agree({}, ['price', 'title'], {'price': '19.99', 'title': 'A'}, odoo)
    assert agreed == {'price': '19.99', '_price': '16.80', 'title': 'A', '_title': 'A '}
    assert merge.translated({'price': '20.00', '_price': '16.80', 'title': 'A '}, agreed) == {
        'price': '19.99',
        '_price': '16.80',
        'title': 'A',
    }
    assert merge.translated({'price': '20.00', '_price': '16.81', 'title': 'B'}, agreed)['price'] == '20.00'


def test_what_was_seen_is_what_is_not_agreed():
    assert merge.unlike({'title': 'B', 'vendor': 'V', '_category': 'x', 'sku': None}, {'title': 'A', 'vendor': 'V'}) == {
        'title': 'B',
        'sku': None,
    }
