"""Texts of products in the other languages of a shop: what is asked, their names as fields, and what is sent.

A field is ``translation:<locale>:<text>``: ``title``, ``description``, ``seo_title``, ``seo_description`` of the product, or
the id of an option or of one of its values (``ProductOption/12``, ``ProductOptionValue/34``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from . import catalog_fields

SCOPES = ('read_translations', 'read_locales')
WRITE_SCOPES = ('write_translations',)
GID = 'gid://shopify/'
PREFIX = 'translation:'
# Our names of a product's texts, and Shopify's.
KEYS = {'title': 'title', 'description': 'body_html', 'seo_title': 'meta_title', 'seo_description': 'meta_description'}
NAME_KEY = 'name'
RESOURCES_PER_READ = 50
KEYS_PER_CALL = 100

LOCALES = 'query ShopLocales { shopLocales { locale name primary published } }'
CONTENT = """
query TranslatableContent($ids: [ID!]!, $first: Int!) {
  translatableResourcesByIds(first: $first, resourceIds: $ids) {
    nodes { resourceId translatableContent { key digest } }
  }
}
"""


class Text(NamedTuple):
    """A text in one language: ``resource`` is the gid of what it is of, ``key`` Shopify's name of it."""

    locale: str
    resource: str
    key: str


# === READING === #


def alias(locale: str) -> str:
    return 'in_' + locale.replace('-', '_')


def parts(locales: Iterable[str]) -> list[str]:
    """What is asked of a product."""
    asked = ' '.join(f'{alias(locale)}: translations(locale: "{locale}") {{ key value }}' for locale in locales)
    return [asked, f'options {{ id {asked} optionValues {{ id {asked} }} }}'] if asked else []


def shop_values(payload: Mapping, locales: Iterable[str]) -> dict:
    """``{field: text}`` of a product's payload; None where the shop has no translation."""
    found = {}
    plain = payload.get('hasOnlyDefaultVariant')
    for locale in locales:
        if alias(locale) not in payload:
            continue
        texts = _texts(payload, locale)
        for name, key in KEYS.items():
            convert = catalog_fields.html_text if name == 'description' else catalog_fields.text
            found[field_name(locale, name)] = convert(texts.get(key))
        for node in () if plain else option_nodes(payload):
            text = _texts(node, locale).get(NAME_KEY)
            found[field_name(locale, short_id(node['id']))] = catalog_fields.text(text)
    return found


def option_nodes(payload: Mapping):
    """The options of a product, each before its values."""
    for option in payload.get('options') or ():
        yield option
        yield from option.get('optionValues') or ()


def _texts(node: Mapping, locale: str) -> dict:
    return {row['key']: row['value'] for row in node.get(alias(locale)) or ()}


# === NAMES === #


def short_id(gid: str) -> str:
    return gid.removeprefix(GID)


def field_name(locale: str, name: str) -> str:
    return f'{PREFIX}{locale}:{name}'


def split_name(name: str) -> tuple[str, str]:
    """``(locale, text)`` of a field."""
    locale, _sep, text = name.removeprefix(PREFIX).partition(':')
    return locale, text


def place(name: str, product_gid: str) -> Text:
    """Where a field stands in the shop."""
    locale, text = split_name(name)
    if text in KEYS:
        return Text(locale, product_gid, KEYS[text])
    return Text(locale, GID + text, NAME_KEY)


def mark(text: str) -> str:
    """What a text is recognised by."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


# === LANGUAGES === #


def matched(locales: Iterable[str], languages: Iterable[str]) -> dict[str, str]:
    """``{locale of a shop: language of Odoo}``, each language once: the same region first, then the language alone."""
    locales, free = list(locales), list(languages)
    found = {}

    def take(locale, fits):
        language = next((code for code in free if fits(code)), None)
        if language and locale not in found:
            found[locale] = language
            free.remove(language)

    for locale in locales:
        take(locale, lambda code, locale=locale: _plain(code) == _plain(locale))
    for locale in (locale for locale in locales if '-' not in locale):
        take(locale, lambda code, locale=locale: _plain(code) == _plain(f'{locale}-{locale}'))
    for locale in locales:
        base = locale.partition('-')[0].casefold()
        take(locale, lambda code, base=base: code.partition('_')[0].casefold() == base)
    return found


def _plain(code: str) -> str:
    return code.replace('-', '_').casefold()


# === SENDING === #


def calls(texts: Mapping[Text, str | None], digests: Mapping[tuple[str, str], str]) -> list[tuple[str, dict]]:
    """``(kind of call, its arguments)`` that bring ``{Text: words or None}`` about. A text whose original the shop has not
    (``digests`` by resource and key) has nothing to translate, and is left out."""
    registered: dict[str, list] = {}
    removed: dict[tuple[str, str], list] = {}
    for text, words in texts.items():
        if words is None:
            removed.setdefault((text.resource, text.locale), []).append(text.key)
        elif (text.resource, text.key) in digests:
            row = {'key': text.key, 'locale': text.locale, 'value': words}
            row['translatableContentDigest'] = digests[text.resource, text.key]
            registered.setdefault(text.resource, []).append(row)
    found = [
        ('translate', {'resourceId': resource, 'translations': rows[start : start + KEYS_PER_CALL]})
        for resource, rows in registered.items()
        for start in range(0, len(rows), KEYS_PER_CALL)
    ]
    found += [
        ('untranslate', {'resourceId': resource, 'translationKeys': keys, 'locales': [locale]})
        for (resource, locale), keys in removed.items()
    ]
    return found


def is_without_original(text: Text, texts: Mapping[Text, str | None], digests: Mapping[tuple[str, str], str]) -> bool:
    """Whether `calls` leaves that text out."""
    return texts.get(text) is not None and (text.resource, text.key) not in digests


def content_digests(nodes: Iterable[Mapping]) -> dict[tuple[str, str], str]:
    """``{(resource, key): digest of the original}``."""
    return {
        (node['resourceId'], row['key']): row['digest']
        for node in nodes
        for row in node['translatableContent']
        if row.get('digest')
    }
