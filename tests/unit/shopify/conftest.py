import pytest
import requests

from shopify_connector.shopify.client import Client
from tests.unit.shopify import fake_shop


class Clock:
    """Time that passes only when somebody sleeps; ``slept`` lists the pauses."""

    def __init__(self):
        self.now = 1000.0
        self.slept = []

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def shop():
    with fake_shop.running() as shop:
        yield shop


@pytest.fixture
def connect(shop, clock):
    """``connect(**options) -> Client`` of the shop, with time that does not really pass and no jitter."""
    def client(endpoint=None, token=lambda renew: 'shpat_1', **options):
        return Client(endpoint or shop.url, token, **{
            'clock': clock, 'sleep': clock.sleep, 'chance': lambda: 0.0, 'timeout': (2, 2), **options})
    return client


class _CarelessSession(requests.Session):
    """As with the urllib3 that Odoo pins, which takes a body that is shorter than announced for the whole one."""

    def get(self, *args, **kwargs):
        response = super().get(*args, **kwargs)
        response.raw.enforce_content_length = False
        return response


@pytest.fixture(params=[requests.Session, _CarelessSession], ids=['urllib3 2', 'urllib3 1.26'])
def session(request):
    return request.param()
