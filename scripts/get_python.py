"""The virtual environment with Odoo's Python libraries, PostgreSQL and the tools, all pinned."""
import functools
import sys
from pathlib import Path

from scripts import interpreters
from scripts.locks import built_once
from scripts.paths import CACHE, ROOT, digest
from scripts.progress import SetupError, run, step

LOCK = ROOT / 'requirements/lock.txt'
OLDEST = (3, 10)


@functools.cache
def python():
    """Path of the environment's Python; made once for each content of the lock file and each Python.

    :raise SetupError: this Python is too old, has no `venv`, or a library cannot be installed.
    """
    if sys.version_info < OLDEST:
        raise SetupError(f'Python {".".join(map(str, OLDEST))} or newer is needed, this is {sys.version.split()[0]}')
    key = digest(LOCK, interpreters.identity(interpreters.chosen()))
    return built_once(CACHE / 'venv' / key, _build) / 'bin/python'


def _build(folder):
    step('making the Python environment (about a minute, once)')
    chosen = interpreters.chosen()
    if chosen.resolve() != Path(sys.executable).resolve():
        try:
            return _build_by_another(folder, chosen)
        except SetupError as error:
            if interpreters.is_named():
                raise
            step(f'{error}\nThis Python is taken instead.')
    run([sys.executable, '-m', 'venv', '--clear', folder],
        why='no virtual environment can be made; on Debian and Ubuntu install the package python3-venv')
    return _install([folder / 'bin/python', '-m', 'pip'])


def _build_by_another(folder, chosen):
    """A distribution's Python may have no pip of its own; this one's fills the environment."""
    run([chosen, '-m', 'venv', '--clear', '--without-pip', folder], why=f'{chosen} makes no virtual environment')
    return _install([sys.executable, '-m', 'pip', '--python', folder / 'bin/python'])


def _install(pip):
    return run([*pip, 'install', '--quiet', '--no-input', '--require-hashes', '-r', LOCK],
               why='the Python libraries cannot be installed')
