"""Databases that are copies of a template, in which Odoo and the addon were installed once."""
import os
import shutil

from scripts.get_odoo import odoo_version
from scripts.locks import locked
from scripts.odoo_env import manifest
from scripts.paths import ADDON, ROOT, RUN, digest, tree_digest
from scripts.progress import step

PREPARE = ROOT / 'scripts/inside_odoo/prepare.py'
ASSETS = ROOT / 'scripts/inside_odoo/assets.py'
WITH_THE_ADDON = ('sale_management',)  # the Sales menu; the addon itself needs less
# What the addon goes without, and works together with where it is there.
APPS = ('product_expiry', 'sale_mrp', 'stock_delivery', 'stock_dropshipping', 'stock_picking_batch')
TEMPLATES_KEPT = 6
READY = 'ready'


def filestore(env, database):
    """Folder in which Odoo keeps the attachments of a database."""
    return env.data / 'filestore' / database


def exists(env, database):
    """Whether there is a database of that name."""
    return bool(env.sql(f"SELECT 1 FROM pg_database WHERE datname = '{database}'"))


def drop(env, database):
    """Remove a database and its filestore, also while somebody is connected."""
    env.sql(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
    shutil.rmtree(filestore(env, database), ignore_errors=True)


def copy(env, source, target):
    """Make ``target`` a copy of the database ``source``, replacing it if it is there."""
    drop(env, target)
    env.sql(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')
    if filestore(env, source).is_dir():
        shutil.copytree(filestore(env, source), filestore(env, target), copy_function=os.link)


def for_rollbacks(env, database):
    """Have PostgreSQL plan queries by what tables hold, in a database whose tests are rolled back.

    A vacuum that comes by between two of them finds tables empty, and notes that; for the rows of a long transaction after it
    PostgreSQL then loops through whole tables: seconds for a query, hours for a test. Only a superuser may tell it not to count.
    """
    if env.sql('SELECT 1 FROM pg_roles WHERE rolname = current_user AND rolsuper'):
        env.sql(f'ALTER DATABASE "{database}" SET track_counts = off')


def base_template(env, more=()):
    """Name of the template with all modules but the addon's own, and with ``more`` of them, for a US company with accounts."""
    modules = sorted({*manifest()['depends'], *WITH_THE_ADDON, *more})
    name = f'sc_base_{digest(env.home, odoo_version(env.home), PREPARE, *modules)}'

    def build():
        step(f'installing {", ".join(modules)} in a template database (about a minute, once)')
        if more:
            copy(env, base_template(env), name)
            _odoo(env, name, '-i', ','.join(more), why='Odoo could not be installed')
            return
        env.sql(f'CREATE DATABASE "{name}"')
        _odoo(env, name, '-i', ','.join(modules), why='Odoo could not be installed')
        env.odoo('-d', name, '--no-http', subcommand='shell', input=PREPARE.read_text(),
                 why='the company could not be prepared')
    return _made_once(env, name, build)


def addon_template(env, more=()):
    """Name of the template with the addon as it stands in this checkout, beside ``more`` modules."""
    base = base_template(env, more)
    name = f'sc_addon_{digest(base, ASSETS, tree_digest(ROOT / ADDON))}'

    def build():
        step('installing the addon in a template database')
        copy(env, base, name)
        _odoo(env, name, '-i', ADDON, why='the addon could not be installed')
        if not more:  # nobody looks at the others in a browser
            env.odoo('-d', name, '--no-http', subcommand='shell', input=ASSETS.read_text(),
                     why='the files of the web client could not be made')
        _forget_old_templates(env)
    return _made_once(env, name, build)


def install_or_update(env, database, more=()):
    """Bring the addon of this checkout into ``database``, which is made from the base template with ``more`` modules if it
    is missing."""
    if exists(env, database):
        present = env.sql(f"SELECT state FROM ir_module_module WHERE name = '{ADDON}'", database)
        return _odoo(env, database, '-u' if present == ['installed'] else '-i', ADDON, why='the addon was not updated')
    copy(env, base_template(env, more), database)
    return _odoo(env, database, '-i', ADDON, why='the addon could not be installed')


def _odoo(env, database, *arguments, why):
    return env.odoo('-d', database, '--no-http', '--stop-after-init', '--max-cron-threads=0', *arguments, why=why)


def _made_once(env, name, build):
    with locked(RUN / f'{name}.lock'):
        mark = f"SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = '{name}'"
        if env.sql(mark) != [READY]:
            drop(env, name)
            build()
            env.sql(f"COMMENT ON DATABASE \"{name}\" IS '{READY}'")
    return name


def _forget_old_templates(env):
    names = env.sql("SELECT datname FROM pg_database WHERE datname LIKE 'sc_addon_%' ORDER BY oid DESC")
    for name in names[TEMPLATES_KEPT:]:
        drop(env, name)
        (RUN / f'{name}.lock').unlink(missing_ok=True)
