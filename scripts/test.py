"""Run tests: `test.py [unit] [integration] [apps] [scenario] [browser] [options of pytest]`; no kind means all of them.

Examples: `test.py unit -k money`, `test.py scenario -x`, `test.py tests/integration/test_orders.py`.
"""
import sys
import time
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)  # as a module of the package, whatever way it was started

from scripts.process import exit_on_signals
from scripts.progress import SetupError
from scripts.run_tests import KINDS, Runner, closing_line


def split(arguments):
    """(kinds to run, what pytest gets): a path of a test chooses the kind whose folder it lies in."""
    kinds = [word for word in arguments if word in KINDS]
    rest = [word for word in arguments if word not in KINDS]
    for kind, places in KINDS.items():
        if kind not in kinds and any(word.startswith(places) for word in rest):
            kinds.append(kind)
    return [kind for kind in KINDS if kind in (kinds or KINDS)], rest


def main():
    """Run the chosen kinds; exit code 1 when a test failed or none ran."""
    arguments = sys.argv[1:]
    if {'-h', '--help'} & set(arguments):
        print(__doc__)
        return 0
    exit_on_signals()
    started = time.monotonic()
    kinds, rest = split(arguments)
    try:
        with Runner(rest) as runner:
            runner.run_all(kinds)
    except SetupError as error:
        print(f'\n{error}', file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    sys.stderr.flush()
    for line in runner.troubles:
        print(line)
    if runner.failed:
        print(f'failed kinds: {", ".join(dict.fromkeys(runner.failed))}')
    print(closing_line(runner.counts, time.monotonic() - started), flush=True)
    return 1 if runner.failed or not runner.counts else 0


if __name__ == '__main__':
    sys.exit(main())
