"""Shopify's companies as a whole: all of them, or those that changed, with their locations and the people who buy for them."""

from odoo import api, fields, models

from .. import const
from ..entities import company as mapping
from ..shopify import paging
from .company_resolve import _Companies
from .customer_lookup import Lookup

_COMPANY = 'gid://shopify/Company/'
_PARTS = {'locations': 'shopify.company.location', 'contacts': 'shopify.company.contact'}


class ShopifySyncCompany(models.AbstractModel):
    _inherit = 'shopify.sync.company'

    @api.model
    def _handle_companies(self, backend, tasks):
        """Keys are companies, locations or contacts of them, or the one that stands for all companies."""
        client = backend._get_client('catalogue')
        if const.ALL_COMPANIES in tasks.mapped('key'):
            self._enqueue_all(backend, client)
            tasks.filtered(lambda task: task.key == const.ALL_COMPANIES)._set_done()
        tasks = tasks.filtered(lambda task: task.state == 'pending')
        owners = self._owners(backend, client, set(tasks.mapped('key')))
        chosen = self._chosen(backend, tasks, owners)
        done = tasks.filtered(lambda task: owners.get(task.key) not in chosen)
        done._set_done()
        failures = {}
        for ids, nodes in paging.read_nodes(client, mapping.DOCUMENT, sorted(chosen), size=5, whole=True):
            payloads = [self._in_full(client, node) for node in nodes if node]
            with self.env['shopify.engine']._turn():
                failures.update(self._upsert(backend, payloads))
                self._note_gone(backend, 'shopify.company', set(ids) - {payload['id'] for payload in payloads})
                about = (tasks - done).filtered(lambda task, ids=ids: owners[task.key] in ids)
                by_key = {task.key: failures[owners[task.key]] for task in about if owners[task.key] in failures}
                self.env['shopify.engine']._settle_each(backend, about, by_key)
            if not self.env['shopify.engine']._is_time_left():
                break

    def _chosen(self, backend, tasks, owners):
        """The companies to bring over: all that people asked for, and of those that only a webhook told of the ones that
        are known here, unless the store wants everybody."""
        told = tasks.filtered(lambda task: task.source == 'webhook' and backend.customer_policy != 'all')
        asked = {owners.get(task.key) for task in tasks - told}
        news = {owners.get(task.key) for task in told} - asked - {'', None}
        rows = self.env['shopify.company'].search([('backend_id', '=', backend.id), ('gid', 'in', list(news))])
        known = {*rows.mapped('gid'), *self.env['shopify.binding']._get_ids(backend, 'res.partner', news)}
        return (asked | known) - {'', None}

    def _enqueue_all(self, backend, client):
        for page in paging.pages(client, mapping.FIND, {}, ('companies',)):
            gids = [node['id'] for node in page]
            waiting = [('backend_id', '=', backend.id), ('kind', '=', 'company'), ('key', 'in', gids)]
            # What a webhook told of already is asked for by a person now.
            self.env['shopify.task'].search([*waiting, ('state', '=', 'pending')]).source = 'shopify'
            self.env['shopify.task']._add(backend, 'company', gids, source='shopify')
        self.env['shopify.engine']._is_time_left(0)

    def _owners(self, backend, client, keys):
        """``{key: company gid}``, empty for a location or contact that is gone, which is noted."""
        owners = {key: key for key in keys if key.startswith(_COMPANY)}
        for ids, nodes in paging.read_nodes(client, mapping.OWNERS, sorted(keys - owners.keys())):
            for gid, node in zip(ids, nodes, strict=True):
                owners[gid] = node['company']['id'] if node else ''
        gone = {gid for gid, owner in owners.items() if not owner}
        for model in _PARTS.values():
            self._note_gone(backend, model, gone)
        return owners

    def _in_full(self, client, node):
        for name, document in mapping.MORE.items():
            info = node[name]['pageInfo']
            if info['hasNextPage']:
                variables = {'id': node['id'], 'after': info['endCursor']}
                for page in paging.pages(client, document, variables, ('company', name), whole=True):
                    node[name]['nodes'] += page
        for contact in mapping.contacts(node):
            roles = contact['roleAssignments']
            if roles['pageInfo']['hasNextPage']:
                variables = {'id': contact['id'], 'after': roles['pageInfo']['endCursor']}
                for page in paging.pages(client, mapping.MORE_ROLES, variables, ('companyContact', 'roleAssignments')):
                    roles['nodes'] += page
        return node

    def _note_gone(self, backend, model, gids):
        """The contact in Odoo stays: it has orders."""
        rows = self.env[model].search(
            [('backend_id', '=', backend.id), ('gid', 'in', list(gids)), ('deleted_at', '=', False)]
        )
        rows.write({'deleted_at': fields.Datetime.now()})

    # === UPSERT === #

    @api.model
    def _upsert(self, backend, payloads):
        """Found, linked or created; returns ``{company gid: error}`` of those that failed."""
        failures = {}
        needs = {payload['id']: mapping.needs(payload) for payload in payloads}
        everyone = [need for found in needs.values() for need in found]
        if not everyone:
            return failures
        lookup = Lookup(self.env, backend, everyone)
        companies = _Companies(self.env, backend, lookup, [need.company for need in everyone])
        people = self._people(backend, payloads)
        for payload in payloads:
            with self.env['shopify.engine']._attempt(failures, payload['id']):
                self._upsert_one(backend, payload, needs[payload['id']], companies, people)
        return failures

    def _people(self, backend, payloads):
        """``{customer gid: contact}`` of those who buy for these companies, created where they are new."""
        needs = {
            contact['customer']['id']: mapping.contact_needs(contact)
            for payload in payloads
            for contact in mapping.contacts(payload)
        }
        found = self.env['shopify.sync.customer']._resolve(backend, needs)
        return {gid: (found[gid][0], needs[gid]) for gid in needs}

    def _upsert_one(self, backend, payload, needs, companies, people):
        trail = []
        nobody = self.env['res.partner']
        for need in needs:
            partner = companies.company(need, nobody, trail)
            companies.place(partner, need.company)
        row = self._keep(backend, 'shopify.company', payload['id'], {**mapping.vals(payload), 'deleted_at': False})
        self._keep_parts(backend, row, payload)
        for contact in mapping.contacts(payload):
            person, need = people[contact['customer']['id']]
            companies.put_under(partner, person, need, trail)
            title = (contact.get('title') or '').strip()
            if title and not person.function:
                person.function = title
        if not row.message:
            row.message = self._found_text(trail)

    def _found_text(self, trail):
        """How the company's contact was found the first time."""
        orders = self.env['shopify.order.binding']
        return '\n'.join(dict.fromkeys(orders._sentence(code, values) for code, values in trail))

    def _keep(self, backend, model, gid, values):
        row = self.env[model].search([('backend_id', '=', backend.id), ('gid', '=', gid)], limit=1)
        if not row:
            owner = {'backend_id': backend.id} if model == 'shopify.company' else {}
            return self.env[model].create({**values, **owner, 'gid': gid})
        changed = {
            name: value for name, value in values.items() if row._fields[name].convert_to_write(row[name], row) != value
        }
        if changed:
            row.write(changed)
        return row

    def _keep_parts(self, backend, row, payload):
        """Locations and contacts as the shop has them now; those that it has no longer are noted."""
        for name, maker in (('locations', mapping.location_vals), ('contacts', mapping.contact_vals)):
            nodes = getattr(mapping, name)(payload)
            for node in nodes:
                values = {**maker(node), 'shopify_company_id': row.id, 'deleted_at': False}
                self._keep(backend, _PARTS[name], node['id'], values)
            known = (row.location_ids if name == 'locations' else row.contact_ids).filtered(
                lambda part: not part.deleted_at
            )
            self._note_gone(backend, _PARTS[name], set(known.mapped('gid')) - {node['id'] for node in nodes})
