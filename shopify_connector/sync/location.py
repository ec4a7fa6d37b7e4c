"""A store's locations: read, remembered, closed and opened again as they are in Shopify."""

from datetime import timedelta

from odoo import api, fields, models

from .. import const
from ..entities import location as mapping
from ..shopify import errors, gid, paging


class ShopifySyncLocation(models.AbstractModel):
    _name = 'shopify.sync.location'
    _description = "Shopify Locations"

    # === TASKS === #

    @api.model
    def _handle_locations(self, backend, tasks):
        """Whichever location a delivery names, one request reads them all."""
        self._pull(backend, backend._get_client('stock'))
        tasks._set_done()

    @api.model
    def _enqueue_when_due(self, backend):
        """A location that was closed without a word to us must not be written to for longer than half a day."""
        now = fields.Datetime.now()
        checked = backend.locations_checked_at
        if not checked:
            backend.locations_checked_at = now
        elif checked <= now - timedelta(hours=const.LOCATION_CHECK_HOURS):
            backend.locations_checked_at = now
            self.env['shopify.task']._add(backend, 'location', [str(backend.id)], source='poll')

    # === READ === #

    @api.model
    def _read(self, client):
        return [node for page in paging.pages(client, mapping.DOCUMENT, {}, ('locations',)) for node in page]

    @api.model
    def _names(self, client):
        """Of the open ones, for the connection's report."""
        return [node['name'] for node in self._read(client) if node.get('isActive')]

    @api.model
    def _pull(self, backend, client):
        """Create and refresh ``shopify.location``. One that Shopify switched off or deleted is archived; its levels and
        its warehouse are kept, for it may come back.

        :raise ScopeError: Shopify shows none at all. Every shop has one, so that it only means that we may not see them.
        """
        nodes = self._read(client)
        if not nodes:
            raise errors.ScopeError(required=('read_locations',))
        known = backend.with_context(active_test=False).location_ids.sudo()
        was_open = known.filtered('active')
        rows = known | self._remember(backend, nodes, known)
        self._note_deleted(rows, {node['id'] for node in nodes})
        backend.sudo().locations_checked_at = fields.Datetime.now()
        is_open = rows.filtered('active')
        self._close(backend, was_open - is_open)
        self._open(backend, (known - was_open) & is_open)
        if not known:
            self._show_own_warehouse(backend)
        else:
            self._tell_new(backend, (is_open - known).filtered(lambda row: not row.is_fulfillment_service))

    def _remember(self, backend, nodes, known):
        """Write what differs, create what is new; the new ones."""
        by_gid = {row.gid: row for row in known}
        fresh = []
        for node in nodes:
            values, row = mapping.vals(node), by_gid.get(node['id'])
            if not row:
                fresh.append({**values, 'gid': node['id'], 'backend_id': backend.id})
            elif changed := {name: value for name, value in values.items() if row[name] != value}:
                row.write(changed)
        return self.env['shopify.location'].sudo().create(fresh)

    def _note_deleted(self, rows, seen):
        gone = rows.filtered(lambda row: row.gid not in seen and not row.deleted_at)
        gone.write({'active': False, 'deleted_at': fields.Datetime.now()})

    # === WHAT FOLLOWS === #

    def _show_own_warehouse(self, backend):
        """The store's warehouse is shown at one location; further ones are suggested and mapped by a person, for showing
        the same stock twice would sell it twice."""
        own = backend.location_ids.filtered(lambda row: row.active and not row.is_fulfillment_service)
        if not own or own.warehouse_id or not backend.warehouse_id:
            return
        like = own.filtered(lambda row: row.suggested_warehouse_id == backend.warehouse_id)
        first = (like or own).sorted(lambda row: (not row.fulfills_online_orders, gid.gid_number(row.gid)))[0]
        first.sudo().warehouse_id = backend.warehouse_id

    def _close(self, backend, locations):
        """Levels of a closed location wait for nothing and are not asked for."""
        if not locations:
            return
        locations._set_closed()
        for location in locations:
            self._tell(
                backend,
                self.env._(
                    "Shopify has deleted the location %(name)s. Its quantities and its warehouse are kept as they were, and "
                    "nothing is read or written there any more.",
                    name=location.name,
                )
                if location.deleted_at
                else self.env._(
                    "Shopify has switched off the location %(name)s. Nothing is read or written there until it is switched "
                    "on again.",
                    name=location.name,
                ),
            )
        if backend.stock_export and locations.warehouse_id and not backend.location_ids.warehouse_id:
            self._tell(
                backend,
                self.env._(
                    "No location of this store shows stock any more. Choose a warehouse for one of those that are left."
                ),
            )

    def _open(self, backend, locations):
        """A location that is back shows its warehouse again: everything is compared, for nobody knows what changed."""
        if not locations:
            return
        locations._set_open()
        for location in locations:
            self._tell(
                backend,
                self.env._(
                    "The location %(name)s is switched on in Shopify again. It shows %(warehouse)s as before.",
                    name=location.name,
                    warehouse=location.warehouse_id.name,
                )
                if location.warehouse_id
                else self.env._("The location %(name)s is switched on in Shopify again.", name=location.name),
            )
        if backend.stock_export and locations.warehouse_id:
            backend._enqueue('stock_full', str(backend.id), source='shopify')

    def _tell_new(self, backend, locations):
        for location in locations:
            self._tell(
                backend,
                self.env._(
                    "New location in Shopify: %(name)s. Its quantities are left alone until somebody chooses the warehouse "
                    "that it shows.",
                    name=location.name,
                ),
                'ok',
            )

    def _tell(self, backend, message, status='warning'):
        """In the store's history, where people look, and in the log."""
        backend.sudo().message_post(body=message)
        self.env['shopify.sync.log']._note(backend, 'locations', status, message=message)


class ShopifyEngine(models.AbstractModel):
    _inherit = 'shopify.engine'

    def _prelude(self, backend, lane):
        """Override: webhooks about locations can be missed like any other."""
        result = super()._prelude(backend, lane)
        if lane == 'stock':
            self.env['shopify.sync.location']._enqueue_when_due(backend)
        return result
