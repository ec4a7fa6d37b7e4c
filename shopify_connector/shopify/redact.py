"""What must not be in a log: secrets and personal data, by key and by look. Bodies are never logged at all."""
from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from typing import Any

MASK = '***'

_SECRET_KEYS = frozenset({
    'accesstoken', 'refreshtoken', 'token', 'clientsecret', 'secret', 'apisecret', 'password', 'authorization', 'cookie',
    'hmac', 'xshopifyaccesstoken', 'xshopifyhmacsha256',
})
_PERSONAL_KEYS = frozenset({
    'email', 'emailaddress', 'phone', 'phonenumber', 'firstname', 'lastname', 'displayname', 'address1', 'address2',
    'zip', 'city', 'latitude', 'longitude', 'birthday', 'note', 'billingaddress', 'shippingaddress', 'defaultaddress',
    'customer', 'addresses', 'addressesv2', 'clientip', 'browserip',
})
_HIDDEN_KEYS = _SECRET_KEYS | _PERSONAL_KEYS
_TOKEN = re.compile(r'\b(shp[a-z]{2,3}_)[A-Za-z0-9_-]+')
_BEARER = re.compile(r'\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]+', re.IGNORECASE)
_ASSIGNED = re.compile(
    r'''((?:access[_-]?token|refresh[_-]?token|client[_-]?secret|api[_-]?secret|password|hmac)(?:-sha256)?['"]?\s*[:=]\s*['"]?)'''
    r'''[^\s'"&,;}]+''', re.IGNORECASE)
_EMAIL = re.compile(r'[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+')
_PHONE = re.compile(r'(?<![\w+])\+[1-9][0-9 ()-]{6,18}[0-9]\b')


def redacted(value: Any) -> Any:
    """The same structure without secrets and personal data: masked by key in mappings, by look in text."""
    if isinstance(value, Mapping):
        return {key: _of_key(key, item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [redacted(item) for item in value]
    if isinstance(value, bytes):
        return redacted_text(value.decode('utf-8', 'replace'))
    return redacted_text(value) if isinstance(value, str) else value


def redacted_text(text: str) -> str:
    """``text`` without what looks like a token, an assigned secret, an e-mail address or an international number."""
    text = _TOKEN.sub(rf'\1{MASK}', text)
    text = _BEARER.sub(rf'\1 {MASK}', text)
    text = _ASSIGNED.sub(rf'\1{MASK}', text)
    return _PHONE.sub(MASK, _EMAIL.sub(MASK, text))


class RedactingFilter(logging.Filter):
    """Redacts message, arguments and traceback of every record that passes; lets all of them through."""

    _formatter = logging.Formatter()

    def filter(self, record: logging.LogRecord) -> bool:
        try:
            message = record.getMessage()
        except (TypeError, ValueError, KeyError):
            # Wrong arguments: logging reports that itself, with the record as it stands.
            message = str(record.msg)
        record.msg, record.args = redacted_text(message), None
        if record.exc_info and not record.exc_text:
            record.exc_text = self._formatter.formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = redacted_text(record.exc_text)
        return True


def logger(name: str) -> logging.Logger:
    """The logger of that name, redacting once however often it is asked for."""
    found = logging.getLogger(name)
    if not any(isinstance(one, RedactingFilter) for one in found.filters):
        found.addFilter(RedactingFilter())
    return found


def _of_key(key: Any, item: Any) -> Any:
    name = re.sub(r'[^a-z0-9]', '', str(key).lower())
    return MASK if name in _HIDDEN_KEYS and item not in (None, '') else redacted(item)
