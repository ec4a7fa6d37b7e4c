"""What an export would do, shop by shop and field by field. Nothing is written by looking at it."""

from typing import NamedTuple

from odoo import api, models

from ..entities import product as mapping
from .catalog_push import Run

_PRODUCTS_SHOWN = 100


class Row(NamedTuple):
    """One field of one product. ``kind``: 'create', 'change', 'remove', 'note', 'stop', 'same'; ``variant`` '' for the
    product itself; texts as people read them."""

    template: object
    binding: object
    kind: str
    variant: str
    field: str
    now: str
    then: str


class ShopifySyncCatalogPush(models.AbstractModel):
    _inherit = 'shopify.sync.catalog.push'

    @api.model
    def _preview(self, backend, templates, options):
        """``[Row, …]`` of the first templates; a product with nothing to write has one row 'same'."""
        run = Run(backend, backend._get_client('catalogue', max_wait=4.0))
        shown = templates[:_PRODUCTS_SHOWN]
        live = self._live_bindings(backend, shown).grouped('product_tmpl_id')
        shapes = self._shapes(backend, shown)
        new = [template for template in shown if template not in live]
        rows = self._preview_new(run, new, shapes, options)
        rows += self._preview_changes(run, {b: [(None, None)] for bindings in live.values() for b in bindings}, options)
        order = {template: place for place, template in enumerate(shown)}
        return sorted(rows, key=lambda row: order[row.template])

    def _preview_new(self, run, templates, shapes, options):
        rows = []
        none = self._no_binding()
        known = self._known_skus(run, {template: shapes[template] for template in templates})
        for template in templates:
            stops, notes = self._obstacles(run.backend, template, shapes[template])
            rows += [Row(template, none, 'stop', '', '', '', text) for text in stops]
            rows += [Row(template, none, 'note', '', '', '', text) for text in notes]
            if template in known:
                rows.append(Row(template, none, 'note', '', '', '', known[template]))
            elif not stops:
                rows += [Row(template, none, 'create', *line) for line in self._lines_of_new(shapes[template], options)]
        return rows

    def _lines_of_new(self, shape, options):
        labels = self._labels()
        status = options.get('status')
        lines = [row for row in self._rows_of_shape(shape) if not (status and row[1] == labels['status'])]
        if status:
            lines.insert(0, ['', labels['status'], '', status])
        for name, model in (('collections', 'shopify.collection'), ('publications', 'shopify.publication')):
            names = self.env[model].search([('gid', 'in', options.get(name) or [])]).mapped('name')
            if names:
                lines.append(['', labels[name], '', ', '.join(names)])
        return lines

    def _known_skus(self, run, shapes):
        """``{template: sentence}`` of those whose SKU the shop has already: they are linked, and not made a second time."""
        found = self._find_by_sku(run, shapes)
        return {
            template: self.env._(
                "The shop has a product with one of these SKUs already. It is linked, and what differs is shown by the next"
                " preview."
            )
            for template in found
        }

    def _preview_changes(self, run, jobs, options):
        rows = []
        found = self._read_jobs(run, jobs, note=False) if jobs else []
        alive = {job.binding for job in found}
        rows += [
            Row(binding.product_tmpl_id, binding, 'note', '', '', '', self._gone_sentence(binding))
            for binding in jobs
            if binding not in alive
        ]
        wish = _Wish(options)
        for job in found:
            job.tasks = [(None, wish)]
        self._decide(run.backend, found)
        for job in found:
            template, binding = job.binding.product_tmpl_id, job.binding
            mine = [Row(template, binding, 'change', *line) for line in self._rows_of_job(job)]
            mine = [self._as_removal(row, job) for row in mine]
            stops, notes = self._obstacles(run.backend, template, job.shape)
            mine += [Row(template, binding, 'stop', '', '', '', text) for text in stops]
            mine += [Row(template, binding, 'note', '', '', '', text) for text in (*notes, *job.notes)]
            rows += mine or [Row(template, binding, 'same', '', '', '', '')]
        return rows

    def _rows_of_job(self, job):
        labels = self._labels()
        rows = [
            ['', self._label(name), self._shown(job.shop['product'].get(name)), self._shown(value)]
            for name, value in job.push['product'].items()
        ]
        skus = {node['id']: node.get('sku') or node.get('title') or '' for node in mapping.variant_nodes(job.payload)}
        for gid, values in job.push['variants'].items():
            shown = job.shop['variants'].get(gid, {})
            rows += [
                [skus.get(gid, ''), labels.get(name, name), self._shown(shown.get(name)), self._shown(value)]
                for name, value in values.items()
            ]
        rows += [
            [self._variant_label(variant), labels['variant'], '', self.env._("new")] for variant, _options in job.new
        ]
        rows += [[skus.get(gid, ''), labels['variant'], self.env._("in the shop"), ''] for gid in job.gone]
        return rows + self._rows_of_more(job)

    def _rows_of_more(self, job):
        """Pictures, metafields and translations, which go by ways of their own."""
        skus = {node['id']: node.get('sku') or node.get('title') or '' for node in mapping.variant_nodes(job.payload)}
        levels = [('', job.shop['product'], job.more['product'])]
        levels += [
            (skus.get(gid, ''), job.shop['variants'].get(gid, {}), job.more['variants'][gid])
            for gid in job.more['variants']
        ]
        return [
            [
                who,
                self._label(name),
                *self._shown_pair(job, name, shop.get(name), value),
            ]
            for who, shop, values in levels
            for name, value in values.items()
        ]

    def _label(self, name):
        return self._labels().get(name) or self.env['shopify.difference']._get_label(name)

    def _shown_pair(self, job, name, now, then):
        """Before and after; the picture of a variant by its alternative text."""
        if name != 'image':
            return self._shown(now), self._shown(then)
        alts = {gid: alt for gid, _version, alt in job.shop['product'].get('images') or ()}
        alts.update({gid: alt for gid, _version, alt in job.more['product'].get('images') or ()})
        return tuple(gid and (alts.get(gid) or self._labels()['image']) or '' for gid in (now, then))

    def _as_removal(self, row, job):
        is_gone = job.gone and row.field == self._labels()['variant'] and row.now and not row.then
        return row._replace(kind='remove') if is_gone else row


class _Wish:
    """A wish that nobody has made yet."""

    kind = 'update'
    binding_id = None

    def __init__(self, options):
        self.options = options
