"""Lock files, and folders that are built once however many processes want them."""
import fcntl
import shutil
from contextlib import contextmanager

from scripts.progress import step

COMPLETE = '.complete'


@contextmanager
def locked(path, *, shared=False):
    """Hold the lock file ``path``; says so when it has to wait for another process."""
    path.parent.mkdir(parents=True, exist_ok=True)
    mode = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    with path.open('a') as handle:
        if not _take(handle, mode | fcntl.LOCK_NB):
            step(f'waiting for another process that holds {path.name}')
            _take(handle, mode)
        yield handle


def _take(handle, mode):
    try:
        fcntl.flock(handle, mode)
    except BlockingIOError:
        return False
    return True


def try_lock(handle):
    """Take an open lock file for us alone, without waiting; False when somebody else holds it."""
    return _take(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def built_once(folder, build):
    """Return ``folder``, filled by ``build(folder)`` unless that was finished before.

    A build that broke off leaves no mark and is begun again from an empty folder.
    """
    mark = folder / COMPLETE
    if mark.exists():
        return folder
    with locked(folder.with_name(folder.name + '.lock')):
        if not mark.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            build(folder)
            mark.touch()
    return folder
