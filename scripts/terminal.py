"""Programs that use our terminal: they get its keys and signals, and we wait for their end. Others run beside them."""
import signal
import subprocess

from scripts.paths import ROOT
from scripts.process import die_with_parent


def foreground(command, variables):
    """Run ``command`` with our input and output and return its exit code; Ctrl-C is left to the program."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    child = subprocess.Popen([str(part) for part in command], env=variables, cwd=ROOT, preexec_fn=_interruptible)
    try:
        return child.wait()
    finally:
        if child.poll() is None:
            child.terminate()
            child.wait()
        signal.signal(signal.SIGINT, before)


def aside(command, variables, log):
    """Start ``command`` beside us, with what it prints in the file ``log`` and nothing to read; returns the process."""
    with open(log, 'wb') as output:
        return subprocess.Popen(
            [str(part) for part in command], env=variables, cwd=ROOT, preexec_fn=die_with_parent,
            stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)


def _interruptible():
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    die_with_parent()
