"""What a person is told of a parcel that Odoo cannot deliver by itself, and what can be done about it."""

from odoo import models

from ..shopify import errors


class ShopifySyncFulfillmentTake(models.AbstractModel):
    _inherit = 'shopify.sync.fulfillment.take'

    def _ask(self, row, code, message, proposal):
        row.write({'message': message, 'proposal': proposal})
        return errors.GiveUpError(f'{message} {proposal}', code='not_shipped')

    def _ignored_note(self, location):
        return self.env._(
            "%(location)s ships without Odoo: the setting “Shipped There” of the location says so.",
            location=location.name,
        )

    def _asked_words(self, row):
        message = self.env._(
            "%(parcel)s was shipped from %(location)s in Shopify, and the location wants a person to look at it.",
            parcel=row.name or row.order_binding_id.name,
            location=row.location_id.name,
        )
        return message, self.env._(
            "Press Validate Anyway on the fulfilment to have Odoo deliver the same, or Ignore when Odoo's stock knows already."
        )

    def _no_transfer_words(self, row):
        message = self.env._(
            "%(parcel)s was shipped in Shopify, but Odoo has no transfer to deliver it with.",
            parcel=row.name or row.order_binding_id.name,
        )
        return message, self.env._(
            "Confirm the purchase that brings it, or deliver it by hand, and retry; press Ignore when nothing is to be delivered."
        )

    def _missing_words(self, row, missing):
        names = {
            'parcel': row.name or row.order_binding_id.name,
            'where': row.location_id.name or self.env._("a location"),
        }
        if missing.kind == 'refused':
            message = self.env._(
                "%(parcel)s was shipped in Shopify (%(where)s), but Odoo does not deliver it:", **names
            )
            return f'{message} {missing.text}', self.env._("Settle that, or validate its delivery by hand, then retry.")
        goods = ', '.join(
            self.env._("%(units)g × %(product)s in %(place)s", units=units, product=product, place=place)
            for product, _id, place, units, _picking in missing.rows
        )
        if missing.kind == 'lots':
            message = self.env._(
                "%(parcel)s was shipped in Shopify (%(where)s), which does not say which lots or serial numbers left: %(goods)s.",
                goods=goods,
                **names,
            )
            return message, self._lots_proposal(missing)
        message = self.env._(
            "%(parcel)s was shipped in Shopify (%(where)s), but Odoo does not have enough: %(goods)s are missing.",
            goods=goods,
            **names,
        )
        return message, self._stock_proposal(row, missing)

    def _lots_proposal(self, missing):
        names = sorted({row[4] for row in missing.rows if row[4]})
        quants = self.env['stock.quant'].search(
            [
                ('product_id', 'in', [row[1] for row in missing.rows]),
                ('location_id.usage', '=', 'internal'),
                ('lot_id', '!=', False),
                ('quantity', '>', 0),
            ],
            limit=5,
        )
        text = self.env._("Enter them on the delivery %(names)s and validate it.", names=', '.join(names) or '?')
        if quants:
            lots = ', '.join(f'{quant.lot_id.name} ({quant.quantity:g})' for quant in quants)
            text += ' ' + self.env._("Odoo has: %(lots)s.", lots=lots)
        return text

    def _stock_proposal(self, row, missing):
        others = self.env['stock.warehouse'].search(
            [('company_id', '=', row.company_id.id), ('id', '!=', row.location_id.warehouse_id.id)]
        )
        there = [
            self.env._("%(warehouse)s has %(units)g × %(product)s", warehouse=warehouse.name, units=units, product=name)
            for name, product_id, _place, _units, _picking in missing.rows
            for warehouse in others
            if (
                units := self.env['product.product'].browse(product_id).with_context(warehouse_id=warehouse.id).free_qty
            )
            > 0
        ]
        text = self.env._(
            "Correct Odoo's stock and retry, or press Validate Anyway on the fulfilment: the stock becomes negative until it "
            "is counted."
        )
        return f"{text} {'; '.join(there)}." if there else text
