"""Odoo's command line as a file, because Odoo starts itself again from `sys.argv[0]` for its gevent worker."""
import odoo.cli

if __name__ == '__main__':
    odoo.cli.main()
