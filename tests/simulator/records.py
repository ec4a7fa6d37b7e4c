"""Plain records of the catalogue, the stock and the customers of one simulated shop.

Attributes are the snake_case form of the GraphQL field names, so most fields need no resolver.
Times are aware UTC datetimes, money is Decimal in the shop's currency, ids are GIDs.
`gql_type` names the GraphQL object type, `legacy_resource_id` the number inside the GID.
"""
from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

QUANTITY_NAMES = ("available", "committed", "damaged", "incoming", "on_hand", "quality_control", "reserved",
                  "safety_stock")
ON_HAND_PARTS = ("available", "committed", "damaged", "quality_control", "reserved", "safety_stock")


def numeric_id(gid: str) -> int:
    """The number at the end of a GID: ``gid://shopify/Order/12?x=1`` -> 12."""
    return int(gid.rsplit("/", 1)[-1].partition("?")[0])


class Resource:
    """Anything with a GID."""

    gql_type = ""
    id: str

    @property
    def legacy_resource_id(self) -> str:
        return str(numeric_id(self.id))

    @property
    def number_id(self) -> int:
        return numeric_id(self.id)


class Numbers:
    """Numbers one after the other, as itertools.count gives them; these can be kept in a snapshot."""

    def __init__(self, first: int, step: int = 1) -> None:
        self.following, self.step = first, step

    def __next__(self) -> int:
        number, self.following = self.following, self.following + self.step
        return number


@dataclass(eq=False)
class Address(Resource):
    gql_type = "MailingAddress"
    id: str = ""
    first_name: str | None = None
    last_name: str | None = None
    company: str | None = None
    address1: str | None = None
    address2: str | None = None
    city: str | None = None
    province: str | None = None
    province_code: str | None = None
    zip: str | None = None
    country: str | None = None
    country_code: str | None = None  # two letters; GraphQL: countryCodeV2
    phone: str | None = None

    @property
    def name(self) -> str | None:
        return " ".join(part for part in (self.first_name, self.last_name) if part) or None

    @property
    def country_code_v2(self) -> str | None:
        return self.country_code


@dataclass(eq=False)
class Location(Resource):
    gql_type = "Location"
    id: str
    name: str
    address: Address
    created_at: datetime
    updated_at: datetime
    is_active: bool = True
    deactivated_at: datetime | None = None
    fulfills_online_orders: bool = True
    ships_inventory: bool = True
    is_fulfillment_service: bool = False
    fulfillment_service: object = None


@dataclass(eq=False)
class Level(Resource):
    """Stock of one inventory item at one location; on_hand is derived from its parts."""

    gql_type = "InventoryLevel"
    id: str
    item_id: str
    location_id: str
    updated_at: datetime
    created_at: datetime
    available: int = 0
    committed: int = 0
    reserved: int = 0
    damaged: int = 0
    quality_control: int = 0
    safety_stock: int = 0
    incoming: int = 0
    is_active: bool = True
    changed_at: dict = field(default_factory=dict)  # quantity name -> time of its last change

    @property
    def on_hand(self) -> int:
        return sum(getattr(self, name) for name in ON_HAND_PARTS)


@dataclass(eq=False)
class InventoryItem(Resource):
    gql_type = "InventoryItem"
    id: str
    variant_id: str
    created_at: datetime
    updated_at: datetime
    sku: str | None = None
    tracked: bool = False
    requires_shipping: bool = True
    cost: Decimal | None = None
    weight: float = 0.0
    weight_unit: str = "KILOGRAMS"
    harmonized_system_code: str | None = None
    country_code_of_origin: str | None = None
    province_code_of_origin: str | None = None


@dataclass(eq=False)
class Variant(Resource):
    gql_type = "ProductVariant"
    id: str
    product_id: str
    inventory_item_id: str
    option_values: list  # one text for each option of the product, in its order
    price: Decimal
    created_at: datetime
    updated_at: datetime
    compare_at_price: Decimal | None = None
    barcode: str | None = None
    position: int = 1
    taxable: bool = True
    inventory_policy: str = "DENY"
    metafields: dict = field(default_factory=dict)  # (namespace, key) -> Metafield
    media_ids: list = field(default_factory=list)
    sku: str | None = None  # always equal to its inventory item's
    components: list = field(default_factory=list)  # (variant gid, units in one bundle)

    @property
    def title(self) -> str:
        return " / ".join(self.option_values)

    @property
    def requires_components(self) -> bool:
        return bool(self.components)


