"""Tags of customers -> categories of contacts: what the shop adds is added, what it takes away is taken away, and what
people have put on a contact themselves stays."""

from odoo import Command, models
from odoo.tools import escape_psql

from ..entities import customer


class ShopifySyncCustomer(models.AbstractModel):
    _inherit = 'shopify.sync.customer'

    def _settle_more(self, batch, row, payload):
        super()._settle_more(batch, row, payload)
        backend = batch.backend
        if backend.customer_tags == 'none' or backend._get_owner('customer') in ('none', 'odoo'):
            return
        shop = {tag.casefold(): tag for tag in customer.tags(payload)}
        base = {tag.casefold() for tag in (row.agreed or {}).get('tags') or []}
        if shop.keys() == base:
            return
        known = self._get_categories(batch, shop.values())
        partner = row.partner_id
        added = [known[key] for key in shop.keys() - base if key in known]
        removed = partner.category_id.filtered(lambda category: category.name.casefold() in base - shop.keys())
        commands = [Command.link(id_) for id_ in added if id_ not in partner.category_id.ids]
        commands += [Command.unlink(category.id) for category in removed]
        if commands:
            partner.category_id = commands
        row.agreed = {**(row.agreed or {}), 'tags': list(shop.values())}

    def _get_categories(self, batch, names):
        """``{name in lower case: category id}``; those that are missing are created where the store wants all tags."""
        known = batch.cache.setdefault('categories', {})
        missing = {name.casefold(): name for name in names if name.casefold() not in known}
        if missing:
            categories = self.env['res.partner.category'].sudo().with_context(active_test=False)
            domain = [('name', '=ilike', escape_psql(name)) for name in missing.values()]
            for category in categories.search(['|'] * (len(domain) - 1) + domain, order='id desc'):
                known[category.name.casefold()] = category.id
            left = [name for key, name in missing.items() if key not in known]
            if batch.backend.customer_tags == 'create':
                created = categories.create([{'name': name} for name in left])
                known.update(zip((name.casefold() for name in left), created.ids, strict=True))
            else:
                known.update(dict.fromkeys((name.casefold() for name in left), False))
        return {key: id_ for key, id_ in known.items() if id_}
