import resource
import time
from unittest.mock import patch

from odoo import api, fields, models

# As many products as this are a bulk operation in the benchmark too, however few they are.
SMALL = 'odoo.addons.shopify_connector.sync.history_products._FEW_PRODUCTS'
SECONDS = 4 * 3600
BATCH = 100


def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


class BenchFloor(models.AbstractModel):
    _inherit = 'bench.floor'

    @api.model
    def connect_shop(self, shop):
        """A connected store of a simulated shop, see the control API's list of shops; its id."""
        self.env['ir.config_parameter'].set_param('web.base.url', 'http://127.0.0.1:8069')
        backend = self.env['shopify.backend'].create(
            {
                'name': shop['name'],
                'shop_domain': shop['domain'],
                'auth_method': 'access_token',
                'access_token': shop['access_token'],
                'client_secret': shop['client_secret'],
            }
        )
        backend.action_connect()
        self.env.cr.commit()
        return backend.id

    @api.model
    def measure_catalog(self, backend_id):
        """Import the whole catalogue through a bulk operation, in this process: ``{products, created, changed, seconds,
        wall, processor, queries, requests, before, kilobytes}``. ``seconds`` without the pauses while Shopify works;
        ``kilobytes`` is the peak of the process, ``before`` what it was before."""
        run = self.env['shopify.import'].create({'backend_id': backend_id, 'what': 'products'})
        self.env.cr.commit()
        before, began, seconds, queries, worked = peak(), time.monotonic(), 0.0, 0, time.process_time()
        with patch(SMALL, 0):
            run.action_import()
            while run._is_running() and seconds < SECONDS:
                run._tasks().write({'due_at': fields.Datetime.now()})
                self.env.cr.commit()
                started, count = time.monotonic(), self.env.cr.sql_log_count
                self.env['shopify.engine']._run(run.backend_id, 'catalogue')
                seconds += time.monotonic() - started
                queries += self.env.cr.sql_log_count - count
                if run.state == 'waiting':
                    due = max(run._tasks().mapped('due_at'), default=fields.Datetime.now())
                    time.sleep(max(0.2, (due - fields.Datetime.now()).total_seconds()))
        return {
            'state': run.state,
            'products': run.done_count,
            'created': run.created_count,
            'changed': run.changed_count,
            'seconds': seconds,
            'wall': time.monotonic() - began,
            'processor': time.process_time() - worked,
            'queries': queries,
            'requests': run.requests,
            'before': before,
            'kilobytes': peak(),
        }

    @api.model
    def measure_sweep(self, backend_id):
        """Look for changes of the catalogue once, as the lane does every few minutes: ``{seconds, queries, tasks}``."""
        backend = self.env['shopify.backend'].browse(backend_id)
        self.env['shopify.task'].search([('state', '=', 'pending')]).unlink()
        self.env['shopify.task']._add(backend, 'catalogue_sweep', [str(backend.id)], source='user')
        backend.products_swept_at = fields.Datetime.now()
        self.env.cr.commit()
        started, queries = time.monotonic(), self.env.cr.sql_log_count
        self.env['shopify.engine']._run(backend, 'catalogue')
        return {
            'seconds': time.monotonic() - started,
            'queries': self.env.cr.sql_log_count - queries,
            'tasks': self.env['shopify.task'].search_count([('state', '=', 'pending'), ('kind', '=', 'product')]),
        }

    @api.model
    def measure_templates(self, limit):
        """Create the templates that were imported once more, bare: ``{products, seconds, processor, queries}``.
        In batches of 100 with a commit each, after one to warm up."""
        templates = self.env['shopify.product.binding'].search([], limit=limit).product_tmpl_id
        values = [self._goods_values(template) for template in templates]
        self._make_goods(values[:BATCH])
        self.env.cr.commit()
        self.env.invalidate_all()
        started, queries, worked = time.monotonic(), self.env.cr.sql_log_count, time.process_time()
        for start in range(0, len(values), BATCH):
            self._make_goods(values[start : start + BATCH])
            self.env.cr.commit()
            self.env.invalidate_all()
        return {
            'products': len(values),
            'seconds': time.monotonic() - started,
            'processor': time.process_time() - worked,
            'queries': self.env.cr.sql_log_count - queries,
        }

    def _make_goods(self, rows):
        """Templates with all their variants at once, then what each variant has of its own."""
        templates = self.env['product.template'].with_context(tracking_disable=True).create([row[0] for row in rows])
        for template, (_values, variants) in zip(templates, rows, strict=True):
            for product, values in zip(template.product_variant_ids, variants, strict=False):
                product.write(values)

    def _goods_values(self, template):
        """``(values of the template, [values of each variant])`` without anything that has to be unique."""
        lines = [
            (0, 0, {'attribute_id': line.attribute_id.id, 'value_ids': [(6, 0, line.value_ids.ids)]})
            for line in template.attribute_line_ids
        ]
        variants = [
            {
                'default_code': f'{product.default_code}-B',
                'standard_price': product.standard_price,
                'weight': product.weight,
            }
            for product in template.product_variant_ids
        ]
        names = ('name', 'list_price', 'type', 'is_storable', 'sale_ok')
        return {
            **{name: template[name] for name in names},
            'categ_id': template.categ_id.id,
            'taxes_id': [(6, 0, template.taxes_id.ids)],
            'attribute_line_ids': lines,
        }, variants
