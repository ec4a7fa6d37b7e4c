"""A Chromium for the browser tests: the one CHROMIUM names or the system has, else unpacked privately."""
import os
import platform
import shutil
import subprocess
from pathlib import Path

from scripts.locks import built_once
from scripts.paths import CACHE
from scripts.private_apt import PrivateApt, debian_sources
from scripts.progress import SetupError, run, step

VARIABLE = 'CHROMIUM'
NAMES = ('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable')
PACKAGES = ('chromium', 'fonts-liberation', 'fontconfig-config')
FLAGS = (
    '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage',
)
LAUNCHER = '''#!/bin/sh
export LD_LIBRARY_PATH="{libraries}"
[ -d /etc/fonts ] || export FONTCONFIG_PATH="{root}/etc/fonts" FONTCONFIG_SYSROOT="{root}"
exec "{root}/usr/lib/chromium/chromium" "$@"
'''


def chromium():
    """Path of a Chromium that starts, or None after saying why there is none."""
    if given := os.environ.get(VARIABLE):
        return Path(given)
    for name in NAMES:
        if found := shutil.which(name):
            return Path(found)
    try:
        return built_once(CACHE / 'chromium', _unpack) / 'chromium'
    except SetupError as error:
        step(f'no Chromium: {error}')
    return _installed_as_root() if not os.getuid() else None


def _unpack(folder):
    step('getting Chromium as Debian packages (about 200 MB, once)')
    root = folder / 'root'
    root.mkdir()
    apt = PrivateApt(folder / 'apt', debian_sources())
    apt.update()
    apt.unpack(apt.with_dependencies(*PACKAGES), root)
    shutil.rmtree(folder / 'apt')
    launcher = folder / 'chromium'
    multiarch = root / 'usr/lib' / f'{platform.machine()}-linux-gnu'
    libraries = [multiarch, *sorted({path.parent for path in multiarch.glob('*/*.so*')})]
    launcher.write_text(LAUNCHER.format(root=root, libraries=os.pathsep.join(map(str, libraries))))
    launcher.chmod(0o755)
    _check(launcher)


def _installed_as_root():
    try:
        run(['apt-get', 'update', '-q'], why='apt-get update failed')
        run(['apt-get', 'install', '-y', '-q', '--no-install-recommends', 'chromium'],
            why='Chromium cannot be installed', env={**os.environ, 'DEBIAN_FRONTEND': 'noninteractive'})
    except SetupError as error:
        step(f'no Chromium: {error}')
        return None
    return Path(shutil.which('chromium'))


def _check(program):
    page = 'data:text/html,<p>it works</p>'
    command = [program, '--headless', *FLAGS, f'--user-data-dir={program.parent / "profile"}', '--dump-dom', page]
    try:
        shown = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SetupError(f'the unpacked Chromium does not start: {error}') from error
    finally:
        shutil.rmtree(program.parent / 'profile', ignore_errors=True)
    if 'it works' not in shown.stdout:
        raise SetupError(f'the unpacked Chromium does not start: {shown.stderr[-2000:]}')
