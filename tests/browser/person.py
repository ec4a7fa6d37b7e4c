"""Somebody at a browser: opens views, presses buttons, and notices whatever the page complains about."""

import re
import time
from contextlib import contextmanager

from tests.support.browsers import signed_in

# Debian's package of Odoo lacks this one file of the mail module; its absence is reported and harms nothing.
HARMLESS = ('selfie_segmentation',)
SIZE = (1440, 900)
# Whether the web client says that it loads, told after the browser has drawn what it was about to draw.
DRAWN = """() => new Promise(done => requestAnimationFrame(() => setTimeout(
    () => done(!!document.querySelector('.o_loading_indicator, .o_blockUI')))))"""


@contextmanager
def somebody(browser, server, login):
    """``login`` (its password is the same) at a browser, signed in."""
    with signed_in(browser, server, login, size=SIZE) as page:
        yield Person(page, server.url, login)


class Person:
    """A user of Odoo's web client, at ``page``."""

    def __init__(self, page, url, login):
        self.page = page
        self.url = url
        self.login = login

    def open(self, action):
        """Open an action by its path in the address, or by its external id, as a click in a menu does."""
        self._do(action, action)

    def open_record(self, model, record_id):
        """Open the form of one record."""
        self._do(
            {'type': 'ir.actions.act_window', 'res_model': model, 'res_id': record_id, 'views': [[False, 'form']]},
            f'{model} {record_id}',
        )

    def _do(self, action, where):
        self.page.evaluate(
            'action => odoo.__WOWL_DEBUG__.root.env.services.action.doAction(action, {clearBreadcrumbs: true})', action
        )
        self.page.wait_for_selector('.o_action_manager .o_view_controller, .o_error_dialog')
        self.settle()
        self.assert_content(where)

    def settle(self, seconds=60):
        """Wait until no call is under way and what came is drawn: seen twice, since an answer may lead to the next call."""
        end, quiet = time.monotonic() + seconds, 0
        while quiet < 2:
            assert time.monotonic() < end, f'{self.login}: after {seconds} s there are calls: {self._calls()}'
            self.page.wait_for_timeout(75)
            busy = self.page.evaluate(DRAWN)
            quiet = 0 if busy or self.page.under_way else quiet + 1

    def _calls(self):
        return [request.url for request in self.page.under_way]

    def assert_content(self, where):
        """No error dialog, no red notification, nothing on the console."""
        dialogs = self.page.locator('.o_error_dialog, .o_notification:has(.bg-danger)').all_inner_texts()
        problems = [text for text in self.page.problems if not any(word in text for word in HARMLESS)]
        assert not dialogs, f'{self.login} at {where}: {dialogs}'
        assert not problems, f'{self.login} at {where}: {problems}'

    def apps(self):
        """The names in the menu of apps."""
        self.page.click('.o_navbar_apps_menu button')
        self.page.wait_for_selector('.o-dropdown--menu .o_app')
        names = self.page.locator('.o-dropdown--menu .o_app').all_inner_texts()
        self.page.keyboard.press('Escape')
        return {name.strip() for name in names}

    def enter(self, app):
        """Open an app from the menu of apps."""
        self.page.click('.o_navbar_apps_menu button')
        self.page.click(f'.o-dropdown--menu .o_app:text-is("{app}")')
        self.page.wait_for_selector(f'.o_menu_brand:has-text("{app}")')
        self.page.wait_for_selector('.o_action_manager .o_view_controller')
        self.settle()
        self.assert_content(app)

    def sections(self):
        """The names in the menu of the app that is open."""
        return [name.strip() for name in self.page.locator('.o_menu_sections > *:visible').all_inner_texts()]

    def tabs(self):
        """The names of the pages in the form's notebook."""
        return [name.strip() for name in self.page.locator('.o_notebook_headers .nav-link').all_inner_texts()]

    def tab(self, name):
        """Turn to a page of the form's notebook."""
        self.page.click(f'.o_notebook .nav-link[name={name}]')
        self.settle()

    def open_first(self):
        """Open the first row of the list, whatever its filter hides."""
        self.page.wait_for_selector('.o_list_view')
        if self.sees('.o_facet_remove') and not self.sees('.o_data_row'):
            self.page.click('.o_facet_remove')
        self.page.mouse.move(0, SIZE[1] - 1)  # what a column says of itself may lie over the row
        self.page.click('.o_data_row .o_data_cell >> nth=0')
        self.page.wait_for_selector('.o_form_view')
        self.settle()
        self.assert_content('a form')

    def search(self, text):
        """Search the list for a text by its first field; what the search bar proposes comes a moment after the typing."""
        self.page.fill('.o_searchview_input', text)
        self.page.wait_for_selector(f'.o_searchview_autocomplete:has-text("{text}")')
        self.page.keyboard.press('Enter')
        self.page.wait_for_selector(f'.o_searchview_facet:has-text("{text}")')
        self.settle()

    def fill(self, field, text):
        """Type into a field of the form."""
        self.page.fill(f'.o_field_widget[name={field}] input', text)

    def press(self, name, confirm=False):
        """Press a button by the name of its method; ``confirm`` says yes to the question that it asks."""
        self.page.click(f'button[name={name}]:visible')
        if confirm:
            self.page.click('.modal-footer .btn-primary')
            self.page.wait_for_selector('.modal', state='detached')
        self.settle()

    def dismiss(self):
        """Close the notification that stays until somebody closes it."""
        self.page.click('.o_notification_close')
        self.page.wait_for_selector('.o_notification:has(.bg-danger)', state='detached')

    def sees(self, selector):
        """Whether an element is visible."""
        return self.page.locator(selector).first.is_visible()

    def text(self, selector):
        """What stands in an element, spaces folded."""
        return re.sub(r'\s+', ' ', self.page.locator(selector).first.inner_text()).strip()

    def value(self, field):
        """What stands in an input of the form."""
        return self.page.input_value(f'.o_field_widget[name={field}] input')

    def screenshot(self, path, height=SIZE[1]):
        """Save what is seen down to ``height``, without the notifications that pass."""
        self.page.mouse.move(0, SIZE[1] - 1)
        clip = {'x': 0, 'y': 0, 'width': SIZE[0], 'height': height}
        self.page.screenshot(path=str(path), clip=clip, style='.o_notification_manager { visibility: hidden; }')


def wait_until(condition, what, seconds=60):
    """The value of ``condition()`` once it is true; asked twice a second."""
    end = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < end, f'After {seconds} s it is still not true that {what}.'
        time.sleep(0.5)
    return value
