"""The kinds of tests: where they lie, what each needs, and how pytest is called for it."""
import os
import time
import xml.etree.ElementTree as ET
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

from scripts import compiled, databases, get_browser
from scripts.get_python import python
from scripts.odoo_env import ready
from scripts.paths import ROOT, RUN
from scripts.progress import SetupError, step
from scripts.seconds import expected
from scripts.terminal import aside, foreground

# kind -> folders
KINDS = {
    'unit': ('tests/unit',),
    'integration': ('tests/integration', 'tests/http'),
    'apps': ('tests/apps',),
    'scenario': ('tests/scenario',),
    'browser': ('tests/browser',),
}
# The order in which lots of kinds begin: beside a browser and a scenario, which wait a lot, what works all the time; short
# ones last.
BESIDE = (
    'browser', 'scenario', 'integration', 'integration', 'scenario', 'integration', 'integration', 'integration', 'apps',
    'integration', 'unit', 'unit',
)
# Pytests of a kind; an Odoo in the process takes seconds to load. What one lets wait, another uses.
PARTS = Counter(BESIDE)
AT_ONCE = 3
SECONDS_BETWEEN_LOOKS = 0.5
# Characters shown of why a test failed, once more at the end.
MESSAGE = 400
WITH_HTTP = 'tests/http'
PYTEST = (str(ROOT / 'scripts/roomy.py'), 'pytest')
# Odoo is loaded into the process only for integration; pytest-odoo would import it for every kind.
WITHOUT_ODOO = ('-p', 'no:odoo')
# Looking for garbage of a whole Odoo at the end takes seconds.
WITHOUT_GARBAGE = ('-p', 'no:unraisableexception')
INTERRUPTED = 2
NO_TESTS_COLLECTED = 5


def folders(kind):
    """The folders of a kind that hold a test."""
    return [folder for folder in KINDS[kind] if any((ROOT / folder).rglob('test_*.py'))]


def lots(kind, chosen=()):
    """The files of a kind that hold tests, in lots that can run beside each other; one lot of what was ``chosen``.

    Of the integration tests what needs Odoo to answer HTTP is in the first.
    """
    if chosen:
        return [list(chosen)]
    parts, sizes = [[] for _ in range(PARTS[kind])], [0] * PARTS[kind]
    files = {path: expected(path, ROOT) for folder in KINDS[kind] for path in (ROOT / folder).rglob('test_*.py')}
    for path in sorted(files, key=lambda path: (files[path], path.name), reverse=True):
        smallest = 0 if path.is_relative_to(ROOT / WITH_HTTP) else sizes.index(min(sizes))
        parts[smallest].append(str(path.relative_to(ROOT)))
        sizes[smallest] += files[path]
    return [sorted(part) for part in parts if part]


def pytest_command(env, database, arguments):
    """pytest with Odoo in its process, on a database that has the addon."""
    return [
        env.python, *PYTEST, *WITHOUT_GARBAGE, f'--odoo-database={database}', f'--odoo-config={env.config()}',
        '--odoo-http',
        '--odoo-extra', 'max-cron-threads=0', '--odoo-extra', f'db-filter=^{database}$',
        '--odoo-extra', f'screenshots={RUN / "screenshots"}', *arguments,
    ]


