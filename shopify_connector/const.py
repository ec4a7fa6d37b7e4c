"""Data only: versions, scopes, topics, sizes, delays."""

API_VERSIONS = [('2026-10', '2026-10'), ('2026-07', '2026-07')]
DEFAULT_API_VERSION = '2026-10'
# Shopify supports a version for twelve months after the quarter it is named after.
API_VERSION_ENDS = {'2026-07': '2027-07-01', '2026-10': '2027-10-01'}

REQUIRED_SCOPES = ('read_orders', 'read_products', 'read_inventory', 'read_locations', 'read_customers')
STOCK_SCOPES = ('write_inventory',)
# Any of these tells which location ships an order.
PLACE_SCOPES = {
    f'{access}_{kind}_fulfillment_orders'
    for access in ('read', 'write')
    for kind in ('assigned', 'merchant_managed', 'third_party')
}

WEBHOOK_PATH = '/shopify/webhook'
MAX_WEBHOOK_BYTES = 1024 * 1024

# topic of the Admin API -> (lane, scopes any of which opens it)
TOPICS = {
    'ORDERS_CREATE': ('orders', ('read_orders',)),
    'ORDERS_UPDATED': ('orders', ('read_orders',)),
    'ORDERS_PAID': ('orders', ('read_orders',)),
    'ORDERS_CANCELLED': ('orders', ('read_orders',)),
    'ORDERS_DELETE': ('orders', ('read_orders',)),
    'ORDERS_RISK_ASSESSMENT_CHANGED': ('orders', ('read_orders',)),
    'REFUNDS_CREATE': ('orders', ('read_orders',)),
    'RETURNS_REQUEST': ('orders', ('read_returns',)),
    'RETURNS_APPROVE': ('orders', ('read_returns',)),
    'RETURNS_DECLINE': ('orders', ('read_returns',)),
    'RETURNS_CANCEL': ('orders', ('read_returns',)),
    'RETURNS_CLOSE': ('orders', ('read_returns',)),
    'RETURNS_REOPEN': ('orders', ('read_returns',)),
    'RETURNS_UPDATE': ('orders', ('read_returns',)),
    'RETURNS_PROCESS': ('orders', ('read_returns',)),
    **dict.fromkeys(
        ('FULFILLMENTS_CREATE', 'FULFILLMENTS_UPDATE', 'FULFILLMENT_EVENTS_CREATE'), ('orders', ('read_fulfillments',))
    ),
    # Any of PLACE_SCOPES opens these.
    **{
        f'FULFILLMENT_ORDERS_{event}': ('orders', ())
        for event in (
            'MOVED',
            'SPLIT',
            'PLACED_ON_HOLD',
            'HOLD_RELEASED',
            'CANCELLED',
            'RESCHEDULED',
            'SCHEDULED_FULFILLMENT_ORDER_READY',
            'ORDER_ROUTING_COMPLETE',
            'FULFILLMENT_REQUEST_SUBMITTED',
            'FULFILLMENT_REQUEST_ACCEPTED',
            'FULFILLMENT_REQUEST_REJECTED',
            'CANCELLATION_REQUEST_ACCEPTED',
            'CANCELLATION_REQUEST_REJECTED',
            'FULFILLMENT_SERVICE_FAILED_TO_COMPLETE',
            'LINE_ITEMS_PREPARED_FOR_PICKUP',
        )
    },
    'DRAFT_ORDERS_CREATE': ('orders', ('read_draft_orders',)),
    'DRAFT_ORDERS_UPDATE': ('orders', ('read_draft_orders',)),
    'DRAFT_ORDERS_DELETE': ('orders', ('read_draft_orders',)),
    'INVENTORY_LEVELS_UPDATE': ('stock', ('read_inventory',)),
    'INVENTORY_LEVELS_CONNECT': ('stock', ('read_inventory',)),
    'INVENTORY_LEVELS_DISCONNECT': ('stock', ('read_inventory',)),
    'PRODUCTS_CREATE': ('catalogue', ('read_products',)),
    'PRODUCTS_UPDATE': ('catalogue', ('read_products',)),
    'PRODUCTS_DELETE': ('catalogue', ('read_products',)),
    'CUSTOMERS_CREATE': ('catalogue', ('read_customers',)),
    'CUSTOMERS_UPDATE': ('catalogue', ('read_customers',)),
    'CUSTOMERS_DELETE': ('catalogue', ('read_customers',)),
    'CUSTOMERS_MERGE': ('catalogue', ('read_customer_merge',)),
    'CUSTOMER_TAGS_ADDED': ('catalogue', ('read_customers',)),
    'CUSTOMER_TAGS_REMOVED': ('catalogue', ('read_customers',)),
    'CUSTOMERS_EMAIL_MARKETING_CONSENT_UPDATE': ('catalogue', ('read_customers',)),
    'CUSTOMERS_MARKETING_CONSENT_UPDATE': ('catalogue', ('read_customers',)),
    **{
        f'{kind}_{event}': ('catalogue', ('read_companies',))
        for kind in ('COMPANIES', 'COMPANY_LOCATIONS', 'COMPANY_CONTACTS')
        for event in ('CREATE', 'UPDATE', 'DELETE')
    },
    'LOCATIONS_CREATE': ('stock', ('read_locations',)),
    'LOCATIONS_UPDATE': ('stock', ('read_locations',)),
    'LOCATIONS_ACTIVATE': ('stock', ('read_locations',)),
    'LOCATIONS_DEACTIVATE': ('stock', ('read_locations',)),
    'LOCATIONS_DELETE': ('stock', ('read_locations',)),
    'SHOP_UPDATE': ('catalogue', ()),
    'APP_UNINSTALLED': ('orders', ()),
}
# Listened to only when the store imports draft orders.
DRAFT_TOPICS = frozenset(topic for topic in TOPICS if topic.startswith('DRAFT_ORDERS_'))
# Listened to when the scope is there, and not missed otherwise.
RETURN_TOPICS = frozenset(topic for topic in TOPICS if topic.startswith('RETURNS_'))
COMPANY_TOPICS = frozenset(topic for topic in TOPICS if topic.startswith('COMPAN'))
FULFILLMENT_TOPICS = frozenset(topic for topic in TOPICS if topic.startswith('FULFILLMENT'))
OPTIONAL_TOPICS = RETURN_TOPICS | COMPANY_TOPICS | FULFILLMENT_TOPICS | {'CUSTOMERS_MERGE'}
# The key of a task that brings over whatever is open, after the policy was changed.
ALL_DRAFTS = 'drafts'
# Shopify tells nobody when a parcel is on its way back: open returns are looked at again.
OPEN_RETURNS_HOURS = 6
# Nor, where a webhook was lost, that a hold is over.
HOLDS_HOURS = 1
# A fulfilment order that was split, moved or sent in part is named by what became of it.
FULFILLMENT_ORDER_FIELDS = tuple(
    f'{which}fulfillment_order'
    for which in ('', 'original_', 'moved_', 'submitted_', 'remaining_', 'replacement_', 'unsubmitted_')
)
# A refund's, a return's and a level's payload name their record by fields of their own; `id` alone would not lead to the order.
WEBHOOK_FIELDS = {
    'REFUNDS_CREATE': ('id', 'order_id', 'admin_graphql_api_id'),
    'ORDERS_RISK_ASSESSMENT_CHANGED': ('order_id', 'admin_graphql_api_order_id', 'id', 'admin_graphql_api_id'),
    **dict.fromkeys(
        ('FULFILLMENTS_CREATE', 'FULFILLMENTS_UPDATE'), ('id', 'order_id', 'admin_graphql_api_id', 'updated_at')
    ),
    'FULFILLMENT_EVENTS_CREATE': ('id', 'order_id', 'admin_graphql_api_id'),
    **{
        topic: ('id', 'admin_graphql_api_id', *FULFILLMENT_ORDER_FIELDS)
        for topic in FULFILLMENT_TOPICS
        if topic.startswith('FULFILLMENT_ORDERS_')
    },
    **dict.fromkeys(RETURN_TOPICS, ('id', 'order', 'order_id', 'admin_graphql_api_id')),
    'CUSTOMERS_MERGE': ('admin_graphql_api_customer_kept_id', 'admin_graphql_api_customer_deleted_id', 'status'),
    'CUSTOMER_TAGS_ADDED': ('customerId',),
    'CUSTOMER_TAGS_REMOVED': ('customerId',),
    'CUSTOMERS_EMAIL_MARKETING_CONSENT_UPDATE': ('customer_id',),
    'CUSTOMERS_MARKETING_CONSENT_UPDATE': ('id', 'customer_id'),
    'INVENTORY_LEVELS_UPDATE': ('inventory_item_id', 'location_id', 'available', 'updated_at'),
    'INVENTORY_LEVELS_CONNECT': ('inventory_item_id', 'location_id', 'available', 'updated_at'),
    'INVENTORY_LEVELS_DISCONNECT': ('inventory_item_id', 'location_id'),
}
DEFAULT_WEBHOOK_FIELDS = ('id', 'admin_graphql_api_id', 'updated_at')

