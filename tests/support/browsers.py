"""A headless Chromium for browser tests, and the few steps that all of them take."""
import os
from contextlib import contextmanager

from scripts import get_browser

CALLS = ('fetch', 'xhr')
# browser -> {(address, login, size): its context}
_contexts = {}


@contextmanager
def launched():
    """A browser of Playwright, None where there is no Chromium."""
    program = os.environ.get(get_browser.VARIABLE) or get_browser.chromium()
    if not program:
        yield None
        return
    from playwright.sync_api import sync_playwright
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(program), args=list(get_browser.FLAGS))
        try:
            yield browser
        finally:
            _contexts.pop(browser, None)
            browser.close()


@contextmanager
def signed_in(browser, server, login, size=(1280, 800)):
    """A page on which ``login`` (its password is the same) has signed in.

    ``page.problems`` collects the errors that the web client reports on the console or throws, ``page.under_way`` holds the
    requests of its scripts that are not answered yet. Who comes again has what the browser has kept of the web client, and is
    still signed in.
    """
    page = _watched(_context(browser, (server.url, login, size)).new_page())
    try:
        page.goto(f'{server.url}/odoo')
        if '/web/login' in page.url:
            page.fill('input[name=login]', login)
            page.fill('input[name=password]', login)
            page.click('button[type=submit]')
        page.wait_for_selector('.o_main_navbar')
        yield page
    finally:
        page.close()


def _context(browser, who):
    kept = _contexts.setdefault(browser, {})
    if who not in kept:
        width, height = who[-1]
        kept[who] = browser.new_context(viewport={'width': width, 'height': height}, locale='en-US')
        kept[who].set_default_timeout(60_000)
    return kept[who]


def _watched(page):
    page.problems, page.under_way = [], set()
    page.on('request', lambda request: _note(page, request, begins=True))
    for over in ('requestfinished', 'requestfailed'):
        page.on(over, lambda request: _note(page, request, begins=False))
    page.on('pageerror', lambda error: page.problems.append(str(error)))
    page.on('console', lambda line: page.problems.append(line.text) if line.type == 'error' else None)
    return page


def _note(page, request, begins):
    if begins and request.resource_type in CALLS:
        page.under_way.add(request)
    elif not begins:
        page.under_way.discard(request)
