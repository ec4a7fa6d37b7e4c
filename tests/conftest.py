"""Fixtures for every kind of test. Whatever they need beyond the standard library is imported when it is used."""
import os

import pytest

from tests.support import servers


@pytest.fixture(scope='session')
def odoo_env():
    """Ways to Odoo, Python and PostgreSQL; PostgreSQL is kept up until the end of the session."""
    from scripts.odoo_env import ready
    with ready() as env:
        yield env


@pytest.fixture
def simulator():
    """A fresh simulator process with the two default shops, and the client of its control API."""
    with servers.simulator() as running:
        yield running


@pytest.fixture(scope='module')
def module_simulator():
    """The same, shared by the tests of a module."""
    with servers.simulator() as running:
        yield running


@pytest.fixture
def odoo_server(odoo_env, request):
    """A function that starts an Odoo server on a fresh database with the addon; all are ended after the test.

    `server = odoo_server(endpoint=simulator.endpoint)`; see :class:`tests.support.servers.TestServer`.
    """
    with servers.factory(odoo_env, request.node) as start:
        yield start


@pytest.fixture(scope='module')
def module_odoo_server(odoo_env, request):
    """The same for servers that all tests of a module share."""
    with servers.factory(odoo_env, request.node) as start:
        yield start


@pytest.fixture(scope='session')
def browser():
    """A headless Chromium of Playwright, skipped with a reason where there is none; with CI=true that is a failure."""
    from tests.support.browsers import launched
    with launched() as running:
        if running:
            yield running
        elif os.environ.get('CI') == 'true':
            pytest.fail('there is no Chromium, and with CI=true the browser tests must not be skipped')
        else:
            pytest.skip('there is no Chromium: install it or set CHROMIUM to the path of one')


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Show the end of the servers' logs with a failed test."""
    report = yield
    if report.failed:
        for server in servers.RUNNING:
            report.sections.append((f'the end of {server.log}', server.last_lines()))
    return report
