"""Requests that change products: several calls in one document, each with its own answer, and what the answer says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ..shopify import errors

# Calls of one request: their points and their seconds must fit into one answer.
CALLS_PER_REQUEST = 25
VARIANTS_PER_REQUEST = 250
LOOKUPS_PER_REQUEST = 50
SKUS_PER_REQUEST = 40

_PRODUCT = (
    'id title handle status vendor productType tags descriptionHtml updatedAt'
    ' category { id name fullName } seo { title description }'
)
_VARIANT = (
    'id title sku barcode price compareAtPrice taxable position inventoryPolicy requiresComponents'
    ' selectedOptions { name value }'
    ' inventoryItem { id sku tracked requiresShipping harmonizedSystemCode countryCodeOfOrigin'
    ' unitCost { amount currencyCode } measurement { weight { value unit } } }'
)
_ERRORS = 'userErrors { field message code }'
_PLAIN_ERRORS = 'userErrors { field message }'


class _Kind(NamedTuple):
    """A mutation: its arguments as ``(name, type)``, and what is read back."""

    root: str
    arguments: tuple[tuple[str, str], ...]
    fixed: str
    answer: str


_KINDS = {
    'make': _Kind(
        'productSet',
        (('identifier', 'ProductSetIdentifiers!'), ('input', 'ProductSetInput!')),
        'synchronous: true',
        f'product {{ id handle }} {_ERRORS}',
    ),
    'product': _Kind('productUpdate', (('product', 'ProductUpdateInput!'),), '', f'product {{ {_PRODUCT} }} {_PLAIN_ERRORS}'),
    'variants': _Kind(
        'productVariantsBulkUpdate',
        (('productId', 'ID!'), ('variants', '[ProductVariantsBulkInput!]!')),
        'allowPartialUpdates: true',
        f'productVariants {{ {_VARIANT} }} {_ERRORS}',
    ),
    'new_options': _Kind(
        'productOptionsCreate',
        (('productId', 'ID!'), ('options', '[OptionCreateInput!]!')),
        'variantStrategy: LEAVE_AS_IS',
        f'product {{ id }} {_ERRORS}',
    ),
    'new_variants': _Kind(
        'productVariantsBulkCreate',
        (('productId', 'ID!'), ('variants', '[ProductVariantsBulkInput!]!')),
        'strategy: PRESERVE_STANDALONE_VARIANT',
        f'productVariants {{ {_VARIANT} }} {_ERRORS}',
    ),
    'gone_variants': _Kind(
        'productVariantsBulkDelete', (('productId', 'ID!'), ('variantsIds', '[ID!]!')), '', f'product {{ id }} {_ERRORS}'
    ),
    'delete': _Kind(
        'productDelete', (('input', 'ProductDeleteInput!'),), 'synchronous: true', f'deletedProductId {_PLAIN_ERRORS}'
    ),
    'publish': _Kind(
        'publishablePublish', (('id', 'ID!'), ('input', '[PublicationInput!]!')), '', _PLAIN_ERRORS
    ),
    'rename': _Kind(
        'productOptionUpdate',
        (
            ('productId', 'ID!'), ('option', 'OptionUpdateInput!'),
            ('optionValuesToUpdate', '[OptionValueUpdateInput!]'),
        ),
        'variantStrategy: LEAVE_AS_IS',
        f'product {{ id options {{ id name position optionValues {{ id name }} }} }} {_ERRORS}',
    ),
    'translate': _Kind(
        'translationsRegister',
        (('resourceId', 'ID!'), ('translations', '[TranslationInput!]!')),
        '',
        f'translations {{ key locale value }} {_ERRORS}',
    ),
    'untranslate': _Kind(
        'translationsRemove',
        (('resourceId', 'ID!'), ('translationKeys', '[String!]!'), ('locales', '[String!]!')),
        '',
        f'translations {{ key }} {_ERRORS}',
    ),
    'unpublish': _Kind(
        'publishableUnpublish', (('id', 'ID!'), ('input', '[PublicationInput!]!')), '', _PLAIN_ERRORS
    ),
}  # fmt: skip

_NAMES = {'make': 'MakeProducts', 'translate': 'TranslateProducts', 'untranslate': 'TranslateProducts'}

CREATE_DEFINITION = """
mutation CreateProductDefinition($definition: MetafieldDefinitionInput!) {
  metafieldDefinitionCreate(definition: $definition) {
    createdDefinition { id }
    userErrors { field message code }
  }
}
"""
# The definition that is there already is as good as ours.
KNOWN_CODES = {'TAKEN', 'UNSTRUCTURED_ALREADY_EXISTS'}
# The product itself is gone, and not one of its fields wrong.
GONE_CODES = {'PRODUCT_DOES_NOT_EXIST'}
# Refused when they are sent again, although nothing is wrong.
_ONLY_ONCE = {'new_options', 'new_variants', 'gone_variants'}
# The original of a translation has changed since its digest was read.
STALE_CODES = {'INVALID_TRANSLATABLE_CONTENT'}

BY_SKU = """
query VariantsBySku($query: String!, $first: Int! = 100, $after: String) {
  productVariants(first: $first, after: $after, query: $query) {
    nodes { id sku product { id } } pageInfo { hasNextPage endCursor }
  }
}
"""


@dataclass(frozen=True)
class Call:
    """One call. ``key``: whose it is; ``kind``: one of the above; ``arguments``: by the mutation's own names."""

    key: object
    kind: str
    arguments: Mapping[str, object]

    @property
    def weight(self) -> int:
        """Variants in it."""
        given = self.arguments['input'] if self.kind == 'make' else self.arguments
        return len(given.get('variants') or given.get('variantsIds') or ())


