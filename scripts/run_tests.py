"""The kinds of tests: where they lie, what each needs, and how pytest is called for it."""
import os
import xml.etree.ElementTree as ET
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

from scripts import databases, get_browser
from scripts.get_python import python
from scripts.odoo_env import ready
from scripts.paths import ROOT, RUN
from scripts.progress import SetupError, step
from scripts.terminal import aside, foreground

# kind -> folders; the kinds are run in this order, each by a pytest of its own
KINDS = {
    'unit': ('tests/unit',),
    'integration': ('tests/integration', 'tests/http'),
    'scenario': ('tests/scenario',),
    'browser': ('tests/browser',),
}
# These mostly wait: the integration tests run beside them.
WAITING = {'scenario', 'browser'}
# Odoo is loaded into the process only for integration; pytest-odoo would import it for every kind.
WITHOUT_ODOO = ('-p', 'no:odoo')
INTERRUPTED = 2
NO_TESTS_COLLECTED = 5


def folders(kind):
    """The folders of a kind that hold a test."""
    return [folder for folder in KINDS[kind] if any((ROOT / folder).rglob('test_*.py'))]


def halves(kind):
    """The files of a kind that hold tests, in two lots; what needs Odoo to answer HTTP is in the first."""
    first, *others = [sorted((ROOT / folder).rglob('test_*.py')) for folder in reversed(folders(kind))]
    files = [str(path.relative_to(ROOT)) for lot in others for path in lot]
    return [*(str(path.relative_to(ROOT)) for path in first), *files[::2]], files[1::2]


def pytest_command(env, database, arguments):
    """pytest with Odoo in its process, on a database that has the addon."""
    return [
        env.python, '-m', 'pytest', f'--odoo-database={database}', f'--odoo-config={env.config()}', '--odoo-http',
        '--odoo-extra', 'max-cron-threads=0', '--odoo-extra', f'db-filter=^{database}$',
        '--odoo-extra', f'screenshots={RUN / "screenshots"}', *arguments,
    ]


class Runner:
    """Runs kinds of tests and adds up what became of them: one after the other, but the integration tests beside those
    that mostly wait."""

    def __init__(self, arguments):
        self.arguments = arguments
        self.counts = Counter()
        self.failed = []
        self._stack = ExitStack()
        self._env = None
        self._beside = []

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
        """Run these kinds; what ran beside the others is shown when they are done."""
        for kind in kinds:
            if kind == 'integration' and WAITING & set(kinds) and folders(kind):
                self._begin_integration()
            else:
                self.run(kind)
        self._end_integration()

    def _begin_integration(self):
        """Two processes with a database each; only the first answers HTTP, for one port can be had by one only."""
        step('integration tests, beside the others')
        for number, found in enumerate(halves('integration')):
            database = self._test_database(number)
            log = RUN / f'integration-{os.getpid()}-{number}.log'
            command = pytest_command(self.env, database, [])
            if number:
                command.remove('--odoo-http')
            command, report, variables = self._prepared('integration', command, found, self.env.variables(), number)
            self._beside.append((aside(command, variables, log), log, report))

    def _end_integration(self):
        for process, log, report in self._beside:
            if process.poll() is None:
                step('the integration tests are not done yet')
            code = process.wait()
            print(log.read_text(errors='replace'), flush=True)
            log.unlink()
            self._note('integration', code, report)

    def _test_database(self, number=0):
        """A database with the addon, dropped when all is done."""
        database = f'sc_test_{os.getpid()}_{number}'
        databases.copy(self.env, databases.addon_template(self.env), database)
        self._stack.callback(databases.drop, self.env, database)
        return database

    def run(self, kind):
        """Run the tests of one kind and note their outcome."""
        found = folders(kind)
        if not found:
            return step(f'there are no {kind} tests')
        step(f'{kind} tests')
        try:
            self._note(kind, *getattr(self, f'_run_{kind}')(found))
        except SetupError as error:
            step(str(error))
            self._count_failure(kind)
        return None

    def _run_unit(self, found):
        return self._pytest('unit', [python(), '-m', 'pytest', *WITHOUT_ODOO], found, os.environ.copy())

    def _run_integration(self, found):
        command = pytest_command(self.env, self._test_database(), [])
        return self._pytest('integration', command, found, self.env.variables())

    def _run_scenario(self, found):
        databases.addon_template(self.env)
        return self._pytest('scenario', self._plain(), found, self.env.variables())

    def _run_browser(self, found):
        databases.addon_template(self.env)
        browser = get_browser.chromium()
        variables = self.env.variables() | ({get_browser.VARIABLE: str(browser)} if browser else {})
        return self._pytest('browser', self._plain(), found, variables)

    def _plain(self):
        return [self.env.python, '-m', 'pytest', *WITHOUT_ODOO]

    def _prepared(self, kind, command, found, variables, number=0):
        """``(command, report, variables)`` of a pytest for these folders or files."""
        report = RUN / f'report-{kind}-{os.getpid()}-{number}.xml'
        report.parent.mkdir(parents=True, exist_ok=True)
        chosen = [word for word in self.arguments if word.startswith(KINDS[kind])]
        options = [word for word in self.arguments if not word.startswith('tests/')]
        variables.setdefault('HYPOTHESIS_STORAGE_DIRECTORY', str(RUN / 'hypothesis'))
        return [*command, *(chosen or found), f'--junitxml={report}', *options], report, variables

    def _pytest(self, kind, command, found, variables):
        command, report, variables = self._prepared(kind, command, found, variables)
        code = foreground(command, variables)
        if code == INTERRUPTED:
            raise KeyboardInterrupt
        return code, report

    def _note(self, kind, code, report):
        counts = outcome(report)
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


def closing_line(counts, seconds):
    """A line like pytest's own last one, for all kinds together."""
    names = [('failed', 'failed'), ('passed', 'passed'), ('skipped', 'skipped'), ('error', 'errors')]
    parts = [f'{counts[key]} {name}' for key, name in names if counts[key]]
    return f' {", ".join(parts) or "no tests ran"} in {seconds:.2f}s '.center(80, '=')
