"""Customers and addresses -> contacts: many orders at a time, found before created, never overwritten."""

from odoo import api, models

from .customer_lookup import Lookup


class ShopifySyncCustomer(models.AbstractModel):
    _name = 'shopify.sync.customer'
    _description = "Shopify Customers"

    @api.model
    def _resolve(self, backend, needs_by_gid, ordering=False):
        """``{order gid: (customer, invoice contact, delivery contact, [trail entry, …])}``, each a ``res.partner``.

        ``needs_by_gid`` maps order gids to ``entities.order.Needs``. The customer of a company's order (B2B) is the
        company, with the person who ordered under it. Looked up once for the whole batch: by link, by
        e-mail, by phone; whoever is new is created once, however many of the orders are theirs.

        :param ordering: whether it is orders that need them: who is archived and orders is not archived any more.
        """
        needs_by_gid = dict(needs_by_gid.items())
        lookup = Lookup(self.env, backend, needs_by_gid.values())
        trails = {gid: [] for gid in needs_by_gid}
        owners = {gid: lookup.customer(need, trails[gid]) for gid, need in needs_by_gid.items()}
        lookup.create_customers()
        customers = {gid: owner() for gid, owner in owners.items()}
        customers.update(self.env['shopify.sync.company']._resolve(backend, lookup, needs_by_gid, customers, trails))
        if ordering:
            self._bring_back(backend, needs_by_gid, customers, trails)
        lookup.load_addresses(customers.values())
        places = {
            gid: (
                lookup.place(customers[gid], need.billing, 'invoice', trails[gid]),
                lookup.place(customers[gid], need.shipping or need.billing, 'delivery', trails[gid]),
            )
            for gid, need in needs_by_gid.items()
        }
        lookup.create_places()
        lookup.link_customers()
        return {gid: (customers[gid], places[gid][0](), places[gid][1](), trails[gid]) for gid in needs_by_gid}

    def _bring_back(self, backend, needs_by_gid, customers, trails):
        """Nobody who looks for what a customer owes finds it under a contact that is archived, so it is taken out of the
        archive for a new order. Who was erased stays so."""
        hidden = {gid: partner for gid, partner in customers.items() if not partner.active}
        if not hidden:
            return
        known = self.env['shopify.order.binding'].search(
            [('backend_id', '=', backend.id), ('gid', 'in', list(hidden)), ('sale_order_id', '!=', False)]
        )
        for gid in hidden.keys() - set(known.mapped('gid')):
            rows = hidden[gid].sudo().shopify_customer_ids
            if not rows.filtered('redacted_at'):
                back = hidden[gid] | hidden[gid].commercial_partner_id
                back.filtered(lambda partner: not partner.active).with_context(
                    shopify_customer_pull=backend.id
                ).active = True
                trails[gid].append(('customer_unarchived', {'name': hidden[gid].name or ''}))
                rows.filtered(lambda row, need=needs_by_gid[gid]: row.gid == need.customer_id)._add_trail('unarchived')

    # === HOOKS === #

    @api.model
    def _in_full(self, backend, document):
        """The document that asks for all that the store wants to know of its customers."""
        return document

    @api.model
    def _bulk_metafields(self, backend):
        """``{alias: (namespace, key)}`` of the metafields that a bulk operation reads along."""
        return {}

    def _settle_more(self, batch, row, payload):
        """What other parts of the addon take from a customer (``row``, a ``shopify.customer``). ``batch.note`` tells what
        could not be taken, ``_write_or_tell`` writes to the contact what may be refused."""
