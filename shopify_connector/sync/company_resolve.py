"""Shopify's companies (B2B) and their locations -> companies and contacts: found before created, never overwritten."""

from odoo import api, models, tools
from odoo.exceptions import UserError


class ShopifySyncCompany(models.AbstractModel):
    _name = 'shopify.sync.company'
    _description = "Shopify Companies"

    @api.model
    def _resolve(self, backend, lookup, needs, persons, trails):
        """``{order gid: company}`` of those orders that a company placed; the person who did is put under it.

        :param lookup: the batch's contacts (``customer_resolve``).
        :param needs: ``{order gid: Needs}``; the company is ``Needs.company`` (``entities.order_header.company``).
        :param persons: ``{order gid: contact who ordered}``.
        :param trails: ``{order gid: list}`` that gets what was decided.
        """
        buying = {gid: need for gid, need in needs.items() if getattr(need, 'company', None)}
        if not buying:
            return {}
        companies = _Companies(self.env, backend, lookup, [need.company for need in buying.values()])
        found = {}
        for gid, need in buying.items():
            found[gid] = companies.company(need, persons[gid], trails[gid])
            companies.place(found[gid], need.company)
            companies.put_under(found[gid], persons[gid], need, trails[gid])
        return found


class _Companies:
    """What one batch of orders knows of companies."""

    def __init__(self, env, backend, lookup, given):
        self.env, self.backend, self.lookup = env, backend, lookup
        self.partners = env['res.partner'].with_company(backend.company_id)
        gids = {company[name] for company in given for name in ('id', 'location_id') if company[name]}
        self.links = env['shopify.binding']._get_ids(backend, 'res.partner', gids)
        self.checked = set()

    def company(self, need, person, trail):
        given = need.company
        partner, entry = self._known(given, person)
        if not partner:
            partner, entry = self._create(need), ('company_created', {})
        trail.append((entry[0], {'name': partner.name or '', **entry[1]}))
        self._link(given['id'], partner)
        if partner.id not in self.checked:
            self.checked.add(partner.id)
            self._fill_in(partner, given, trail)
        return partner

    def _known(self, given, person):
        if given['id'] in self.links:
            return self.partners.browse(self.links[given['id']]), ('company_linked', {})
        for code, name, value in (('company_ref', 'ref', given['ref']), ('company_vat', 'vat', given['vat'])):
            partner = self._only([(name, '=', value)]) if value else None
            if partner:
                return partner, (code, {name: value})
        partner = self._only([('name', '=ilike', tools.escape_psql(given['name']))])
        if partner:
            return partner, ('company_name', {})
        own = person if person.is_company else person.parent_id
        return (own, ('company_person', {})) if own.is_company else (None, None)

    def _only(self, domain):
        """The one company with that; of several nobody knows which is meant."""
        found = self.partners.search(
            [
                *domain,
                ('is_company', '=', True),
                ('parent_id', '=', False),
                ('company_id', 'in', (False, self.backend.company_id.id)),
            ],
            limit=2,
        )
        return found if len(found) == 1 else None

    def _create(self, need):
        given = need.company
        vals = self.lookup.address_vals(given['billing'] or given['shipping'] or need.billing or need.shipping, '')
        vals.update(
            name=given['name'] or vals['name'],
            company_name=False,
            is_company=True,
            phone=given['phone'] or vals['phone'],
            company_id=False,
            lang=self.env.lang or False,
            customer_rank=1,
        )
        return self.partners.create({name: value for name, value in vals.items() if name in self.partners._fields})

    def _fill_in(self, partner, given, trail):
        """What is blank; a tax number only when Odoo takes it, for no order waits for that."""
        if given['ref'] and not partner.ref:
            partner.ref = given['ref']
        if given['vat'] and not partner.vat:
            try:
                with self.env.cr.savepoint():
                    partner.vat = given['vat']
            except UserError:
                partner.invalidate_recordset(['vat'])
                trail.append(('vat_invalid', {'vat': given['vat']}))

    def place(self, company, given):
        """The company's location as a contact with its address; a location without one is the company itself."""
        gid, place = given['location_id'], given['shipping'] or given['billing']
        if not gid or gid in self.links:
            return
        partner = company
        if place:
            vals = self.lookup.address_vals(place, company.name)
            vals.update(
                name=given['location_name'] or vals['name'],
                company_name=False,
                parent_id=company.id,
                type='delivery' if given['shipping'] else 'other',
                ref=given['location_ref'] or False,
                phone=given['phone'] or vals['phone'],
            )
            partner = self.partners.create(vals)
        self._link(gid, partner)

    def put_under(self, company, person, need, trail):
        """Whoever is new, and a contact that has neither an address nor entries in the books: as a contact of the company
        it would lose the one and be another customer in the other."""
        is_named = need.customer_id or need.email or need.phone
        if not is_named or person == company or person.parent_id or person.is_company:
            return
        is_new = person in self.lookup.new_customers.values()
        if not is_new and (person.street or self._has_books(person)):
            trail.append(('person_apart', {'name': person.name or ''}))
            return
        person.parent_id = company

    def _has_books(self, person):
        return self.env['account.move.line'].sudo().search_count([('partner_id', '=', person.id)], limit=1)

    def _link(self, gid, partner):
        if gid not in self.links:
            self.links[gid] = partner.id
            self.env['shopify.binding'].create(
                {'backend_id': self.backend.id, 'gid': gid, 'res_model': 'res.partner', 'res_id': partner.id}
            )
