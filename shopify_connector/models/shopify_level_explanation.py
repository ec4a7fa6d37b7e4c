from odoo import api, fields, models


class ShopifyInventoryLevel(models.Model):
    """What a level is to show, and the sentence that says how the number came about."""

    _inherit = 'shopify.inventory.level'

    wanted = fields.Integer("From Odoo", compute='_compute_wanted', compute_sudo=True)
    is_left_alone = fields.Boolean("Left Alone", compute='_compute_wanted', compute_sudo=True)
    explanation = fields.Char("How It Came About", compute='_compute_wanted', compute_sudo=True)

    @api.depends('variant_binding_id', 'location_id')
    def _compute_wanted(self):
        shown = {}
        for backend, levels in self.grouped('backend_id').items():
            shown.update(self.env['shopify.sync.quantity']._explained(backend, levels))
        for level in self:
            found = shown[level.id]
            level.is_left_alone = found.quantity is None
            level.wanted = level.known if found.quantity is None else found.quantity
            level.explanation = self._say(found)

    def _say(self, shown):
        """The sentence for ``entities.stock_quantity.Shown``: its steps in order, then the number."""
        left_alone = self._get_reasons().get(shown.steps[-1][0])
        if shown.quantity is None:
            return left_alone
        words = self._get_words(shown)
        steps = [words[code](abs(number)) for code, number in shown.steps]
        return self.env._("%(steps)s: %(number)s", steps=", ".join(steps), number=shown.quantity)

    def _get_words(self, shown):
        """``{code: function of the number to words}``."""
        scarce = self.env['product.product'].browse(shown.scarce or 0).display_name if shown.scarce else ''
        texts = {
            'on_hand': lambda n: self.env._("%(n)s on hand", n=n),
            'sold': lambda n: self.env._("%(n)s sold by shops", n=n),
            'reserved': lambda n: self.env._("%(n)s reserved", n=n),
            'promised': lambda n: self.env._("%(n)s promised", n=n),
            'above': lambda n: self.env._("%(n)s promised from the places around", n=n),
            'expired': lambda n: self.env._("%(n)s expired", n=n),
            'held': lambda n: self.env._("%(n)s on unconfirmed orders of shops", n=n),
            'unseen': lambda n: self.env._("%(n)s on open Shopify orders that are not in Odoo", n=n),
            'incoming': lambda n: self.env._("%(n)s arriving", n=n),
            'kits': lambda n: (
                self.env._("%(n)s kits, limited by %(component)s", n=n, component=scarce)
                if scarce
                else self.env._("%(n)s kits", n=n)
            ),
            'set_aside': lambda n: self.env._("%(n)s kept aside in Shopify", n=n),
            'safety': lambda n: self.env._("%(n)s safety", n=n),
            'share_percent': lambda n: self.env._("%(n)s %% of the rest", n=n),
            'pack': lambda n: self.env._("in full packs of %(n)s", n=n),
            'maximum': lambda n: self.env._("at most %(n)s", n=n),
            'fixed': lambda n: self.env._("always %(n)s", n=n),
        }
        return {code: lambda number, text=text: text(f'{round(number, 2):g}') for code, text in texts.items()}

    def _get_reasons(self):
        """Why nothing is written to a level, by the code of its only step."""
        return {
            'out': self.env._("Left alone: a quantity rule says so."),
            'no_product': self.env._("Left alone: the variant has no product in Odoo. Choose one at the variant."),
            'deleted': self.env._("Left alone: the product was deleted in Shopify."),
            'opted_out': self.env._("Left alone: Export Stock is off at the variant."),
            'untracked': self.env._("Left alone: Shopify does not track the quantity. Switch that on in Shopify."),
            'archived': self.env._("Left alone: the product is archived in Odoo."),
            'not_storable': self.env._("Left alone: Odoo does not track the product. Switch on Track Inventory there."),
            'closed': self.env._("Left alone: the location is closed in Shopify."),
            'unmapped': self.env._("Left alone: the location shows no warehouse. Choose one at the location."),
        }
