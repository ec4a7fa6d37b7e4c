from . import shopify_stock_export
