"""The one door to the Admin API: GraphQL over HTTP, paced by cost, retried where that is safe."""
from __future__ import annotations

import json
import random
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from . import answer as answers
from . import errors, retry, transport
from .budget import Budget, document_key

_OPERATION = re.compile(r'\b(query|mutation|subscription)\s+([A-Za-z_][A-Za-z0-9_]*)')
_WRONG_TOKEN = re.compile(r'[^\x21-\x7e]')
_STILL_RUNNING = 'IDEMPOTENCY_CONCURRENT_REQUEST'
_STILL_RUNNING_PAUSE = 5.0


@dataclass
class Usage:
    """What a client has spent so far. Points are Shopify's; ``waited`` is in seconds."""

    requests: int = 0
    points_actual: float = 0.0
    points_requested: float = 0.0
    throttled: int = 0
    waited: float = 0.0


@dataclass(frozen=True)
class Call:
    """One HTTP request that was made, for logs and statistics: no variables, no body, no secret."""

    operation: str
    mutation: bool
    attempt: int
    seconds: float
    http_status: int | None = None
    request_id: str | None = None
    requested: float = 0.0
    actual: float = 0.0
    error: str | None = None


@dataclass
class _Work:
    document: str
    body: bytes
    mutation: bool
    repeatable: bool
    records: int
    key: str = field(init=False)
    operation: str = field(init=False)

    def __post_init__(self):
        match = _OPERATION.search(self.document)
        self.operation = match[2] if match else 'anonymous'
        self.key = document_key(self.document)


