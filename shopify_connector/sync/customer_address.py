"""A customer's addresses -> contacts under theirs: reused when identical, changed and archived only when they are ours."""

from odoo import models
from odoo.tools import SQL

from ..entities import address, customer

_OWN = ('street', 'street2', 'city', 'zip', 'country_id', 'state_id')


class ShopifySyncCustomer(models.AbstractModel):
    _inherit = 'shopify.sync.customer'

    def _settle_addresses(self, batch):
        """All addresses of a batch: what is new is created at once, what is gone is archived unless documents use it. The
        contacts are left alone where the store says so."""
        owner = batch.backend._get_owner('customer')
        if owner == 'none':
            return
        pairs = list(batch.pairs())
        links = self.env['shopify.customer.address'].search([('customer_id', 'in', [row.id for row, _p in pairs])])
        known = {(link.customer_id.id, link.gid): link for link in links}
        used = self._find_used(links.filtered('is_ours').partner_id)
        wanted = []
        for row, payload in pairs:
            places = customer.places(payload)
            default = (payload.get('defaultAddress') or {}).get('id')
            for gid, cleaned in places.items():
                link = known.get((row.id, gid), self.env['shopify.customer.address'])
                if link and link.content == cleaned:
                    if link.is_default != (gid == default):
                        link.is_default = gid == default
                    continue
                wanted.append((row, gid, link, cleaned, gid == default))
            if owner != 'odoo' and customer.has_all_places(payload):
                gone = [link for (id_, gid), link in known.items() if id_ == row.id and gid not in places]
                self._drop(row, gone, used)
        self._take_places(batch, wanted, used)

    def _take_places(self, batch, wanted, used):
        lookup, found = batch.lookup, []
        for row, _gid, link, cleaned, is_default in wanted:
            values = lookup.address_vals(cleaned, row.partner_id.name)
            if self._is_ours_to_change(row, link, values, lookup, used):
                # Name and number of the contact itself are the customer's, not the address's.
                own = _OWN if link.partner_id == row.partner_id else address.CONTENT
                link.partner_id.write({name: values[name] for name in own})
                found.append((link.partner_id.id, True))
            elif self._is_to_fill(row, values, is_default):
                row.partner_id.write({name: values[name] for name in _OWN})
                found.append((row.partner_id.id, False))
            else:
                key = (row.partner_id.id, address.content_key(values))
                is_new = key not in lookup.places
                found.append(
                    (lookup.place(row.partner_id, cleaned, 'other', []), is_new or self._is_own(row, key, lookup))
                )
        lookup.create_places()
        self._link_places(batch, wanted, found)

    def _link_places(self, batch, wanted, found):
        fresh = []
        for (row, gid, link, cleaned, is_default), (place, is_ours) in zip(wanted, found, strict=True):
            values = {
                'partner_id': place if isinstance(place, int) else place().id,
                'content': cleaned,
                'is_default': is_default,
                'is_ours': is_ours,
                'unresolved': self._unresolved(batch.lookup, cleaned),
            }
            if link:
                link.write(values)
            else:
                fresh.append({**values, 'customer_id': row.id, 'gid': gid})
        self.env['shopify.customer.address'].create(fresh)

    @staticmethod
    def _is_own(row, key, lookup):
        """The contact's own address is the import's when the contact is."""
        return row.found_by == 'created' and lookup.places[key] == row.partner_id

    def _is_ours_to_change(self, row, link, values, lookup, used):
        """An address that Shopify made, that nobody has changed here and no document shows. A person under a company has
        the company's address."""
        if not (link and link.is_ours) or row._get_owner() != 'shopify':
            return False
        partner = link.partner_id
        if partner.id in used or (partner.parent_id and partner.type == 'contact'):
            return False
        before = address.content_key(lookup.address_vals(link.content, row.partner_id.name))
        others = self.env['shopify.customer.address'].search_count(
            [('partner_id', '=', partner.id), ('id', '!=', link.id)], limit=1
        )
        return not others and before in lookup.keys_of(partner) or False

    @staticmethod
    def _is_to_fill(row, values, is_default):
        """The default address of somebody whose contact has none."""
        partner = row.partner_id
        return (
            is_default
            and not partner.parent_id
            and not any(partner[name] for name in _OWN)
            and any(values[name] for name in _OWN)
        )

    def _drop(self, row, gone, used):
        for link in gone:
            partner, is_ours = link.partner_id, link.is_ours
            others = self.env['shopify.customer.address'].search_count(
                [('partner_id', '=', partner.id), ('id', '!=', link.id)], limit=1
            )
            link.unlink()
            if not is_ours or partner == row.partner_id or not partner.parent_id or others:
                continue
            shown = ', '.join(filter(None, (partner.street, partner.city)))
            if partner.id in used:
                row._add_trail('address_kept', address=shown)
            elif partner.active and not partner.child_ids:
                partner.active = False
                row._add_trail('address_archived', address=shown)

    def _find_used(self, partners):
        """Ids of the contacts whose address stands on a document."""
        if not partners:
            return set()
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
            SELECT partner_invoice_id FROM sale_order WHERE partner_invoice_id = ANY(%(ids)s)
            UNION SELECT partner_shipping_id FROM sale_order WHERE partner_shipping_id = ANY(%(ids)s)
            UNION SELECT partner_id FROM account_move WHERE partner_id = ANY(%(ids)s)
            UNION SELECT partner_shipping_id FROM account_move WHERE partner_shipping_id = ANY(%(ids)s)
            UNION SELECT partner_id FROM stock_picking WHERE partner_id = ANY(%(ids)s)
            """,
                ids=partners.ids,
            )
        )
        return {row[0] for row in rows}

    def _unresolved(self, lookup, cleaned):
        """The country or state that Odoo does not know, as Shopify writes it."""
        country, state = lookup.region(cleaned)
        if cleaned.get('country') and not country:
            return cleaned['country']
        given = cleaned.get('state_name') or cleaned.get('state')
        return given if given and not state else False
