"""Encryption of secrets at rest. The key lives outside the database: in ``SHOPIFY_CONNECTOR_KEY`` or in a file of
Odoo's data folder, which is made at the first use and readable by its owner only. A stolen database opens no shop."""

import base64
import contextlib
import hashlib
import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from odoo.tools import config

KEY_VARIABLE = 'SHOPIFY_CONNECTOR_KEY'
KEY_FILE = 'shopify_connector.key'


class KeyMissingError(Exception):
    """The stored value was encrypted with a key that is not here."""


def encrypt(text: str) -> str:
    return _fernet().encrypt(text.encode()).decode()


def decrypt(stored: str) -> str:
    """Raises KeyMissingError when ``stored`` was made with another key."""
    try:
        return _fernet().decrypt(stored.encode()).decode()
    except InvalidToken as error:
        raise KeyMissingError from error


def _fernet() -> Fernet:
    text = os.environ.get(KEY_VARIABLE) or _key_of_file(Path(config['data_dir']) / KEY_FILE)
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(text.strip().encode()).digest()))


def _key_of_file(path: Path) -> str:
    """Whoever comes first makes the file; ``O_EXCL`` lets exactly one worker win."""
    try:
        return path.read_text()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f'{path.name}.{os.getpid()}.{secrets.token_hex(4)}')
    descriptor = os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, 'w') as file:
        file.write(secrets.token_urlsafe(48))
    with contextlib.suppress(FileExistsError):
        os.link(fresh, path)
    fresh.unlink()
    return path.read_text()
