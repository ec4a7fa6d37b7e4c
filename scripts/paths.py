"""Where things lie: the checkout, the cache outside of it, and digests that name what is cached."""
import hashlib
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ADDON = 'shopify_connector'
CACHE = Path(os.environ.get('XDG_CACHE_HOME') or Path.home() / '.cache') / 'shopify_connector'
RUN = CACHE / 'run'


def digest(*parts):
    """The first ten hex digits of a hash over texts and files; of a file it is the contents that count."""
    state = hashlib.sha256()
    for part in parts:
        data = part.read_bytes() if isinstance(part, Path) and part.is_file() else str(part).encode()
        state.update(len(data).to_bytes(8, 'big') + data)
    return state.hexdigest()[:10]


def tree_digest(folder):
    """Digest of names and contents of all files under ``folder``, compiled Python aside."""
    files = [path for path in sorted(folder.rglob('*')) if path.is_file() and path.suffix != '.pyc']
    return digest(*[part for path in files for part in (str(path.relative_to(folder)), path)])
