"""Shopify's quantities counted into Odoo."""

from odoo import api, models

from ..entities import stock_edit
from ..shopify import errors

_ITEMS_A_TURN = 250


class ShopifySyncLevels(models.AbstractModel):
    _inherit = 'shopify.sync.levels'

    # === ALL THAT ODOO HAS NONE OF === #

    @api.model
    def _handle_take(self, backend, tasks):
        """Count into Odoo what Shopify has on hand, as inventory adjustments; products that have stock in Odoo already
        are left alone, because another store may share it."""
        client = backend._get_client('stock')
        counted = 0
        for location in backend.location_ids.filtered('warehouse_id'):
            for rows in self._read_location(client, location):
                with self.env['shopify.engine']._turn():
                    counted += self._count_in(backend, location, rows)
        tasks._set_done(self.env._("%(count)s products counted.", count=counted))

    def _count_in(self, backend, location, rows):
        on_hand = {row.item: row.on_hand for row in rows if row.on_hand > 0}
        bindings = self.env['shopify.variant.binding'].search(
            [
                ('backend_id', '=', backend.id),
                ('inventory_item_gid', 'in', list(on_hand)),
                ('product_id.is_storable', '=', True),
            ]
        )
        place = location.warehouse_id.lot_stock_id
        wanted = {}
        for binding in self._countable(bindings):
            product = binding.product_id
            if product.tracking == 'none' and not product.with_context(location=place.id).qty_available:
                units = on_hand[binding.inventory_item_gid] * binding._get_pack_size()
                wanted[product] = wanted.get(product, 0) + units
        quants = (
            self.env['stock.quant']
            .with_context(inventory_mode=True)
            .create(
                [
                    {'product_id': product.id, 'location_id': place.id, 'inventory_quantity': units}
                    for product, units in wanted.items()
                ]
            )
        )
        quants.action_apply_inventory()
        return len(quants)

    def _countable(self, bindings):
        """Packs show the goods once more that the variant of single units shows, where there is one."""
        packs = bindings.filtered(lambda binding: binding._get_pack_size() != 1.0)
        singles = (bindings - packs).product_id
        largest = packs.sorted(lambda binding: binding._get_pack_size(), reverse=True).grouped('product_id')
        alone = [rows[-1:] for product, rows in largest.items() if product not in singles]
        return (bindings - packs).union(*alone)

    # === WHAT A PERSON HAS CHOSEN === #

    @api.model
    def _take_in(self, levels):
        """Make Odoo's stock such that these levels are to show what Shopify shows, with inventory adjustments; somebody has
        said yes. Reads the levels first. Returns ``{level id: why it could not be done}``."""
        refused = {}
        for backend, rows in levels.grouped('backend_id').items():
            client = backend._get_client('stock')
            for start in range(0, len(rows), _ITEMS_A_TURN):
                part = rows[start : start + _ITEMS_A_TURN]
                items = list(dict.fromkeys(part.variant_binding_id.mapped('inventory_item_gid')))
                seen = {row[:2]: row for row in self._read_items(client, items)}
                with self.env['shopify.engine']._turn():
                    refused.update(self._take_part(backend, part.exists(), seen))
        return refused

    def _take_part(self, backend, levels, seen):
        """What orders have taken that Odoo has not seen yet is still to come off Odoo's stock."""
        self._take_sales(backend)
        targets = self.env['shopify.sync.quantity']._targets(backend, levels)
        refused, plans = {}, []
        for level in levels:
            row = seen.get((level.variant_binding_id.inventory_item_gid, level.location_id.gid))
            if not row or not row.active:
                refused[level.id] = self.env._("Shopify does not stock it there.")
                continue
            wanted = row.available + max(stock_edit.unseen(self._baseline(level), row), 0)
            units = wanted - targets[level.id]
            try:
                plans.append((level, row, wanted, self._plan(level, units) if units else []))
            except errors.GiveUpError as error:
                refused[level.id] = error.message
        self._carry_out(backend, plans, refused)
        for level, row, _wanted, _plan in plans:
            if level.id not in refused:
                self._accept(level, row.available, row.active, row)
                self._close_asked(level)
        return refused

    def _carry_out(self, backend, plans, refused):
        """All at once; when something fails, one by one, so that it fails alone. ``plans``: ``[(level, seen, units that it
        is to show, values of moves), …]``."""
        failures = {}
        with self.env['shopify.engine']._attempt(failures, 'all'):
            self._move_as_planned(backend, plans)
        if failures:
            for plan in plans:
                problem = {}
                with self.env['shopify.engine']._attempt(problem, plan[0].id):
                    self._move_as_planned(backend, [plan])
                refused.update({key: str(error) for key, error in problem.items()})

    def _move_as_planned(self, backend, plans):
        """Where a share, a maximum or a fixed number stands between Odoo's stock and what is shown, no adjustment makes the
        two equal: it would be made again and again."""
        self._move([values for *_level, moves in plans for values in moves])
        levels = self.env['shopify.inventory.level'].union(*(plan[0] for plan in plans))
        targets = self.env['shopify.sync.quantity']._targets(backend, levels)
        for level, _row, wanted, _moves in plans:
            if targets[level.id] != wanted:
                raise errors.GiveUpError(
                    self.env._(
                        "%(name)s would show %(units)s and not %(wanted)s even then: a rule, or units that are promised, stand "
                        "between Odoo's stock and what is shown. Count it in Odoo, then choose Odoo's quantity.",
                        name=level.display_name,
                        units=targets[level.id],
                        wanted=wanted,
                    ),
                    code='shared',
                )

    # === MOVES === #

    def _plan(self, level, units):
        """Values of the stock moves that add ``units`` to what Odoo has for a level, or take them away.

        :raise GiveUpError: when Odoo cannot know which goods are meant.
        """
        product = level.product_id
        self._require_countable(level)
        loss = product.with_company(level.company_id).property_stock_inventory
        if units > 0:
            place = self._arrival_place(level)
            quant = self.env['stock.quant'].new({'product_id': product.id, 'location_id': place.id})
            return [self._move_values(level, quant, units, loss, place)]
        return [
            self._move_values(level, quant, taken, quant.location_id, loss)
            for quant, taken in self._lost(level, -units)
        ]

    def _require_countable(self, level):
        product = level.product_id
        if level.variant_binding_id._get_pack_size() != 1.0:
            raise errors.GiveUpError(
                self.env._(
                    "%(name)s is sold in packs, so that Shopify's quantity does not tell the single units. Count the product in "
                    "Odoo, then choose Odoo's quantity.",
                    name=level.display_name,
                ),
                code='not_countable',
            )
        if not product or not product.is_storable:
            raise errors.GiveUpError(
                self.env._(
                    "%(name)s has no stock of its own in Odoo: it is a kit, or not tracked. Count what it consists of in Odoo, "
                    "then choose Odoo's quantity.",
                    name=product.display_name or level.display_name,
                ),
                code='not_countable',
            )
        if product.tracking != 'none':
            raise errors.GiveUpError(
                self.env._(
                    "%(name)s is tracked by lots or serial numbers, which Shopify does not know. Count it in Odoo, then "
                    "choose Odoo's quantity.",
                    name=product.display_name,
                ),
                code='tracked_by_lots',
            )

    def _quants(self, level):
        """Where Odoo has the product of what the level shows: own goods that lie loose."""
        return self.env['stock.quant'].search(
            [
                ('product_id', '=', level.product_id.id),
                ('location_id', 'child_of', level.location_id._get_shown_places().ids),
                ('location_id.usage', '=', 'internal'),
                ('quantity', '>', 0),
                ('owner_id', '=', False),
                ('package_id', '=', False),
            ],
            order='in_date, id',
        )

    def _source_of(self, level, quants):
        """The one place that is meant among those that the level shows."""
        location = level.location_id
        sources = location.source_ids or location.warehouse_id.lot_stock_id
        holding = sources.filtered(
            lambda place: any(quant.location_id.parent_path.startswith(place.parent_path) for quant in quants)
        )
        found = sources if len(sources) == 1 else holding
        if len(found) != 1:
            raise errors.GiveUpError(
                self.env._(
                    "%(location)s shows several places in Odoo, and nobody says which of them is meant for %(name)s. Count it "
                    "in Odoo, then choose Odoo's quantity.",
                    location=location.name,
                    name=level.product_id.display_name,
                ),
                code='several_places',
            )
        return found

    def _arrival_place(self, level):
        """Where the product lies already, when that is one place, else the shelf that stands for all."""
        quants = self._quants(level)
        source = self._source_of(level, quants)
        shelves = quants.location_id.filtered(lambda place: place.parent_path.startswith(source.parent_path))
        return shelves if len(shelves) == 1 else source

    def _lost(self, level, units):
        """``[(quant, units), …]``: what is not reserved goes first, the oldest of it before the rest."""
        quants = self._quants(level)
        if level.location_id.source_ids:
            source = self._source_of(level, quants)
            quants = quants.filtered(lambda quant: quant.location_id.parent_path.startswith(source.parent_path))
        if sum(quants.mapped('quantity')) < units:
            raise errors.GiveUpError(
                self.env._(
                    "%(units)s units of %(name)s left %(location)s, but Odoo does not have as many there. Count it in Odoo, "
                    "then choose Odoo's quantity.",
                    units=units,
                    name=level.product_id.display_name,
                    location=level.location_id.name,
                ),
                code='not_enough',
            )
        taken = {}
        for free_only in (True, False):
            for quant in quants:
                left = quant.quantity - taken.get(quant, 0) - (max(quant.reserved_quantity, 0) if free_only else 0)
                part = min(units - sum(taken.values()), max(left, 0))
                if part > 0:
                    taken[quant] = taken.get(quant, 0) + part
        return list(taken.items())

    def _move_values(self, level, quant, units, source, destination):
        """Odoo's own values of an inventory adjustment: what it is worth is booked as for any other count."""
        return (
            quant.with_company(level.company_id)
            .with_context(inventory_name=self._reason(level))
            ._get_inventory_move_values(units, source, destination)
        )

    def _reason(self, level):
        """What the move says of itself; Shopify tells an app neither who nor why."""
        return self.env._(
            "Changed in Shopify: %(store)s, %(location)s, %(moment)s",
            store=level.backend_id.name,
            location=level.location_id.name,
            moment=level.backend_id._get_moment_text(),
        )

    def _move(self, values):
        """Valued moves that are done. Goods that arrive are given to who waits for them."""
        moves = self.env['stock.move'].with_context(inventory_mode=False).create(values)
        moves.with_context(ignore_dest_packages=True)._action_done()
        moves._trigger_assign()
        return moves
