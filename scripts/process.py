"""Children that never outlive us: each in its own process group, ended with all that it started."""
import ctypes
import os
import signal
import subprocess
import sys
import time

PR_SET_PDEATHSIG = 1
SECONDS_FOR_THE_REST = 3
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == 'linux' else None


def die_with_parent():
    """Ask Linux to end this process when its parent dies, even when the parent is killed."""
    if _libc:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def exit_on_signals():
    """Turn SIGTERM and SIGHUP into SystemExit, so that every `finally` is run.

    SIGINT becomes KeyboardInterrupt also where a shell that put us in the background had it ignored.
    """
    def leave(number, _frame):
        signal.signal(number, signal.SIG_IGN)
        raise SystemExit(128 + number)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, leave)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def spawn(command, *, log, **options):
    """Start a long-running child in a process group of its own; its output is appended to the file ``log``."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open('ab') as output:
        return subprocess.Popen(
            [str(part) for part in command], stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            start_new_session=True, preexec_fn=die_with_parent, **options,
        )


def group_is_alive(group):
    """Whether any process of the group ``group`` is left."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _signal_group(group, number):
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        pass


def stop(child, patience=20.0):
    """End ``child`` and its whole group: asked politely first, killed after ``patience`` seconds.

    :return: True when it went by itself, False when it had to be killed.
    """
    if child.poll() is None:
        child.terminate()
    try:
        child.wait(patience)
        polite = True
    except subprocess.TimeoutExpired:
        polite = False
    _signal_group(child.pid, signal.SIGTERM)
    deadline = time.monotonic() + (SECONDS_FOR_THE_REST if polite else 0)
    while group_is_alive(child.pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    kill(child)
    return polite


def kill(child):
    """End ``child`` and its whole group at once, without a chance to tidy up."""
    _signal_group(child.pid, signal.SIGKILL)
    child.wait()
    while group_is_alive(child.pid):
        time.sleep(0.02)
