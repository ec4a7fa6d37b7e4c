"""Which Python runs Odoo and the tests. One that was built without profiles, as pyenv's are, takes half as long again for
everything as a distribution's, so that of two of the same version the faster one is taken."""
import functools
import os
import sys
from pathlib import Path

from scripts.locks import built_once
from scripts.paths import CACHE, digest
from scripts.progress import SetupError, run, step

SYSTEM = Path('/usr/bin/python3')
VARIABLE = 'SHOPIFY_CONNECTOR_PYTHON'
# Less is a matter of chance, and the Python that somebody has chosen is better known to them.
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
    this, or the system's of the same version where that is clearly faster."""
    named = os.environ.get(VARIABLE)
    if named:
        return Path(named)
    mine = Path(sys.executable)
    if not SYSTEM.exists() or SYSTEM.resolve() == mine.resolve():
        return mine
    folder = CACHE / 'python' / digest(sys.version, *(part for path in (mine, SYSTEM) for part in _mark(path)))
    return Path((built_once(folder, lambda place: _note(place, mine)) / 'path').read_text())


def is_named():
    """Whether somebody has said which one it has to be."""
    return bool(os.environ.get(VARIABLE))


def _mark(path):
    """What changes when another Python lies there."""
    state = path.resolve().stat()
    return path, state.st_size, state.st_mtime_ns


def _note(folder, mine):
    best = faster(mine, SYSTEM)
    if best != mine:
        step(f'{best} is faster than {mine} and of the same version: Odoo and the tests run with it')
    (folder / 'path').write_text(str(best))


def faster(mine, other, measured=None):
    """``other`` where it has the same version and is clearly faster, else ``mine``."""
    try:
        here, there = (measured or measure)(mine), (measured or measure)(other)
    except SetupError:
        return mine
    return other if there[0] == here[0] and there[1] < WORTH_IT * here[1] else mine


def measure(path):
    """``((major, minor), seconds)`` of a Python.

    :raise SetupError: it does not run, or lacks what an environment needs.
    """
    major, minor, seconds = run([path, '-I', '-c', SAMPLE], why=f'{path} cannot be used').split()
    return (int(major), int(minor)), float(seconds)


def identity(path):
    """Text that is another one for another Python: its version and where it is installed."""
    return run([path, '-I', '-c', 'import sys; print(sys.version, sys.base_prefix)'], why=f'{path} does not run')
