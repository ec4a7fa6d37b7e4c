"""The companies that people name in their addresses: a company with the person under it.

A name alone says little: anybody may type that of a known company and would get its prices and its debts. A company is
found when its address or its mail domain is the same too, else it is a new one.
"""

from odoo.tools import escape_psql

_PUBLIC_MAIL = frozenset(
    'gmail.com googlemail.com outlook.com hotmail.com live.com yahoo.com icloud.com me.com aol.com gmx.com gmx.de gmx.net '
    'web.de proton.me protonmail.com mail.com qq.com 163.com orange.fr free.fr laposte.net libero.it seznam.cz'.split()
)


class Companies:
    """Those of one batch. Keys are those of ``Lookup.new_customers``."""

    def __init__(self, env, backend, lookup):
        self.env, self.backend, self.lookup = env, backend, lookup
        self.wanted, self.found, self.notes = {}, {}, {}
        self.is_on = backend.customer_companies == 'company'

    def want(self, key, need, trail):
        """Note the company of somebody new, if their address names one."""
        cleaned = need.billing or need.shipping
        name = ' '.join((cleaned.get('company_name') or '').split())
        # A company's own order (B2B) says which company it is.
        if self.is_on and name and not getattr(need, 'company', None) and name.casefold() != need.name.casefold():
            self.wanted[key] = (name, cleaned, need, trail)

    def find_or_create(self):
        """Find or create what was wanted; the trails get which."""
        if not self.wanted:
            return
        known = self._known()
        for key, (name, cleaned, need, trail) in self.wanted.items():
            company, by = self._choose(known.get(name.casefold(), []), cleaned, need.email)
            if company:
                entry = ('person_company_found', {'name': company.name, 'by': by})
            else:
                company = self._create(name, cleaned)
                known.setdefault(name.casefold(), []).append(company)
                entry = ('person_company_created', {'name': company.name})
            self.found[key] = company
            self.notes[id(need)] = entry
            trail.append(entry)

    def _known(self):
        names = {name for name, *_rest in self.wanted.values()}
        domain = [('name', '=ilike', escape_psql(name)) for name in sorted(names)]
        found = self.lookup.partners.search(
            [
                ('is_company', '=', True),
                ('parent_id', '=', False),
                ('company_id', 'in', (False, self.backend.company_id.id)),
                *(['|'] * (len(domain) - 1)),
                *domain,
            ],
            order='id',
        )
        known = {}
        for partner in found:
            known.setdefault(' '.join(partner.name.split()).casefold(), []).append(partner)
        return known

    def _choose(self, candidates, cleaned, email):
        """``(company, what beside the name is the same)``."""
        country, _state = self.lookup.region(cleaned)
        domain = (email or '').rpartition('@')[2]
        for partner in candidates:
            if (
                cleaned.get('zip')
                and _plain(partner.zip) == _plain(cleaned['zip'])
                and partner.country_id.id == country
            ):
                return partner, self.env._("its address")
            if domain and domain not in _PUBLIC_MAIL and (partner.email_normalized or '').endswith(f'@{domain}'):
                return partner, self.env._("its mail domain")
        return None, ''

    def _create(self, name, cleaned):
        values = self.lookup.address_vals(cleaned, name)
        values.update(
            name=name,
            company_name=False,
            is_company=True,
            company_id=False,
            lang=self.env.lang or False,
            customer_rank=1,
        )
        return self.lookup.partners.create({key: values[key] for key in values if key in self.lookup.partners._fields})

    def put_under(self, key, values):
        """The values of a new customer, under their company: Odoo gives them its address, and theirs would become its."""
        company = self.found.get(key)
        if not company:
            return values
        own = ('company_name', 'street', 'street2', 'city', 'zip', 'country_id', 'state_id')
        return {**{name: value for name, value in values.items() if name not in own}, 'parent_id': company.id}

    def entries(self, need):
        """What was decided for somebody, as entries of a trail."""
        entry = self.notes.get(id(need))
        return [entry] if entry else []


def _plain(text):
    return ''.join((text or '').split()).casefold()
