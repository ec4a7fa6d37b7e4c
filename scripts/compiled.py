"""Compiled Python in the cache: Odoo's thousand files take five seconds to compile, and every process needs them."""
from scripts.paths import CACHE

FOLDER = CACHE / 'compiled'


def kept(variables):
    """The environment ``variables`` of a process, with what it compiles kept outside of all that is only read.

    Also where the environment asks to write none: that is meant for the folders of the sources.
    """
    variables.pop('PYTHONDONTWRITEBYTECODE', None)
    variables.setdefault('PYTHONPYCACHEPREFIX', str(FOLDER))
    return variables
