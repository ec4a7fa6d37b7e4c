"""Options and values that have only got another name: nothing is rebuilt for them."""

from odoo import models

from ..entities import product as mapping
from ..entities import translation
from ..entities.catalog_fields import OPTION
from .product_attributes import key


class ShopifySyncProduct(models.AbstractModel):
    _inherit = 'shopify.sync.product'

    def _follow_structure(self, batch):
        """Override: what has only got another name is the same still, on whichever side."""
        payloads = batch.payloads
        batch.payloads = [self._in_words_of_odoo(batch, payload) for payload in payloads]
        try:
            return super()._follow_structure(batch)
        finally:
            batch.payloads = payloads

    def _in_words_of_odoo(self, batch, payload):
        """The payload with Odoo's names of options and values where Odoo's word counts; where Shopify's does, its names are
        taken over, if they are this product's alone."""
        binding = batch.matcher.bindings.get(payload['id'])
        if not binding or not binding.option_links or not binding.product_tmpl_id:
            return payload
        catalog, values = self.env['shopify.sync.catalog'], self.env['shopify.sync.catalog.values']
        owner = catalog._get_effective_owners(batch.backend, binding, False)['text']
        records = values._get_option_records([binding], batch.backend._get_catalog_lang())[binding]
        agreed, words = binding.agreed or {}, {}
        for node in translation.option_nodes(payload):
            short = translation.short_id(node['id'])
            record = records.get(short)
            if not record or key(record.name) == key(node['name']):
                continue
            if owner == 'odoo':
                words[short] = record.name
            elif owner == 'shopify' and key(agreed.get(OPTION + short, record.name)) == key(record.name):
                values._rename_option(batch.backend, binding, record, node['name'].strip())
        return mapping.renamed(payload, words) if words else payload
