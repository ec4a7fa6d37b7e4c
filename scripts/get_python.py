"""The virtual environment with Odoo's Python libraries, PostgreSQL and the tools, all pinned."""
import functools
import sys

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
    try:
        return _environment(interpreters.chosen())
    except SetupError as error:
        try:
            interpreters.give_up()
        except SetupError:
            raise error from None
        step(f'{error}\nIt is made with {interpreters.chosen()} instead.')
        return _environment(interpreters.chosen())


def _environment(chosen):
    key = digest(LOCK, interpreters.identity(chosen))
    return built_once(CACHE / 'venv' / key, lambda folder: _build(folder, chosen)) / 'bin/python'


def _build(folder, chosen):
    step('making the Python environment (about a minute, once)')
    try:
        run([chosen, '-m', 'venv', '--clear', folder],
            why='no virtual environment can be made; on Debian and Ubuntu install the package python3-venv')
        pip = [folder / 'bin/python', '-m', 'pip']
    except SetupError:
        # A distribution's Python may come without the pip that goes into environments; the running one's can fill them.
        if str(chosen) == sys.executable:
            raise
        run([chosen, '-m', 'venv', '--clear', '--without-pip', folder], why=f'{chosen} makes no virtual environment')
        pip = [sys.executable, '-m', 'pip', '--python', folder / 'bin/python']
    run([*pip, 'install', '--quiet', '--no-input', '--require-hashes', '-r', LOCK],
        why='the Python libraries cannot be installed')
