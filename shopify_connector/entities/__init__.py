"""What is known about each synced thing: its GraphQL document, what its mapping needs, the mapping. No Odoo, no HTTP."""
