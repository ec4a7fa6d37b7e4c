"""Odoo of this checkout at hand: make a database, open a shell, start a server, run tests against it."""
import argparse
import os
import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)  # as a module of the package, whatever way it was started

from scripts import databases
from scripts.odoo_env import ready
from scripts.paths import ROOT, RUN
from scripts.process import exit_on_signals
from scripts.progress import SetupError, step
from scripts.run_tests import pytest_command
from scripts.terminal import foreground

DEFAULT_DATABASE = 'dev'


def db(env, options):
    """Install the addon in the database, or update it; `db --apps`: beside the apps that it works together with."""
    more = databases.APPS if '--apps' in options.more else ()
    print(databases.install_or_update(env, options.database, more)[-1500:])
    step(f'the database {options.database} has the addon of this checkout')


def drop(env, options):
    """Remove the database."""
    databases.drop(env, options.database)


def shell(env, options):
    """Odoo's shell; a script may come on standard input."""
    return foreground(env.command('-d', options.database, '--no-http', *options.more, subcommand='shell'), env.variables())


def run(env, options):
    """A server with two workers and two cron workers; further options of Odoo are passed on."""
    arguments = ['-d', options.database, '--workers=2', '--max-cron-threads=2', *options.more]
    return foreground(env.command(*arguments), env.variables())


def test(env, options):
    """pytest with pytest-odoo on a database that has the addon: `test -d dev tests/integration/test_x.py -k word`."""
    databases.for_rollbacks(env, options.database)
    return foreground(pytest_command(env, options.database, options.more), env.variables())


def psql(env, options):
    """PostgreSQL's own shell."""
    return foreground(['psql', '-d', options.database, *options.more], env.variables())


def environment(env, _options):
    """Print the variables and paths, to be used by hand."""
    shown = {name: value for name, value in env.variables().items() if os.environ.get(name) != value}
    print('\n'.join(f'export {name}={value}' for name, value in shown.items()))
    print(f'# python {env.python}\n# configuration {env.config()}\n# run folder {RUN}\n# checkout {ROOT}')
    print('# PostgreSQL of our own stops when the last of these scripts ends')


COMMANDS = {command.__name__: command for command in (db, drop, shell, run, test, psql, environment)}


def main():
    """Read the command line and carry it out."""
    parser = argparse.ArgumentParser(
        description=__doc__, epilog='Everything else on the command line is passed on.', allow_abbrev=False)
    parser.add_argument('command', choices=COMMANDS, help='; '.join(
        f'{name}: {command.__doc__.strip().splitlines()[0]}' for name, command in COMMANDS.items()))
    parser.add_argument('-d', '--database', default=DEFAULT_DATABASE)
    options, more = parser.parse_known_args()
    options.more = [word for word in more if word != '--']
    exit_on_signals()
    try:
        with ready() as env:
            return COMMANDS[options.command](env, options)
    except SetupError as error:
        print(f'\n{error}', file=sys.stderr)
        return 1


if __name__ == '__main__':
    sys.exit(main())
