"""What is sent to change the pictures of a product: uploads, alternative texts, order, what is taken out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from . import media

STAGE = """
mutation StageUploads($input: [StagedUploadInput!]!) {
  stagedUploadsCreate(input: $input) {
    stagedTargets { url resourceUrl parameters { name value } } userErrors { field message }
  }
}
"""
ADD = """
mutation AddMedia($product: ProductUpdateInput!, $media: [CreateMediaInput!]!) {
  productUpdate(product: $product, media: $media) {
    product { id media(first: 250) { nodes { id } } } userErrors { field message }
  }
}
"""
CHANGE = """
mutation ChangeFiles($files: [FileUpdateInput!]!) {
  fileUpdate(files: $files) { files { id } userErrors { field message code } }
}
"""
REORDER = """
mutation ReorderMedia($id: ID!, $moves: [MoveInput!]!) {
  productReorderMedia(id: $id, moves: $moves) { job { id } mediaUserErrors { field message code } }
}
"""
SHOW = """
mutation ShowMedia($id: ID!, $variants: [ProductVariantsBulkInput!]!) {
  productVariantsBulkUpdate(productId: $id, variants: $variants) { userErrors { field message code } }
}
"""


def stage_input(checksum: str, content: bytes) -> dict:
    """The name of the file is its checksum: a picture of which no answer came is found again by its address."""
    mimetype, extension = media.kind(content)
    return {
        'resource': 'IMAGE', 'filename': f'{checksum}.{extension}', 'mimeType': mimetype, 'httpMethod': 'POST',
        'fileSize': str(len(content)),
    }  # fmt: skip


def media_input(target: Mapping, alt: str | None) -> dict:
    found = {'originalSource': target['resourceUrl'], 'mediaContentType': 'IMAGE'}
    return {**found, 'alt': alt[: media.ALT_LENGTH]} if alt else found


def file_changes(product: str, agreed: Iterable, shop: Iterable, wanted: Sequence) -> list[dict]:
    """``FileUpdateInput`` rows: other alternative texts, and pictures that Odoo has had and has no more. What Odoo never
    knew stays in the shop."""
    kept = {gid for gid, _version, _alt in wanted}
    known = {gid for gid, _version, _alt in agreed}
    alts = {gid: alt for gid, _version, alt in wanted}
    rows = []
    for gid, version, alt in shop:
        if gid in known and gid not in kept:
            rows.append({'id': gid, 'referencesToRemove': [product]})
        elif gid in kept and version and alts[gid] != alt:
            rows.append({'id': gid, 'alt': (alts[gid] or '')[: media.ALT_LENGTH]})
    return rows
