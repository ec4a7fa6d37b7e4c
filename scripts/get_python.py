"""The virtual environment with Odoo's Python libraries, PostgreSQL and the tools, all pinned."""
import sys

from scripts.locks import built_once
from scripts.paths import CACHE, ROOT, digest
from scripts.progress import SetupError, run, step

LOCK = ROOT / 'requirements/lock.txt'
OLDEST = (3, 10)


def python():
    """Path of the environment's Python; made once for each content of the lock file and each Python.

    :raise SetupError: this Python is too old, has no `venv`, or a library cannot be installed.
    """
    if sys.version_info < OLDEST:
        raise SetupError(f'Python {".".join(map(str, OLDEST))} or newer is needed, this is {sys.version.split()[0]}')
    key = digest(LOCK, sys.version, sys.base_prefix)
    return built_once(CACHE / 'venv' / key, _build) / 'bin/python'


def _build(folder):
    step('making the Python environment (about a minute, once)')
    run([sys.executable, '-m', 'venv', '--clear', folder],
        why='no virtual environment can be made; on Debian and Ubuntu install the package python3-venv')
    run([folder / 'bin/python', '-m', 'pip', 'install', '--quiet', '--no-input', '--require-hashes', '-r', LOCK],
        why='the Python libraries cannot be installed')
