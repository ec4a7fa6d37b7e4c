"""Customers and addresses -> contacts: many orders at a time, found before created, never overwritten."""

from odoo import api, models
from odoo.tools import SQL

from ..entities import address, customer
from ..shopify import paging


class ShopifySyncCustomer(models.AbstractModel):
    _name = 'shopify.sync.customer'
    _description = "Shopify Customers"

    # === RESOLVE === #

    @api.model
    def _resolve(self, backend, needs_by_gid):
        """``{order gid: (customer, invoice contact, delivery contact, [trail entry, …])}``, each a ``res.partner``.

        ``needs_by_gid`` maps order gids to ``entities.order.Needs``. The customer of a company's order (B2B) is the
        company, with the person who ordered under it. Looked up once for the whole batch: by link, by
        e-mail, by phone; whoever is new is created once, however many of the orders are theirs.
        """
        needs_by_gid = dict(needs_by_gid.items())
        lookup = _Lookup(self.env, backend, needs_by_gid.values())
        trails = {gid: [] for gid in needs_by_gid}
        owners = {gid: lookup.customer(need, trails[gid]) for gid, need in needs_by_gid.items()}
        lookup.create_customers()
        customers = {gid: owner() for gid, owner in owners.items()}
        customers.update(self.env['shopify.sync.company']._resolve(backend, lookup, needs_by_gid, customers, trails))
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

    # === TASKS === #

    @api.model
    def _handle_customers(self, backend, tasks):
        """A customer who is linked gets what was blank filled in; names and addresses that exist stay as they are."""
        client = backend._get_client('catalogue')
        for _ids, nodes in paging.read_nodes(client, customer.DOCUMENT, list(dict.fromkeys(tasks.mapped('key')))):
            self._update_linked(backend, [node for node in nodes if node])
        tasks._set_done()

    @api.model
    def _handle_import(self, backend, tasks):
        """Read all customers: found by e-mail and phone, created where unknown."""
        client, task = backend._get_client('catalogue'), tasks[:1]
        start = {'after': task.cursor} if task.cursor else {}
        for page, cursor in paging.walk(client, customer.ALL, start, ('customers',)):
            with self.env['shopify.engine']._turn():
                self._resolve(backend, {node['id']: customer.needs(node) for node in page})
                task._keep_position(cursor, len(page))
                task.message = self.env._("%(count)s customers read", count=task.value)
            if cursor and not (self.env['shopify.engine']._is_time_left() and backend._is_live()):
                return
        tasks._set_done(self.env._("%(count)s customers read.", count=task.value))

    def _update_linked(self, backend, nodes):
        links = self.env['shopify.binding']._get_ids(backend, 'res.partner', [node['id'] for node in nodes])
        for node in nodes:
            if node['id'] not in links:
                continue
            partner = self.env['res.partner'].browse(links[node['id']])
            need = customer.needs(node)
            blanks = {'email': need.email, 'phone': need.phone}
            partner.write({name: value for name, value in blanks.items() if value and not partner[name]})

    @api.model
    def _handle_privacy(self, backend, tasks):
        """Customer data requests and erasures need a person within 30 days: they stay on the list until one has acted."""
        for task in tasks:
            task._set_failed(
                'privacy',
                self.env._(
                    "%(topic)s for customer %(key)s: act within 30 days and then skip this task. What Odoo keeps of the customer "
                    "is the contact, its orders and its invoices.",
                    topic=task.topic,
                    key=task.key,
                ),
            )


