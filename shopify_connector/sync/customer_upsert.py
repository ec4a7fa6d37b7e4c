"""Customers as Shopify has them -> contacts: linked or created, then brought up to date by whose word counts."""

from psycopg2 import DataError, IntegrityError, OperationalError

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import html2plaintext, plaintext2html

from ..entities import catalog_merge, customer, customer_values
from ..shopify import paging
from .customer_lookup import Lookup

_PARTNER = {'name': 'name', 'email': 'email', 'phone': 'phone', 'lang': 'lang', 'note': 'comment'}


class Batch:
    """Customers that are brought over together: what was found, and what came of each."""

    def __init__(self, backend, payloads, lookup, rows, fresh):
        self.backend, self.lookup, self.rows, self.fresh = backend, lookup, rows, fresh
        self.payloads = {payload['id']: payload for payload in payloads}
        self.outcomes, self.cache, self.problems = {}, {}, {}

    def note(self, row, sentence):
        """Something that could not be taken over: it stands on the customer until it can."""
        self.problems.setdefault(row.id, []).append(sentence)

    def pairs(self):
        """``(row, payload)`` of those that there is something to look at."""
        for gid, payload in self.payloads.items():
            row = self.rows.get(gid)
            if row and self.outcomes.get(gid) != 'same':
                yield row, payload


