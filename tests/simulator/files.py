"""Files: made asynchronously, attached to products and variants when they are ready."""
from __future__ import annotations

from . import media as pictures
from . import product_store
from .records import Media
from .resolvers import ApiError, resolver, user_error
from .resolvers_shop import demand, find_node, type_of
from .search import Field, id_field, query_list, time_field

KINDS = ("IMAGE", None)
MAX_ALT, MAX_MEDIA = 512, 250
ALT_TOO_LONG = "The alt value exceeds the maximum limit of 512 characters."
FIELDS = {"id": id_field(), "created_at": time_field("created_at"), "updated_at": time_field("updated_at"),
          "filename": Field("text", lambda row: row.filename), "media_type": Field("enum", lambda row: "IMAGE"),
          "status": Field("enum", lambda row: row.status)}


@resolver("QueryRoot", "files")
def files(obj, info, query=None, sort_key="ID", reverse=False):
    rows = [row for row in info.context.shop.nodes.values() if isinstance(row, Media)]
    return query_list(info, rows, "files", query=query, sort_key=sort_key, reverse=reverse, fields=FIELDS,
                      sort_keys={"CREATED_AT": lambda row: row.created_at, "UPDATED_AT": lambda row: row.updated_at,
                                 "FILENAME": lambda row: row.filename}, words=lambda row: [row.filename, row.alt])


@resolver("MediaImage", "status")
@resolver("MediaImage", "fileStatus")
def media_status(obj, info):
    return pictures.state_of(obj, info.context.now)


@resolver("MediaImage", "image")
def image(obj, info):
    return pictures.image(info.context.shop, obj) if media_status(obj, info) == "READY" else None


@resolver("MediaImage", "preview")
def preview(obj, info):
    return {"image": image(obj, info), "status": media_status(obj, info)}


@resolver("MediaImage", "originalSource")
def original_source(obj, info):
    ready = media_status(obj, info) == "READY"
    return {"fileSize": obj.size, "url": pictures.url(info.context.shop, obj)} if ready else None


@resolver("MediaImage", "fileErrors")
@resolver("MediaImage", "mediaErrors")
def media_errors(obj, info):
    if media_status(obj, info) != "FAILED":
        return []
    return [{"code": obj.error, "message": "The file could not be read.", "details": None}]


@resolver("MediaImage", "mediaWarnings")
def media_warnings(obj, info):
    return []


# -- media of products and variants -----------------------------------------------------------------------------
def ready_images(obj, info) -> list[dict]:
    return [found for row in obj.media if (found := image(row, info))]


@resolver("Product", "images")
def product_images(obj, info):
    return ready_images(obj, info)


@resolver("Product", "featuredImage")
def featured_image(obj, info):
    return next(iter(ready_images(obj, info)), None)


@resolver("Product", "featuredMedia")
def featured_media(obj, info):
    return obj.media[0] if obj.media else None


@resolver("ProductVariant", "media")
def variant_media(obj, info):
    known = {row.id: row for row in info.context.shop.products[obj.product_id].media}
    return [known[gid] for gid in obj.media_ids if gid in known]


@resolver("ProductVariant", "image")
def variant_image(obj, info):
    return next((found for row in variant_media(obj, info) if (found := image(row, info))), None)


# -- changing files ---------------------------------------------------------------------------------------------
def input_errors(rows: list, base: str) -> list[dict]:
    """What is wrong with inputs of new files."""
    found = []
    for index, row in enumerate(rows):
        kind = row.get("contentType") or row.get("mediaContentType")
        if kind not in KINDS:
            raise ApiError(f"files of the kind {kind} are not simulated", "NOT_SIMULATED")
        if len(row.get("alt") or "") > MAX_ALT:
            found.append(user_error([base, str(index), "alt"], ALT_TOO_LONG, "ALT_VALUE_LIMIT_EXCEEDED"))
        if not row.get("id") and "://" not in (row.get("originalSource") or ""):
            found.append(user_error([base, str(index), "originalSource"], "Image URL is invalid",
                                    "INVALID_IMAGE_SOURCE_URL"))
    return found


