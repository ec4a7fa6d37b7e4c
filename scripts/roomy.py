"""Run a module, as `python -m` does, with room for its calls: `python scripts/roomy.py pytest …`.

Since Python 3.11 the frames of calls lie in chunks of 16 KiB. A call that needs another chunk has it mapped, and given back when
it returns: whoever loops at such a boundary asks the system for memory with every turn, which is a fifth of the time of tests
inside Odoo. Behind one large frame at the bottom there is room for all others.
"""
import os
import runpy
import sys
from types import FunctionType

# Slots of eight bytes. The chunk is the next power of two, 1 MiB, of which half is left for the others.
SLOTS = 1 << 16


def roomy(run):
    """The function ``run`` with a large frame below its own."""
    def below():
        return run()
    code = below.__code__.replace(co_stacksize=SLOTS)
    return FunctionType(code, globals(), 'roomy', closure=below.__closure__)


def main():
    """Run the module that the command line names, with the rest of it."""
    del sys.argv[0]
    sys.path[0] = os.getcwd()
    runpy.run_module(sys.argv[0], run_name='__main__', alter_sys=True)


if __name__ == '__main__':
    roomy(main)()
