"""What the body of a GraphQL answer says went wrong. Codes decide, never texts (Admin API, error codes)."""
from __future__ import annotations

from . import errors

_WAIT = {'INTERNAL_SERVER_ERROR', 'TIMEOUT', 'SERVICE_UNAVAILABLE'}


def check(body: dict, request_id: str | None, mutation: bool) -> list[dict]:
    """The errors that may be lived with; raises a ShopifyError for the others.

    A mutation whose root is there has been executed: whatever else was denied is a warning and nothing is repeated.
    """
    problems, data = body.get('errors'), body.get('data')
    _check_search(body, request_id)
    if not problems:
        if data is None:
            raise errors.Unavailable("Shopify's answer is empty.", code='unreadable', request_id=request_id)
        return []
    if isinstance(problems, str):
        raise errors.RequestError(f'Shopify refuses the request: {problems}', request_id=request_id)
    if mutation and data and any(value is not None for value in data.values()):
        return problems
    raise _error_of(problems, body, request_id)


def _check_search(body, request_id):
    """An unknown search filter is ignored by Shopify and everything comes back: that must not pass."""
    for search in (body.get('extensions') or {}).get('search') or []:
        for warning in search.get('warnings') or []:
            raise errors.RequestError(
                f"Shopify did not understand the search: {warning.get('message') or warning.get('code')}",
                code='search_warning', request_id=request_id)


def _error_of(problems, body, request_id):
    first = problems[0]
    codes = [((problem.get('extensions') or {}).get('code')) for problem in problems]
    extensions = first.get('extensions') or {}
    request_id = extensions.get('requestId') or request_id
    if 'THROTTLED' in codes:
        return errors.Throttled(
            "The shop's rate limit is used up for the moment.", request_id=request_id, retry_after=_throttle_wait(body))
    if 'ACCESS_DENIED' in codes:
        denied = problems[codes.index('ACCESS_DENIED')]
        required = str((denied.get('extensions') or {}).get('requiredAccess') or '')
        return errors.ScopeError(
            f"The app may not read or write this in Shopify. It needs: {required or denied.get('message')}", required=required,
            request_id=request_id)
    if 'SHOP_INACTIVE' in codes:
        return errors.FrozenError("The shop is closed or frozen.", request_id=request_id, retry_after=3600.0)
    if 'MAX_COST_EXCEEDED' in codes:
        requested = ((body.get('extensions') or {}).get('cost') or {}).get('requestedQueryCost')
        return errors.CostError("The request is too large for Shopify.", requested=requested, request_id=request_id)
    if any(code in _WAIT for code in codes):
        return errors.Unavailable("Shopify has a problem of its own. It is tried again by itself.", request_id=request_id)
    return errors.RequestError(
        f"Shopify does not accept the request: {first.get('message')}", code=codes[0] or 'request', request_id=request_id)


def _throttle_wait(body):
    """Seconds until the request fits, as Shopify's own formula has it, a second at least."""
    cost = (body.get('extensions') or {}).get('cost') or {}
    status = cost.get('throttleStatus') or {}
    rate = float(status.get('restoreRate') or 0)
    missing = float(cost.get('requestedQueryCost') or 0) - float(status.get('currentlyAvailable') or 0)
    return max(1.0, missing / rate) if rate else 2.0
