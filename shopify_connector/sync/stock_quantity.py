"""What a location shows of a product: which variants are written at all, and how many units each of them shows."""

from odoo import api, models

from ..entities import stock_quantity as mapping


class ShopifySyncQuantity(models.AbstractModel):
    _name = 'shopify.sync.quantity'
    _description = "Shopify Quantities"

    @api.model
    def _bindings(self, backend, products=None):
        """The store's variants whose quantities are written: tracked there, storable here or a kit, not opted out."""
        domain = [
            ('backend_id', '=', backend.id),
            ('sync_stock', '=', True),
            ('tracked', '=', True),
            ('inventory_item_gid', '!=', False),
            ('product_id.active', '=', True),
            ('product_binding_id.deleted_at', '=', False),
            ('deleted_at', '=', False),
        ]
        if products is not None:
            domain.append(('product_id', 'in', products.ids))
        bindings = self.env['shopify.variant.binding'].search(domain)
        kits = self._kits(bindings.product_id.filtered(lambda product: not product.is_storable))
        return bindings.filtered(lambda binding: binding.product_id.is_storable or binding.product_id.id in kits)

    @api.model
    def _targets(self, backend, levels):
        """``{level id: units}`` to show. A level that is left alone is to show what it shows."""
        shown = self._explained(backend, levels)
        return {
            level.id: level.known if shown[level.id].quantity is None else shown[level.id].quantity for level in levels
        }

    @api.model
    def _explained(self, backend, levels):
        """``{level id: Shown}``: the units to show and how they came about; ``quantity`` is ``None`` for a level that is
        left alone. Read with all rights, in the store's company: whoever asks, the answer is the same."""
        sync = self.sudo().with_company(backend.company_id)
        levels = levels.with_env(sync.env)
        rules = sync.env['shopify.stock.rule']._get_index(backend)
        found = {}
        for location, rows in levels.grouped('location_id').items():
            found.update(sync._explained_at(location, rows, rules))
        return found

    def _explained_at(self, location, levels, rules):
        stock = self._get_stock(location, levels.variant_binding_id.product_id)
        found = {}
        for level in levels:
            code = self._left_alone(level, stock)
            if code:
                found[level.id] = mapping.Shown(None, ((code, 0.0),))
                continue
            product = level.variant_binding_id.product_id
            found[level.id] = mapping.shown(
                stock[product.id],
                location.basis,
                self._get_rules(rules, product, location),
                level.set_aside,
                level.variant_binding_id._get_pack_size(),
            )
        return found

    def _left_alone(self, level, stock):
        """The code of the reason why nothing is written to a level, or ``None``."""
        binding, location = level.variant_binding_id, level.location_id
        code = self._variant_left_alone(binding, isinstance(stock.get(binding.product_id.id), mapping.Kit))
        if not code and not location.active:
            code = 'closed'
        return code or (None if location.warehouse_id else 'unmapped')

    def _variant_left_alone(self, binding, is_kit):
        """The code of the reason why nothing is written for a variant at any location, or ``None``."""
        product = binding.product_id
        reasons = (
            ('no_product', not product),
            ('deleted', binding.deleted_at or binding.product_binding_id.deleted_at),
            ('opted_out', not binding.sync_stock),
            ('untracked', not binding.tracked),
            ('archived', not product.active),
            ('not_storable', not product.is_storable and not is_kit),
        )
        return next((code for code, applies in reasons if applies), None)

    @api.model
    def _get_left_alone(self, backend, bindings):
        """``{binding id: code of the reason, or None}`` of variants of a store, whether or not they have levels."""
        sync = self.sudo().with_company(backend.company_id)
        bindings = bindings.with_env(sync.env)
        kits = sync._kits(bindings.product_id.filtered(lambda product: not product.is_storable))
        return {binding.id: sync._variant_left_alone(binding, binding.product_id.id in kits) for binding in bindings}

    def _get_rules(self, rules, product, location):
        """The statements that hold for a product at a location. ``rules``: the store's index of them."""
        if not rules:
            return mapping.NO_RULES
        categories = [int(id_) for id_ in (product.categ_id.parent_path or '').split('/') if id_]
        reaches = [
            ('variant', product.id),
            ('template', product.product_tmpl_id.id),
            *(('category', id_) for id_ in reversed(categories)),
            ('all', 0),
        ]
        places = [('location', location.id), ('store', location.backend_id.id), ('all', 0)]
        return mapping.Rules(**{what: mapping.best(statements, reaches, places) for what, statements in rules.items()})
