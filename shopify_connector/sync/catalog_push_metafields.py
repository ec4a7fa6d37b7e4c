"""Metafields to a shop: only those that differ, never over what somebody has changed there in the meantime."""

from odoo import models

from ..entities import metafield_values
from ..entities import product as mapping
from ..shopify import errors


class ShopifySyncCatalogPush(models.AbstractModel):
    _inherit = 'shopify.sync.catalog.push'

    def _push_more(self, run, job):
        """Override: send metafields, 25 a call, and agree on what the shop has then."""
        result = super()._push_more(run, job)
        nodes = {node['id']: node for node in mapping.variant_nodes(job.payload)}
        wanted = [('product', None, job.payload, job.more['product'])]
        wanted += [('variant', gid, nodes[gid], values) for gid, values in job.more['variants'].items() if gid in nodes]
        rows, gone, names = [], [], {}
        for level, gid, node, values in wanted:
            for row in self.env['shopify.metafield.mapping']._of(run.backend, level):
                if row._value_name() in values:
                    names.setdefault(gid, []).append(row._value_name())
                    self._add_row(row, node, values[row._value_name()], rows, gone)
        for document, root, inputs in (
            (metafield_values.SET, 'metafieldsSet', rows), (metafield_values.DELETE, 'metafieldsDelete', gone),
        ):  # fmt: skip
            for batch in metafield_values.batches(inputs):
                self._write_metafields(run.client, document, root, batch)
        if names:
            self._agree_metafields(run, job, names, job.odoo)
        return result

    @staticmethod
    def _write_metafields(client, document, root, batch):
        """Another value than the one that was read: somebody's, or ours of a request whose answer was lost. Only a look at
        the product tells."""
        try:
            client.user_errors(client.mutate(document, {'metafields': batch}, idempotent=True), root)
        except errors.UserErrors as error:
            if metafield_values.STALE not in error.codes:
                raise
            raise errors.Unavailable(error.message, code='stale', retry_after=3.0) from error

    @staticmethod
    def _add_row(row, node, value, rows, gone):
        found = node.get(row._alias()) or {}
        owner = {'ownerId': node['id'], 'namespace': row.namespace, 'key': row.key}
        if value is None:
            gone.append(owner)
        else:
            kind = found.get('type') or row._get_kind()
            rows.append({**owner, 'type': kind, 'value': value, 'compareDigest': found.get('compareDigest')})

    def _agree_metafields(self, run, job, names, odoo=None):
        """``odoo``: Odoo's values that were sent; read now where that is None."""
        payloads = self.env['shopify.sync.product']._fetch(run.backend, run.client, [job.binding.gid])
        if not payloads:
            raise errors.UnclearError()
        with self.env['shopify.engine']._turn():
            shop = self.env['shopify.sync.catalog.values']._get_shop_values(run.backend, payloads[0])
            variants = {gid: found for gid, found in names.items() if gid}
            self.env['shopify.sync.catalog']._agree(run.backend, job.binding, shop, names.get(None, ()), variants, odoo)
