"""A world for each module of scenarios: two shops, a server with workers, everything connected."""
import pytest

from tests.scenario.world import World


@pytest.fixture(scope='module')
def world(module_simulator, module_odoo_server):
    """Two connected shops that share a catalogue and Odoo's stock."""
    server = module_odoo_server(endpoint=module_simulator.endpoint)
    return World(module_simulator, server).connect()
