"""The header of new orders as the store's policies and its rules want it: team, terms, warehouse, tags, marketing."""

from dataclasses import dataclass, field

from odoo import Command, models, tools

from ..entities import order_header


@dataclass
class Header:
    """Values for ``sale.order`` and ``shopify.order.binding`` beyond the mapping's, and what was decided on the way."""

    order: dict = field(default_factory=dict)
    binding: dict = field(default_factory=dict)
    trail: list = field(default_factory=list)


class ShopifySyncOrder(models.AbstractModel):
    _inherit = 'shopify.sync.order'

    def _headers(self, backend, payloads, prepared):
        """``{gid: Header}`` of orders that are about to be created; what they need is found or created once."""
        finder = Finder(self.env, backend, payloads)
        return {
            payload['id']: self._header(backend, payload, prepared[payload['id']][0], finder) for payload in payloads
        }

    def _header(self, backend, payload, refs, finder):
        decision = self._decision(backend, payload)
        header = Header()
        if decision.rule:
            header.trail.append(decision.reason)
            header.binding.update(rule_id=decision.rule.id, invoice_policy=decision.values.get('invoice_policy', False))
        for name in ('team_id', 'user_id'):
            if name in decision.values:
                header.order[name] = decision.values[name].id
        if backend.order_naming == 'shopify':
            header.order['name'] = order_header.order_name(payload, backend.order_prefix)
        self._set_warehouse(backend, payload, decision, finder, header)
        self._set_terms(backend, payload, decision, finder, header)
        self._set_fiscal_position(backend, refs, decision, header)
        self._set_tags(backend, payload, decision, finder, header)
        header.order.update(finder.marketing(payload))
        if order_header.is_company(payload) and payload.get('customer'):
            header.binding['person_id'] = finder.persons.get(payload['customer']['id'], False)
        return header

    def _set_warehouse(self, backend, payload, decision, finder, header):
        """The rule's, the shop's that sold it, the one's that ships all of it; otherwise the store's stands."""
        sold_at = finder.locations.get(order_header.shop_location(payload))
        if sold_at:
            header.binding['location_id'] = sold_at.id
        if 'warehouse_id' in decision.values:
            header.order['warehouse_id'] = decision.values['warehouse_id'].id
            return
        location = sold_at or finder.locations.get(order_header.fulfilment_location(payload))
        if not (backend.warehouse_by_location and location and location.warehouse_id):
            return
        if location.warehouse_id != backend.warehouse_id:
            header.order['warehouse_id'] = location.warehouse_id.id
            header.trail.append(
                ('location', {'warehouse': location.warehouse_id.name, 'location': location.name or ''})
            )

    def _set_terms(self, backend, payload, decision, finder, header):
        """The rule's terms, the order's own, the store's; otherwise the customer's stand."""
        term = decision.values.get('payment_term_id')
        own = order_header.payment_terms(payload)
        if not term and own:
            term = finder.term(*own)
            header.trail.append(('terms', {'name': own[2], 'term': term.name}))
        elif not term and payload.get('paymentTerms'):
            name = payload['paymentTerms'].get('paymentTermsName') or '?'
            header.trail.append(('terms_unknown', {'name': name}))
        term = term or backend.payment_term_id
        if term:
            header.order['payment_term_id'] = term.id

    def _set_fiscal_position(self, backend, refs, decision, header):
        position = decision.values.get('fiscal_position_id')
        if not position and backend.fiscal_position_policy == 'fixed':
            position = backend.fiscal_position_id
        elif not position and backend.fiscal_position_policy == 'country':
            partners = self.env['res.partner']
            position = (
                self.env['account.fiscal.position']
                .with_company(backend.company_id)
                ._get_fiscal_position(partners.browse(refs.partner_id), partners.browse(refs.shipping_id))
            )
        if position:
            header.order['fiscal_position_id'] = position.id

    def _set_tags(self, backend, payload, decision, finder, header):
        tags = decision.values.get('tag_ids', self.env['crm.tag'])
        if backend.tags_to_order:
            tags |= finder.tags(payload.get('tags') or [])
        if tags:
            header.order['tag_ids'] = [Command.set(tags.ids)]