class _Lookup:
    """What one batch of orders knows of contacts. ``customer`` and ``place`` return functions that give the record once
    ``create_customers`` and ``create_places`` have created those that were missing."""

    def __init__(self, env, backend, needs):
        self.env, self.backend = env, backend
        self.partners = env['res.partner'].with_company(backend.company_id)
        needs = list(needs)
        self.links = env['shopify.binding']._get_ids(
            backend, 'res.partner', {need.customer_id for need in needs if need.customer_id}
        )
        self.by_email = self._find_by_email({need.email for need in needs if need.email})
        self.by_phone = self._find_by_phone({address.phone_digits(need.phone) for need in needs if need.phone})
        self.countries, self.states = self._find_regions([a for need in needs for a in self._addresses(need)])
        self.new_customers, self.new_links = {}, {}
        self.places, self.new_places = {}, {}

    @staticmethod
    def _addresses(need):
        company = getattr(need, 'company', None) or {}
        return [need.billing, need.shipping, company.get('billing') or {}, company.get('shipping') or {}]

    def _domain(self):
        return [('company_id', 'in', (False, self.backend.company_id.id)), ('parent_id', '=', False)]

    def _find_by_email(self, emails):
        """The oldest contact of its own with each address; people who work in a company are found under it too."""
        found = {}
        for domain in (self._domain(), self._domain()[:1] + [('parent_id', '!=', False), ('type', '=', 'contact')]):
            left = [email for email in emails if email not in found]
            if left:
                for partner in self.partners.search_fetch(
                    domain + [('email_normalized', 'in', left)], ['email_normalized', 'is_company', 'name'], order='id'
                ):
                    found.setdefault(partner.email_normalized, partner)
        return found

    def _find_by_phone(self, phones):
        """Contacts whose number has the same digits, however it is written."""
        phones = [phone for phone in phones if len(phone) >= 6]
        if not phones:
            return {}
        rows = self.env.execute_query(
            SQL(
                """
            SELECT regexp_replace(phone, '\\D', '', 'g'), min(id) FROM res_partner
             WHERE regexp_replace(phone, '\\D', '', 'g') = ANY(%(phones)s) AND active AND parent_id IS NULL
               AND (company_id IS NULL OR company_id = %(company)s)
             GROUP BY 1
            """,
                phones=phones,
                company=self.backend.company_id.id,
            )
        )
        return {digits: self.partners.browse(partner_id) for digits, partner_id in rows}

    def _find_regions(self, addresses):
        codes = {a['country'].upper() for a in addresses if a.get('country')}
        countries = {c.code: c.id for c in self.env['res.country'].search([('code', 'in', list(codes))])}
        states = {}
        for state in self.env['res.country.state'].search([('country_id', 'in', list(countries.values()))]):
            states[state.country_id.id, state.code.upper()] = state.id
            states[state.country_id.id, state.name.casefold()] = state.id
        return countries, states

    # --- customers ---

    def customer(self, need, trail):
        partner, entry = self._known_customer(need)
        if partner:
            trail.append(entry)
            if need.customer_id and need.customer_id not in self.links:
                self.new_links.setdefault(need.customer_id, lambda: partner)
            return lambda: partner
        key = (
            need.customer_id
            or need.email
            or address.phone_digits(need.phone)
            or address.content_key(need.billing or need.shipping)
        )
        if not (need.customer_id or need.email or need.phone or need.billing or need.shipping):
            trail.append(('customer_guest', {}))
            return self._guest
        trail.append(('customer_created', {'name': need.name}))
        key = self._same_newcomer(key, need)
        if need.customer_id:
            self.new_links.setdefault(need.customer_id, lambda: self.new_customers[key])
        return lambda: self.new_customers[key]

    def _known_customer(self, need):
        if need.customer_id in self.links:
            partner = self.partners.browse(self.links[need.customer_id])
            return partner, ('customer_linked', {'name': partner.name or ''})
        if need.email in self.by_email:
            partner = self.by_email[need.email]
            return partner, ('customer_email', {'name': partner.name or '', 'email': need.email})
        partner = self.by_phone.get(address.phone_digits(need.phone))
        if partner and not (need.email and partner.email_normalized):
            return partner, ('customer_phone', {'name': partner.name or '', 'phone': need.phone})
        return None, None

    def _same_newcomer(self, key, need):
        """Two orders of one batch by one new person make one contact."""
        for other, pending in self.new_customers.items():
            if other == key or (need.email and pending['email'] == need.email):
                return other
        self.new_customers[key] = self._customer_vals(need)
        return key

    def _customer_vals(self, need):
        cleaned = need.billing or need.shipping
        values = self.address_vals(cleaned, need.email)
        values.update(
            {
                'name': need.name or values['name'],
                'email': need.email or False,
                'phone': need.phone or values['phone'],
                'company_id': False,
                'lang': self.env.lang or False,
                'customer_rank': 1,
            }
        )
        return {name: value for name, value in values.items() if name in self.partners._fields}

    def address_vals(self, cleaned, fallback_name):
        country = self.countries.get((cleaned.get('country') or '').upper(), False)
        state = self.states.get((country, (cleaned.get('state') or '').upper())) or self.states.get(
            (country, (cleaned.get('state_name') or '').casefold())
        )
        return address.vals(cleaned, country, state, fallback_name or self.env._("Shopify customer"))

    def create_customers(self):
        created = self.partners.create(list(self.new_customers.values()))
        self.new_customers = dict(zip(self.new_customers, created, strict=True))

    def link_customers(self):
        self.env['shopify.binding'].create(
            [
                {'backend_id': self.backend.id, 'gid': gid, 'res_model': 'res.partner', 'res_id': partner().id}
                for gid, partner in self.new_links.items()
            ]
        )

    def _guest(self):
        """The contact of orders that name nobody, such as sales at a till."""
        name = self.env._("Shopify guest (%(store)s)", store=self.backend.name)
        return self.partners.search([('name', '=', name)], limit=1) or self.partners.create({'name': name})

    # --- addresses ---

    def load_addresses(self, owners):
        """All contacts of the batch's customers, by content."""
        owner_ids = {owner.id for owner in owners}
        fields_ = [*address.CONTENT, 'parent_id']
        partners = self.partners.search_fetch(
            ['|', ('id', 'in', list(owner_ids)), ('parent_id', 'in', list(owner_ids))], fields_, order='id'
        )
        for partner in partners:
            owner_id = partner.id if partner.id in owner_ids else partner.parent_id.id
            self.places.setdefault((owner_id, self._key_of(partner)), partner)

    @staticmethod
    def _key_of(partner):
        values = {name: partner[name].id if name.endswith('_id') else partner[name] for name in address.CONTENT}
        return address.content_key(values)

    def place(self, owner, cleaned, kind, trail):
        if not cleaned:
            return lambda: owner
        values = self.address_vals(cleaned, owner.name)
        key = (owner.id, address.content_key(values))
        if key in self.places:
            trail.append(('address_reused', {'kind': kind}))
        elif key not in self.new_places:
            trail.append(('address_created', {'kind': kind}))
            self.new_places[key] = {**values, 'parent_id': owner.id, 'type': kind}
        elif self.new_places[key]['type'] != kind:
            self.new_places[key]['type'] = 'other'
        return lambda: self.places[key]

    def create_places(self):
        created = self.partners.create([dict(values) for values in self.new_places.values()])
        for partner, values in zip(created, self.new_places.values(), strict=True):
            if values['company_name']:
                # Odoo drops it from the values of a contact that is created under another one.
                partner.company_name = values['company_name']
        self.places.update(zip(self.new_places, created, strict=True))