@dataclass(eq=False)
class OptionValue(Resource):
    gql_type = "ProductOptionValue"
    id: str
    name: str


@dataclass(eq=False)
class Option(Resource):
    gql_type = "ProductOption"
    id: str
    name: str
    position: int
    values: list  # of OptionValue
    product_id: str = ""


@dataclass(eq=False)
class Media(Resource):
    """A picture; its bytes are in `Shop.contents`, what becomes of them in `media.py`."""

    gql_type = "MediaImage"
    id: str
    source: str
    alt: str = ""
    status: str = "READY"  # what it is when it has been processed
    error: str | None = None
    media_content_type: str = "IMAGE"
    mime_type: str = "image/png"
    served_as: str | None = None  # a content type that does not fit, for tests
    filename: str = ""
    width: int = 0
    height: int = 0
    size: int = 0
    digest: str = ""
    version: int = 0
    started_at: datetime | None = None  # of the processing; None: long ago
    created_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(eq=False)
class Product(Resource):
    gql_type = "Product"
    id: str
    title: str
    handle: str
    created_at: datetime
    updated_at: datetime
    status: str = "ACTIVE"
    vendor: str = ""
    product_type: str = ""
    tags: list = field(default_factory=list)
    description_html: str = ""
    is_gift_card: bool = False
    template_suffix: str | None = None
    published_at: datetime | None = None
    seo_title: str | None = None
    seo_description: str | None = None
    category_id: str | None = None
    options: list = field(default_factory=list)  # of Option
    variant_ids: list = field(default_factory=list)  # in position order
    media: list = field(default_factory=list)  # of Media
    metafields: dict = field(default_factory=dict)
    publications: dict = field(default_factory=dict)  # gid -> time from which it is published there


@dataclass(eq=False)
class Metafield(Resource):
    gql_type = "Metafield"
    id: str
    owner_id: str
    namespace: str
    key: str
    type: str
    value: str
    created_at: datetime
    updated_at: datetime


@dataclass(eq=False)
class Customer(Resource):
    gql_type = "Customer"
    id: str
    created_at: datetime
    updated_at: datetime
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    phone: str | None = None
    note: str | None = None
    locale: str = "en"
    state: str = "DISABLED"
    tags: list = field(default_factory=list)
    tax_exempt: bool = False
    tax_exemptions: list = field(default_factory=list)
    addresses: list = field(default_factory=list)  # of Address
    default_address_id: str | None = None
    email_marketing: str = "NOT_SUBSCRIBED"
    sms_marketing: str = "NOT_SUBSCRIBED"
    email_opt_in_level: str | None = None
    sms_opt_in_level: str | None = None
    email_consent_at: datetime | None = None
    sms_consent_at: datetime | None = None
    metafields: dict = field(default_factory=dict)

    @property
    def default_address(self) -> Address | None:
        for address in self.addresses:
            if address.id == self.default_address_id:
                return address
        return self.addresses[0] if self.addresses else None

    @property
    def display_name(self) -> str:
        return " ".join(part for part in (self.first_name, self.last_name) if part) or self.email or self.phone or ""


@dataclass(eq=False)
class Subscription(Resource):
    """A webhook subscription. `topic` is the enum form (ORDERS_CREATE), `wire_topic` the header form."""

    gql_type = "WebhookSubscription"
    id: str
    topic: str
    uri: str
    created_at: datetime
    updated_at: datetime
    client_id: str = ""  # the app that owns it
    format: str = "JSON"
    filter: str = ""
    include_fields: list = field(default_factory=list)
    metafield_namespaces: list = field(default_factory=list)
    metafields: list = field(default_factory=list)
    name: str | None = None
    wire_topic: str = ""
    failures: int = 0  # consecutive failed deliveries, kept by the delivery engine
