"""From a reply of the GraphQL endpoint to data or a typed error: HTTP status, then top-level errors, then searches."""
from __future__ import annotations

import email.utils
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from . import errors
from .transport import Reply

_HOUR, _DAY = 3600.0, 86400.0
_LEAST_THROTTLE_PAUSE = 1.0
_BROKEN = {'INTERNAL_SERVER_ERROR', 'TIMEOUT', 'SERVICE_UNAVAILABLE', 'INTERNAL_ERROR'}
_PASSING = _BROKEN | {'THROTTLED'}
_NOT_FOUND = {'not_found', 'resource_not_found', 'record_not_found'}
# A refusal of protected customer data need not carry a code.
_WITHHELD = {'access_denied', 'error'}
_SCOPE = re.compile(r'\b((?:unauthenticated_)?(?:read|write)_[a-z_]+)\b')
_COST = re.compile(r'\b(?:cost is|cost of) ([0-9]+(?:\.[0-9]+)?)', re.IGNORECASE)


@dataclass(frozen=True)
class Notice:
    """An error that came along with data: what stands at ``path`` is null in it. ``code`` is in snake case."""

    code: str
    message: str
    path: tuple = ()

    def error(self, *, is_below: bool = False) -> errors.ShopifyError | None:
        """What it means to whoever needs what is null because of it; None when there is no such record.

        :param is_below: it stands within the record, so that it is not the record that was not found.
        """
        if self.code in _NOT_FOUND and not is_below:
            return None
        if self.code in _WITHHELD:
            return errors.ScopeError(self.message or None)
        return errors.RequestError(f"Shopify does not answer in full: {self.message}", code=self.code)


@dataclass
class Answer:
    """``data`` by root field, ``cost`` as in ``extensions.cost``, and either ``error`` or perhaps ``warnings``."""

    data: dict = field(default_factory=dict)
    cost: dict = field(default_factory=dict)
    warnings: list[Notice] = field(default_factory=list)
    error: errors.ShopifyError | None = None


def read(reply: Reply, *, mutation: bool) -> Answer:
    """Everything that a reply says. Never raises for what Shopify sent, however odd."""
    if not 200 <= reply.status < 300:
        return Answer(error=status_error(reply))
    content = parsed(reply.body)
    if content is None:
        return Answer(error=errors.Unavailable(
            code='not_json', maybe_done=True, http_status=reply.status, request_id=reply.request_id))
    extensions = _mapping(content.get('extensions'))
    answer = Answer(data=_mapping(content.get('data')), cost=_mapping(extensions.get('cost')))
    problems = _problems(content.get('errors'))
    has_data = any(value is not None for value in answer.data.values())
    if problems:
        passing = next((one for one in problems if _code(one) in _PASSING), None)
        # A change was carried out when its payload is there. What was only read is read again, rather than
        # taking a field that failed inside Shopify for one that is empty.
        if has_data and (mutation or not passing):
            answer.warnings = [_warning(one) for one in problems]
        else:
            answer.error = _error(passing or problems[0], problems, answer.cost, reply)
    elif not isinstance(content.get('data'), dict):
        answer.error = errors.Unavailable(
            code='no_data', maybe_done=True, http_status=reply.status, request_id=reply.request_id)
    if not answer.error:
        _note_searches(answer, extensions, reply, mutation)
    return answer


