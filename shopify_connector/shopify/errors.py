"""What can go wrong with Shopify, by what to do next.

::

    ShopifyError
    ├── WaitError              nothing is wrong with the request: the same again, at ``retry_after``
    │   ├── Throttled          the rate limit is used up; nothing ran
    │   ├── Unavailable        5xx, an edge's HTML page, an answer that is no JSON
    │   ├── NoNetworkError     codes dns, refused, timeout, disconnected, proxy, tls, no_network
    │   └── Locked             codes locked (423), security_rejection (430): long pauses
    ├── AskPersonError         only a person can change it; everything of this store waits for that
    │   ├── AuthError          codes invalid_token, invalid_client, app_not_installed, organisation_mismatch, …
    │   ├── ScopeError         ``required`` names the scopes
    │   ├── ShopGoneError      codes shop_not_found (404), shop_moved (a redirect)
    │   ├── FrozenError        code frozen: an unpaid bill (402), or a shop that is not active
    │   ├── ForbiddenError     403
    │   └── CertificateError   the shop's certificate is not trusted here
    ├── GiveUpError            this request will never work as it is
    │   ├── RequestError       a bad document or bad variables; ``code`` is Shopify's, in snake case
    │   │   ├── CostError      too expensive for one request (``requested`` points): ask for less
    │   │   ├── SizeError      the answer is larger than we take: ask for less
    │   │   ├── ResultGoneError  codes bulk_gone, download_gone, bad_line: only another bulk operation can give it
    │   │   └── UploadRefusedError  a staged upload's target does not take the file
    │   └── UserErrors         the payload's userErrors; nothing was done
    └── UnclearError           a mutation whose fate is unknown: read before sending anything again

Decisions are taken by class and ``code``, never by a text.
"""
from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


class ShopifyError(Exception):
    """Anything that stands between us and a good answer.

    :ivar code: snake case, stable; what programs decide by.
    :ivar message: one English sentence for a user, with a way out.
    :ivar request_id: Shopify's id of the request (``x-request-id``), which its support asks for, or None.
    :ivar http_status: int or None when no answer came.
    :ivar retry_after: seconds until another try makes sense; None leaves it to the caller's own pace.
    :ivar maybe_done: whether Shopify may have carried out the request.
    """

    code = 'error'
    text = "Shopify could not be asked. Try again later."

    def __init__(
        self, message: str | None = None, *, code: str | None = None, request_id: str | None = None,
        http_status: int | None = None, retry_after: float | None = None, maybe_done: bool = False,
    ):
        self.message = message or self.text
        self.code = code or self.code
        self.request_id = request_id
        self.http_status = http_status
        self.retry_after = retry_after
        self.maybe_done = maybe_done
        super().__init__(self.message)

    def __str__(self) -> str:
        return f'{self.message} (request {self.request_id})' if self.request_id else self.message


class WaitError(ShopifyError):
    """The same request will work later."""


class Throttled(WaitError):
    code = 'throttled'
    text = "Shopify's rate limit is used up. It is tried again by itself."


class Unavailable(WaitError):
    code = 'unavailable'
    text = "Shopify does not answer properly just now. It is tried again by itself."


class NoNetworkError(WaitError):
    code = 'no_network'
    text = "The shop cannot be reached from this server. Check its network, its DNS and its proxy."


class Locked(WaitError):
    code = 'locked'
    text = "Shopify has locked the shop. Its owner has to contact Shopify; it is tried again every hour."


class AskPersonError(ShopifyError):
    """Somebody has to change something, here or at Shopify."""


class AuthError(AskPersonError):
    code = 'invalid_token'
    text = "Shopify refuses the access token. Check the credentials in the store's form and connect again."


class ScopeError(AskPersonError):
    """:ivar required: scopes of which one is needed, as Shopify names them; empty when it names none."""

    code = 'missing_scope'
    text = "The app may not do this. Add the missing scope to the app, release it and approve it in the Shopify admin."

    def __init__(self, message: str | None = None, *, required: Iterable[str] = (), **details):
        self.required = tuple(required)
        if message is None and self.required:
            message = (f"The app lacks the scope {' or '.join(self.required)}. "
                       "Add it to the app, release it and approve it in the Shopify admin.")
        super().__init__(message, **details)


