from odoo import api, fields, models, tools

from .. import const
from ..shopify import oauth

_SWITCHES = {'show_incoming', 'sell_when_empty_policy'}


class ShopifyBackend(models.Model):
    """What a store's product pages say beside the quantity."""

    _inherit = 'shopify.backend'

    show_incoming = fields.Boolean(
        "Show Incoming",
        copy=False,
        tracking=True,
        help="When the next units are expected and how many, as metafields of each variant (next_incoming_date and"
        " next_incoming_quantity of the app), for themes to show. Needs the scope write_products.",
    )
    sell_when_empty_policy = fields.Selection(
        [('leave', "As it is in Shopify"), ('odoo', "As the product says in Odoo")],
        string="Sell When Empty",
        default='leave',
        required=True,
        copy=False,
        tracking=True,
        help="Whether a variant goes on selling when nothing is left. As the product says in Odoo: the field Sell When Empty"
        " of each product; where it is empty Shopify's setting stays. Needs the scope write_products.",
    )
    extras_message = fields.Char(compute='_compute_extras_message')
    incoming_day = fields.Date(readonly=True, copy=False)

    @api.depends('granted_scopes', 'show_incoming', 'sell_when_empty_policy')
    def _compute_extras_message(self):
        for backend in self:
            lacks = backend._has_extras() and backend.granted_scopes and not backend._may_write_products()
            backend.extras_message = (
                self.env._(
                    "The app lacks the scope write_products, so neither Sell When Empty nor incoming dates are written. Add it"
                    " to the app, release it, approve it in the Shopify admin and press Check Connection."
                )
                if lacks
                else False
            )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override: the hooks on products and moves know whether any store wants to hear of them."""
        backends = super().create(vals_list)
        if any(_SWITCHES & vals.keys() for vals in vals_list):
            self.env.registry.clear_cache()
        return backends

    def write(self, vals):
        """Override: what is switched on, or may be written only now, is sent as a whole."""
        touched = (_SWITCHES | {'granted_scopes', 'state'}) & vals.keys()
        before = {backend: backend._extras_key() for backend in self} if touched else {}
        result = super().write(vals)
        if _SWITCHES & vals.keys():
            self.env.registry.clear_cache()
        for backend, key in before.items():
            if backend.state != 'draft' and key != backend._extras_key():
                backend._enqueue_all_extras()
        return result

    # === BUSINESS METHODS === #

    def _has_extras(self):
        self.ensure_one()
        return self.show_incoming or self.sell_when_empty_policy == 'odoo'

    def _may_write_products(self):
        granted = self.env['shopify.sync.connection']._granted(self)
        return not oauth.missing_scopes(granted, ('write_products',))

    def _extras_key(self):
        """Equal as long as nothing has to be sent anew. Trouble with the connection changes nothing."""
        self.ensure_one()
        wanted = (self.show_incoming, self.sell_when_empty_policy == 'odoo')
        return (*wanted, any(wanted) and self.state != 'draft' and self._may_write_products())

    def _enqueue_all_extras(self):
        """A task of its own each time: one that waits may have passed some of the variants already."""
        self.ensure_one()
        self.env['shopify.task'].sudo().create(
            {
                'backend_id': self.id,
                'lane': const.KIND_LANES['stock_extras'],
                'kind': 'stock_extras',
                'key': const.ALL_EXTRAS,
                'source': 'user',
            }
        )
        self._wake(const.KIND_LANES['stock_extras'])

    @api.model
    @tools.ormcache()
    def _extras_in_use(self):
        """``(whether any store shows what is incoming, whether any takes Sell When Empty from Odoo)``: asked by hooks in
        everybody's transactions, so that it must cost nothing."""
        stores = self.sudo().with_context(active_test=False)
        return (
            bool(stores.search_count([('show_incoming', '=', True)], limit=1)),
            bool(stores.search_count([('sell_when_empty_policy', '=', 'odoo')], limit=1)),
        )
