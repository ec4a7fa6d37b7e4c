"""Collections and sales channels: read from the shop, and as fields of products on both sides."""

from datetime import timedelta

from odoo import api, fields, models

from ..entities import product_places as mapping
from ..shopify import errors, oauth, paging

_DAY = timedelta(days=1)


class ShopifySyncCatalogPlaces(models.AbstractModel):
    _name = 'shopify.sync.catalog.places'
    _description = "Shopify Collections And Sales Channels"

    @api.model
    def _keep_up(self, backend):
        """What products are in and on, and the languages that they are told in: no webhook tells of any of them."""
        try:
            if self._refresh_when_due(backend):
                backend._follow_locales()
        except errors.GiveUpError as error:
            # Only names are missing: the lane goes on, and they are asked for tomorrow.
            backend.places_read_at = fields.Datetime.now()
            self.env['shopify.sync.log']._note(backend, 'places', 'warning', message=error.message)
        except errors.ShopifyError:
            # The lane's own work meets the same trouble, and tells of it.
            return

    @api.model
    def _refresh_when_due(self, backend):
        """Once a day, and as soon as a collection is known by its number only: what is new, renamed or gone in the shop.
        Returns whether it was read."""
        read_at = backend.places_read_at
        is_due = not read_at or read_at + _DAY <= fields.Datetime.now()
        if is_due:
            self._refresh(backend, backend._get_client('catalogue'))
        return is_due

    @api.model
    def _refresh(self, backend, client):
        """Read what there is. A shop that shows its channels to nobody without the scope is left without them."""
        self._keep(
            backend,
            'shopify.collection',
            self._read(client, mapping.COLLECTIONS, 'collections'),
            mapping.collection_vals,
        )
        if self._may_see_channels(backend):
            rows = self._read(client, mapping.PUBLICATIONS, 'publications')
            self._keep(backend, 'shopify.publication', rows, mapping.publication_vals)
        backend.places_read_at = fields.Datetime.now()

    @staticmethod
    def _read(client, document, name):
        try:
            return [node for page in paging.pages(client, document, {}, (name,)) for node in page]
        except errors.ScopeError:
            return []

    @api.model
    def _may_see_channels(self, backend):
        granted = self.env['shopify.sync.connection']._granted(backend)
        return not oauth.missing_scopes(granted, ('read_publications',))

    @api.model
    def _may_publish(self, backend):
        granted = self.env['shopify.sync.connection']._granted(backend)
        return not oauth.missing_scopes(granted, ('write_publications',))

    def _keep(self, backend, model, nodes, values_of):
        """Rows as the shop has them; what is gone there is put away, for products may still name it."""
        rows = {
            row.gid: row
            for row in self.env[model].with_context(active_test=False).search([('backend_id', '=', backend.id)])
        }
        fresh = []
        for node in nodes:
            values, row = values_of(node), rows.pop(node['id'], None)
            if row is None:
                fresh.append({**values, 'backend_id': backend.id, 'gid': node['id']})
            elif any(row[name] != value for name, value in values.items()):
                row.write(values)
        self.env[model].create(fresh)
        self.env[model].union(*rows.values()).filtered('active').active = False

    @api.model
    def _channels(self, backend):
        """The gids of the sales channels that are asked for with every product; kept in memory with the store."""
        return backend.sudo().publication_ids.mapped('gid') if self._may_see_channels(backend) else []


class ShopifyEngine(models.AbstractModel):
    _inherit = 'shopify.engine'

    def _prelude(self, backend, lane):
        """Override: before any product is read."""
        result = super()._prelude(backend, lane)
        if lane == 'catalogue':
            self.env['shopify.sync.catalog.places']._keep_up(backend)
        return result


class ShopifySyncProduct(models.AbstractModel):
    _inherit = 'shopify.sync.product'

    @api.model
    def _get_parts(self, backend):
        channels = self.env['shopify.sync.catalog.places']._channels(backend)
        return (
            super()
            ._get_parts(backend)
            .plus(product=[mapping.COLLECTIONS_PART, *(mapping.publication_part(gid) for gid in channels)])
        )


class ShopifySyncCatalogValues(models.AbstractModel):
    _inherit = 'shopify.sync.catalog.values'

    @api.model
    def _get_shop_values(self, backend, payload):
        values = super()._get_shop_values(backend, payload)
        if 'collections' in payload and mapping.is_whole(payload):
            values['product']['collections'] = mapping.collections_of(payload)
        channels = self.env['shopify.sync.catalog.places']._channels(backend)
        if channels and mapping.are_known(payload, channels):
            values['product']['publications'] = mapping.publications_of(payload, channels)
        return values

    @api.model
    def _get_values_of(self, backend, shapes):
        found = super()._get_values_of(backend, shapes)
        for shape in shapes:
            if shape.binding:
                found[shape.key]['product']['collections'] = self._gids_of(shape.binding.collection_ids)
                found[shape.key]['product']['publications'] = self._gids_of(shape.binding.publication_ids)
        return found

    @staticmethod
    def _gids_of(rows):
        return (
            sorted(rows.filtered(lambda row: row._name != 'shopify.collection' or not row.is_smart).mapped('gid'))
            or None
        )

    @api.model
    def _write_odoo(self, backend, changes):
        written = super()._write_odoo(backend, changes)
        bindings = self.env['shopify.product.binding'].with_context(shopify_places_read=True)
        for name, model, field in (
            ('collections', 'shopify.collection', 'collection_ids'),
            ('publications', 'shopify.publication', 'publication_ids'),
        ):
            wanted = {
                id_: set(change['product'][name] or ()) for id_, change in changes.items() if name in change['product']
            }
            if wanted:
                rows = self._places(backend, model, set().union(*wanted.values()))
                for id_, gids in wanted.items():
                    ids = [rows[gid].id for gid in sorted(gids)]
                    bindings.browse(id_)[field] = [(6, 0, ids)]
        return written

    def _places(self, backend, model, gids):
        """``{gid: row}``; one that is not known yet gets its name with the next look at all of them."""
        known = (
            self.env[model]
            .with_context(active_test=False)
            .search([('backend_id', '=', backend.id), ('gid', 'in', list(gids))])
        )
        rows = {row.gid: row for row in known}
        missing = sorted(gids - rows.keys())
        if missing and backend.places_read_at:
            backend.sudo().places_read_at = False
        created = self.env[model].create(
            [{'backend_id': backend.id, 'gid': gid, 'name': gid.rsplit('/', 1)[-1]} for gid in missing]
        )
        return {**rows, **dict(zip(missing, created, strict=True))}
