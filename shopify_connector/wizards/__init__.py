from . import (
    base_partner_merge,
    shopify_customer_export_wizard,
    shopify_customer_privacy,
    shopify_match_upload,
    shopify_match_upload_line,
    shopify_match_upload_words,
    shopify_order_action_preview,
    shopify_order_action_wizard,
    shopify_order_action_wizard_choice,
    shopify_owner_switch,
    shopify_product_export_wizard,
    shopify_stock_confirm,
)
