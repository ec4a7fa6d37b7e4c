"""Which Python runs the tests, and with how much room."""
import subprocess
import sys

import pytest

from scripts import interpreters
from scripts.paths import ROOT
from scripts.progress import SetupError

MINE, OTHER = '/opt/python', '/usr/bin/python3'


def measured(other, mine=((3, 11), 1.0)):
    return {MINE: mine, OTHER: other}.__getitem__


@pytest.mark.parametrize(('other', 'wanted'), [
    (((3, 11), 0.7), OTHER),
    (((3, 11), 0.95), MINE),
    (((3, 11), 1.5), MINE),
    (((3, 12), 0.5), MINE),
])
def test_the_faster_of_two_of_the_same_version_is_taken(other, wanted):
    assert interpreters.faster(MINE, OTHER, measured(other)) == wanted


def test_a_python_that_lacks_something_is_not_taken():
    def failing(path):
        if path == OTHER:
            raise SetupError('no ssl')
        return (3, 11), 1.0
    assert interpreters.faster(MINE, OTHER, failing) == MINE


def test_this_python_is_measured():
    version, seconds = interpreters.measure(sys.executable)
    assert version == sys.version_info[:2]
    assert 0 < seconds < 60


def test_what_is_no_python_says_so(tmp_path):
    broken = tmp_path / 'python'
    broken.write_text('#!/bin/sh\nexit 3\n')
    broken.chmod(0o755)
    with pytest.raises(SetupError, match='cannot be used'):
        interpreters.measure(broken)


def test_somebody_may_name_the_python(monkeypatch):
    monkeypatch.setenv(interpreters.VARIABLE, MINE)
    interpreters.chosen.cache_clear()
    try:
        assert str(interpreters.chosen()) == MINE
    finally:
        interpreters.chosen.cache_clear()


DEEP = '''
import resource, sys
def leaf(a, b, c, d): return a
def deeper(depth, turns):
    for turn in range(turns): leaf(1, 2, 3, 4)
    return depth and deeper(depth - 1, turns)
deeper(400, 1)
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
deeper(400, 300)
print(sys.argv[1:], resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
sys.exit(7)
'''


def test_calls_have_room_at_every_depth_and_the_module_its_words(tmp_path):
    (tmp_path / 'deep.py').write_text(DEEP)
    command = [sys.executable, str(ROOT / 'scripts/roomy.py'), 'deep', '--fast']
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    words, faults = done.stdout.rsplit(maxsplit=1)
    assert (words, done.returncode) == ("['--fast']", 7), done.stderr
    assert int(faults) < 100  # without the room, twice three hundred at a bad depth