@dataclass(frozen=True)
class Answer:
    """What became of a call: its payload, None when there is none; the errors of the whole and those of its rows."""

    call: Call
    payload: Mapping | None
    general: Sequence[Mapping]
    rows: Mapping[int, Mapping]

    @property
    def is_unclear(self) -> bool:
        return self.payload is None

    @property
    def is_refused(self) -> bool:
        return bool(self.general or self.rows)

    @property
    def is_repeat(self) -> bool:
        """Whether it may be refused for nothing but that the same call has done it before."""
        return self.is_refused and self.call.kind in _ONLY_ONCE

    def unclear(self) -> Answer:
        return Answer(self.call, None, (), {})

    @property
    def is_stale(self) -> bool:
        """The text was changed in Shopify since it was read."""
        return any(problem.get('code') in STALE_CODES for problem in self.general)

    @property
    def is_gone(self) -> bool:
        """The product has been deleted in Shopify."""
        return any(
            problem.get('code') in GONE_CODES or 'Product does not exist' in (problem.get('message') or '')
            for problem in self.general
        )


# === DOCUMENTS === #


def document(calls: Sequence[Call]) -> str:
    """A mutation that makes all the calls, one after the other, as ``c0``, ``c1``, …"""
    given, body = [], []
    for index, call in enumerate(calls):
        kind = _KINDS[call.kind]
        given += [f'${name}{index}: {type_}' for name, type_ in kind.arguments]
        arguments = ', '.join(
            [*(f'{name}: ${name}{index}' for name, _type in kind.arguments), *filter(None, [kind.fixed])]
        )
        body.append(f'  c{index}: {kind.root}({arguments}) {{ {kind.answer} }}')
    name = _NAMES.get(calls[0].kind, 'ChangeProducts')
    return f'mutation {name}({", ".join(given)}) {{\n' + '\n'.join(body) + '\n}\n'


def variables(calls: Sequence[Call]) -> dict:
    return {
        f'{name}{index}': call.arguments[name]
        for index, call in enumerate(calls)
        for name, _type in _KINDS[call.kind].arguments
    }


def batches(calls: Iterable[Call]) -> Iterator[list[Call]]:
    """Calls by requests, in their order, as full as a request may be."""
    batch: list[Call] = []
    weight = 0
    for call in calls:
        if batch and (len(batch) >= CALLS_PER_REQUEST or weight + call.weight > VARIANTS_PER_REQUEST):
            yield batch
            batch, weight = [], 0
        batch.append(call)
        weight += call.weight
    if batch:
        yield batch


def lookup_document(count: int) -> str:
    """Products by the id that Odoo has given them."""
    given = ', '.join(f'$identifier{index}: ProductIdentifierInput!' for index in range(count))
    body = '\n'.join(
        f'  c{index}: productByIdentifier(identifier: $identifier{index}) {{ id }}' for index in range(count)
    )
    return f'query ProductsOfOdoo({given}) {{\n{body}\n}}\n'


def sku_query(skus: Iterable[str]) -> str:
    """A search for variants with one of the SKUs."""
    return ' OR '.join(f'sku:{_quoted(sku)}' for sku in skus)


def _quoted(text: str) -> str:
    return '"' + text.replace('\\', '\\\\').replace('"', '\\"') + '"'


# === ANSWERS === #


def answers(calls: Sequence[Call], data: Mapping) -> list[Answer]:
    """What each call was answered, in order."""
    return [_answer(call, data.get(f'c{index}')) for index, call in enumerate(calls)]


def _answer(call: Call, payload: Mapping | None) -> Answer:
    general, rows = [], {}
    for problem in (payload or {}).get('userErrors') or ():
        path = [str(part) for part in problem.get('field') or ()]
        place = path.index('variants') + 1 if 'variants' in path else None
        if place and place < len(path) and path[place].isdigit():
            rows.setdefault(int(path[place]), problem)
        else:
            general.append(problem)
    return Answer(call, payload, general, rows)


def error_of(answer: Answer) -> errors.ShopifyError | None:
    """What is wrong with a call as a whole, or with any of its rows."""
    if answer.is_unclear:
        return errors.UnclearError(code='no_payload')
    problems = [*answer.general, *answer.rows.values()]
    return errors.UserErrors.of(problems) if problems else None


def is_handle_taken(answer: Answer) -> bool:
    """Whether the only thing wrong with a product is that another one has its handle."""
    problems = [*answer.general, *answer.rows.values()]
    return bool(problems) and all((problem.get('field') or [''])[-1] == 'handle' for problem in problems)


def overlaid(payload: Mapping, answered: Iterable[Answer]) -> dict:
    """The product as it was read, with what the answers show of it laid over: what is in the shop now."""
    found = dict(payload)
    nodes = {node['id']: dict(node) for node in payload['variants']['nodes']}
    for answer in answered:
        shown = answer.payload or {}
        if answer.call.kind in ('product', 'rename') and shown.get('product'):
            found.update(shown['product'])
        for node in shown.get('productVariants') or ():
            nodes[node['id']] = {**nodes.get(node['id'], {}), **node}
        if answer.call.kind == 'gone_variants' and not (answer.is_refused or answer.is_unclear):
            for gid in answer.call.arguments['variantsIds']:
                nodes.pop(gid, None)
    return {**found, 'variants': {**payload['variants'], 'nodes': list(nodes.values())}}
