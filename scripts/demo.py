"""Two simulated Shopify shops and Odoo with the addon, connected and at work, until Ctrl-C.

Odoo, its libraries and PostgreSQL are fetched once into the cache; nothing has to be installed by hand.
"""
import argparse
import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)  # as a module of the package, whatever way it was started

from scripts import demo_screen
from scripts.demo_run import Demo
from scripts.odoo_env import ready
from scripts.process import exit_on_signals
from scripts.progress import SetupError, step

ENVIRONMENT = '''
environment:
  ODOO_HOME        a folder with Odoo 19 (it contains odoo/release.py) instead of a download
  PGHOST, PGPORT, PGUSER, PGPASSWORD
                   a PostgreSQL to use instead of our own; the user must be allowed to create databases
  SHOPIFY_CONNECTOR_PYTHON
                   the Python that runs Odoo, instead of the faster of this one and the system's
  XDG_CACHE_HOME   where downloads and databases are kept (default: ~/.cache)

ports that are taken are replaced by free ones.
'''


def read_options():
    """The command line as a namespace."""
    parser = argparse.ArgumentParser(
        prog='make demo', description=__doc__, epilog=ENVIRONMENT, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--port', type=int, default=8069, help='port of Odoo (default: %(default)s)')
    parser.add_argument('--simulator-port', type=int, default=9292, help='port of the shops (default: %(default)s)')
    parser.add_argument('--every', type=float, default=5.0, metavar='SECONDS', help='time between two orders')
    parser.add_argument('--no-orders', action='store_true', help='no orders by themselves; place them on the page')
    parser.add_argument('--real-shop', action='store_true',
                        help='no simulator: an Odoo, kept from run to run, to connect a shop of your own to')
    parser.add_argument('--forget', action='store_true', help='with --real-shop: begin with a new database')
    return parser.parse_args()


def main():
    """Set everything up, show the screen, let orders come in, and end all of it on Ctrl-C."""
    options = read_options()
    exit_on_signals()
    running = False
    try:
        with ready() as env, Demo(env, options) as demo:
            demo.set_up()
            print(demo_screen.text(demo), flush=True)
            running = True
            demo.live()
    except SetupError as error:
        print(f'\n{error}', file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        step('everything that was started has ended')
        return 0 if running else 130
    return 0


if __name__ == '__main__':
    sys.exit(main())
