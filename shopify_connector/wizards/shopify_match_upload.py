import base64
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..entities import match_file
from . import shopify_match_upload_sheet as sheet
from .shopify_match_upload_find import Lists

_MOST_LINES = 20_000
_MOST_BYTES = 20 * 1024 * 1024
_RANKS = {'error': 0, 'relink': 1, 'link': 2, 'same': 3, 'linked': 4}


class ShopifyMatchUpload(models.TransientModel):
    """A list of links from a spreadsheet: read, shown with what each line does, and carried out after a yes."""

    _name = 'shopify.match.upload'
    _description = "Upload Links Of Products"

    backend_id = fields.Many2one(
        'shopify.backend',
        "Store",
        required=True,
        domain=[('state', '!=', 'draft')],
        default=lambda self: self._default_backend(),
    )
    state = fields.Selection(
        [('file', "File"), ('columns', "Columns"), ('preview', "Preview"), ('done', "Done")],
        default='file',
        required=True,
        readonly=True,
    )
    file = fields.Binary("List", attachment=False)
    filename = fields.Char()
    content = fields.Json(readonly=True)
    column_ids = fields.One2many('shopify.match.upload.column', 'wizard_id', "Columns")
    line_ids = fields.One2many('shopify.match.upload.line', 'wizard_id', "Lines")
    change_links = fields.Boolean(
        "Change Existing Links Too", help="Variants that are linked to another product already get the list's product."
    )
    link_count = fields.Integer("To Link", compute='_compute_counts')
    relink_count = fields.Integer("To Change", compute='_compute_counts')
    same_count = fields.Integer("Linked Already", compute='_compute_counts')
    error_count = fields.Integer("Not Possible", compute='_compute_counts')
    linked_count = fields.Integer("Done", compute='_compute_counts')
    result = fields.Binary(attachment=False, readonly=True)

    @api.model
    def _default_backend(self):
        backends = self.env['shopify.backend'].search([('state', '!=', 'draft')], limit=2)
        return backends if len(backends) == 1 else backends.browse()

    @api.depends('line_ids.outcome')
    def _compute_counts(self):
        for wizard in self:
            lines = wizard.line_ids.grouped('outcome')
            for outcome in ('link', 'relink', 'same', 'error', 'linked'):
                wizard[f'{outcome}_count'] = len(lines.get(outcome, ()))

    # === ACTION METHODS === #

    def action_read(self):
        """Read the file. When its headings say enough, go on to the preview at once."""
        self.ensure_one()
        self.env['shopify.match.row'].check_access('write')
        data = base64.b64decode(self.file or b'')
        if not data:
            raise UserError(self.env._("Choose a file first."))
        if len(data) > _MOST_BYTES:
            raise UserError(self._file_sentence('too_many'))
        try:
            headings, lines = match_file.table(sheet.rows(data, self.filename), _MOST_LINES)
        except match_file.BadFile as error:
            raise UserError(self._file_sentence(error.code)) from None
        self.write({'content': lines, 'column_ids': [(5, 0, 0), *self._columns(headings, lines)], 'state': 'columns'})
        return self._open() if match_file.missing(self._meanings()) else self.action_preview()

    def action_preview(self):
        """What each line links, before anything is done."""
        self.ensure_one()
        missing = match_file.missing(self._meanings())
        if missing:
            raise UserError(
                self.env._("Say which column tells the variant in Shopify.")
                if missing == 'shop'
                else self.env._("Say which column tells the product in Odoo.")
            )
        self.line_ids.unlink()
        self.env['shopify.match.upload.line'].create(self._decided())
        self.state = 'preview'
        return self._open()

    def action_apply(self):
        """Link what can be linked. The lines that cannot stay in sight, and can be downloaded."""
        self.ensure_one()
        wanted = ('link', 'relink') if self.change_links else ('link',)
        lines = self.line_ids.filtered(lambda line: line.outcome in wanted)
        if not lines:
            raise UserError(self.env._("Nothing of this list can be linked. Each line says why."))
        for product, same in lines.grouped('product_id').items():
            for unit, group in same.grouped('pack_uom_id').items():
                self._link(group, product, unit)
        known = lines.variant_binding_id.product_binding_id
        self.env['shopify.task'].sudo()._add(self.backend_id, 'product', known.mapped('gid'), source='user')
        self.backend_id._wake('catalogue')
        lines.write({'outcome': 'linked', 'rank': _RANKS['linked']})
        self.state = 'done'
        return self._open()

    def action_back(self):
        self.ensure_one()
        self.state = 'columns' if self.state == 'preview' else 'file'
        return self._open()

    def action_download_errors(self):
        """The lines that cannot be linked, as they are in the file, each with its reason: to be set right and uploaded."""
        self.ensure_one()
        reasons = {line.number: line.message for line in self.line_ids if line.outcome == 'error'}
        headings = [*self.column_ids.mapped('heading'), self.env._("Why")]
        rows = [[*cells, reasons[number]] for number, cells in self.content if number in reasons]
        return self._download(headings, rows, self.env._("lines-to-correct.xlsx"))

    def action_download_list(self):
        """A list of what is not linked yet, with a column to be filled in."""
        self.ensure_one()
        headings = [
            self.env._("Shopify Variant ID"),
            self.env._("Product In Shopify"),
            self.env._("Variant"),
            self.env._("Shopify SKU"),
            self.env._("Shopify Barcode"),
            self.env._("Internal Reference"),
            self.env._("Sold As"),
            self.env._("Candidates"),
        ]
        return self._download(headings, self._unlinked(), self.env._("products-to-link.xlsx"))

    # === BUSINESS METHODS === #

    def _link(self, lines, product, unit):
        bindings = lines.variant_binding_id
        if bindings:
            bindings.write({'product_id': product.id, 'pack_uom_id': unit.id})
        rows = lines.row_id
        if rows:
            rows.write({'pack_uom_id': unit.id})
            rows._choose('link', product)

    def _meanings(self):
        return [column.meaning or '' for column in self.column_ids.sorted('place')]

    def _columns(self, headings, lines):
        found = match_file.meanings(headings)
        for place, (heading, meaning) in enumerate(zip(headings, found, strict=True)):
            example = next((cells[place] for _number, cells in lines if place < len(cells) and cells[place]), '')
            yield (0, 0, {'place': place, 'heading': heading, 'example': example, 'meaning': meaning or False})

    def _decided(self):
        """Values of a preview line for each line of the file."""
        lines = match_file.lines(self.content, self._meanings())
        lists = Lists(self.env, self.backend_id, lines)
        units = self.env['uom.uom'].search([('active', '=', True)])
        decided = [self._decide(line, lists, units) for line in lines]
        self._refuse_contradictions(decided)
        return [{**values, 'wizard_id': self.id, 'rank': _RANKS[values['outcome']]} for values in decided]

    def _decide(self, line, lists, units):
        values = {
            'number': line.number,
            'shop_text': ', '.join(line.values[name] for name in match_file.SHOP_SIDE if name in line.values),
            'odoo_text': ', '.join(line.values[name] for name in match_file.ODOO_SIDE if name in line.values),
            'outcome': 'error',
        }
        code = match_file.problem(line)
        if code:
            return {**values, 'message': self._line_sentence(code)}
        variants, products = lists.variants_of(line), lists.products_of(line)
        if len(variants) != 1:
            return {**values, 'message': self._line_sentence('several_variants' if variants else 'no_variant')}
        values.update(self._variant_vals(variants[0]))
        if len(products) != 1:
            names = ', '.join(products[:3].mapped('display_name'))
            return {**values, 'message': self._line_sentence('several_products' if products else 'no_product', names)}
        values['product_id'] = products.id
        if not products.active:
            return {**values, 'message': self._line_sentence('archived')}
        return self._with_unit(values, line, products, units)

    def _with_unit(self, values, line, product, units):
        """A line with its pack, and what comes of it."""
        name = line.values.get('pack')
        unit = self._unit(name, product, units) if name else units.browse()
        if name and not unit:
            return {**values, 'message': self._line_sentence('no_unit', name)}
        values['pack_uom_id'] = unit.id if unit != product.uom_id else False
        old = values.get('old_product_id')
        values['outcome'] = 'link' if not old else 'same' if old == product.id else 'relink'
        if values['outcome'] == 'same' and name and values['pack_uom_id'] != values['old_unit']:
            values['outcome'] = 'link'
        return {name: value for name, value in values.items() if name != 'old_unit'}

    def _unit(self, name, product, units):
        """The unit of that name, or with so many units of the product, one of its own packagings first."""
        fitting = (product.uom_ids | units).filtered(lambda unit: unit._has_common_reference(product.uom_id))
        if name.isdigit():
            size = float(name)
            return fitting.filtered(
                lambda unit: abs(unit._compute_quantity(1.0, product.uom_id, round=False) - size) < 1e-6
            )[:1]
        return fitting.filtered(lambda unit: unit.name.casefold() == name.casefold())[:1]

    def _variant_vals(self, record):
        is_bound = record._name == 'shopify.variant.binding'
        return {
            'variant_binding_id': record.id if is_bound else False,
            'row_id': False if is_bound else record.id,
            'variant_name': record.display_name,
            'old_product_id': record.product_id.id if is_bound or record.choice == 'link' else False,
            'old_unit': record.pack_uom_id.id,
        }

    def _refuse_contradictions(self, decided):
        """A variant on two lines with different products is on none; said twice the same, it is linked once."""
        lines = defaultdict(list)
        for values in decided:
            values.pop('old_unit', None)
            if values['outcome'] != 'error':
                lines[values['variant_binding_id'], values['row_id']].append(values)
        for same in lines.values():
            products = {(values['product_id'], values['pack_uom_id']) for values in same}
            numbers = ', '.join(str(values['number']) for values in same)
            for values in same if len(products) > 1 else same[1:]:
                values.update(
                    outcome='error' if len(products) > 1 else 'same', message=self._line_sentence('twice', numbers)
                )

    def _unlinked(self):
        """Cells of what has no product in Odoo yet: imported, or in the plan."""
        domain = [('backend_id', '=', self.backend_id.id)]
        rows = self.env['shopify.match.row'].search([*domain, ('state', 'in', ('open', 'planned'))], order='title, id')
        by_gid = {row.variant_gid: row for row in rows}
        bindings = self.env['shopify.variant.binding'].search(
            [*domain, ('product_id', '=', False), ('deleted_at', '=', False)]
        )
        for binding in bindings:
            row = by_gid.pop(binding.gid, self.env['shopify.match.row'])
            name = binding.name if binding.name != 'Default Title' else ''
            yield self._cells(binding.gid, binding.product_binding_id.name, name, binding, row)
        for gid, row in by_gid.items():
            if row.verdict != 'link':
                yield self._cells(gid, row.title, row.variant_title, row, row)

    def _cells(self, gid, title, name, record, row):
        codes = ', '.join(product.default_code or product.display_name for product in row.candidate_ids)
        return [gid.rsplit('/', 1)[-1], title, name, record.sku, record.barcode, '', '', codes]

    def _download(self, headings, rows, filename):
        self.result = base64.b64encode(sheet.written(headings, list(rows)))
        return {
            'type': 'ir.actions.act_url',
            'target': 'download',
            'url': f'/web/content/{self._name}/{self.id}/result/{filename}?download=true',
        }

    def _open(self):
        return {
            'type': 'ir.actions.act_window',
            'res_model': self._name,
            'res_id': self.id,
            'view_mode': 'form',
            'target': 'new',
            'name': self.env._("Upload Links"),
            'context': {'dialog_size': 'extra-large'},
        }
