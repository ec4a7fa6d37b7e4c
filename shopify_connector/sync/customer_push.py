"""What would be written to a shop about contacts: read there first, and compared field by field."""

from dataclasses import dataclass, field

from odoo import api, models

from ..entities import address, catalog_merge, customer, customer_values, phone
from ..entities import customer_write as writing
from .customer_lookup import Lookup


@dataclass
class Plan:
    """``changes`` {field: (in the shop, will be)}; ``values`` what is sent of them; ``addresses`` [(address id or '',
    input, shown text)]; ``metafields`` inputs without their owner, those without a value are deleted;
    ``stop`` why nothing can be sent. Without ``gid`` the customer is new to the shop."""

    partner: object
    row: object
    gid: str = ''
    found_by: str = ''
    payload: dict | None = None
    changes: dict = field(default_factory=dict)
    values: dict = field(default_factory=dict)
    addresses: list = field(default_factory=list)
    metafields: list = field(default_factory=list)
    stop: str = ''

    @property
    def is_same(self):
        return bool(self.gid) and not (self.values or self.addresses or self.metafields)


class ShopifySyncCustomerPush(models.AbstractModel):
    _name = 'shopify.sync.customer.push'
    _description = "Shopify Customer Export"

    @api.model
    def _plan(self, backend, client, partners, asked=True):
        """``[Plan, …]`` of these contacts. ``asked``: a person wants it, so that Odoo's values count whoever owns them."""
        rows = self._get_rows(backend, partners)
        plans = [Plan(partner, rows.get(partner, self.env['shopify.customer'])) for partner in partners]
        lookup = Lookup(self.env, backend, [])
        self._look_up(backend, client, [plan for plan in plans if not plan.row])
        self._stop_taken(backend, plans)
        for plan in plans:
            plan.gid = plan.gid or plan.row.gid or ''
        gids = list(dict.fromkeys(plan.gid for plan in plans if plan.gid))
        payloads, _missing = self.env['shopify.sync.customer']._read(backend, client, gids) if gids else ([], [])
        by_gid = {payload['id']: payload for payload in payloads}
        lookup.learn_regions(place for payload in payloads for place in customer.places(payload).values())
        for plan in plans:
            plan.payload = by_gid.get(plan.gid)
            self._fill(backend, lookup, plan, asked)
        return plans

    def _get_rows(self, backend, partners):
        """The customer of this store that each contact is; the first of several."""
        found = {}
        domain = [('backend_id', '=', backend.id), ('partner_id', 'in', partners.ids)]
        for row in self.env['shopify.customer'].search([*domain, ('deleted_at', '=', False)], order='id'):
            found.setdefault(row.partner_id, row)
        return found

    def _look_up(self, backend, client, plans):
        """Customers of the shop that are contacts here without being linked: no two of a shop share an e-mail or phone."""
        wanted = []
        for plan in plans:
            values = self._odoo_values(backend, plan.partner)
            wanted += [(plan, 'email', 'emailAddress', values['email'])] if values['email'] else []
            number = values['phone'] or ''
            wanted += [(plan, 'phone', 'phoneNumber', number)] if number.startswith('+') else []
        for start in range(0, len(wanted), writing.MOST_LOOKUPS):
            part = wanted[start : start + writing.MOST_LOOKUPS]
            data = client.query(*writing.lookup([(name, value) for _plan, _by, name, value in part]))
            client.require_whole()
            for number, (plan, found_by, _name, _value) in enumerate(part):
                found = data.get(f'c{number}')
                if found and not plan.gid:
                    plan.gid, plan.found_by = found['id'], found_by

    def _stop_taken(self, backend, plans):
        """Whom the shop knows as another contact of Odoo: two contacts of one person are a person's to merge."""
        gids = [plan.gid for plan in plans if plan.gid and not plan.row]
        rows = self.env['shopify.customer'].search([('backend_id', '=', backend.id), ('gid', 'in', gids)])
        taken = {row.gid: row.partner_id for row in rows}
        for plan in plans:
            values = self._odoo_values(backend, plan.partner)
            number = (values['phone'] or '').startswith('+') and values['phone']
            keys = [key for key in (plan.gid, values['email'], number) if key]
            other = next((taken[key] for key in keys if taken.get(key, plan.partner) != plan.partner), None)
            if other and not plan.row:
                plan.stop = self.env._(
                    "The shop's customer with this e-mail or phone is the contact %(name)s here. Merge the two contacts, or "
                    "give one of them another e-mail and phone.",
                    name=other.display_name,
                )
                continue
            # The next contact with one of them would be written over this one.
            for key in keys:
                taken.setdefault(key, plan.partner)

    def _odoo_values(self, backend, partner):
        code = (partner.country_id or backend.company_id.country_id).phone_code
        read = {
            'name': partner.name,
            'email': partner.email_normalized,
            'phone': partner.phone,
            'lang': partner.lang,
            'comment': '',
        }
        return customer_values.odoo_values(read, code)

    def _fill(self, backend, lookup, plan, asked):
        plan.stop = plan.stop or self._get_obstacle(backend, plan)
        if plan.stop:
            return
        odoo, shop = self._odoo_values(backend, plan.partner), {}
        if plan.payload:
            code = (plan.partner.country_id or backend.company_id.country_id).phone_code
            shop = customer_values.shop_values(plan.payload, lookup.language(plan.payload.get('locale')), code)
        for name in writing.FIELDS:
            if self._is_to_send(plan, name, shop, odoo, asked):
                plan.values[name] = odoo[name]
                plan.changes[name] = (shop.get(name), odoo[name])
        self._fill_tags(backend, plan, asked)
        self._fill_addresses(backend, lookup, plan, asked)

    def _get_obstacle(self, backend, plan):
        values = self._odoo_values(backend, plan.partner)
        if plan.row.redacted_at:
            return self.env._("The personal data of this customer was erased: it is not sent again.")
        if plan.gid and not plan.payload:
            return self.env._("Shopify does not show this customer any more: the customer was deleted there.")
        if not plan.gid and not values['email'] and not (values['phone'] or '').startswith('+'):
            return self.env._(
                "A customer needs an e-mail address or a phone number with its country: nobody could tell afterwards "
                "whether the customer is in the shop already."
            )
        return ''

    @staticmethod
    def _is_to_send(plan, name, shop, odoo, asked):
        if odoo[name] is None or shop.get(name) == odoo[name]:
            return False
        if name == 'phone' and not odoo[name].startswith('+'):
            return False
        if name == 'name' and plan.payload and plan.partner.is_company:
            return False
        if asked or not plan.payload:
            return not (name == 'lang' and plan.payload and name not in shop)
        base = (plan.row.agreed or {}).get(name, catalog_merge.UNKNOWN)
        return catalog_merge.decide('odoo', base, shop.get(name), odoo[name]) == 'push' and name in shop

    def _fill_tags(self, backend, plan, asked):
        if backend.customer_tags == 'none':
            return
        shop = customer.tags(plan.payload or {})
        odoo = plan.partner.category_id.mapped('name')
        tags = writing.merged_tags(shop, odoo, (plan.row.agreed or {}).get('tags') or [], removes=not asked)
        if {tag.casefold() for tag in tags} != {tag.casefold() for tag in shop}:
            plan.values['tags'] = tags
            plan.changes['tags'] = (', '.join(shop), ', '.join(tags))

    # === ADDRESSES === #

    def _fill_addresses(self, backend, lookup, plan, asked):
        """The contact's own address, and those that the shop knows of it. Addresses of single orders are not sent."""
        places = customer.places(plan.payload or {})
        links = {link.partner_id: link for link in plan.row.address_ids if link.gid in places}
        keys = {
            gid: address.content_key(lookup.address_vals(place, plan.partner.name)) for gid, place in places.items()
        }
        for partner in plan.partner | plan.row.address_ids.partner_id:
            if not (partner.street or partner.city or partner.zip):
                continue
            ours = set(lookup.keys_of(partner))
            link = links.get(partner)
            if ours & set(keys.values()) or self._is_same_place(partner, places, lookup, plan):
                continue
            changed_there = link and link.content != places[link.gid]
            if link and changed_there and not asked:
                continue
            if link or partner == plan.partner:
                shown = ', '.join(filter(None, (partner.street, partner.zip, partner.city, partner.country_id.code)))
                plan.addresses.append((link.gid if link else '', self._address_input(backend, partner), shown))
        if plan.addresses:
            plan.changes['addresses'] = ('', '; '.join(shown for _gid, _input, shown in plan.addresses))

    def _is_same_place(self, partner, places, lookup, plan):
        """Whether the shop has this address under another name or number: who lives there is told by the customer."""
        own = ('street', 'street2', 'city', 'zip', 'country_id', 'state_id')

        def key(values):
            found = {name: values[name] for name in own}
            return address.content_key({**found, 'name': '', 'phone': '', 'company_name': ''})

        mine = key({name: partner[name].id if name.endswith('_id') else partner[name] for name in own})
        return partner == plan.partner and any(
            key(lookup.address_vals(place, partner.name)) == mine for place in places.values()
        )

    def _address_input(self, backend, partner):
        values = {name: partner[name] for name in ('name', 'street', 'street2', 'city', 'zip', 'company_name')}
        country = partner.country_id or backend.company_id.country_id
        number = phone.e164(partner.phone, country.phone_code)
        company = partner.commercial_company_name if partner.parent_id or partner.is_company else ''
        if partner.type != 'contact' and not partner.name:
            values['name'] = partner.parent_id.name
        return writing.address_input(
            {**values, 'phone': number}, partner.country_id.code, partner.state_id.code, company
        )