class Runner:
    """Runs kinds of tests, a few pytests at a time, and adds up what became of them. A kind that is run alone has the
    terminal."""

    def __init__(self, arguments):
        self.arguments = arguments
        self.counts = Counter()
        self.failed = []
        self.troubles = []
        self._stack = ExitStack()
        self._env = None

    def __enter__(self):
        return self

    def __exit__(self, *details):
        return self._stack.__exit__(*details)

    @property
    def env(self):
        """Odoo's environment, made when the first kind needs it."""
        if not self._env:
            self._env = self._stack.enter_context(ready())
        return self._env

    def run_all(self, kinds):
        """Run these kinds."""
        present = [kind for kind in kinds if folders(kind)]
        if len(present) < 2:
            for kind in kinds:
                self.run(kind)
            return
        dealt = {kind: enumerate(lots(kind, self._chosen(kind))) for kind in present}
        self.run_beside([(kind, *lot) for kind in BESIDE if kind in present for lot in [next(dealt[kind], None)] if lot])

    def _chosen(self, kind):
        """The paths on the command line that are of a kind."""
        return [word for word in self.arguments if word.startswith(KINDS[kind])]

    def run_beside(self, waiting):
        """Run lots ``[(kind, number, files), …]``, some at a time; what each prints is shown when it is done."""
        running = []
        while waiting or running:
            while waiting and len(running) < AT_ONCE:
                running.append((*waiting[0], *self._begin(*waiting.pop(0))))
            time.sleep(SECONDS_BETWEEN_LOOKS)
            for row in [row for row in running if row[3].poll() is not None]:
                running.remove(row)
                self._end(*row)

    def _begin(self, kind, number, files):
        """Start a pytest in a process of its own; ``(process, log, report)``. One port can be had by one Odoo only."""
        step(f'{kind} tests, part {number + 1}: {len(files)} files')
        command, variables = getattr(self, f'_of_{kind}')(number)
        if (kind == 'integration' and number) or kind == 'apps':
            command.remove('--odoo-http')
        command, report, variables = self._prepared(kind, command, files, variables, number)
        log = RUN / f'{kind}-{os.getpid()}-{number}.log'
        return aside(command, variables, log), log, report

    def _end(self, kind, number, files, process, log, report):
        print(log.read_text(errors='replace'), flush=True)
        log.unlink()
        step(f'{kind} tests, part {number + 1}, are over')
        self._note(kind, process.returncode, report)

    def _test_database(self, number=0, more=()):
        """A database with the addon and ``more`` modules, dropped when all is done."""
        database = f'sc_test_{os.getpid()}_{number}'
        databases.copy(self.env, databases.addon_template(self.env, more), database)
        databases.for_rollbacks(self.env, database)
        self._stack.callback(databases.drop, self.env, database)
        return database

    def run(self, kind):
        """Run the tests of one kind and note their outcome."""
        found = folders(kind)
        if not found:
            return step(f'there are no {kind} tests')
        step(f'{kind} tests')
        try:
            self._note(kind, *self._pytest(kind, *getattr(self, f'_of_{kind}')(0), found))
        except SetupError as error:
            step(str(error))
            self._count_failure(kind)
        return None

    def _of_unit(self, _number):
        return [python(), *PYTEST, *WITHOUT_ODOO], compiled.kept(os.environ.copy())

    def _of_integration(self, number):
        return pytest_command(self.env, self._test_database(number), []), self.env.variables()

    def _of_apps(self, _number):
        """Beside the apps that the addon goes without."""
        database = self._test_database('apps', databases.APPS)
        return pytest_command(self.env, database, []), self.env.variables()

    def _of_scenario(self, _number):
        databases.addon_template(self.env)
        return self._plain(), self.env.variables()

    def _of_browser(self, _number):
        databases.addon_template(self.env)
        browser = get_browser.chromium()
        return self._plain(), self.env.variables() | ({get_browser.VARIABLE: str(browser)} if browser else {})

    def _plain(self):
        return [self.env.python, *PYTEST, *WITHOUT_ODOO]

    def _prepared(self, kind, command, found, variables, number=0):
        """``(command, report, variables)`` of a pytest for these folders or files."""
        report = RUN / f'report-{kind}-{os.getpid()}-{number}.xml'
        report.parent.mkdir(parents=True, exist_ok=True)
        options = [word for word in self.arguments if not word.startswith('tests/')]
        variables.setdefault('HYPOTHESIS_STORAGE_DIRECTORY', str(RUN / 'hypothesis'))
        return [*command, *(self._chosen(kind) or found), f'--junitxml={report}', *options], report, variables

    def _pytest(self, kind, command, variables, found):
        command, report, variables = self._prepared(kind, command, found, variables)
        code = foreground(command, variables)
        if code == INTERRUPTED:
            raise KeyboardInterrupt
        return code, report

    def _note(self, kind, code, report):
        counts = outcome(report)
        self.troubles += troubles(report)
        report.unlink(missing_ok=True)
        self.counts += counts
        if code == NO_TESTS_COLLECTED:
            return
        if code and not counts['failed'] and not counts['error']:
            self._count_failure(kind)
        elif code:
            self.failed.append(kind)

    def _count_failure(self, kind):
        self.counts['error'] += 1
        self.failed.append(kind)


def outcome(report):
    """Counter of passed, failed, error and skipped in a JUnit file of pytest; empty when there is no file."""
    if not Path(report).exists():
        return Counter()
    counts = Counter()
    for suite in ET.parse(report).getroot().iter('testsuite'):
        numbers = {name: int(suite.get(name, 0)) for name in ('tests', 'failures', 'errors', 'skipped')}
        counts.update(failed=numbers['failures'], error=numbers['errors'], skipped=numbers['skipped'])
        counts['passed'] += numbers['tests'] - sum(counts.values())
    return +counts


def troubles(report):
    """What went wrong in a JUnit file of pytest, a line for each test; none when there is no file."""
    if not Path(report).exists():
        return []
    cases = ((case, trouble) for case in ET.parse(report).getroot().iter('testcase') for trouble in case)
    return [
        f'{case.get("classname")}::{case.get("name")}: {" ".join((trouble.get("message") or "").split())[:MESSAGE]}'
        for case, trouble in cases if trouble.tag in ('failure', 'error')
    ]


def closing_line(counts, seconds):
    """A line like pytest's own last one, for all kinds together."""
    names = [('failed', 'failed'), ('passed', 'passed'), ('skipped', 'skipped'), ('error', 'errors')]
    parts = [f'{counts[key]} {name}' for key, name in names if counts[key]]
    return f' {", ".join(parts) or "no tests ran"} in {seconds:.2f}s '.center(80, '=')
