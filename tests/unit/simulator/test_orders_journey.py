"""Where an order came from: campaigns, channels, risk, companies, metafields."""
from __future__ import annotations

import pytest

from tests.simulator import order_life, zoo
from tests.simulator.order_factory import place_order

from .orders_shop import check_money, listen, make_shop, topics

ADDRESS = {"company": "Goods in", "first_name": "Ada", "last_name": "Li", "address1": "1 Dock St", "city": "Tacoma",
           "zip": "98402", "province_code": "WA", "country_code": "US"}


@pytest.fixture
def shop():
    return make_shop()


def test_utm_parameters_are_those_of_the_last_visit(shop):
    order = place_order(shop, {"utm": {"source": "google", "medium": "cpc"}, "referrer": "https://www.google.com/"})
    visit = order.journey["lastVisit"]
    assert visit["utmParameters"] == {"source": "google", "medium": "cpc", "campaign": None, "content": None,
                                      "term": None}
    assert (visit["source"], visit["referrerUrl"]) == ("google", "https://www.google.com/")
    assert "utm_source=google" in visit["landingPage"]


def test_a_visit_without_a_campaign_has_no_utm_parameters_and_the_counter_no_visit(shop):
    assert place_order(shop, {}).journey["lastVisit"]["utmParameters"] is None
    assert place_order(shop, {"pos": True}).journey is None


def test_an_unknown_utm_parameter_is_refused(shop):
    with pytest.raises(ValueError, match="colour"):
        place_order(shop, {"utm": {"colour": "red"}})


def test_the_risk_changes_later(shop):
    order = zoo.place(shop, "medium_risk", 1)
    assert order.risk["recommendation"] == "INVESTIGATE"
    seen = listen(shop)
    order_life.set_risk(shop, order, {"level": "high"}, shop.now())
    assert order.risk["recommendation"] == "CANCEL"
    assert topics(seen) == ["orders/risk_assessment_changed", "orders/updated"]
    assert seen[0][2]["admin_graphql_api_order_id"] == order.id


def test_locations_of_a_company_have_addresses_of_their_own(shop):
    first = place_order(shop, {"company": {"name": "Globex", "location": "North", "billing_address": ADDRESS}})
    second = place_order(shop, {"company": {"name": "Globex", "location": "South", "location_phone": "+1"}})
    assert first.purchasing_entity["company"] is second.purchasing_entity["company"]
    one, other = first.purchasing_entity["location"], second.purchasing_entity["location"]
    assert (one["name"], other["name"], other["phone"]) == ("North", "South", "+1")
    assert one["billingAddress"]["recipient"] == "Goods in"
    assert one["billingAddress"]["zoneCode"] == "WA"
    assert one["shippingAddress"] is None


def test_metafields_and_the_channel_are_those_of_the_spec(shop):
    order = place_order(shop, {"attribution": {"handle": "tiktok", "displayName": "TikTok"}, "source_identifier": "T-1",
                               "metafields": [{"namespace": "custom", "key": "gift", "type": "boolean", "value": "true"}]})
    assert order.metafields["custom", "gift"].value == "true"
    assert (order.attribution["displayName"], order.source_identifier) == ("TikTok", "T-1")


@pytest.mark.parametrize("seed", range(8))
def test_an_edited_order_adds_up(shop, seed):
    order = zoo.place(shop, "edited", seed)
    assert order.edited and order.line_items[0].removed == 1
    assert order.line_items[-1].title == "Extra work"
    check_money(order)
