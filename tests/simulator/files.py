"""Files: made asynchronously, attached to products and variants when they are ready."""
from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

from . import product_store
from .records import Media
from .resolvers import resolver, user_error
from .resolvers_shop import demand, type_of

PROCESSING = timedelta(seconds=1)
KINDS = {"IMAGE": "MediaImage", None: "MediaImage"}


def status_of(row: Media, now) -> str:
    """UPLOADED at first, READY a second later; FAILED when the source cannot be an image."""
    if row.created_at is None or now - row.created_at >= PROCESSING:
        return row.status
    return "UPLOADED"


@resolver("MediaImage", "status")
@resolver("MediaImage", "fileStatus")
def media_status(obj, info):
    return status_of(obj, info.context.now)


@resolver("MediaImage", "image")
def image(obj, info):
    if status_of(obj, info.context.now) != "READY":
        return None
    return {"id": obj.id.replace("/MediaImage/", "/ImageSource/"), "url": obj.url, "altText": obj.alt, "width": 800,
            "height": 800}


@resolver("MediaImage", "fileErrors")
@resolver("MediaImage", "mediaErrors")
def media_errors(obj, info):
    if status_of(obj, info.context.now) != "FAILED":
        return []
    return [{"code": "IMAGE_DOWNLOAD_FAILURE", "message": "The file could not be read.", "details": None}]


def make(shop, row: dict) -> Media:
    """A file from an input with originalSource; nothing that is not on https becomes ready."""
    good = urlsplit(row["originalSource"]).scheme == "https" or row["originalSource"].startswith(
        shop.simulator.base_url)
    media = Media(shop.gid("MediaImage"), row["originalSource"], row.get("alt") or "",
                  "READY" if good else "FAILED", created_at=shop.now(), updated_at=shop.now())
    shop.nodes[media.id] = media
    return media


@resolver("Mutation", "fileCreate")
def file_create(obj, info, files):
    shop = info.context.shop
    errors = [user_error(["files", str(index), "contentType"], "Only images are simulated", "INVALID")
              for index, row in enumerate(files) if row.get("contentType") not in KINDS]
    errors += [user_error(["files", str(index), "alt"], "The alt value exceeds the maximum limit of 512 characters.",
                          "ALT_VALUE_LIMIT_EXCEEDED")
               for index, row in enumerate(files) if len(row.get("alt") or "") > 512]
    if errors:
        return {"files": None, "userErrors": errors}
    return {"files": [make(shop, row) for row in files], "userErrors": []}


@resolver("Mutation", "fileUpdate")
def file_update(obj, info, files):
    """Good rows are carried out beside bad ones."""
    shop, done, errors = info.context.shop, [], []
    for index, row in enumerate(files):
        path, media = ["files", str(index)], shop.nodes.get(row["id"])
        owners = [shop.products.get(gid) for key in ("referencesToAdd", "referencesToRemove")
                  for gid in row.get(key) or () if type_of(gid) == "Product"]
        if not isinstance(media, Media):
            errors.append(user_error([*path, "id"], f"File id {row['id']} does not exist.", "FILE_DOES_NOT_EXIST"))
        elif status_of(media, info.context.now) != "READY":
            errors.append(user_error([*path, "id"], "Non-ready files cannot be updated.", "NON_READY_STATE"))
        elif None in owners:
            errors.append(user_error([*path, "referencesToAdd"], "The reference target does not exist.",
                                     "REFERENCE_TARGET_DOES_NOT_EXIST"))
        else:
            done.append(update(shop, media, row))
    return {"files": done, "userErrors": errors}


def update(shop, media: Media, row: dict) -> Media:
    media.alt, media.updated_at = row.get("alt") or media.alt, shop.now()
    media.url = row.get("originalSource") or media.url
    for gid in row.get("referencesToAdd") or ():
        product = shop.products[gid]
        product.media += [media] if media not in product.media else []
        product_store.changed(shop, product)
    for gid in row.get("referencesToRemove") or ():
        product = shop.products[gid]
        product.media = [each for each in product.media if each is not media]
        product_store.changed(shop, product)
    return media


@resolver("Mutation", "productVariantAppendMedia")
def append_media(obj, info, product_id, variant_media):
    """All pairs or none."""
    shop = info.context.shop
    product = shop.products.get(demand(product_id, "Product"))
    if product is None:
        return {"product": None, "productVariants": None, "userErrors": [
            user_error(["productId"], "Product does not exist", "PRODUCT_DOES_NOT_EXIST")]}
    known, errors = {each.id: each for each in product.media}, []
    for index, row in enumerate(variant_media):
        path = ["variantMedia", str(index)]
        variant = shop.variants.get(row["variantId"])
        if variant is None or variant.product_id != product.id:
            errors.append(user_error([*path, "variantId"], "Variant does not exist on the specified product.",
                                     "PRODUCT_VARIANT_DOES_NOT_EXIST_ON_PRODUCT"))
        elif variant.media_ids:
            errors.append(user_error([*path, "variantId"], "Variant already has attached media.",
                                     "PRODUCT_VARIANT_ALREADY_HAS_MEDIA"))
        elif any(gid not in known for gid in row["mediaIds"]):
            errors.append(user_error([*path, "mediaIds"], "Media does not exist on the specified product.",
                                     "MEDIA_DOES_NOT_EXIST_ON_PRODUCT"))
        elif any(status_of(known[gid], info.context.now) != "READY" for gid in row["mediaIds"]):
            errors.append(user_error([*path, "mediaIds"], "Non-ready media cannot be attached to variants.",
                                     "NON_READY_MEDIA"))
    if errors:
        return {"product": product, "productVariants": None, "userErrors": errors}
    rows = [shop.variants[row["variantId"]] for row in variant_media]
    for variant, row in zip(rows, variant_media, strict=True):
        variant.media_ids = list(row["mediaIds"])
    product_store.changed(shop, product, rows)
    return {"product": product, "productVariants": rows, "userErrors": []}