class ShopGoneError(AskPersonError):
    code = 'shop_not_found'
    text = "There is no shop at this domain. Compare it with the one in the Shopify admin, Settings, Domains."


class FrozenError(AskPersonError):
    code = 'frozen'
    text = "The shop is frozen because a bill is unpaid. Its owner settles that in the Shopify admin."


class ForbiddenError(AskPersonError):
    code = 'forbidden'
    text = "Shopify forbids the app to do this. Check the app's status in the Shopify admin, or ask Shopify's support."


class CertificateError(AskPersonError):
    code = 'certificate'
    text = ("The shop's certificate is not trusted here. If a proxy inspects the traffic, add its certificate to the "
            "bundle that REQUESTS_CA_BUNDLE names.")


class GiveUpError(ShopifyError):
    """The same request fails again however often it is sent."""


class RequestError(GiveUpError):
    code = 'bad_request'
    text = "Shopify does not accept the request. Please report this with the request's id."


class CostError(RequestError):
    """:ivar requested: points that the request would have cost, or None when Shopify does not say."""

    code = 'max_cost_exceeded'
    text = "Too much was asked for in one request."

    def __init__(self, message: str | None = None, *, requested: float | None = None, **details):
        self.requested = requested
        super().__init__(message, **details)


class SizeError(RequestError):
    code = 'answer_too_large'
    text = "Shopify's answer is larger than what is read into memory."


class ResultGoneError(RequestError):
    """The result of a bulk operation cannot be had, however often it is asked for: a new operation makes another."""

    code = 'bulk_gone'
    text = "Shopify no longer has the result of this bulk operation. It is made once more."


class UploadRefusedError(RequestError):
    """What was to be uploaded is not taken at this target; another target may take it."""

    code = 'upload_refused'
    text = "The file server refused the upload. Check whether a proxy or a firewall refuses Shopify's files."


@dataclass(frozen=True)
class UserError:
    """One entry of a payload's userErrors. ``field`` is a path, ``code`` is None where Shopify has no codes."""

    field: tuple[str, ...]
    message: str
    code: str | None = None


class UserErrors(GiveUpError):
    """:ivar errors: list of :class:`UserError`; ``codes`` is the set of those that have one.

    ``code`` is Shopify's in snake case where all entries share one, else user_errors.
    """

    code = 'user_errors'

    def __init__(self, errors: Iterable[UserError], **details):
        self.errors = list(errors)
        shared = {error.code for error in self.errors}
        if len(shared) == 1 and None not in shared:
            details = {'code': snake(shared.pop()), **details}
        super().__init__(self._sentence(), **details)

    @classmethod
    def of(cls, entries: Iterable[Mapping], **details) -> UserErrors:
        """From ``[{'field': [...] or None, 'message': str, 'code': str or absent}, …]`` as Shopify sends it."""
        return cls([
            UserError(tuple(map(str, entry.get('field') or ())), entry.get('message') or '', entry.get('code'))
            for entry in entries], **details)

    @property
    def codes(self) -> frozenset[str]:
        return frozenset(error.code for error in self.errors if error.code)

    def _sentence(self) -> str:
        texts = list(dict.fromkeys(error.message.strip().rstrip('.') for error in self.errors))
        more = f" (and {len(texts) - 3} more)" if len(texts) > 3 else ""
        return f"Shopify refused: {'; '.join(texts[:3])}{more}. Correct it and try again."


class UnclearError(ShopifyError):
    code = 'unclear'
    text = ("The connection broke before Shopify confirmed the change. The present state is read before anything is "
            "sent again.")


def snake(code: str) -> str:
    """Shopify's code in snake case: ``MAX_INPUT_SIZE_EXCEEDED`` and ``undefinedField`` alike."""
    if code.isupper():
        return code.lower()
    return re.sub(r'(?<=[a-z0-9])([A-Z])', r'_\1', code).lower()