class Client:
    """Talks to one shop. Not thread-safe, except for the budget that it may share with others.

    :param endpoint: ``https://x.myshopify.com``, or another server's prefix for trials.
    :param token: ``token(renew) -> str``; called with True once when Shopify refuses the token it gave before.
    :param session: anything with the ``post`` of requests; its trust in certificates is left as it is.
    :param timeout: ``(connect, read)`` in seconds.
    :param max_tries: requests for one call, the first included.
    :param max_wait: a longer pause is not slept: the error with its ``retry_after`` is raised instead.
    :param keep_fraction: share of the bucket (0 to 1) that is left for more urgent work.
    :param on_call: called with a :class:`Call` after every HTTP request.
    :ivar last_cost: ``extensions.cost`` of the last answer that had one, or None.
    :ivar warnings: of the last call: errors that came along with data.
    :ivar last_request_id: Shopify's id of the last answered request, which its support asks for, or None.
    :ivar served_version: the API version that answered, which is another one when ours is no longer supported.
    :ivar usage: :class:`Usage`.
    """

    def __init__(
        self, endpoint: str, token: Callable[[bool], str], *, api_version: str = '2026-10', session=None,
        clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep,
        budget: Budget | None = None, timeout=(5, 30), max_tries: int = 4, max_wait: float = 8.0,
        keep_fraction: float = 0.0, max_bytes: int = transport.MAX_ANSWER_BYTES,
        on_call: Callable[[Call], None] | None = None, chance: Callable[[], float] = random.random,
    ):
        self.endpoint = endpoint.rstrip('/')
        self.api_version = api_version
        self.session = session or transport.new_session()
        self.budget = budget or Budget(clock)
        self.timeout = timeout
        self.last_cost: dict | None = None
        self.last_request_id: str | None = None
        self.served_version: str | None = None
        self.warnings: list[answers.Notice] = []
        self.usage = Usage()
        self._token, self._sleep, self._chance, self._on_call = token, sleep, chance, on_call
        self._max_tries, self._max_wait, self._max_bytes = max_tries, max_wait, max_bytes
        self._keep = keep_fraction

    def query(self, document: str, variables: dict | None = None) -> dict:
        """``data`` of a query. Fields that Shopify withheld are null in it and named in ``warnings``.

        :raise ShopifyError: by consequence, see :mod:`errors`; never UnclearError.
        """
        return self._run(self._work(document, variables, mutation=False, repeatable=True))

    def require_whole(self, *path: str | int) -> None:
        """Nothing, or nothing at ``path`` and below, is null in the last answer because it was withheld.

        :raise ScopeError: something is. It must be taken neither for blank nor for deleted.
        :raise RequestError: Shopify could not tell it for another reason.
        """
        for notice in self.warnings:
            # What is not found below a record is not the record.
            below = bool(path) and len(notice.path) > len(path)
            if notice.path[:len(path)] == path and (error := notice.error(is_below=below)):
                raise error

    def mutate(self, document: str, variables: dict | None = None, *, idempotent: bool = False) -> dict:
        """``data`` of a mutation, userErrors included: see :meth:`user_errors`.

        :param idempotent: the document carries ``@idempotent(key:)``, or doing it twice is the same as once. Only then
            is it sent again after a failure that leaves open whether it was carried out.
        :raise UnclearError: it may have been carried out, and ``idempotent`` was not given.
        """
        return self._run(self._work(document, variables, mutation=True, repeatable=idempotent))

    @staticmethod
    def user_errors(data: dict, root: str) -> dict:
        """The payload ``data[root]``, once it holds no userErrors.

        :raise UserErrors: it does, under whatever name (``orderCancelUserErrors``).
        :raise WaitError: the same idempotency key is being worked on at this moment.
        :raise UnclearError: there is no payload.
        """
        payload = data.get(root)
        if payload is None:
            raise errors.UnclearError(code='no_payload')
        lists = [value or [] for name, value in payload.items() if name.lower().endswith('usererrors')]
        found = [entry for entries in lists for entry in entries]
        if found and all(entry.get('code') == _STILL_RUNNING for entry in found):
            raise errors.Unavailable(code=_STILL_RUNNING.lower(), retry_after=_STILL_RUNNING_PAUSE)
        if found:
            raise errors.UserErrors.of(found)
        return payload

    @staticmethod
    def _work(document, variables, *, mutation, repeatable):
        # Nulls stay: `changeFromQuantity: null` and no such key are different things to Shopify.
        body = json.dumps({'query': document, 'variables': variables or {}}, ensure_ascii=False, allow_nan=False)
        return _Work(document, body.encode(), mutation, repeatable, len((variables or {}).get('ids') or ()))

    def _run(self, work: _Work) -> dict:
        self.warnings = []
        token, renewed, attempt = self._token(False), False, 0
        while True:
            attempt += 1
            try:
                return self._send(work, token, attempt)
            except errors.AuthError as error:
                token, renewed = self._renewed(token, renewed, error), True
                attempt -= 1
            except errors.WaitError as error:
                self._pause(error, attempt)

    def _renewed(self, token: str, renewed: bool, error: errors.AuthError) -> str:
        """Another token for the one that was refused, once; a token that cannot be renewed comes back as it was."""
        if renewed or error.code != 'invalid_token':
            raise error
        fresh = self._token(True)
        if fresh == token:
            raise error
        return fresh

    def _pause(self, error: errors.WaitError, attempt: int) -> None:
        """Sleep before the next try, or raise the error when there is to be none."""
        seconds = retry.delay(error, attempt, self._chance)
        if not retry.may_retry(error, attempt, seconds, max_tries=self._max_tries, max_wait=self._max_wait):
            raise error
        self._wait(seconds)

    def _wait(self, seconds: float) -> None:
        self.usage.waited += seconds
        self._sleep(seconds)

    def _send(self, work: _Work, token: str, attempt: int) -> dict:
        """One HTTP request, with its points set aside before and settled after it."""
        if not token or _WRONG_TOKEN.search(token):
            raise errors.AuthError("The access token is empty or holds characters that no token has. Copy it again.")
        reserved = self._reserve(work)
        answer, reply, started = answers.Answer(), None, time.monotonic()
        try:
            reply = transport.post(
                self.session, f'{self.endpoint}/admin/api/{self.api_version}/graphql.json', timeout=self.timeout,
                max_bytes=self._max_bytes, data=work.body, headers={
                    'Content-Type': 'application/json', 'Accept': 'application/json', 'X-Shopify-Access-Token': token})
            answer = answers.read(reply, mutation=work.mutation)
        except errors.ShopifyError as error:
            answer.error = error
        finally:
            self.budget.settle(reserved, answer.cost.get('throttleStatus'))
        self._note(work, attempt, time.monotonic() - started, reply, answer)
        if answer.error:
            raise self._consequence(work, answer.error) from answer.error.__cause__
        self.warnings = answer.warnings
        return answer.data

    def _reserve(self, work: _Work) -> float:
        """Points set aside for the request, after the pause that it takes for them to be there."""
        cost, waited = self.budget.estimate(work.key, work.records), 0.0
        while seconds := self.budget.reserve(cost, self._keep):
            if waited + seconds > self._max_wait:
                raise errors.Throttled(retry_after=seconds)
            self._wait(seconds)
            waited += seconds
        return cost

    def _consequence(self, work: _Work, error: errors.ShopifyError) -> errors.ShopifyError:
        """The error itself, or UnclearError where a change may have been made and must not be made twice."""
        if not work.mutation or work.repeatable or not error.maybe_done:
            return error
        return errors.UnclearError(request_id=error.request_id, http_status=error.http_status, maybe_done=True)

    def _note(
        self, work: _Work, attempt: int, seconds: float, reply: transport.Reply | None, answer: answers.Answer,
    ) -> None:
        requested = float(answer.cost.get('requestedQueryCost') or 0)
        actual = float(answer.cost.get('actualQueryCost') or 0)
        self.usage.requests += 1
        self.usage.points_requested += requested
        self.usage.points_actual += actual
        self.usage.throttled += isinstance(answer.error, errors.Throttled)
        if answer.cost:
            self.last_cost = answer.cost
        if requested:
            self.budget.learn(work.key, requested)
        if reply:
            self.last_request_id = reply.request_id
            self.served_version = reply.headers.get('X-Shopify-API-Version') or self.served_version
        if self._on_call:
            self._on_call(Call(
                work.operation, work.mutation, attempt, seconds,
                reply.status if reply else None, reply.request_id if reply else None, requested, actual,
                answer.error.code if answer.error else None))
