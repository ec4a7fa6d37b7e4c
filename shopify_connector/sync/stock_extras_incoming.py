"""When the next units come, and how many: metafields of each variant, written where they differ."""

from odoo import models
from odoo.fields import Domain

from ..entities import stock_extras as mapping
from ..shopify import errors, when

_COMING = ('waiting', 'confirmed', 'partially_available', 'assigned')


class ShopifySyncStockExtras(models.AbstractModel):
    _inherit = 'shopify.sync.stock_extras'

    def _define(self, backend, client):
        """Metafields that have a definition have a name in the admin, and themes and the storefront may read them. They
        are written without one too, where the shop has too many definitions already."""
        for definition in mapping.DEFINITIONS:
            answer = client.mutate(mapping.CREATE_DEFINITION, {'definition': definition}, idempotent=True)
            problems = (answer['metafieldDefinitionCreate'] or {}).get('userErrors') or []
            problems = [row for row in problems if row.get('code') not in mapping.KNOWN_CODES]
            if problems:
                error = errors.UserErrors.of(problems)
                self.env['shopify.sync.log']._note(backend, 'stock_extras', 'warning', message=error.message)

    def _send_incoming(self, backend, client, bindings, failures):
        expected = self._expected(backend, bindings.product_id) if backend.show_incoming else {}
        wanted = {row: expected.get(row.product_id.id) for row in bindings}
        differing = [
            (row, found) for row, found in wanted.items() if (str(found) if found else False) != row.incoming_sent
        ]
        self._write_metafields(
            client,
            [(row, mapping.set_rows(row.gid, found), str(found)) for row, found in differing if found],
            (mapping.set_document, 'metafieldsSet'),
            failures,
        )
        self._write_metafields(
            client,
            [(row, mapping.delete_rows(row.gid), False) for row, found in differing if not found],
            (mapping.delete_document, 'metafieldsDelete'),
            failures,
        )

    def _write_metafields(self, client, entries, document, failures):
        """``entries``: ``[(binding, rows of metafields, what is remembered when they are written), …]``. A call is written
        as a whole or not at all: what Shopify refuses is left out, and the rest of its call is sent again."""
        build, _name = document
        per_call = mapping.METAFIELDS_PER_CALL // 2
        calls = [list(part) for part in mapping.chunks(entries, per_call)]
        while calls:
            batch, calls = calls[: mapping.CALLS_PER_REQUEST], calls[mapping.CALLS_PER_REQUEST :]
            variables = {
                f'rows{index}': [row for _binding, rows, _sent in call for row in rows]
                for index, call in enumerate(batch)
            }
            answer = client.mutate(build(len(batch)), variables, idempotent=True)
            for index, call in enumerate(batch):
                rest = self._settle_call(call, mapping.bad_rows(self._problems(answer, index)), failures)
                calls += [rest] if rest else []
            self.env['ir.cron']._commit_progress()

    def _settle_call(self, call, bad, failures):
        """The entries of a call that have to be sent again because another one was refused."""
        if not bad:
            for binding, _rows, sent in call:
                self._remember(binding, {'incoming_sent': sent})
            return []
        refused = {place // 2: problem for place, problem in bad.items()} if -1 not in bad else {}
        self._refuse(
            {
                entry[0]: refused.get(place, bad.get(-1))
                for place, entry in enumerate(call)
                if place in refused or -1 in bad
            },
            failures,
        )
        return [] if -1 in bad else [entry for place, entry in enumerate(call) if place not in refused]

    def _expected(self, backend, products):
        """``{product id: Incoming}`` at the places that the store shows."""
        locations = backend.location_ids.filtered('warehouse_id').sudo()
        places = self.env['stock.location'].sudo().union(*(location._get_shown_places() for location in locations))
        if not (places and products):
            return {}
        kits = self.env['shopify.sync.quantity'].sudo()._kits(products)
        parts = {part for needed in kits.values() for part in needed}
        simple = (products | products.browse(parts)).sudo().with_context(location=places.ids)
        today = backend._shop_day()
        arrivals = self._arrivals(simple, backend.timezone)
        found = {
            product.id: mapping.next_incoming(arrivals[product.id], today)
            for product in products
            if product.id in arrivals and product.id not in kits
        }
        have = simple.browse(parts)._compute_quantities_dict(None, None, None) if kits else {}
        for kit, needed in kits.items():
            rows = [(units, have[part]['free_qty'], arrivals.get(part, ())) for part, units in needed.items()]
            found[kit] = mapping.next_kits(rows, today)
        return {product: incoming for product, incoming in found.items() if incoming}

    def _arrivals(self, products, zone):
        """``{product id: [(day of the shop, units), …]}``, by what Odoo itself counts as incoming there."""
        _here, coming, _leaving = products._get_domain_locations()
        domain = Domain([('product_id', 'in', products.ids), ('state', 'in', _COMING)]) & coming
        found = {}
        for move in self.env['stock.move'].sudo().search_fetch(domain, ['product_id', 'date', 'product_qty']):
            found.setdefault(move.product_id.id, []).append((when.day_of(move.date, zone), move.product_qty))
        return found
