"""Where Odoo 19 comes from: the folder ODOO_HOME, else Debian's package, else a shallow clone."""
import os
import re
import shutil
from pathlib import Path

from scripts.locks import built_once
from scripts.paths import CACHE
from scripts.private_apt import PrivateApt, mirror
from scripts.progress import SetupError, run, step

SERIES = '19.0'
REPOSITORY = 'https://github.com/odoo/odoo.git'
# The package only links to these; Font Awesome must be 4.7, which Debian 12 has and sid no longer.
WEB_PACKAGES = (
    'fonts-font-awesome/bookworm', 'fonts-roboto-unhinted', 'fonts-montserrat', 'fonts-inconsolata',
    'fonts-glyphicons-halflings', 'libjs-jquery', 'libjs-jquery-form', 'libjs-underscore',
)
LEFT_OUT = 'odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js'


def odoo_home():
    """Folder that has ``odoo/release.py`` and ``addons/``; fetched once, then taken from the cache.

    :raise SetupError: ODOO_HOME is not an Odoo 19, or no source of Odoo can be reached.
    """
    if given := os.environ.get('ODOO_HOME'):
        return _checked(_inner(Path(given)))
    folder = CACHE / 'odoo' / SERIES
    return _checked(_inner(built_once(folder, _fetch)))


def _inner(folder):
    packaged = folder / 'usr/lib/python3/dist-packages'
    return packaged if packaged.is_dir() else folder


def _checked(home):
    if odoo_version(home).split('.')[:2] != SERIES.split('.'):
        raise SetupError(f'{home} is not Odoo {SERIES}: set ODOO_HOME to a folder that contains odoo/release.py')
    return home


def odoo_version(home):
    """Version as text such as '19.0', read without importing Odoo; '' when there is none."""
    release = home / 'odoo/release.py'
    found = re.search(r'^version_info = \((\d+), (\d+)', release.read_text(), re.M) if release.is_file() else None
    return '.'.join(found.groups()) if found else ''


def _fetch(folder):
    try:
        _from_debian(folder)
    except SetupError as error:
        step(f'Odoo cannot be had as a Debian package ({str(error).splitlines()[0]}); cloning it instead')
        shutil.rmtree(folder)
        run(['git', 'clone', '--quiet', '--depth', '1', '--branch', SERIES, REPOSITORY, folder],
            why='Odoo cannot be cloned; set ODOO_HOME to a folder with Odoo 19')


def _from_debian(folder):
    site = mirror()
    step('getting Odoo 19 as a Debian package (123 MB, once)')
    state = CACHE / 'odoo' / 'apt'
    apt = PrivateApt(state, [(site, 'sid'), (site, 'bookworm')])
    apt.update()
    apt.unpack(['odoo-19'], folder)
    apt.unpack(WEB_PACKAGES, folder)
    shutil.rmtree(state, ignore_errors=True)
    _fill_gaps(folder)


def _fill_gaps(folder):
    """Debian leaves out a file whose source is not free; without it every bundle of the web client logs an error."""
    missing = _inner(folder) / LEFT_OUT
    missing.parent.mkdir(parents=True, exist_ok=True)
    missing.write_text('/* blurring of backgrounds in video calls is not part of the Debian package */\n')