class ShopifySyncCustomer(models.AbstractModel):
    _inherit = 'shopify.sync.customer'

    @api.model
    def _read(self, backend, client, gids):
        """``(payloads, gids that Shopify does not have)``, each customer with all its addresses.

        :raise ScopeError: the app is not approved for all that is asked for. What is withheld would be taken for blank, and
            nobody tells when the app is approved: the tasks wait for that.
        """
        document = self._in_full(backend, customer.DOCUMENT)
        payloads, missing = [], []
        for ids, nodes in paging.read_nodes(client, document, list(gids), whole=True):
            for id_, node in zip(ids, nodes, strict=True):
                if node and node.get('id'):
                    payloads.append(self._with_all_places(client, node))
                else:
                    missing.append(id_)
        return payloads, missing

    def _with_all_places(self, client, payload):
        page = payload.get('addressesV2') or {}
        if (page.get('pageInfo') or {}).get('hasNextPage'):
            more = {'id': payload['id'], 'after': page['pageInfo']['endCursor']}
            for nodes in paging.pages(client, customer.ADDRESSES, more, ('customer', 'addressesV2'), whole=True):
                page['nodes'] += nodes
            page['pageInfo'] = {'hasNextPage': False, 'endCursor': None}
        return payload

    @api.model
    def _upsert(self, backend, payloads, create=True):
        """Bring customers over: ``({gid: outcome}, {gid: error})``, outcomes as ``shopify.import.row`` has them.

        ``create=False`` leaves those alone who are not linked yet: they come with their first order. One that fails
        takes none of the others along.
        """
        # What is written because this shop says so is no news to it.
        self = self.with_context(shopify_customer_pull=backend.id)
        try:
            with self.env.cr.savepoint():
                return self._upsert_batch(backend, payloads, create), {}
        except OperationalError:
            raise
        except Exception as error:
            self.env.invalidate_all()
            if len(payloads) == 1:
                return {}, {payloads[0]['id']: error}
        outcomes, failures = {}, {}
        for payload in payloads:
            with self.env['shopify.engine']._attempt(failures, payload['id']):
                outcomes.update(self._upsert_batch(backend, [payload], create))
        return outcomes, failures

    def _upsert_batch(self, backend, payloads, create):
        batch = self._find_batch(backend, payloads, create)
        for row, payload in batch.pairs():
            self._settle_fields(batch, row, payload)
        self._settle_addresses(batch)
        for row, payload in batch.pairs():
            self._settle_more(batch, row, payload)
        for gid, row in batch.rows.items():
            self._keep(batch, row, batch.payloads[gid])
        return batch.outcomes

    def _find_batch(self, backend, payloads, create):
        known = self.env['shopify.customer'].search(
            [('backend_id', '=', backend.id), ('gid', 'in', [payload['id'] for payload in payloads])]
        )
        # Who was erased does not come back with the next change.
        rows = {row.gid: row for row in known if not row.redacted_at}
        erased = set(known.mapped('gid')) - rows.keys()
        wanted = [p for p in payloads if (create or p['id'] in rows) and p['id'] not in erased]
        needs = {payload['id']: customer.needs(payload) for payload in wanted}
        lookup = Lookup(self.env, backend, needs.values())
        lookup.learn_regions(place for payload in wanted for place in customer.places(payload).values())
        owners = {gid: lookup.customer(need, []) for gid, need in needs.items() if gid not in rows}
        lookup.create_customers()
        fresh = {row.gid: row for row in lookup.link_customers()}
        lookup.load_addresses([owner() for owner in owners.values()] + [row.partner_id for row in rows.values()])
        batch = Batch(backend, wanted, lookup, {**rows, **fresh}, fresh)
        batch.outcomes.update({payload['id']: 'skip' for payload in payloads if payload['id'] not in batch.rows})
        batch.outcomes.update({gid: 'create' if row.found_by == 'created' else 'link' for gid, row in fresh.items()})
        for gid, row in rows.items():
            same = row.payload_digest == customer_values.digest(batch.payloads[gid]) and not row.deleted_at
            batch.outcomes[gid] = 'same' if same else 'change'
        return batch

    # === FIELDS === #

    def _settle_fields(self, batch, row, payload):
        """Decide and take over what belongs to Shopify; what differs and stays is written on the customer."""
        shop, odoo = self._both_values(batch, row, payload)
        agreed, owner = dict(row.agreed or {}), row._get_owner()
        pulled, left = {}, {}
        for name, value in shop.items():
            base = agreed.get(name, catalog_merge.UNKNOWN)
            verdict = self._verdict(row, owner, name, base, value, odoo[name])
            if verdict == 'pull':
                pulled[name] = agreed[name] = value
            elif verdict == 'same':
                agreed[name] = value
            elif verdict in ('difference', 'conflict'):
                left[name] = (value, odoo[name])
            elif verdict == 'push' and self.env.context.get('shopify_customer_pushed'):
                # Shopify has made something else of it: that is not sent again and again.
                agreed[name] = odoo[name]
            elif verdict == 'push':
                self.env['shopify.task']._add(batch.backend, 'customer_export', [str(row.id)], source='shopify')
        self._pull(row, pulled, payload)
        news = {name: pair[0] for name, pair in left.items() if (row.differences or {}).get(name, [None])[0] != pair[0]}
        if news:
            row._add_trail('left', fields=', '.join(sorted(news)))
        row.agreed, row.differences = agreed, {name: list(pair) for name, pair in left.items()} or False

    def _both_values(self, batch, row, payload):
        partner, lookup = row.partner_id, batch.lookup
        code = (partner.country_id or batch.backend.company_id.country_id).phone_code
        read = {
            'name': partner.name,
            'email': partner.email_normalized or partner.email,
            'phone': partner.phone,
            'lang': partner.lang,
            'comment': html2plaintext(partner.comment) if partner.comment else '',
        }
        shop = customer_values.shop_values(payload, lookup.language(payload.get('locale')), code)
        return shop, customer_values.odoo_values(read, code)

    @staticmethod
    def _verdict(row, owner, name, base, shop, odoo):
        if odoo is None and shop is not None and base in (catalog_merge.UNKNOWN, None):
            # What is blank is filled in unless the store says otherwise; what a person has emptied stays empty.
            return 'pull' if row.backend_id._get_owner('customer') in ('first', 'shopify') else 'leave'
        if name == 'name' and row.partner_id.is_company:
            return 'same' if shop == odoo else 'leave'
        if name == 'note' and owner == 'odoo':
            # What people write about a contact is for their colleagues.
            return 'same' if shop == odoo else 'leave'
        return catalog_merge.decide(owner, base, shop, odoo)

    def _pull(self, row, pulled, payload):
        if not pulled:
            return
        vals = {_PARTNER[name]: value or False for name, value in pulled.items()}
        if vals.get('comment'):
            vals['comment'] = plaintext2html(vals['comment'])
        if vals.get('phone'):
            vals['phone'] = customer.phone_of(payload)
        row.partner_id.write(vals)
        row._add_trail('changed', fields=', '.join(sorted(pulled)))

    def _write_or_tell(self, batch, partner, row, vals):
        """Write to a contact what Odoo takes of it; the rest is told on the customer. A wrong tax number holds up nothing
        else."""
        for name, value in vals.items():
            try:
                with self.env.cr.savepoint():
                    partner.write({name: value})
            except (UserError, IntegrityError, DataError):
                partner.invalidate_recordset()
                field = partner._fields[name]._description_string(self.env)
                text = self.env._("%(field)s: Odoo does not take “%(value)s”.", field=field, value=value)
                batch.note(row, text)

    def _keep(self, batch, row, payload):
        """What Shopify knows, written only where it is another."""
        values = {**customer.kept_vals(payload), 'payload_digest': customer_values.digest(payload), 'deleted_at': False}
        if batch.outcomes.get(row.gid) != 'same':
            values['problem'] = '\n'.join(batch.problems.get(row.id, ())) or False
        changed = {name: value for name, value in values.items() if row[name] != value}
        if changed:
            row.write(changed)
