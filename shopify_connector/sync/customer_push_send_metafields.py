"""Metafields of customers from fields of their contacts: sent with the customer, only what differs."""

from odoo import models

from ..entities import catalog_merge, metafield, metafield_values


class ShopifySyncCustomerPush(models.AbstractModel):
    _inherit = 'shopify.sync.customer.push'

    def _fill(self, backend, lookup, plan, asked):
        """Override: with the metafields that are mapped."""
        result = super()._fill(backend, lookup, plan, asked)
        if not plan.stop:
            for mapping in self.env['shopify.metafield.mapping']._of(backend, 'customer'):
                self._fill_metafield(plan, mapping, asked)
        return result

    def _fill_metafield(self, plan, mapping, asked):
        found = (plan.payload or {}).get(mapping._alias()) or {}
        if plan.payload and mapping._alias() not in plan.payload:
            return
        try:
            shop = metafield_values.canonical(found)
            kind = found.get('type') or mapping._get_kind()
            odoo = metafield_values.from_odoo(kind, mapping._get_raw(plan.partner[mapping.field_id.name]), shop)
        except (metafield.Unfit, ValueError):
            # Such a metafield cannot hold it; what comes from the shop says so.
            return
        name, agreed = mapping._value_name(), plan.row.agreed or {}
        mark = mapping._get_odoo_value(plan.partner, shop)[1]
        if name in agreed and agreed.get(f'_{name}') == mark:
            odoo = agreed[name]
        base = agreed.get(name, catalog_merge.UNKNOWN)
        wanted = odoo is not None and odoo != shop if asked else False
        if wanted or (not asked and catalog_merge.decide('odoo', base, shop, odoo, wipes=True) == 'push'):
            row = {'namespace': mapping.namespace, 'key': mapping.key}
            if odoo is not None:
                row.update(type=kind, value=odoo)
            plan.metafields.append(row)
            plan.changes[name] = (shop, odoo)

    def _send(self, backend, client, plan, plans):
        """Override: metafields go after the customer whose they are."""
        result = super()._send(backend, client, plan, plans)
        if result and plan.gid and not plan.stop:
            rows = [{'ownerId': plan.gid, **row} for row in plan.metafields]
            for document, root, inputs in (
                (metafield_values.SET, 'metafieldsSet', [row for row in rows if 'value' in row]),
                (metafield_values.DELETE, 'metafieldsDelete', [row for row in rows if 'value' not in row]),
            ):
                for batch in metafield_values.batches(inputs):
                    client.user_errors(client.mutate(document, {'metafields': batch}, idempotent=True), root)
            # Whoever sends the same plan once more (a customer that turned out to be there) has sent them already.
            plan.metafields.clear()
        return result
