"""Progress lines with the seconds since the start, and commands whose output is shown only when they fail."""
import subprocess
import sys
import time

from scripts.process import die_with_parent

STARTED = time.monotonic()
LINES_SHOWN_ON_FAILURE = 40


class SetupError(Exception):
    """Something that is needed cannot be had; the text says what and what to do."""


def step(text):
    """Print one progress line to stderr."""
    print(f'[{time.monotonic() - STARTED:6.1f} s] {text}', file=sys.stderr, flush=True)


def run(command, *, why, **options):
    """Run a command to its end and return its output.

    :raise SetupError: it failed; the text has ``why`` and the last lines of its output.
    """
    command = [str(part) for part in command]
    if 'input' not in options:
        options['stdin'] = subprocess.DEVNULL
    try:
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors='replace',
            preexec_fn=die_with_parent, **options,
        )
    except OSError as error:
        raise SetupError(f'{why}: {error}') from error
    if done.returncode:
        tail = '\n'.join(done.stdout.splitlines()[-LINES_SHOWN_ON_FAILURE:])
        raise SetupError(f'{why}: `{" ".join(command[:6])} …` ended with {done.returncode}:\n{tail}')
    return done.stdout
