"""Order payloads -> sales orders: resolved, created and confirmed for a whole batch, each able to fail alone."""

from psycopg2 import OperationalError

from odoo import api, fields, models, tools
from odoo.exceptions import UserError

from ..entities import order as mapping
from ..entities import order_lines


class ShopifySyncOrder(models.AbstractModel):
    _inherit = 'shopify.sync.order'

    @api.model
    def _upsert(self, backend, payloads, fetched_variants=frozenset()):
        """Bring orders over; returns ``{order gid: error}``. Exactly one sales order for each, whatever happens."""
        failures = {}
        bindings = {
            row.gid: row
            for row in self.env['shopify.order.binding'].search(
                [('backend_id', '=', backend.id), ('gid', 'in', [payload['id'] for payload in payloads])]
            )
        }
        bindings.update(self._adopt(backend, [payload for payload in payloads if payload['id'] not in bindings]))
        new = [payload for payload in payloads if self._is_new(bindings.get(payload['id']))]
        decisions = {payload['id']: self._decision(backend, payload, is_new=True) for payload in new}
        wanted = [payload for payload in new if decisions[payload['id']].action != 'skip']
        self._skip(backend, [(payload, decisions[payload['id']]) for payload in new if payload not in wanted], bindings)
        changed = [payload for payload in payloads if self._must_change(bindings.get(payload['id']), payload)]
        prepared = self._prepare(backend, wanted + changed, fetched_variants, failures)
        created = self._create_batch(
            backend, [payload for payload in wanted if payload['id'] in prepared], prepared, failures
        )
        bindings.update(created)
        for payload in payloads:
            binding = bindings.get(payload['id'])
            if binding and payload['id'] not in created and payload['id'] not in failures:
                with self.env['shopify.engine']._attempt(failures, payload['id']):
                    self._change(backend, binding, payload, prepared.get(payload['id']), failures)
        self._advance(
            backend,
            [
                (bindings[payload['id']], payload)
                for payload in payloads
                if payload['id'] in bindings and payload['id'] not in failures
            ],
            failures,
        )
        return failures

    def _adopt(self, backend, payloads):
        """``{gid: binding}`` of orders that Odoo has from an earlier life of the store, whose record was deleted."""
        first_lines = {
            line['id']: payload
            for payload in payloads
            for line in order_lines.line_nodes(payload) + order_lines.shipping_nodes(payload)
        }
        lines = self.env['sale.order.line'].search(
            [
                ('shopify_line_gid', 'in', list(first_lines)),
                ('company_id', '=', backend.company_id.id),
                ('order_id.shopify_binding_ids', '=', False),
            ]
        )
        adopted = {}
        for line in lines:
            payload, order = first_lines[line.shopify_line_gid], line.order_id
            if payload['id'] not in adopted and order.origin == payload['name']:
                adopted[payload['id']] = self.env['shopify.order.binding'].create(
                    {
                        **self._binding_vals(backend, payload),
                        'sale_order_id': order.id,
                        'currency_id': order.currency_id.id,
                        'ordered_at': mapping.ordered_at(payload),
                        'signature': False,
                        'trail': self._stamped([('adopted', {'name': order.name})]),
                    }
                )
        return adopted

    @staticmethod
    def _is_new(binding):
        """One that was left out is looked at again: it may have been paid since, or the store's rules may have changed."""
        return not binding or (binding.state == 'skipped' and not binding.sale_order_id)

    def _change(self, backend, binding, payload, prepared, failures):
        tags_before = binding.tags.split(', ') if binding.tags else []
        self._note_problem(failures, payload, self._update(binding, payload, prepared))
        if binding.state == 'imported' and binding.sale_order_id:
            self._follow_header(backend, binding, payload, tags_before)

    @staticmethod
    def _note_problem(failures, payload, problem):
        """What needs a person is told by the task, while what was done for the order stays done."""
        if problem:
            failures[payload['id']] = problem

    def _must_change(self, binding, payload):
        return bool(binding) and binding.state == 'imported' and binding.signature != mapping.signature(payload)

    def _skip(self, backend, skipped, bindings):
        """Kept as a row with its reason, so that nobody has to wonder where the order is."""
        for payload, decision in skipped:
            code, texts = decision.reason
            binding = bindings.get(payload['id']) or self.env['shopify.order.binding'].create(
                {**self._binding_vals(backend, payload), 'state': 'skipped', 'signature': False}
            )
            if [code, texts] not in [entry[1:] for entry in binding.trail or []]:
                binding._add_trail(code, **texts)

    # === RESOLVE === #

    def _prepare(self, backend, payloads, fetched_variants, failures):
        """``{gid: (refs, trail)}`` of the orders that could be resolved."""
        return self._by_halves(payloads, failures, lambda part: self._prepare_together(backend, part, fetched_variants))

    def _by_halves(self, payloads, failures, work):
        """``work(payloads)`` gives a dictionary. A batch that fails is taken apart until the order that fails stands
        alone; its error goes to ``failures``. Conflicts with other transactions are no order's fault and pass."""
        if not payloads:
            return {}
        try:
            with self.env.cr.savepoint():
                return work(payloads)
        except OperationalError:
            raise
        except Exception as error:
            self.env.invalidate_all()
            if len(payloads) == 1:
                failures[payloads[0]['id']] = error
                return {}
        middle = len(payloads) // 2
        return {
            **self._by_halves(payloads[:middle], failures, work),
            **self._by_halves(payloads[middle:], failures, work),
        }

    def _prepare_together(self, backend, payloads, fetched_variants):
        needs = {payload['id']: mapping.needs(payload) for payload in payloads}
        partners = self.env['shopify.sync.customer']._resolve(backend, needs, ordering=True)
        products, product_trails = self.env['shopify.sync.product']._resolve(
            backend, {gid: need.lines for gid, need in needs.items()}, fetched_variants
        )
        taxes, tax_trails = self.env['shopify.sync.tax']._resolve(
            backend, {key for need in needs.values() for key in need.taxes}
        )
        shared = {
            'kind_products': self._kind_products(backend, payloads),
            'units': self.env['shopify.sync.product']._get_pack_units(backend, products),
            'shipping_products': self.env['shopify.sync.shipping']._resolve(backend, payloads),
        }
        common = {
            code: {**self._common_refs(backend, code, products, taxes), **shared}
            for code in {need.currency for need in needs.values()}
        }
        prepared = {}
        for payload in payloads:
            customer, invoice, delivery, trail = partners[payload['id']]
            refs = order_lines.Refs(
                partner_id=customer.id,
                invoice_id=invoice.id,
                shipping_id=delivery.id,
                **common[needs[payload['id']].currency],
            )
            told = [
                *trail,
                *product_trails[payload['id']],
                *(tax_trails[key] for key in sorted(needs[payload['id']].taxes) if key in tax_trails),
            ]
            prepared[payload['id']] = (refs, told)
        return prepared

    def _common_refs(self, backend, currency_code, products, taxes):
        """What all orders of one currency share."""
        currency = self._currency(currency_code)
        return {
            'company_id': backend.company_id.id,
            'currency_id': currency.id,
            'decimals': currency.decimal_places,
            'pricelist_id': self._pricelist(backend, currency).id,
            'warehouse_id': backend.warehouse_id.id,
            'team_id': backend.team_id.id,
            'user_id': backend.user_id.id,
            'shipping_product_id': self.env.ref('shopify_connector.product_shipping').id,
            'charge_product_id': self.env.ref('shopify_connector.product_custom_item').id,
            'products': products,
            'taxes': taxes,
            'labels': {
                'discount': self.env._("Discount"),
                'shipping': self.env._("Shipping"),
                'duties': self.env._("Duties"),
                'bundle': self.env._("Bundle"),
            },
        }

    def _kind_products(self, backend, payloads):
        """What an order charges for that is no product of the catalogue. Only a shop that sells gift cards owes any."""
        kinds = {kind: self.env.ref(f'shopify_connector.product_{kind}').id for kind in ('tip', 'duty', 'fee')}
        gift_card = self.env.ref('shopify_connector.product_gift_card')
        if any(line.get('isGiftCard') for payload in payloads for line in order_lines.line_nodes(payload)):
            gift_card = self.env['shopify.sync.payment']._gift_card_product(backend)
        return {**kinds, 'gift_card': gift_card.id}

    def _currency(self, code):
        """A currency that sells is active."""
        currency = self.env['res.currency'].with_context(active_test=False).search([('name', '=', code)], limit=1)
        if not currency:
            raise UserError(self.env._("Odoo has no currency %(code)s. Create it and retry the order.", code=code))
        if not currency.active:
            currency.active = True
        return currency

    def _pricelist(self, backend, currency):
        """Odoo takes an order's currency from its pricelist: the store's choice, else one for each without any rule."""
        chosen = backend.pricelist_mapping_ids.filtered(lambda row: row.currency_id == currency)
        if chosen:
            return chosen.pricelist_id
        pricelists = self.env['product.pricelist'].with_context(active_test=False)
        name = f'Shopify {currency.name}'
        return pricelists.search(
            [('name', '=', name), ('currency_id', '=', currency.id), ('company_id', '=', backend.company_id.id)],
            limit=1,
        ) or pricelists.create(
            {'name': name, 'currency_id': currency.id, 'company_id': backend.company_id.id, 'active': False}
        )

    # === CREATE === #

    def _create_batch(self, backend, payloads, prepared, failures):
        """``{gid: binding}`` of new orders."""
        return self._by_halves(payloads, failures, lambda part: self._create_together(backend, part, prepared))

    def _create_together(self, backend, payloads, prepared):
        headers = self._headers(backend, payloads, prepared)
        orders = (
            self.env['sale.order']
            .with_context(shopify_backend_id=backend.id)
            .create(
                [
                    {**mapping.vals(payload, prepared[payload['id']][0]), **headers[payload['id']].order}
                    for payload in payloads
                ]
            )
            .with_env(self.env)
        )
        bindings = self._create_bindings(backend, payloads, orders, prepared, headers)
        self.env['shopify.task']._note_stock(orders.order_line.product_id)
        pairs = [(bindings[payload['id']], payload) for payload in payloads]
        self._note_sales(backend, pairs)
        for binding, payload in pairs:
            self._compare(binding, payload)
        self._begin(backend, pairs)
        return bindings

    def _create_bindings(self, backend, payloads, orders, prepared, headers):
        """``{gid: binding}``; an order that was left out before has its row already."""
        left_out = {
            row.gid: row
            for row in self.env['shopify.order.binding'].search(
                [
                    ('backend_id', '=', backend.id),
                    ('gid', 'in', [payload['id'] for payload in payloads]),
                    ('state', '=', 'skipped'),
                ]
            )
        }
        rows = {}
        for payload, order in zip(payloads, orders, strict=True):
            refs, trail = prepared[payload['id']]
            header, before = headers[payload['id']], left_out.get(payload['id'])
            rows[payload['id']] = {
                **self._binding_vals(backend, payload),
                **header.binding,
                'state': 'imported',
                'sale_order_id': order.id,
                'currency_id': refs.currency_id,
                'ordered_at': mapping.ordered_at(payload),
                'trail': [*(before.trail or [] if before else []), *self._stamped([*trail, *header.trail])],
            }
        for gid, binding in left_out.items():
            binding.write(rows.pop(gid))
        created = self.env['shopify.order.binding'].create(list(rows.values()))
        return {**left_out, **dict(zip(rows, created, strict=True))}

    def _binding_vals(self, backend, payload):
        return {
            **mapping.binding_vals(payload),
            **self._money_vals(payload),
            'backend_id': backend.id,
            'gid': payload['id'],
        }

    def _stamped(self, trail):
        stamp = fields.Datetime.to_string(fields.Datetime.now())
        return [[stamp, code, values] for code, values in trail]

    def _compare(self, binding, payload, kept=None):
        """Odoo's total beside Shopify's. A difference is never smoothed over: it is shown and asks for a person.

        What the order ``kept`` although Shopify took it back is no difference: credit notes settle it.
        """
        decimals = binding.sale_order_id.currency_id.decimal_places
        apart = order_lines.total(payload, decimals, kept) - order_lines.total(payload, decimals) if kept else 0
        shown, there = binding.sale_order_id.amount_total - float(apart), binding.amount_shopify
        difference = binding.sale_order_id.currency_id.round(there - shown)
        if difference != binding.difference:
            binding.difference = difference
        if difference:
            binding._add_trail('difference', shopify=f'{there:.2f}', odoo=f'{shown:.2f}')

    def _money_vals(self, payload):
        """Both amounts of an order, the shop's and the customer's, whichever it was brought over in."""
        total = payload['currentTotalPriceSet']
        shop, customer = total.get('inShop') or {}, total.get('inPresentment') or {}
        return {
            'money_policy': payload.get('money_policy') or 'shop',
            'amount_in_shop': float(shop.get('amount') or 0),
            'shop_currency_id': self._currency_id(shop.get('currencyCode')),
            'amount_in_presentment': float(customer.get('amount') or 0),
            'presentment_currency_id': self._currency_id(customer.get('currencyCode')),
        }

    @tools.ormcache('code')
    def _currency_id(self, code):
        currencies = self.env['res.currency'].with_context(active_test=False)
        return currencies.search([('name', '=', code)], limit=1).id if code else False
