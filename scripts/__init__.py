"""What `make` runs: it gets Odoo, Python libraries and PostgreSQL, and starts servers. Standard library only."""
