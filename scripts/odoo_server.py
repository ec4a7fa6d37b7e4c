"""An Odoo server of our own: started with workers on free ports, watched, and ended with all its processes."""
import re
import time
import urllib.error
import urllib.request

from scripts.paths import ROOT, RUN
from scripts.ports import free_port
from scripts.process import group_is_alive, kill, spawn, stop
from scripts.progress import SetupError
from scripts.rpc import Session

START_SECONDS = 120
LINE_START = re.compile(r'^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ ')
TROUBLE = re.compile(r'^\S+ \S+ \d+ (ERROR|CRITICAL) |Traceback \(most recent call last\)')
WELL = re.compile(r' INFO \S+ (odoo\.(?!addons\.shopify)|werkzeug: .*" [123]\d\d )')
# With workers, live notifications need a proxy in front that brings them to the gevent port; nothing here needs them.
NO_PROXY = "KeyError: 'socket'"


class OdooServer:
    """A running server on one database.

    :param database: name of a database that has the addon.
    :param endpoint: value of SHOPIFY_CONNECTOR_ENDPOINT, '' for the real Shopify.
    :param more: further options of Odoo's command line; `variables`: further environment variables.
    """

    def __init__(self, env, database, *, endpoint='', port=0, workers=2, crons=2, more=(), variables=None):
        self.env = env
        self.database = database
        self.port = free_port(port)
        self.url = f'http://127.0.0.1:{self.port}'
        self.log = RUN / 'logs' / f'{database}.log'
        self.command = env.command(
            '-d', database, f'--db-filter=^{database}$', f'--workers={workers}', f'--max-cron-threads={crons}',
            '-p', str(self.port), '--gevent-port', str(free_port()), *more)
        self.variables = {**env.variables(), **(variables or {})}
        self.variables.pop('SHOPIFY_CONNECTOR_ENDPOINT', None)
        if endpoint:
            self.variables['SHOPIFY_CONNECTOR_ENDPOINT'] = endpoint
        self.child = None

    def start(self):
        """Start it and wait until it answers.

        :raise SetupError: it ended, or did not answer in time; the text has the end of its log.
        """
        self.log.unlink(missing_ok=True)
        self.child = spawn(self.command, log=self.log, env=self.variables, cwd=ROOT)
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            if self.child.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise SetupError(f'Odoo did not start; the end of {self.log}:\n{self.last_lines()}')
            time.sleep(0.2)
        return self

    def answers(self):
        """Whether the server and its database answer."""
        try:
            with urllib.request.urlopen(f'{self.url}/web/health?db_server_status=1', timeout=5) as response:
                return response.status == 200
        except OSError:
            return False

    def stop(self, patience=20.0):
        """End it; True when it went by itself and none of its processes is left."""
        return not self.child or (stop(self.child, patience) and not group_is_alive(self.child.pid))

    def kill(self):
        """End it as a power failure would, at once and without a chance to tidy up."""
        kill(self.child)

    def session(self, login='admin', password=None):
        """A :class:`Session` of a user; the password is the login unless told otherwise."""
        return Session(self.url, self.database, login, password)

    def last_lines(self, count=60):
        """The end of its log, without what went well in Odoo itself."""
        lines = self.log.read_text(errors='replace').splitlines() if self.log.exists() else []
        return '\n'.join([line for line in lines if not WELL.search(line)][-count:])

    def troubles(self, ignore=()):
        """Entries of the log that tell of errors, each with its traceback, without those containing a text of ``ignore``."""
        text = self.log.read_text(errors='replace') if self.log.exists() else ''
        return [entry for entry in troubles(text) if not any(known in entry for known in (NO_PROXY, *ignore))]


def troubles(log):
    """Entries of Odoo's log, a text, that are errors or have a traceback."""
    entries = []
    for line in log.splitlines():
        if LINE_START.match(line) or not entries:
            entries.append(line)
        else:
            entries[-1] += f'\n{line}'
    return [entry for entry in entries if TROUBLE.search(entry)]
