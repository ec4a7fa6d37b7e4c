"""Benchmarks: throughput, latency and cost, each beside what Odoo itself needs, measured in the same run.

`bench.py [--long]`; with BENCH_RESULTS=file the figures are written there as JSON too.
"""
import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)  # as a module of the package, whatever way it was started

from scripts.odoo_env import ready
from scripts.process import exit_on_signals
from scripts.progress import SetupError
from scripts.terminal import foreground


def main():
    """Run the benchmarks with the Python that has Odoo's requirements; its exit code."""
    exit_on_signals()
    try:
        with ready() as env:
            return foreground([env.python, '-m', 'tests.bench', *sys.argv[1:]], env.variables())
    except SetupError as error:
        print(f'\n{error}', file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == '__main__':
    sys.exit(main())
