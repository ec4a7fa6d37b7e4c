"""The one door to the Admin API: paces itself, retries what may be retried, and names every failure by its consequence."""
from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import requests

from . import answer, errors, retry, transport
from .budget import Budget

_NOT_SENT = {'dns', 'no_network', 'certificate'}
_NOTHING_RAN = (errors.Throttled, errors.Locked)


@dataclass
class Usage:
    """What this client has spent: requests sent, points asked for and points charged."""

    requests: int = 0
    points_requested: float = 0.0
    points_actual: float = 0.0
    by_operation: dict = field(default_factory=dict)


class Client:
    """GraphQL against one shop. One client a thread; the budget may be shared.

    ``token(renew)`` gives the access token, with ``renew`` a fresh one after Shopify has refused the last.
    Waits longer than ``max_wait`` seconds are not slept: they raise Throttled for the caller to come back later.
    """

    def __init__(self, endpoint: str, token: Callable[[bool], str], *, api_version: str = '2026-10', session=None,
                 clock=time.monotonic, sleep=time.sleep, budget: Budget | None = None, keep_fraction: float = 0.0,
                 timeout=(5, 30), max_tries: int = 4, max_wait: float = 8.0, jitter=random.random):
        self._url = f'{endpoint}/admin/api/{api_version}/graphql.json'
        self._token = token
        self._session = session or requests.Session()
        self._clock, self._sleep, self._jitter = clock, sleep, jitter
        self._budget = budget or Budget(clock)
        self._keep_fraction = keep_fraction
        self._timeout, self._max_tries, self._max_wait = timeout, max_tries, max_wait
        self.usage = Usage()
        self.sizes = self._budget.sizes
        self.last_cost = None
        self.served_version = None
        self.warnings = []

    def query(self, document: str, variables: dict | None = None) -> dict:
        """The answer's ``data``. Raises a ShopifyError; a part that was denied is an error too, unless nothing but that
        part is missing, then it stands in ``warnings``."""
        return self._run(document, variables, mutation=False, idempotent=True)

    def mutate(self, document: str, variables: dict | None = None, *, idempotent: bool = False) -> dict:
        """Like ``query``. A mutation is repeated after a timeout or a 5xx only when it is ``idempotent`` (the same key,
        the same variables); else the error is UnclearError and the caller looks before it sends again."""
        return self._run(document, variables, mutation=True, idempotent=idempotent)

    def _run(self, document, variables, *, mutation, idempotent):
        renewed, attempt = False, 0
        while True:
            attempt += 1
            try:
                self._pace(document)
                return self._once(document, variables, mutation)
            except errors.AuthError as error:
                if renewed or error.http_status != 401:
                    raise
                renewed, attempt = True, attempt - 1
                self._token(True)
            except errors.WaitError as error:
                if mutation and not idempotent and not self._nothing_ran(error):
                    raise errors.UnclearError(
                        "Shopify's answer was lost, so it is not known whether the change was made. It is looked up before "
                        "anything is sent again.", request_id=error.request_id, http_status=error.http_status) from error
                pause = retry.delay(error, attempt, self._jitter)
                if not retry.may_retry(error, attempt, self._max_tries) or pause > self._max_wait:
                    error.retry_after = pause
                    raise
                self._sleep(pause)

    @staticmethod
    def _nothing_ran(error):
        return isinstance(error, _NOTHING_RAN) or error.code in _NOT_SENT

    def _pace(self, document):
        wait = self._budget.wait_for(document, self._keep_fraction)
        if wait > self._max_wait:
            raise errors.Throttled("The shop's rate limit is used up for the moment.", code='paced', retry_after=wait)
        if wait:
            self._sleep(wait)

    def _once(self, document, variables, mutation):
        response = transport.send(
            self._session, self._url, json={'query': document, 'variables': variables or {}}, timeout=self._timeout,
            headers={'X-Shopify-Access-Token': self._token(False), 'Accept': 'application/json'})
        self.usage.requests += 1
        self.served_version = response.headers.get('X-Shopify-API-Version') or self.served_version
        problem = transport.status_error(response)
        if problem:
            raise problem
        body = transport.json_of(response)
        if not isinstance(body, dict):
            raise errors.Unavailable(
                "Shopify answered something that cannot be read. It is tried again by itself.", code='unreadable',
                request_id=response.headers.get('x-request-id'), http_status=response.status_code)
        self._note_cost(document, body)
        self.warnings = answer.check(body, response.headers.get('x-request-id'), mutation)
        return body['data']

    def _note_cost(self, document, body):
        cost = (body.get('extensions') or {}).get('cost')
        if not cost:
            return
        self.last_cost = cost
        self.usage.points_requested += float(cost.get('requestedQueryCost') or 0)
        self.usage.points_actual += float(cost.get('actualQueryCost') or 0)
        if cost.get('throttleStatus'):
            self._budget.learn(cost['throttleStatus'], document, cost.get('requestedQueryCost'))
