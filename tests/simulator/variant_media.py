"""Which pictures of a product a variant shows."""
from __future__ import annotations

from . import media as pictures
from . import product_store
from .resolvers import resolver, user_error
from .resolvers_shop import demand

MAX_PAIRS = 100


@resolver("Mutation", "productVariantAppendMedia")
def append_media(obj, info, product_id, variant_media):
    """All pairs or none."""
    return change(info, product_id, variant_media, append_error,
                  lambda variant, gids: variant.media_ids.extend(gids))


@resolver("Mutation", "productVariantDetachMedia")
def detach_media(obj, info, product_id, variant_media):
    """All pairs or none."""
    return change(info, product_id, variant_media, detach_error, lambda variant, gids: variant.media_ids.__setitem__(
        slice(None), [gid for gid in variant.media_ids if gid not in gids]))


def change(info, product_id: str, pairs: list, error_of, carry_out) -> dict:
    shop = info.context.shop
    product = shop.products.get(demand(product_id, "Product"))
    if product is None:
        return {"product": None, "productVariants": None, "userErrors": [
            user_error(["productId"], "Product does not exist", "PRODUCT_DOES_NOT_EXIST")]}
    known, errors, seen = {each.id: each for each in product.media}, [], set()
    if len(pairs) > MAX_PAIRS:
        errors.append(user_error(["variantMedia"], "Exceeded maximum number of variant-media pairs per mutation call.",
                                 "MAXIMUM_VARIANT_MEDIA_PAIRS_EXCEEDED"))
    for index, row in enumerate(pairs):
        path, variant = ["variantMedia", str(index)], shop.variants.get(row["variantId"])
        if variant is None or variant.product_id != product.id:
            found = ("variantId", "Variant does not exist on the specified product.",
                     "PRODUCT_VARIANT_DOES_NOT_EXIST_ON_PRODUCT")
        elif variant.id in seen:
            found = ("variantId", "Variant specified in more than one pair.",
                     "PRODUCT_VARIANT_SPECIFIED_MULTIPLE_TIMES")
        else:
            found = error_of(variant, row["mediaIds"], known, info.context.now)
        seen.add(row["variantId"])
        errors += [user_error([*path, found[0]], *found[1:])] if found else []
    if errors:
        return {"product": product, "productVariants": None, "userErrors": errors}
    rows = [shop.variants[row["variantId"]] for row in pairs]
    for variant, row in zip(rows, pairs, strict=True):
        carry_out(variant, row["mediaIds"])
    product_store.changed(shop, product, rows)
    return {"product": product, "productVariants": rows, "userErrors": []}


def append_error(variant, gids: list, known: dict, now) -> tuple | None:
    if len(gids) > 1:
        return "mediaIds", "Only one mediaId is allowed per variant-media input pair.", "TOO_MANY_MEDIA_PER_INPUT_PAIR"
    if variant.media_ids:
        return "variantId", "Variant already has attached media.", "PRODUCT_VARIANT_ALREADY_HAS_MEDIA"
    if any(gid not in known for gid in gids):
        return "mediaIds", "Media does not exist on the specified product.", "MEDIA_DOES_NOT_EXIST_ON_PRODUCT"
    if any(pictures.state_of(known[gid], now) != "READY" for gid in gids):
        return "mediaIds", "Non-ready media cannot be attached to variants.", "NON_READY_MEDIA"
    return None


def detach_error(variant, gids: list, known: dict, now) -> tuple | None:
    if any(gid not in variant.media_ids for gid in gids):
        return "mediaIds", "The specified media is not attached to the specified variant.", "MEDIA_IS_NOT_ATTACHED_TO_VARIANT"
    return None
