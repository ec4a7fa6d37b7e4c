"""Which Python runs the tests, and with how much room."""
import subprocess
import sys

import pytest

from scripts import get_python, interpreters
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


@pytest.fixture
def two_pythons(tmp_path, monkeypatch):
    """This Python and another one, in a cache of their own; yields what was measured, to be filled."""
    other, times = tmp_path / 'python3', {}
    other.write_text('#!/bin/sh\n')
    monkeypatch.delenv(interpreters.VARIABLE, raising=False)
    monkeypatch.setattr(interpreters, 'SYSTEM', other)
    monkeypatch.setattr(interpreters, 'CACHE', tmp_path / 'cache')
    monkeypatch.setattr(interpreters, 'measure', lambda path: ((3, 11), times[str(path)]))
    monkeypatch.setattr(sys, 'platform', 'linux')
    interpreters.chosen.cache_clear()
    yield {'other': other}, times
    interpreters.chosen.cache_clear()


def test_what_was_chosen_stays_until_it_is_of_no_use(two_pythons):
    names, times = two_pythons
    times.update({sys.executable: 1.0, str(names['other']): 0.5})
    assert interpreters.chosen() == names['other']
    times.clear()
    interpreters.chosen.cache_clear()
    assert interpreters.chosen() == names['other']
    interpreters.give_up()
    assert str(interpreters.chosen()) == sys.executable
    with pytest.raises(SetupError, match='no environment'):
        interpreters.give_up()


def test_an_environment_is_made_with_this_python_when_the_other_one_fails(two_pythons, monkeypatch, tmp_path):
    names, times = two_pythons
    times.update({sys.executable: 1.0, str(names['other']): 0.5})
    asked = []

    def environment(chosen):
        asked.append(str(chosen))
        if chosen == names['other']:
            raise SetupError('no ssl')
        return tmp_path / 'python'

    monkeypatch.setattr(get_python, '_environment', environment)
    assert get_python.python.__wrapped__() == tmp_path / 'python'
    assert asked == [str(names['other']), sys.executable]
    assert get_python.python.__wrapped__() == tmp_path / 'python'
    assert asked == [str(names['other']), sys.executable, sys.executable]
