"""All that a run of Odoo needs, put together: its code, Python, PostgreSQL, configuration and log."""
import ast
import os
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scripts import compiled, postgres
from scripts.get_odoo import odoo_home
from scripts.get_python import python
from scripts.paths import ADDON, ROOT, RUN, digest
from scripts.progress import run

PROGRAM = ROOT / 'scripts/inside_odoo/odoo_bin.py'
SETTINGS = {
    'admin_passwd': 'admin', 'http_interface': '127.0.0.1', 'list_db': 'False', 'db_maxconn': '32',
    'without_demo': 'True', 'unaccent': 'True',
}


@dataclass(frozen=True)
class OdooEnv:
    """Ways to Odoo, Python and PostgreSQL, and where this checkout's files of Odoo lie."""
    python: Path
    home: Path
    cluster: postgres.Cluster

    @property
    def data(self):
        """Odoo's data folder: filestores, sessions and the key of the addon's secrets."""
        return RUN / 'odoo-data'

    def variables(self):
        """Environment for a process that runs or imports Odoo, or runs a client of PostgreSQL."""
        variables = self.cluster.environment()
        known = [str(self.home), str(ROOT)]
        variables['PYTHONPATH'] = os.pathsep.join(known)
        variables['PATH'] = f'{self.python.parent}{os.pathsep}{variables["PATH"]}'
        variables['PYTHONUNBUFFERED'] = '1'
        variables.pop('ODOO_RC', None)
        return compiled.kept(variables)

    def config(self):
        """Write Odoo's configuration for this checkout and return its path."""
        addons = [folder for folder in (self.home / 'addons', self.home / 'odoo/addons', ROOT) if folder.is_dir()]
        settings = {**SETTINGS, 'data_dir': self.data, 'addons_path': ','.join(map(str, addons))}
        text = '[options]\n' + ''.join(f'{name} = {value}\n' for name, value in settings.items())
        path = RUN / f'odoo-{digest(text)}.conf'
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = path.with_suffix(f'.{os.getpid()}')
            draft.write_text(text)
            draft.replace(path)
        return path

    def command(self, *arguments, subcommand=None):
        """Command line of Odoo with our configuration."""
        return [self.python, PROGRAM, *([subcommand] if subcommand else []), '-c', self.config(), *arguments]

    def odoo(self, *arguments, why, subcommand=None, **options):
        """Run Odoo to its end and return its log."""
        return run(self.command(*arguments, subcommand=subcommand), why=why, env=self.variables(), cwd=ROOT, **options)

    def sql(self, statement, database='postgres'):
        """Run one SQL statement; the answer's rows as a list of texts, columns separated by '|'."""
        return run(
            ['psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-d', database, '-c', statement],
            why='PostgreSQL refused a statement', env=self.variables(),
        ).splitlines()


def manifest():
    """The addon's manifest as a dictionary."""
    return ast.literal_eval((ROOT / ADDON / '__manifest__.py').read_text())


@contextmanager
def ready():
    """Get what is missing, start PostgreSQL and yield an :class:`OdooEnv` to work with."""
    interpreter = python()
    home = odoo_home()
    RUN.mkdir(parents=True, exist_ok=True)
    with postgres.running(interpreter) as cluster:
        yield OdooEnv(interpreter, home, cluster)
