"""Which Python runs Odoo and the tests. One that was built without profiles, as pyenv's are, takes half as long again for
everything as a distribution's, so that of two of the same minor version the faster one is taken."""
import functools
import os
import sys
from pathlib import Path

from scripts.locks import built_once
from scripts.paths import CACHE, digest
from scripts.progress import SetupError, run, step

SYSTEM = Path('/usr/bin/python3')
VARIABLE = 'SHOPIFY_CONNECTOR_PYTHON'
# Less may be chance.
WORTH_IT = 0.85
# Prints its version and how long it takes; a Python without the parts that an environment needs fails.
SAMPLE = '''
import ctypes, sqlite3, ssl, sys, time, venv
class Row:
    def __init__(self, number): self.number = number
    def next(self, step): return self.number + step
def work():
    begun, rows = time.process_time(), {}
    for number in range(150_000):
        row = Row(number)
        rows[number % 500] = (row.next(1), str(number), [part for part in (1, 2, 3) if part > 1])
    return time.process_time() - begun
print(*sys.version_info[:2], min(work() for _turn in range(3)))
'''


@functools.cache
def chosen():
    """Path of the Python for the environment: the one that is named by ``SHOPIFY_CONNECTOR_PYTHON``, else the one that runs
    this, or the system's of the same minor version where that is clearly faster."""
    named, mine = os.environ.get(VARIABLE), Path(sys.executable)
    if named:
        return Path(named)
    if sys.platform != 'linux' or not SYSTEM.exists() or SYSTEM.resolve() == mine.resolve():
        return mine
    folder = _decision(mine)
    built_once(folder, lambda place: (place / 'system').write_text('yes' if faster(mine, SYSTEM) == SYSTEM else 'no'))
    return SYSTEM if (folder / 'system').read_text() == 'yes' else mine


def _decision(mine):
    """The folder that keeps which of the two it was: another one when another Python lies there."""
    marks = [(str(path.resolve()), path.stat().st_size, path.stat().st_mtime_ns) for path in (mine, SYSTEM)]
    return CACHE / 'python' / digest(sys.version, *marks)


def give_up():
    """No environment can be made with the Python that was chosen: from now on the one that runs this is taken.

    :raise SetupError: it is that one already, or somebody has named it.
    """
    mine = Path(sys.executable)
    if os.environ.get(VARIABLE) or chosen() == mine:
        raise SetupError(f'no environment can be made with {chosen()}')
    (_decision(mine) / 'system').write_text('no')
    chosen.cache_clear()


def faster(mine, other, measured=None):
    """``other`` where it has the same minor version and is clearly faster, else ``mine``."""
    try:
        here, there = (measured or measure)(mine), (measured or measure)(other)
    except SetupError:
        return mine
    if there[0] != here[0] or there[1] > WORTH_IT * here[1]:
        return mine
    step(f'{other} is faster than {mine} and of the same version: Odoo and the tests run with it')
    return other


def measure(path):
    """``((major, minor), seconds)`` of a Python.

    :raise SetupError: it does not run, or lacks what an environment needs.
    """
    why = f'{path} cannot be used'
    try:
        major, minor, seconds = run([path, '-I', '-c', SAMPLE], why=why).split()[-3:]
        return (int(major), int(minor)), float(seconds)
    except ValueError as error:
        raise SetupError(f'{why}: {error}') from error


def identity(path):
    """Text that is another one for another Python: its version and where it is installed."""
    return run([path, '-I', '-c', 'import sys; print(sys.version, sys.base_prefix)'], why=f'{path} does not run')
