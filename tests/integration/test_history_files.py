"""Downloads of past orders stay on the disk no longer than they are needed."""

import os
import tempfile
from unittest.mock import patch

from odoo.tools import config

from tests.integration.common import StoreCase


class TestHistoryFiles(StoreCase):
    def setUp(self):
        super().setUp()
        folder = self.enterContext(tempfile.TemporaryDirectory())
        self.enterContext(patch.dict(config.options, {'data_dir': folder}))
        self.job = self.env['shopify.import'].create({'backend_id': self.backend.id, 'bulk_gid': 'gid://shopify/B/7'})

    def download(self, run=None):
        path = self.env['shopify.sync.history']._spool(run or self.job).path
        for name in (path, f'{path}.part'):
            with open(name, 'w', encoding='utf-8') as file:
                file.write('Jane Doe')
        return path

    def remaining(self, path):
        return sorted(os.listdir(os.path.dirname(path)))

    def test_the_download_of_an_import_goes_with_it(self):
        path, other = self.download(), self.job.copy({'bulk_gid': 'gid://shopify/B/8'})
        self.download(other)
        self.job.unlink()
        self.assertEqual(len(self.remaining(path)), 2)
        self.assertFalse(os.path.exists(path))

    def test_what_is_over_leaves_nothing_behind_by_the_next_day(self):
        for state in ('failed', 'stopped', 'done'):
            with self.subTest(state=state):
                path = self.download()
                self.job.state = state
                self.env['shopify.import']._gc_files()
                self.assertEqual(self.remaining(path), [])

    def test_what_goes_on_keeps_its_download_and_other_databases_keep_theirs(self):
        path = self.download()
        other = os.path.join(os.path.dirname(path), 'other-1-7.sqlite')
        with open(other, 'w', encoding='utf-8'):
            pass
        self.job.state = 'paused'
        self.env['shopify.import']._gc_files()
        self.assertEqual(len(self.remaining(path)), 3)
        os.utime(path, (0, 0))
        self.env['shopify.import']._gc_files()
        self.assertFalse(os.path.exists(path))

    def test_the_download_of_a_store_that_was_deleted_goes_too(self):
        path = self.download()
        self.job.state = 'paused'
        self.env.flush_all()
        self.env.cr.execute('DELETE FROM shopify_import WHERE id = %s', [self.job.id])
        self.env.invalidate_all()
        self.env['shopify.import']._gc_files()
        self.assertEqual(self.remaining(path), [])
