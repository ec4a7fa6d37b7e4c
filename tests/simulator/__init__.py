"""A simulated Shopify Admin API: several shops on one loopback server, as strict as the real one."""