LANES = [('orders', 'Orders'), ('stock', 'Stock'), ('catalogue', 'Catalogue'), ('books', 'Books')]
KIND_LANES = {
    'order': 'orders',
    'sweep': 'orders',
    'app': 'orders',
    'orders_import': 'orders',
    'stock': 'stock',
    'level': 'stock',
    'stock_full': 'stock',
    'stock_take': 'stock',
    'stock_check': 'stock',
    'product': 'catalogue',
    'catalogue': 'catalogue',
    'customer': 'catalogue',
    'stock_extras': 'catalogue',
    'customers_import': 'catalogue',
    'catalogue_sweep': 'catalogue',
    'customers_sweep': 'catalogue',
    'customer_merge': 'catalogue',
    'customer_export': 'catalogue',
    'location': 'stock',
    'shop': 'catalogue',
    'privacy': 'catalogue',
    'heal': 'orders',
    'draft': 'orders',
    'order_action': 'orders',
    'delivery': 'orders',
    'fulfillment_order': 'orders',
    'return': 'orders',
    'history': 'catalogue',
    'initial': 'catalogue',
    'price_list': 'catalogue',
    'price_bulk': 'catalogue',
    'company': 'catalogue',
    'books': 'books',
    'product_export': 'catalogue',
    'catalog_settle': 'catalogue',
    'product_images': 'catalogue',
}