def parsed(body: bytes) -> dict | None:
    """The JSON object in ``body``, or None for anything else, such as a proxy's page."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None


def status_error(reply: Reply) -> errors.ShopifyError:
    """The error for an HTTP status other than 2xx, whatever the body."""
    common = {'http_status': reply.status, 'request_id': reply.request_id}
    if reply.status >= 500:
        return errors.Unavailable(retry_after=retry_after(reply), maybe_done=True, **common)
    if 300 <= reply.status < 400:
        return errors.ShopGoneError(
            "The shop's address leads elsewhere. Enter the domain that ends in .myshopify.com.", code='shop_moved',
            **common)
    if reply.status == 429:
        return errors.Throttled(retry_after=retry_after(reply), **common)
    if reply.status == 430:
        return errors.Locked(
            "Shopify takes the requests for an attack and rejects them. It is tried again every hour; if it stays so, "
            "ask Shopify's support.", code='security_rejection', retry_after=_HOUR, **common)
    if reply.status == 423:
        return errors.Locked(retry_after=_HOUR, **common)
    if reply.status == 402:
        return errors.FrozenError(retry_after=_DAY, **common)
    kinds = {401: errors.AuthError, 403: errors.ForbiddenError, 404: errors.ShopGoneError}
    return kinds.get(reply.status, errors.RequestError)(**common)


def retry_after(reply: Reply) -> float | None:
    """Seconds of the ``Retry-After`` header, which may be a float or a date; None without a sensible one."""
    text = (reply.headers.get('Retry-After') or '').strip()
    try:
        seconds = float(text)
    except ValueError:
        try:
            seconds = email.utils.parsedate_to_datetime(text).timestamp() - time.time()
        except (TypeError, ValueError):
            return None
    return min(max(seconds, 0.0), _DAY) if seconds == seconds else None  # not a number is not equal to itself


def throttle_pause(cost: Mapping) -> float:
    """Seconds until the bucket holds what the request asks for, at least one."""
    status = _mapping(cost.get('throttleStatus'))
    rate = _number(status.get('restoreRate'))
    missing = _number(cost.get('requestedQueryCost')) - _number(status.get('currentlyAvailable'))
    return max(_LEAST_THROTTLE_PAUSE, missing / rate) if rate > 0 else _LEAST_THROTTLE_PAUSE


def _problems(value) -> list[dict]:
    """``errors`` as a list of objects; Shopify also sends plain text."""
    entries = value if isinstance(value, list) else [value] if value else []
    return [entry if isinstance(entry, dict) else {'message': str(entry)} for entry in entries]


def _error(problem: dict, problems: list[dict], cost: dict, reply: Reply) -> errors.ShopifyError:
    code, extensions = _code(problem), _mapping(problem.get('extensions'))
    common = {'http_status': reply.status, 'request_id': extensions.get('requestId') or reply.request_id}
    if code == 'THROTTLED':
        return errors.Throttled(retry_after=throttle_pause(cost), **common)
    if code in _BROKEN:
        return errors.Unavailable(code=errors.snake(code), maybe_done=True, **common)
    if code == 'ACCESS_DENIED':
        # Refused below the root: the root ran, and its answer was lost with the field that could not be null.
        return errors.ScopeError(required=_scopes(problems), maybe_done=len(problem.get('path') or ()) > 1, **common)
    if code == 'SHOP_INACTIVE':
        return errors.FrozenError(
            "The shop is not active. Its owner reactivates it in the Shopify admin.", retry_after=_DAY, **common)
    text = f"Shopify does not accept the request: {_message(problem)}"
    if code == 'MAX_COST_EXCEEDED':
        return errors.CostError(text, requested=_requested(problem, cost), **common)
    return errors.RequestError(text, code=errors.snake(code) if code else None, **common)


def _requested(problem: dict, cost: dict) -> float | None:
    told = _number(cost.get('requestedQueryCost')) or _number(_mapping(problem.get('extensions')).get('cost'))
    match = _COST.search(_message(problem))
    return told or (float(match[1]) if match else None)


def _scopes(problems: list[dict]) -> tuple[str, ...]:
    """The scopes in ``requiredAccess``, which is a sentence such as "`read_orders` access scope." """
    texts = [str(_mapping(one.get('extensions')).get('requiredAccess') or '') for one in problems]
    return tuple(dict.fromkeys(_SCOPE.findall(' '.join(texts))))


def _note_searches(answer: Answer, extensions: dict, reply: Reply, mutation: bool) -> None:
    """Shopify ignores the parts of a search that it does not understand, and answers with everything."""
    found = [
        Notice('search_warning', f"{warning.get('field')}: {warning.get('message')}", tuple(search.get('path') or ()))
        for search in extensions.get('search') or [] if isinstance(search, dict)
        for warning in search.get('warnings') or [] if isinstance(warning, dict)]
    if found and not mutation:
        answer.error = errors.RequestError(
            f"Shopify does not understand the search: {found[0].message}", code='search_warning',
            http_status=reply.status, request_id=reply.request_id)
    answer.warnings += found


def _warning(problem: dict) -> Notice:
    return Notice(errors.snake(_code(problem) or 'error'), _message(problem), tuple(problem.get('path') or ()))


def _code(problem: dict) -> str:
    return str(_mapping(problem.get('extensions')).get('code') or '')


def _message(problem: dict) -> str:
    return str(problem.get('message') or '')


def _mapping(value) -> dict:
    return value if isinstance(value, dict) else {}


def _number(value) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0.0
