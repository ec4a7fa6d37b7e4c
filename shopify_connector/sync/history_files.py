"""Downloads of past orders that nobody needs any more: they hold the names and addresses of customers."""

import contextlib
import os

from odoo import api, models, tools

from .history_find import FOLDER

_NEEDING = ('waiting', 'reading', 'paused')


class ShopifySyncHistory(models.AbstractModel):
    _inherit = 'shopify.sync.history'

    @api.model
    def _remove_files(self, run_ids):
        """Remove what these imports have downloaded; one that goes on downloads it again."""
        for run_id, path in self._files():
            if run_id in run_ids:
                self._remove_file(path)

    @api.model
    def _remove_stale_files(self):
        """Of imports that are over, that were deleted, perhaps with their store, or that wait for very long."""
        needing = set(self.env['shopify.import'].sudo().search([('state', 'in', _NEEDING)]).ids)
        for run_id, path in self._files():
            if run_id not in needing:
                self._remove_file(path)
        folder = os.path.join(tools.config['data_dir'], FOLDER)
        if os.path.isdir(folder):
            self._remove_old_files(folder)

    def _files(self):
        """``[(import's id, path)]`` of this database; other databases may use the same folder."""
        folder = os.path.join(tools.config['data_dir'], FOLDER)
        found = []
        for name in os.listdir(folder) if os.path.isdir(folder) else ():
            database, _sep, rest = name.rpartition('.sqlite')[0].rpartition('-')[0].rpartition('-')
            if database == self.env.cr.dbname and rest.isdigit():
                found.append((int(rest), os.path.join(folder, name)))
        return found

    def _remove_file(self, path):
        # The lane may have removed it meanwhile.
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)
