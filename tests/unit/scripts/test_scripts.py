"""The parts of the scripts that only compute."""
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from scripts import locks, odoo_server, paths, ports, process, run_tests, seconds, sizes, test
from scripts.progress import SetupError, run

LOG = '''2026-01-02 10:00:00,001 11 INFO db odoo.http: fine
2026-01-02 10:00:01,002 11 ERROR db odoo.http: Exception during request handling.
Traceback (most recent call last):
  File "x.py", line 1
KeyError: 'socket'
2026-01-02 10:00:02,003 11 WARNING db odoo.sql_db: a warning that says ERROR in its text
2026-01-02 10:00:03,004 12 CRITICAL db odoo.modules: broken
'''
REPORT = '''<testsuites><testsuite name="pytest" errors="1" failures="2" skipped="3" tests="10"/></testsuites>'''


def test_an_error_and_its_traceback_are_one_entry_of_the_log():
    found = odoo_server.troubles(LOG)
    assert [entry.splitlines()[0][24:35] for entry in found] == ['11 ERROR db', '12 CRITICAL']
    assert odoo_server.NO_PROXY in found[0]


def test_the_digest_of_a_folder_changes_with_names_and_contents_but_not_with_compiled_files(tmp_path):
    (tmp_path / 'a.py').write_text('1')
    before = paths.tree_digest(tmp_path)
    (tmp_path / 'a.pyc').write_text('compiled')
    assert paths.tree_digest(tmp_path) == before
    (tmp_path / 'a.py').write_text('2')
    changed = paths.tree_digest(tmp_path)
    (tmp_path / 'a.py').rename(tmp_path / 'b.py')
    assert len({before, changed, paths.tree_digest(tmp_path)}) == 3


def test_a_folder_is_built_once_and_again_after_a_build_that_broke_off(tmp_path):
    builds = []

    def build(folder):
        builds.append(list(folder.iterdir()))
        (folder / 'half').touch()
        if len(builds) == 1:
            raise SetupError('broke off')

    with pytest.raises(SetupError):
        locks.built_once(tmp_path / 'x', build)
    for _ in range(2):
        locks.built_once(tmp_path / 'x', build)
    assert builds == [[], []]


def test_a_lock_that_is_held_shared_cannot_be_had_alone(tmp_path):
    path = tmp_path / 'users.lock'
    with locks.locked(path, shared=True), path.open('a') as other:
        assert not locks.try_lock(other)
    with path.open('a') as other:
        assert locks.try_lock(other)


