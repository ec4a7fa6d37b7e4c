"""What one batch of orders or customers knows of contacts: found before created, each query once for all of them."""

from odoo.tools import SQL

from ..entities import address, phone
from .customer_company import Companies

FOUND_BY = {'customer_email': 'email', 'customer_phone': 'phone', 'customer_created': 'created'}


class Lookup:
    """``customer`` and ``place`` return functions that give the record once ``create_customers`` and ``create_places``
    have created those that were missing."""

    def __init__(self, env, backend, needs):
        self.env, self.backend = env, backend
        self.partners = env['res.partner'].with_company(backend.company_id)
        needs = list(needs)
        self.links = env['shopify.binding']._get_ids(
            backend, 'res.partner', {need.customer_id for need in needs if need.customer_id}
        )
        self.countries, self.states, self.calling_codes = {}, {}, {}
        self.learn_regions(place for need in needs for place in self._addresses(need))
        self.by_email = self._find_by_email({need.email for need in needs if need.email})
        self.by_phone = self._find_by_phone([need for need in needs if need.phone])
        self.owners = self._find_owners()
        self.companies = Companies(env, backend, self)
        self.languages = [code for code, _name in env['res.lang'].get_installed()]
        self.new_customers, self.new_links, self.claimed = {}, {}, {}
        self.places, self.new_places = {}, {}

    @staticmethod
    def _addresses(need):
        company = getattr(need, 'company', None) or {}
        return [need.billing, need.shipping, company.get('billing') or {}, company.get('shipping') or {}]

    def _domain(self):
        return [('company_id', 'in', (False, self.backend.company_id.id)), ('parent_id', '=', False)]

    def _find_by_email(self, emails):
        """``{address: contacts, the oldest first}``, those of their own before people who work in a company."""
        found = {}
        for domain in (self._domain(), self._domain()[:1] + [('parent_id', '!=', False), ('type', '=', 'contact')]):
            if emails:
                for partner in self.partners.search_fetch(
                    domain + [('email_normalized', 'in', list(emails))],
                    ['email_normalized', 'is_company', 'name'],
                    order='id',
                ):
                    found.setdefault(partner.email_normalized, []).append(partner)
        return found

    def _find_by_phone(self, needs):
        """``{number as it is written: contacts that have it, the oldest first}``, however it is written there."""
        tails = {phone.tail(need.phone) for need in needs} - {''}
        if not tails:
            return {}
        self.env['res.partner'].flush_model(['phone', 'country_id', 'active', 'parent_id', 'company_id'])
        rows = self.env.execute_query(
            SQL(
                """
            SELECT partner.id, partner.phone, country.phone_code
              FROM res_partner partner LEFT JOIN res_country country ON country.id = partner.country_id
             WHERE right(regexp_replace(partner.phone, '\\D', '', 'g'), %(size)s) = ANY(%(tails)s)
               AND partner.active AND partner.parent_id IS NULL
               AND (partner.company_id IS NULL OR partner.company_id = %(company)s)
             ORDER BY partner.id
            """,
                size=SQL(str(phone.TAIL)),
                tails=list(tails),
                company=self.backend.company_id.id,
            )
        )
        found = {}
        own = self.backend.company_id.country_id.phone_code
        for need in needs:
            code = self.calling_codes.get(((need.billing or need.shipping).get('country') or '').upper()) or own
            if need.phone not in found:
                ids = [id_ for id_, number, theirs in rows if phone.is_same(number, need.phone, theirs, code)]
                found[need.phone] = [self.partners.browse(id_) for id_ in ids]
        return found

    def _find_owners(self):
        """``{contact id: gids}`` of the shop's living customers that the found contacts are already."""
        found = {partner.id for partners in (*self.by_email.values(), *self.by_phone.values()) for partner in partners}
        owners = {}
        if found:
            rows = self.env['shopify.customer'].search_fetch(
                [
                    ('backend_id', '=', self.backend.id),
                    ('partner_id', 'in', list(found)),
                    ('deleted_at', '=', False),
                    ('merged_into_id', '=', False),
                    ('redacted_at', '=', False),
                ],
                ['gid', 'partner_id'],
            )
            for row in rows:
                owners.setdefault(row.partner_id.id, set()).add(row.gid)
        return owners

    def _is_anothers(self, partner, need):
        """No two customers of a shop have one address or number: who comes with theirs now is somebody else."""
        return bool(need.customer_id and self.owners.get(partner.id, set()) - {need.customer_id})

    def learn_regions(self, addresses):
        codes = {a['country'].upper() for a in addresses if a.get('country')} - self.countries.keys()
        found = self.env['res.country'].search([('code', 'in', list(codes))]) if codes else self.env['res.country']
        self.countries.update({country.code: country.id for country in found})
        self.calling_codes.update({country.code: country.phone_code for country in found})
        for state in self.env['res.country.state'].search([('country_id', 'in', found.ids)]):
            self.states[state.country_id.id, state.code.upper()] = state.id
            self.states[state.country_id.id, state.name.casefold()] = state.id

    # === CUSTOMERS === #

    def customer(self, need, trail):
        partner, entry = self._known_customer(need)
        if partner:
            trail.append(entry)
            if need.customer_id and need.customer_id not in self.links:
                self.new_links.setdefault(need.customer_id, (lambda: partner, entry, need))
                self.owners.setdefault(partner.id, set()).add(need.customer_id)
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
        entry = ('customer_created', {'name': need.name})
        trail.append(entry)
        key = self._same_newcomer(key, need, trail)
        if need.customer_id:
            self.claimed[key] = need.customer_id
            self.new_links.setdefault(need.customer_id, (lambda: self.new_customers[key], entry, need))
        return lambda: self.new_customers[key]

    def _known_customer(self, need):
        if need.customer_id in self.links:
            partner = self.partners.browse(self.links[need.customer_id])
            return partner, ('customer_linked', {'name': partner.name or ''})
        for partner in self.by_email.get(need.email, ()):
            if not self._is_anothers(partner, need):
                return partner, ('customer_email', {'name': partner.name or '', 'email': need.email})
        for partner in self.by_phone.get(need.phone, ()):
            if not (need.email and partner.email_normalized) and not self._is_anothers(partner, need):
                return partner, ('customer_phone', {'name': partner.name or '', 'phone': need.phone})
        return None, None

    def _same_newcomer(self, key, need, trail):
        """Two orders of one batch by one new person make one contact."""
        for other, pending in self.new_customers.items():
            is_another = need.customer_id and self.claimed.get(other, need.customer_id) != need.customer_id
            if other == key or (need.email and pending['email'] == need.email and not is_another):
                return other
        self.new_customers[key] = self._customer_vals(need)
        self.companies.want(key, need, trail)
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
                'lang': self.language(getattr(need, 'locale', '')) or self.env.lang or False,
                'customer_rank': 1,
            }
        )
        return {name: value for name, value in values.items() if name in self.partners._fields}

    def language(self, locale):
        """The installed language of a locale such as ``fr`` or ``pt-BR``; False when none is."""
        wanted = (locale or '').replace('-', '_')
        if not wanted:
            return False
        same = [code for code in self.languages if code.split('_')[0].split('@')[0] == wanted.split('_')[0].lower()]
        exact = [code for code in same if code.casefold() == wanted.casefold()]
        usual = [code for code in same if code in (self.env.lang, self.backend.company_id.partner_id.lang)]
        return (exact or usual or sorted(same) or [False])[0]

    def address_vals(self, cleaned, fallback_name):
        country, state = self.region(cleaned)
        return address.vals(cleaned, country, state, fallback_name or self.env._("Shopify customer"))

    def region(self, cleaned):
        """``(country id, state id)`` of an address, False where Odoo does not know it."""
        country = self.countries.get((cleaned.get('country') or '').upper(), False)
        state = self.states.get((country, (cleaned.get('state') or '').upper())) or self.states.get(
            (country, (cleaned.get('state_name') or '').casefold())
        )
        return country, state or False

    def create_customers(self):
        self.companies.find_or_create()
        created = self.partners.create(
            [self.companies.put_under(key, values) for key, values in self.new_customers.items()]
        )
        self.new_customers = dict(zip(self.new_customers, created, strict=True))

    def link_customers(self):
        rows = [
            {
                'backend_id': self.backend.id,
                'gid': gid,
                'partner_id': partner().id,
                'name': need.name or False,
                'email': need.email or False,
                'found_by': FOUND_BY[entry[0]],
            }
            for gid, (partner, entry, need) in self.new_links.items()
        ]
        customers = self.env['shopify.customer'].create(rows)
        for customer, (_partner, entry, need) in zip(customers, self.new_links.values(), strict=True):
            customer._add_trail(entry[0], **{**entry[1], 'name': entry[1]['name'] or customer.partner_id.name or ''})
            for code, values in self.companies.entries(need):
                customer._add_trail(code, **values)
        return customers

    def _guest(self):
        """The contact of orders that name nobody, such as sales at a till."""
        name = self.env._("Shopify guest (%(store)s)", store=self.backend.name)
        return self.partners.search([('name', '=', name)], limit=1) or self.partners.create({'name': name})

    # === ADDRESSES === #

    def load_addresses(self, owners):
        """All contacts of the batch's customers, by content."""
        owner_ids = {owner.id for owner in owners}
        fields_ = [*address.CONTENT, 'parent_id', 'commercial_company_name', 'is_company']
        partners = self.partners.search_fetch(
            ['|', ('id', 'in', list(owner_ids)), ('parent_id', 'in', list(owner_ids))], fields_, order='id'
        )
        for partner in partners:
            owner_id = partner.id if partner.id in owner_ids else partner.parent_id.id
            for key in self.keys_of(partner):
                self.places.setdefault((owner_id, key), partner)

    @staticmethod
    def keys_of(partner):
        """What addresses a contact stands for: a person under a company has the company's name in theirs too, and an
        address without a number is that of a contact who has one."""
        values = {name: partner[name].id if name.endswith('_id') else partner[name] for name in address.CONTENT}
        company = partner.commercial_company_name if partner.parent_id or partner.is_company else ''
        variants = [values]
        if company and not values['company_name']:
            variants.append({**values, 'company_name': company})
        for variant in variants:
            yield address.content_key(variant)
            if values['phone']:
                yield address.content_key({**variant, 'phone': False})

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
        self.new_places = {}
        return created
