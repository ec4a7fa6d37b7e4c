"""Keeps our own PostgreSQL up while anybody uses it, and ends it when the last user is gone, even a killed one.

Every user holds `users.lock` shared; once this process can have it alone, nobody is left.
"""
import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from scripts import postgres
from scripts.locks import try_lock
from scripts.process import die_with_parent
from scripts.progress import run

# The data are thrown away anyway, so nothing waits for the disk unless that is asked for.
FAST = {'fsync': 'off', 'synchronous_commit': 'off', 'full_page_writes': 'off', 'wal_level': 'minimal',
        'max_wal_senders': '0', 'max_wal_size': '2GB'}
SIZES = {'shared_buffers': '256MB', 'max_connections': '200'}
SECONDS_BETWEEN_LOOKS = 0.5


def main():
    """Start the server, wait until nobody uses it, stop it."""
    place = postgres.home(Path(sys.argv[1]))
    _prepare(place)
    server = subprocess.Popen(
        _command(place), stdout=(place.base / 'server.log').open('ab'), stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=die_with_parent, **place.as_user(),
    )
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(0))
    try:
        _wait_until_unused(place, server)
    finally:
        server.send_signal(signal.SIGINT)
        server.wait()


def _command(place):
    settings = {'listen_addresses': '', 'unix_socket_directories': place.sockets, **SIZES,
                **({} if os.environ.get(postgres.DURABLE) else FAST)}
    return [place.bin / 'postgres', '-D', place.data, *[f'--{name}={value}' for name, value in settings.items()]]


def _prepare(place):
    owner = pwd.getpwnam(place.user).pw_uid if place.user else os.getuid()
    place.sockets.mkdir(mode=0o700, exist_ok=True)
    if place.sockets.stat().st_uid not in (owner, os.getuid()):
        raise SystemExit(f'{place.sockets} belongs to somebody else')
    os.chown(place.sockets, owner, -1)
    if (place.data / 'PG_VERSION').exists():
        return
    shutil.rmtree(place.data, ignore_errors=True)
    place.data.mkdir(mode=0o700)
    os.chown(place.data, owner, -1)
    run([place.bin / 'initdb', '--auth=trust', '--encoding=UTF8', '--no-sync', '--locale=C',
         '--locale-provider=builtin', '--builtin-locale=C.UTF-8',
         '--username', postgres.ROLE, '-D', place.data], why='initdb failed', **place.as_user())


def _wait_until_unused(place, server):
    while server.poll() is None and not postgres.is_ready(place):
        time.sleep(0.1)
    with (place.base / 'users.lock').open('a') as users:
        while server.poll() is None and not try_lock(users):
            time.sleep(SECONDS_BETWEEN_LOOKS)
        if server.poll() is None:
            server.send_signal(signal.SIGINT)
            server.wait()


if __name__ == '__main__':
    main()