def test_a_taken_port_is_replaced_by_a_free_one():
    import socket
    with socket.socket() as taken:
        taken.bind(('127.0.0.1', 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert ports.free_port(port) != port
    assert ports.free_port() > 0


def test_stopping_ends_the_whole_group_also_a_grandchild_that_ignores_the_signal(tmp_path):
    stubborn = 'import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)'
    program = f'import subprocess, sys, time; subprocess.Popen([sys.executable, "-c", {stubborn!r}]); time.sleep(60)'
    child = process.spawn([sys.executable, '-c', program], log=tmp_path / 'log')
    time.sleep(0.5)
    process.stop(child, patience=1)
    assert not process.group_is_alive(child.pid)


@pytest.mark.skipif(sys.platform != 'linux', reason='only Linux ends children with their parent')
def test_a_child_ends_when_its_parent_is_killed(tmp_path):
    program = ('import sys, time; from pathlib import Path; from scripts import process\n'
               'child = process.spawn([sys.executable, "-c", "import time; time.sleep(60)"], log=Path(sys.argv[1]))\n'
               'print(child.pid, flush=True); time.sleep(60)')
    parent = subprocess.Popen([sys.executable, '-c', program, str(tmp_path / 'log')], cwd=paths.ROOT,
                              stdout=subprocess.PIPE, text=True)
    child = int(parent.stdout.readline())
    parent.send_signal(signal.SIGKILL)
    parent.communicate()
    deadline = time.monotonic() + 5
    while os.path.exists(f'/proc/{child}') and time.monotonic() < deadline:
        if open(f'/proc/{child}/stat').read().split()[2] == 'Z':
            break
        time.sleep(0.05)
    else:
        assert not os.path.exists(f'/proc/{child}')


def test_a_failing_command_is_told_with_its_reason_and_the_end_of_its_output():
    with pytest.raises(SetupError, match=r'it cannot be done(?s:.)*the reason'):
        run([sys.executable, '-c', 'print("the reason"); raise SystemExit(3)'], why='it cannot be done')


def test_the_path_of_a_test_chooses_its_kind():
    assert test.split([])[0] == ['unit', 'integration', 'apps', 'scenario', 'browser']
    assert test.split(['tests/http/test_webhook.py', '-x']) == (['integration'], ['tests/http/test_webhook.py', '-x'])
    assert test.split(['browser', 'unit', '-k', 'money']) == (['unit', 'browser'], ['-k', 'money'])


def test_outcomes_of_several_runs_are_added_up_and_told_like_pytest_tells_them(tmp_path):
    (tmp_path / 'report.xml').write_text(REPORT)
    counts = run_tests.outcome(tmp_path / 'report.xml') + Counter(passed=1)
    assert counts == Counter(passed=5, failed=2, error=1, skipped=3)
    assert ' 2 failed, 5 passed, 3 skipped, 1 errors in 1.50s ' in run_tests.closing_line(counts, 1.5)
    assert 'no tests ran' in run_tests.closing_line(Counter(), 0)


def test_why_tests_failed_is_told_once_more_at_the_end(tmp_path):
    (tmp_path / 'report.xml').write_text(
        '<testsuites><testsuite><testcase classname="tests.unit.test_a" name="test_b">'
        '<failure message="assert 1&#10;  == 2">a traceback</failure></testcase>'
        '<testcase classname="tests.unit.test_a" name="test_c"/></testsuite></testsuites>')
    assert run_tests.troubles(tmp_path / 'report.xml') == ['tests.unit.test_a::test_b: assert 1 == 2']
    assert run_tests.troubles(tmp_path / 'none.xml') == []


def test_the_end_of_a_log_is_without_what_went_well_in_odoo_itself(tmp_path):
    server = odoo_server.OdooServer.__new__(odoo_server.OdooServer)
    server.log = tmp_path / 'odoo.log'
    asked = '2026-01-01 10:00:00,000 7 INFO db werkzeug: 127.0.0.1 - - [01/Jan/2026 10:00:00] "POST /web HTTP/1.1"'
    server.log.write_text(f'{asked} 200 - 37 0.2 0.1\n{LOG.splitlines()[0]}\n{asked} 500 - 1 0.2 0.1\nlast\n')
    assert server.last_lines() == f'{asked} 500 - 1 0.2 0.1\nlast'


def test_a_function_is_measured_without_its_docstring():
    source = 'def f():\n    """One\n    two."""\n    a = 1\n    return a\n'
    assert not list(sizes.complaints_about(source, sizes.Limits(file=10, function=3)))
    assert list(sizes.complaints_about(source, sizes.Limits(file=4, function=2))) == [
        '1: the file has 5 lines, 4 are allowed', '1: f has 3 lines, 2 are allowed']


class Told(run_tests.Runner):
    """A runner that only notes what it would do."""

    def __init__(self):
        super().__init__([])
        self.told = []

    def run(self, kind):
        self.told.append(kind)

    def run_beside(self, waiting):
        self.told.append([f'{kind} {number}' for kind, number, _files in waiting])


def test_kinds_run_beside_each_other_and_what_waits_most_begins_first():
    runner = Told()
    runner.run_all(['unit', 'integration', 'apps', 'scenario', 'browser'])
    assert runner.told == [['browser 0', 'scenario 0', 'integration 0', 'integration 1', 'scenario 1', 'integration 2',
                            'integration 3', 'integration 4', 'apps 0', 'integration 5', 'unit 0', 'unit 1']]


def test_a_kind_alone_has_the_terminal():
    runner = Told()
    runner.run_all(['integration'])
    assert runner.told == ['integration']


def test_the_lots_of_a_kind_are_all_its_files_once():
    for kind in run_tests.KINDS:
        files = [name for lot in run_tests.lots(kind) for name in lot]
        assert len(files) == len(set(files)) == sum(
            len(list((run_tests.ROOT / folder).rglob('test_*.py'))) for folder in run_tests.KINDS[kind])


def test_the_lots_of_a_kind_are_of_one_size_and_http_is_in_the_first():
    lots = run_tests.lots('integration')
    sizes_of_lots = [sum(seconds.expected(run_tests.ROOT / name, run_tests.ROOT) for name in lot) for lot in lots]
    assert max(sizes_of_lots) < 1.2 * min(sizes_of_lots)
    assert not [name for lot in lots[1:] for name in lot if name.startswith(run_tests.WITH_HTTP)]


def test_what_is_chosen_is_one_lot():
    runner = Told()
    runner.arguments = ['tests/integration/test_x.py', 'tests/unit/test_y.py', '-x']
    runner.run_all(['unit', 'integration'])
    assert runner.told == [['integration 0', 'unit 0']]
    assert run_tests.lots('unit', ['tests/unit/test_y.py']) == [['tests/unit/test_y.py']]


class Lots(run_tests.Runner):
    """A runner whose pytests are short programs that end with the code that is their only file."""

    def _prepared(self, kind, command, found, variables, number=0):
        return [sys.executable, '-c', f'print("part {number}"); raise SystemExit({found[0]})'], Path('none'), dict(os.environ)

    def _of_scenario(self, _number):
        return [], {}


def test_lots_that_run_beside_each_other_are_all_shown_and_counted(capfd, tmp_path, monkeypatch):
    monkeypatch.setattr(run_tests, 'RUN', tmp_path)
    runner = Lots([])
    runner.run_beside([('scenario', number, [code]) for number, code in enumerate((0, 3, 0, 4, 0))])
    shown = capfd.readouterr().out
    assert all(f'part {number}' in shown for number in range(5))
    assert runner.failed == ['scenario', 'scenario']
