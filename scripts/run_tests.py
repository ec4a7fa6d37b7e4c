"""Command lines of pytest for the kinds of tests."""
from scripts.paths import RUN

# Odoo is loaded into the process only by this kind; everywhere else its plugin would need Odoo for nothing.
WITHOUT_ODOO = ('-p', 'no:odoo')


def pytest_command(env, database, arguments):
    """pytest with Odoo in its process, on a database that has the addon."""
    return [
        env.python, '-m', 'pytest', f'--odoo-database={database}', f'--odoo-config={env.config()}', '--odoo-http',
        '--odoo-extra', 'max-cron-threads=0', '--odoo-extra', f'db-filter=^{database}$',
        '--odoo-extra', f'screenshots={RUN / "screenshots"}', *arguments,
    ]
