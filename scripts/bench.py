"""Run the benchmarks of tests/bench: each figure beside its floor, measured in the same run.

PostgreSQL waits for the disk here, as it does in production; --fast uses the same one as the tests. Everything else
on the command line goes to the benchmarks.
"""
import os
import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)  # as a module of the package, whatever way it was started

from scripts import databases, postgres
from scripts.odoo_env import ready
from scripts.paths import ROOT
from scripts.process import exit_on_signals
from scripts.progress import SetupError
from scripts.terminal import foreground


def main():
    """Make the template database and run `python -m tests.bench`; its exit code is ours."""
    arguments = sys.argv[1:]
    if '--fast' in arguments:
        arguments.remove('--fast')
    else:
        os.environ[postgres.DURABLE] = '1'
    exit_on_signals()
    try:
        if not (ROOT / 'tests/bench/__main__.py').is_file():
            raise SetupError('there is no tests/bench/__main__.py to run')
        with ready() as env:
            databases.addon_template(env)
            return foreground([env.python, '-m', 'tests.bench', *arguments], env.variables())
    except SetupError as error:
        print(f'\n{error}', file=sys.stderr)
        return 1


if __name__ == '__main__':
    sys.exit(main())