# Kind of work -> what finds the record when a delivery does not name it, by its kind; a look at the orders for all others.
LOOKS = {
    'product': 'catalogue_sweep',
    'customer': 'customers_sweep',
    'customer_merge': 'customers_sweep',
    'company': 'customers_sweep',
    'location': 'location',
    'shop': 'shop',
    'app': 'app',
    'draft': 'draft',
    'privacy': 'privacy',
}

FINANCIAL_STATUSES = (
    'authorized', 'expired', 'paid', 'partially_paid', 'partially_refunded', 'pending', 'refunded', 'voided',
)  # fmt: skip
FULFILLMENT_STATUSES = (
    'fulfilled', 'fulfillment_not_required', 'in_progress', 'on_hold', 'open', 'partially_fulfilled',
    'pending_fulfillment', 'request_declined', 'restocked', 'scheduled', 'unfulfilled',
)  # fmt: skip

TASKS_PER_ROUND = 500
# From this many products on their prices are written by a bulk operation, and not product by product.
PRICES_IN_BULK = 1000
# Levels are written 250 a request: a change of the whole stock is worked off in few rounds, with full requests.
STOCK_TASKS_PER_ROUND = 10_000
# One number for connecting and reading: Odoo's own test classes understand no pair.
REQUEST_SECONDS = 30
QUICK_SECONDS = 15
ORDERS_PER_BATCH = 50
# Few: who waits for a change of one of these orders waits for all of them.
BOOKS_PER_BATCH = 10
ORDERS_PER_FIRST_REQUEST = 8
# Without the scope read_all_orders Shopify shows the orders of 60 days; one less, for clocks differ.
DAYS_SHOWN = 59
# Older orders are not imported by a late change; the store's own date says otherwise.
DAYS_BEFORE_CONNECTING = 60
SWEEP_MINUTES = 5
SWEEP_OVERLAP_MINUTES = 10
PRODUCT_SWEEP_MINUTES = 5
# Shopify's search may lag for hours: while the newest change is not older than this, a look an hour goes back further.
SWEEP_LATE_HOURS = 24
SWEEP_WIDE_HOURS = 3
CUSTOMER_SWEEP_MINUTES = 30
SUBSCRIPTION_CHECK_HOURS = 12
LOCATION_CHECK_HOURS = 12
# The key of a task that brings all of a store's variants up to date, and how many of them at once.
ALL_EXTRAS = 'all'
EXTRAS_PER_PART = 1000
# The key of the task that brings all companies (B2B) of a shop.
ALL_COMPANIES = 'all'
# The key of the task that reads which price lists a store has.
ALL_PRICE_LISTS = 'all'
# What was changed back in Shopify sooner than that is told, not written again.
CONTESTED_HOURS = 1
# Seconds before the next try; after the last one the task is a dead letter.
RETRY_DELAYS = (10, 30, 120, 600, 1800, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 24 * 3600)
# Shopify's own limit of a quantity.
MAX_QUANTITY = 1_000_000_000
LEVEL_DELAY_SECONDS = 5
# The code of a failed task that tells of a quantity that Shopify does not take.
STOCK_REFUSED = 'stock_refused'
UNEXPLAINED_SECONDS = 30
# Shopify's search may not show an order yet that its levels show already.
SEARCH_LAG_SECONDS = 15
CONCLUDED_CHECK_SECONDS = 30
PREVIOUS_SECRET_HOURS = 24
TOKEN_MARGIN_SECONDS = 300
DONE_TASKS_KEPT_DAYS = 14
LOG_KEPT_DAYS = 60
PRUNE_BATCH = 5000
