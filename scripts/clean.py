"""Remove the cache of downloads, databases and logs; whatever is in use is left."""
import os
import shutil
import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)  # as a module of the package, whatever way it was started

from scripts.locks import try_lock
from scripts.paths import CACHE
from scripts.postgres import root_base
from scripts.progress import step


def in_use(folder):
    """Whether a process still uses a PostgreSQL whose files are under ``folder``."""
    for lock in folder.rglob('users.lock'):
        with lock.open('a') as handle:
            if not try_lock(handle):
                return True
    return False


def main():
    """Remove the folders, or say why one stays."""
    for folder in [CACHE] if os.getuid() else [CACHE, root_base()]:
        if not folder.is_dir():
            continue
        if in_use(folder):
            step(f'{folder} is in use and stays')
            return 1
        shutil.rmtree(folder)
        step(f'removed {folder}')
    return 0


if __name__ == '__main__':
    sys.exit(main())
