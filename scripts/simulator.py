"""The simulated Shopify as a process of its own, and a client for its control API."""
import json
import time
import urllib.error
import urllib.request

from scripts.paths import ROOT, RUN
from scripts.ports import free_port
from scripts.process import spawn, stop
from scripts.progress import SetupError

START_SECONDS = 60
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class ControlError(Exception):
    """The control API refused a request; the text has its answer."""


class SimulatorClient:
    """What a test or the demo may do to the simulated shops, beside what Shopify's API allows."""

    def __init__(self, url):
        self.url = url.rstrip('/')
        self.endpoint = f'{self.url}/shops/{{shop}}'

    def request(self, method, path, body=None):
        """Send one request to the control API and return its JSON.

        :raise ControlError: it was refused.
        """
        data = None if body is None else json.dumps(body).encode()
        headers = {'Content-Type': 'application/json'}
        request = urllib.request.Request(f'{self.url}/control{path}', data, headers, method=method)
        try:
            with _opener.open(request, timeout=120) as response:
                return json.loads(response.read() or b'null')
        except urllib.error.HTTPError as error:
            raise ControlError(f'{method} {path}: {error.code} {error.read().decode(errors="replace")}') from error

    def get(self, path):
        """GET a path below /control."""
        return self.request('GET', path)

    def post(self, path, **body):
        """POST the keywords as JSON to a path below /control."""
        return self.request('POST', path, body)

    def shops(self):
        """The shops with their credentials, as a list of dictionaries."""
        return self.get('/shops')

    def order(self, domain, **wishes):
        """Place orders as a customer would; a list of {id, name}."""
        return self.post(f'/shops/{domain}/orders', **wishes)['orders']

    def act(self, domain, order_id, action, **arguments):
        """Do something to an order as the merchant: edit, cancel, refund, fulfill, pay, return."""
        return self.post(f'/shops/{domain}/orders/{order_id}/{action}', **arguments)

    def set_inventory(self, domain, sku, **change):
        """Change stock by hand in the shop: available= or delta=, and location_id=."""
        return self.post(f'/shops/{domain}/inventory', sku=sku, **change)

    def deliveries(self, domain, **behaviour):
        """How webhooks are delivered: drop=0.05, duplicate=0.33, shuffle=True, hold=True, delay_ms=."""
        return self.post(f'/shops/{domain}/deliveries', **behaviour)

    def release(self, domain):
        """Deliver what is being held."""
        return self.post(f'/shops/{domain}/deliveries/release')

    def fault(self, domain, kind, count=1, **details):
        """Make the next requests fail in the way ``kind`` names."""
        return self.post(f'/shops/{domain}/faults', kind=kind, count=count, **details)

    def settings(self, domain, **settings):
        """Change settings of a shop: latency_ms=, scopes=, plan=, …"""
        return self.post(f'/shops/{domain}/settings', **settings)

    def state(self, domain):
        """Everything that the shop knows, for comparison."""
        return self.get(f'/shops/{domain}/state')

    def stats(self, domain):
        """Requests, points and deliveries so far."""
        return self.get(f'/shops/{domain}/stats')


class Simulator(SimulatorClient):
    """A simulator process.

    :param name: names its log.
    :param config: path of a JSON file with the shops, None for the two default ones.
    """

    def __init__(self, env_python, *, name='simulator', port=0, config=None):
        self.port = free_port(port)
        super().__init__(f'http://127.0.0.1:{self.port}')
        self.log = RUN / 'logs' / f'{name}.log'
        self.command = [env_python, str(ROOT / 'scripts/roomy.py'), 'tests.simulator', '--port', self.port,
                        *(['--config', config] if config else [])]
        self.child = None

    def start(self):
        """Start it and wait until it answers.

        :raise SetupError: it ended, or did not answer in time.
        """
        self.log.unlink(missing_ok=True)
        self.child = spawn(self.command, log=self.log, cwd=ROOT)
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            if self.child.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise SetupError(f'the simulator did not start; the end of {self.log}:\n{self.last_lines()}')
            time.sleep(0.1)
        return self

    def answers(self):
        """Whether the control API answers."""
        try:
            return isinstance(self.shops(), list)
        except (OSError, ValueError, ControlError):
            return False

    def stop(self):
        """End it."""
        if self.child:
            stop(self.child, patience=5.0)

    def last_lines(self, count=60):
        """The end of its log."""
        return '\n'.join(self.log.read_text(errors='replace').splitlines()[-count:]) if self.log.exists() else ''
