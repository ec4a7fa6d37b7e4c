"""Talking to Shopify: the Admin API and webhooks. Standard library and requests only; no Odoo, nothing else of ours."""
