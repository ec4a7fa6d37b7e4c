"""Errors by what to do next.

    ShopifyError
    ├── WaitError            try again, at the earliest after ``retry_after`` seconds
    │   ├── Throttled        the rate limit, or 429
    │   ├── Unavailable      5xx, a broken answer, no network, a timeout of a query
    │   └── Locked           423, 430
    ├── AskPersonError       somebody has to change something first
    │   ├── AuthError        the token, the client, the installation
    │   ├── ScopeError       a scope is missing (``required``)
    │   ├── ShopGoneError    no shop at this address
    │   ├── FrozenError      402
    │   ├── ForbiddenError   403
    │   └── CertificateError the server's certificate is not trusted here
    └── GiveUpError          asking again gives the same answer
        ├── RequestError     Shopify does not understand or accept the request
        │   └── CostError    too expensive for one request (``requested`` points)
        ├── UserErrors       the payload's own ``userErrors`` (``errors``)
        └── UnclearError     a mutation whose fate is unknown: look before sending it again

``message`` is one sentence for a person; ``code`` decides what the program does; ``request_id`` is for Shopify's support.
"""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


class ShopifyError(Exception):
    default_code = 'shopify'

    def __init__(self, message='', *, code=None, request_id=None, http_status=None, retry_after=None):
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code
        self.request_id = request_id
        self.http_status = http_status
        self.retry_after = retry_after

    def __str__(self):
        return f'{self.message} (request {self.request_id})' if self.request_id else self.message


class WaitError(ShopifyError):
    default_code = 'wait'


class Throttled(WaitError):
    default_code = 'throttled'


class Unavailable(WaitError):
    default_code = 'unavailable'


class Locked(WaitError):
    default_code = 'locked'


class AskPersonError(ShopifyError):
    default_code = 'ask_person'


class AuthError(AskPersonError):
    default_code = 'invalid_token'


class ScopeError(AskPersonError):
    default_code = 'missing_scope'

    def __init__(self, message='', *, required='', **kwargs):
        super().__init__(message, **kwargs)
        self.required = required


class ShopGoneError(AskPersonError):
    default_code = 'shop_not_found'


class FrozenError(AskPersonError):
    default_code = 'frozen'


class ForbiddenError(AskPersonError):
    default_code = 'forbidden'


class CertificateError(AskPersonError):
    default_code = 'certificate'


class GiveUpError(ShopifyError):
    default_code = 'give_up'


class RequestError(GiveUpError):
    default_code = 'request'


class CostError(RequestError):
    default_code = 'MAX_COST_EXCEEDED'

    def __init__(self, message='', *, requested=None, **kwargs):
        super().__init__(message, **kwargs)
        self.requested = requested


@dataclass(frozen=True)
class UserError:
    field: tuple[str, ...]
    message: str
    code: str | None


class UserErrors(GiveUpError):
    default_code = 'user_errors'

    def __init__(self, errors: Iterable[UserError], **kwargs):
        self.errors = list(errors)
        codes = [error.code for error in self.errors if error.code]
        text = '; '.join(dict.fromkeys(error.message for error in self.errors))
        super().__init__(f'Shopify refuses: {text}', code=codes[0] if codes else None, **kwargs)

    @classmethod
    def of(cls, rows: Iterable[Mapping], **kwargs) -> 'UserErrors':
        return cls([UserError(tuple(row.get('field') or ()), row.get('message') or '', row.get('code')) for row in rows], **kwargs)


class UnclearError(GiveUpError):
    default_code = 'unclear'
