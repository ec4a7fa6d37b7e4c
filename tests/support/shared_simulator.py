"""One simulator for all test classes of this process that need no shops of their own: it takes seconds to start."""

import atexit
import os
import sys

from scripts.simulator import Simulator

START = 'start'  # the snapshot of the shops as they were before any test
_running: list[Simulator] = []


def shared() -> Simulator:
    """The simulator with its two shops as they are in the beginning, whatever the tests before have made of them."""
    if _running and _running[0].answers():
        simulator = _running[0]
        simulator.post('/restore', name=START)
        return simulator
    end()
    _outlive_classes()
    simulator = Simulator(sys.executable, name=f'simulator-of-tests-{os.getpid()}').start()
    _running.append(simulator)
    simulator.post('/snapshot', name=START)
    return simulator


def _outlive_classes() -> None:
    """After each class Odoo ends every child process that it finds; the simulator is one that it does not find."""
    import psutil

    children = psutil.Process.children
    if children.__module__ == __name__:
        return

    def others(process, *args, **kwargs):
        kept = {simulator.child.pid for simulator in _running}
        return [child for child in children(process, *args, **kwargs) if child.pid not in kept]

    psutil.Process.children = others


@atexit.register
def end() -> None:
    """Stop it; the next to ask gets a new one."""
    while _running:
        simulator = _running.pop()
        simulator.stop()
        simulator.log.unlink(missing_ok=True)
