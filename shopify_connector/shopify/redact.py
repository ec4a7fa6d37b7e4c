"""What must not be in a log: tokens, secrets, personal data."""
from __future__ import annotations

import re

_TOKEN = re.compile(r'\b(shp[a-z]{2}_)[A-Za-z0-9]+')
_SECRET_KEYS = {
    'access_token', 'client_secret', 'refresh_token', 'x-shopify-access-token', 'authorization', 'x-shopify-hmac-sha256',
    'email', 'phone', 'firstname', 'lastname', 'address1', 'address2', 'zip',
}


def redacted(value):
    """The same structure with secrets and personal data masked by their keys, tokens by their form."""
    if isinstance(value, dict):
        return {key: '***' if str(key).lower() in _SECRET_KEYS else redacted(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(redacted(item) for item in value)
    return _TOKEN.sub(r'\1***', value) if isinstance(value, str) else value
