"""Price lists of markets and B2B catalogs: read, compared with Odoo's pricelists, and sent where they differ."""

from odoo import api, fields, models

from .. import const
from ..entities import catalog_fields
from ..entities import price_list as mapping
from ..shopify import errors, money, paging
from .catalog_values_price import PriceBook

_VARIANTS_A_PART = 2000


class ListBook(PriceBook):
    """Prices by a pricelist in the currency of its price list; only what a rule names has one."""

    def __init__(self, price_list, products):
        super().__init__(price_list.backend_id, price_list.pricelist_id, products)
        self.currency = price_list.pricelist_id.currency_id
        self.digits = money.decimals(self.currency.name)

    def amount(self, product):
        """As Shopify takes it, or None."""
        if not self.rule(product):
            return None
        return catalog_fields.money_text(self.to_shop(product, self._price_in(product, self.currency)), self.digits)


class ShopifySyncPriceList(models.AbstractModel):
    _name = 'shopify.sync.price_list'
    _description = "Shopify Price Lists"

    @api.model
    def _handle_price_lists(self, backend, tasks):
        """Many changes of one pricelist are one comparison."""
        client = backend._get_client('catalogue')
        for key, same in tasks.grouped('key').items():
            if key == const.ALL_PRICE_LISTS:
                self._refresh(backend, client)
            else:
                self._bring_up_to_date(client, self.env['shopify.price.list'].browse(int(key)).exists())
            same._set_done()
            if not self.env['shopify.engine']._is_time_left(len(same)):
                break

    # === READ === #

    def _refresh(self, backend, client):
        """The price lists that there are; those that are gone keep what is known of them."""
        known = {row.gid: row for row in self.env['shopify.price.list'].search([('backend_id', '=', backend.id)])}
        found = {}
        for page in paging.pages(client, mapping.LISTS, {}, ('priceLists',)):
            found.update({node['id']: {**mapping.vals(node), 'deleted_at': False} for node in page})
        for gid, values in found.items():
            if gid in known:
                known[gid].write(values)
            else:
                self.env['shopify.price.list'].create({**values, 'backend_id': backend.id, 'gid': gid})
        for gid in known.keys() - found.keys():
            self._note_gone(known[gid])

    def _note_gone(self, price_list):
        price_list.write(
            {
                'deleted_at': fields.Datetime.now(),
                'is_sent': False,
                'message': self.env._("This price list was deleted in Shopify."),
            }
        )

    def _read_fixed(self, client, price_list):
        """Write down which prices are fixed in the shop now. What was refused is tried again: its cause may be mended."""
        prices = {}
        for page in paging.pages(client, mapping.FIXED, {'id': price_list.gid}, ('priceList', 'prices')):
            prices.update(mapping.fixed(page))
        digits = money.decimals(price_list.currency_code)
        found = {
            gid: [catalog_fields.money_text(amount, digits) if amount else False for amount in amounts]
            for gid, amounts in prices.items()
        }
        items = {item.variant_gid: item for item in price_list.item_ids}
        for gid, item in items.items():
            in_shopify, compare_at = found.get(gid, (False, False))
            if item.in_shopify != in_shopify:
                item.write({'in_shopify': in_shopify, 'message': False})
            if item.compare_at != compare_at:
                item.compare_at = compare_at
        price_list.item_ids.filtered(lambda item: item.state == 'refused').write({'state': 'same', 'message': False})
        fresh = {
            gid: {'in_shopify': in_shopify, 'compare_at': compare_at}
            for gid, (in_shopify, compare_at) in found.items()
            if gid not in items
        }
        self._add_items(price_list, fresh)
        price_list.write({'read_at': fields.Datetime.now(), 'fixed_count': len(prices)})

    def _add_items(self, price_list, values_by_gid):
        """New rows, in one statement; variants that Odoo does not know are rows of their own."""
        bindings = self.env['shopify.variant.binding'].search_fetch(
            [('backend_id', '=', price_list.backend_id.id), ('gid', 'in', list(values_by_gid))], ['gid']
        )
        ids = {binding.gid: binding.id for binding in bindings}
        self.env['shopify.price.list.item'].create(
            [
                {'price_list_id': price_list.id, 'variant_gid': gid, 'variant_binding_id': ids.get(gid), **values}
                for gid, values in values_by_gid.items()
            ]
        )

    # === COMPARE === #

    def _bring_up_to_date(self, client, price_list):
        if not price_list.pricelist_id or price_list.deleted_at:
            return
        problem = price_list._get_currency_problem()
        if problem:
            # Either currency may change after the pricelist was chosen.
            price_list.write({'is_sent': False, 'read_at': False, 'message': problem})
            return
        if not price_list.read_at:
            self._read_fixed(client, price_list)
        self._compare(price_list)
        if price_list.is_sent:
            self._send(client, price_list)
        else:
            price_list.message = self._compared_text(price_list)

    def _compared_text(self, price_list):
        return self.env._(
            "Compared: %(set)s prices would be set and %(remove)s taken away. Nothing is written before you press Send Prices.",
            set=price_list.set_count,
            remove=price_list.remove_count,
        )

    def _get_wanted(self, price_list):
        """``{variant gid: price}`` of all variants that the pricelist has a rule for."""
        bindings = self.env['shopify.variant.binding'].search(
            [
                ('backend_id', '=', price_list.backend_id.id),
                ('product_id', '!=', False),
                ('deleted_at', '=', False),
                ('product_binding_id.deleted_at', '=', False),
            ],
            order='id',
        )
        wanted = {}
        for start in range(0, len(bindings), _VARIANTS_A_PART):
            part = bindings[start : start + _VARIANTS_A_PART]
            book = ListBook(price_list, part.product_id)
            amounts = {product.id: book.amount(product) for product in part.product_id}
            wanted.update(
                {row.gid: amounts[row.product_id.id] for row in part if amounts[row.product_id.id] is not None}
            )
        return wanted

    def _compare(self, price_list):
        """What each row is to become. A price that Odoo has no rule for is taken away only where Odoo has set it."""
        wanted = self._get_wanted(price_list)
        items = {item.variant_gid: item for item in price_list.item_ids}
        for gid, item in items.items():
            amount = wanted.get(gid, False)
            state = self._state_of(item, amount)
            if (item.in_odoo, item.state) != (amount, state):
                item.write({'in_odoo': amount, 'state': state})
        fresh = {gid: {'in_odoo': amount, 'state': 'set'} for gid, amount in wanted.items() if gid not in items}
        self._add_items(price_list, fresh)
        self.env.flush_all()
        price_list.invalidate_recordset(['item_ids', 'set_count', 'remove_count'])

    def _state_of(self, item, amount):
        if item.state == 'refused' and item.in_odoo == amount:
            return 'refused'
        if amount:
            return 'same' if item.in_shopify == amount else 'set'
        if not item.in_shopify:
            return 'same'
        return 'remove' if item.is_ours else 'left'

    # === SEND === #

    def _send(self, client, price_list):
        """A price may be set twice without harm, so that what is unclear after a lost answer is just sent again."""
        items = {item.variant_gid: item for item in price_list.item_ids if item.state in ('set', 'remove')}
        adding = {gid: (item.in_odoo, item.compare_at or None) for gid, item in items.items() if item.state == 'set'}
        deleting = [gid for gid, item in items.items() if item.state == 'remove']
        for rows, gids in mapping.calls(adding, deleting, price_list.currency_code):
            if not self._send_call(client, price_list, items, rows, gids):
                return
            self.env['shopify.engine']._is_time_left(0)
        refused = len(price_list.item_ids.filtered(lambda item: item.state == 'refused'))
        price_list.write(
            {
                'sent_at': fields.Datetime.now() if items else price_list.sent_at,
                'message': self.env._("%(count)s prices were refused; their rows say why.", count=refused)
                if refused
                else False,
            }
        )

    def _send_call(self, client, price_list, items, rows, gids):
        """One call, and once more without the rows that it was refused for. False when the list is gone."""
        while rows or gids:
            variables = {'id': price_list.gid, 'add': rows, 'delete': gids}
            answer = client.mutate(mapping.UPDATE, variables, idempotent=True)
            problems = (answer['priceListFixedPricesUpdate'] or {}).get('userErrors') or []
            if any(problem.get('code') == mapping.NO_LIST for problem in problems):
                self._note_gone(price_list)
                return False
            if not problems:
                self._note_written(items, rows, gids)
                return True
            bad = mapping.refused(problems, rows, gids)
            if not bad:
                raise errors.UserErrors.of(problems)
            for gid, (code, sentence) in bad.items():
                self._note_refused(items[gid], code, sentence)
            rows = [row for row in rows if row['variantId'] not in bad]
            gids = [gid for gid in gids if gid not in bad]
        return True

    def _note_written(self, items, rows, gids):
        for row in rows:
            items[row['variantId']].write(
                {'in_shopify': row['price']['amount'], 'is_ours': True, 'state': 'same', 'message': False}
            )
        self.env['shopify.price.list.item'].union(*(items[gid] for gid in gids)).write(
            {'in_shopify': False, 'compare_at': False, 'is_ours': False, 'state': 'same', 'message': False}
        )

    def _note_refused(self, item, code, sentence):
        if code == mapping.GONE_ALREADY:
            item.write({'in_shopify': False, 'compare_at': False, 'is_ours': False, 'state': 'same', 'message': False})
        else:
            item.write({'state': 'refused', 'message': sentence})
