"""The prices of very many products, read by one bulk operation and written by another."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from . import catalog_fields, product_write

NAMES = ('price', 'compare_at_price')
QUERY = '{ productVariants { edges { node { id price compareAtPrice } } } }'
MUTATION = """
mutation SetPrices($productId: ID!, $variants: [ProductVariantsBulkInput!]!) {
  productVariantsBulkUpdate(productId: $productId, variants: $variants, allowPartialUpdates: true) {
    productVariants { id price compareAtPrice } userErrors { field message code }
  }
}
"""
STAGE = """
mutation StageVariables($input: [StagedUploadInput!]!) {
  stagedUploadsCreate(input: $input) {
    stagedTargets { url resourceUrl parameters { name value } } userErrors { field message }
  }
}
"""
UPLOAD = {
    'resource': 'BULK_MUTATION_VARIABLES', 'filename': 'prices.jsonl', 'mimeType': 'text/jsonl', 'httpMethod': 'POST'
}  # fmt: skip


def values(variant: Mapping, digits: int) -> dict:
    """``{field: canonical value}`` of a variant as the query or the mutation shows it."""
    before = catalog_fields.money_text(variant.get('compareAtPrice'), digits)
    return {
        'price': catalog_fields.money_text(variant['price'], digits),
        'compare_at_price': before if before and float(before) > 0 else None,
    }


def lines(product_gid: str, variants: Mapping[str, Mapping]) -> Iterator[str]:
    """What is uploaded of a product: ``{variant gid: {field: value}}``, as many variants a line as one call takes."""
    rows = [{'id': gid, **product_write.variant_input(named)} for gid, named in variants.items()]
    for start in range(0, len(rows), product_write.VARIANTS_PER_CALL):
        part = rows[start : start + product_write.VARIANTS_PER_CALL]
        yield json.dumps({'productId': product_gid, 'variants': part}, separators=(',', ':'))


def upload_path(target: Mapping) -> str:
    """The path by which the operation finds what was uploaded."""
    return next(row['value'] for row in target['parameters'] if row['name'] == 'key')


def answered(rows: Iterable[Mapping], digits: int) -> tuple[dict, int]:
    """``({variant gid: {field: value}} that the shop has now, number of calls with something wrong)`` of the operation's
    result."""
    found, refused = {}, 0
    for row in rows:
        payload = ((row.get('data') or {}).get('productVariantsBulkUpdate')) or {}
        if row.get('errors') or payload.get('userErrors') or not payload:
            refused += 1
        for variant in payload.get('productVariants') or ():
            found[variant['id']] = values(variant, digits)
    return found, refused