def make(shop, row: dict) -> Media:
    return pictures.make(shop, row["originalSource"], row.get("alt"))


@resolver("Mutation", "fileCreate")
def file_create(obj, info, files):
    errors = input_errors(files, "files")
    if errors:
        return {"files": None, "userErrors": errors}
    return {"files": [make(info.context.shop, row) for row in files], "userErrors": []}


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
        elif pictures.state_of(media, info.context.now) != "READY":
            errors.append(user_error([*path, "id"], "Non-ready files cannot be updated.", "NON_READY_STATE"))
        elif len(row.get("alt") or "") > MAX_ALT:
            errors.append(user_error([*path, "alt"], ALT_TOO_LONG, "ALT_VALUE_LIMIT_EXCEEDED"))
        elif None in owners:
            errors.append(user_error([*path, "referencesToAdd"], "The reference target does not exist.",
                                     "REFERENCE_TARGET_DOES_NOT_EXIST"))
        else:
            done.append(update(shop, media, row))
    return {"files": done, "userErrors": errors}


def update(shop, media: Media, row: dict) -> Media:
    media.updated_at = shop.now()
    if row.get("alt") is not None:
        media.alt = row["alt"]
    if row.get("originalSource"):
        pictures.load(shop, media, row["originalSource"])
    for product in owners_of(shop, media):
        product_store.changed(shop, product)
    for gid in row.get("referencesToAdd") or ():
        product = shop.products[gid]
        product.media += [media] if media not in product.media else []
        product_store.changed(shop, product)
    for gid in row.get("referencesToRemove") or ():
        detach(shop, shop.products[gid], media)
    return media


def owners_of(shop, media: Media) -> list:
    return [row for row in shop.products.values() if media in row.media]


def detach(shop, product, media: Media) -> None:
    """Out of the gallery, and away from the variants that showed it."""
    product.media = [each for each in product.media if each is not media]
    touched = [shop.variants[gid] for gid in product.variant_ids if media.id in shop.variants[gid].media_ids]
    for variant in touched:
        variant.media_ids.remove(media.id)
    product_store.changed(shop, product, touched)


@resolver("Mutation", "fileDelete")
def file_delete(obj, info, file_ids):
    """All or none."""
    shop = info.context.shop
    missing = [index for index, gid in enumerate(file_ids) if not isinstance(shop.nodes.get(gid), Media)]
    if missing:
        return {"deletedFileIds": None, "userErrors": [user_error(
            ["fileIds"], f"File id {file_ids[index]} does not exist.", "FILE_DOES_NOT_EXIST") for index in missing]}
    for gid in file_ids:
        media = shop.nodes.pop(gid)
        for product in owners_of(shop, media):
            detach(shop, product, media)
        shop.contents.pop(gid, None)
        shop.files.pop(media.filename, None)
    return {"deletedFileIds": file_ids, "userErrors": []}


@resolver("Mutation", "productReorderMedia")
def reorder(obj, info, id, moves):
    """Each move in turn takes a picture to a place from 0 on."""
    shop, product = info.context.shop, info.context.shop.products.get(demand(id, "Product"))
    known = {row.id for row in product.media} if product else set()
    wrong = [index for index, row in enumerate(moves) if row["id"] not in known]
    if product is None or wrong:
        errors = [user_error(["id"], "Product does not exist", "PRODUCT_DOES_NOT_EXIST")] if product is None else [
            user_error(["moves", str(index), "id"], "Media does not exist", "MEDIA_DOES_NOT_EXIST") for index in wrong]
        return {"job": None, "mediaUserErrors": errors, "userErrors": errors}
    for row in moves:
        media = find_node(shop, row["id"])
        product.media.remove(media)
        product.media.insert(min(int(row["newPosition"]), len(product.media)), media)
    product_store.changed(shop, product)
    job = {"__typename": "Job", "id": shop.gid("Job"), "done": True}
    shop.jobs[job["id"]] = job
    return {"job": {**job, "done": False}, "mediaUserErrors": [], "userErrors": []}