class Finder:
    """What a batch of orders needs beside its customers, products and taxes: looked up once, created where missing."""

    def __init__(self, env, backend, payloads):
        self.env, self.backend = env, backend
        self._known = {}
        self.locations = self._find_locations(payloads)
        buyers = [p['customer']['id'] for p in payloads if order_header.is_company(p) and p.get('customer')]
        self.persons = env['shopify.binding']._get_ids(backend, 'res.partner', buyers) if buyers else {}

    def _find_locations(self, payloads):
        gids = {order_header.shop_location(payload) for payload in payloads}
        gids |= {order_header.fulfilment_location(payload) for payload in payloads}
        gids -= {''}
        if not gids:
            return {}
        locations = self.env['shopify.location'].with_context(active_test=False)
        found = locations.search([('backend_id', '=', self.backend.id), ('gid', 'in', list(gids))])
        return {location.gid: location for location in found}

    def named(self, model, name):
        """The record of this name, whatever its case; created when there is none."""
        key = (model, name.casefold())
        if key not in self._known:
            records = self.env[model].sudo().with_context(active_test=False)
            # Marketing shows the campaigns of people, not those that only came with an order.
            auto = {'is_auto_campaign': True} if 'is_auto_campaign' in records._fields else {}
            self._known[key] = records.search([('name', '=ilike', tools.escape_psql(name))], limit=1) or records.create(
                {'name': name, **auto}
            )
        return self._known[key]

    def tags(self, names):
        records = self.env['crm.tag']
        return records.union(*(self.named('crm.tag', name.strip()) for name in names if name.strip()))

    def marketing(self, payload):
        """``source_id``, ``medium_id``, ``campaign_id`` of the visit that led to the order, as far as it is known."""
        visit = order_header.journey(payload)
        source = visit.get('source') or self._referrer(visit)
        found = {'source_id': ('utm.source', source), 'medium_id': ('utm.medium', visit.get('medium'))}
        found['campaign_id'] = ('utm.campaign', visit.get('campaign'))
        return {name: self.named(model, text).id for name, (model, text) in found.items() if text}

    def _referrer(self, visit):
        """A visit without parameters came from the site that referred to the shop, unless that is the shop itself."""
        host = order_header.referring_host(visit.get('referrer', ''))
        own = {self.backend.shop_domain, order_header.referring_host(visit.get('landing', ''))}
        return '' if host in own else host

    def term(self, kind, days, name):
        """The payment terms that are due in full after so many days."""
        key = ('account.payment.term', days)
        if key not in self._known:
            self._known[key] = self._find_term(days) or self._create_term(kind, days, name)
        return self._known[key]

    def _find_term(self, days):
        terms = self.env['account.payment.term'].search(
            [
                ('company_id', 'in', (False, self.backend.company_id.id)),
                ('early_discount', '=', False),
                ('line_ids.nb_days', '=', days),
            ]
        )
        return terms.filtered(
            lambda term: (
                len(term.line_ids) == 1
                and term.line_ids.value == 'percent'
                and term.line_ids.delay_type == 'days_after'
                and term.line_ids.nb_days == days
            )
        )[:1]

    def _create_term(self, kind, days, name):
        usual = {'RECEIPT': self.env._("Due on receipt"), 'FULFILLMENT': self.env._("Due on fulfilment")}
        line = {'value': 'percent', 'value_amount': 100.0, 'nb_days': days, 'delay_type': 'days_after'}
        return (
            self.env['account.payment.term']
            .sudo()
            .create(
                {
                    'name': name or usual.get(kind) or self.env._("%(days)s days", days=days),
                    'company_id': False,
                    'line_ids': [Command.create(line)],
                }
            )
        )
