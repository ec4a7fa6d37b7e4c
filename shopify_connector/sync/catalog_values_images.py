"""Pictures of products on both sides. Odoo's are known by their checksums, so that none is read to be compared."""

from dataclasses import dataclass, field

from odoo import api, models
from odoo.tools import SQL

from ..entities import catalog_fields, media


@dataclass
class Shown:
    """A picture of Odoo: ``record`` is a product.template, a picture of its gallery, or a product.product."""

    checksum: str
    alt: str | None
    record: object


@dataclass
class Album:
    """The pictures of some products, read together. ``main``, ``variant``: ``{id: checksum}``; ``gallery``: ``{template id:
    [(record, checksum), …]}`` in its order; ``rows``: ``{product binding id: shopify.media rows}``."""

    main: dict = field(default_factory=dict)
    variant: dict = field(default_factory=dict)
    gallery: dict = field(default_factory=dict)
    rows: dict = field(default_factory=dict)

    def shown(self, template) -> list[Shown]:
        """The product's pictures as a shop has them: its own, its gallery's, then those that only variants have."""
        found = []
        if self.main.get(template.id):
            found.append(Shown(self.main[template.id], catalog_fields.text(template.shopify_image_alt), template))
        for record, checksum in self.gallery.get(template.id, ()):
            name = catalog_fields.text(record.name)
            found.append(Shown(checksum, name if name != catalog_fields.text(template.name) else None, record))
        for product in template.product_variant_ids if len(template.product_variant_ids) > 1 else ():
            if self.variant.get(product.id):
                found.append(Shown(self.variant[product.id], None, product))
        known = {}
        return [known.setdefault(one.checksum, one) for one in found if one.checksum not in known]


class ShopifySyncCatalogValues(models.AbstractModel):
    _inherit = 'shopify.sync.catalog.values'

    # === SHOPIFY === #

    @api.model
    def _get_shop_values(self, backend, payload):
        """Override: with the pictures."""
        values = super()._get_shop_values(backend, payload)
        if 'media' in payload:
            values['product']['images'] = [picture.entry for picture in media.pictures(payload)] or None
        for variant in payload['variants']['nodes']:
            if 'media' in variant:
                values['variants'][variant['id']]['image'] = media.variant_picture(variant)
        return values

    # === ODOO === #

    @api.model
    def _get_values_of(self, backend, shapes):
        """Override: with the pictures."""
        result = super()._get_values_of(backend, shapes)
        templates, products = self._get_records(backend, shapes)
        bindings = self.env['shopify.product.binding'].union(*(shape.binding for shape in shapes if shape.binding))
        album = self._get_album(templates.values(), bindings)
        for shape in shapes:
            values = result[shape.key]
            template = templates.get(shape.template.id)
            if template:
                values['product']['images'] = self._get_images(shape, template, album)
            rows = {row.gid: row for row in shape.binding.variant_ids} if shape.binding else {}
            for key, product in shape.variants.items():
                if len(products[product.id].product_tmpl_id.product_variant_ids) > 1:
                    values['variants'][key]['image'] = self._get_image(rows.get(key), album.variant.get(product.id))
        return result

    def _get_images(self, shape, template, album):
        """While Shopify's pictures are on their way, they count as being here."""
        shown = album.shown(template)
        rows = [row for row in album.rows.get(shape.binding.id, ()) if row.state != 'gone'] if shape.binding else []
        there = self._get_versions(shape.shop)
        by_checksum = {row.checksum: row for row in rows if row.checksum}
        if shape.binding and shape.binding.is_images_pending:
            gone = {row.checksum for row in album.rows.get(shape.binding.id, ()) if row.state == 'gone'}
            entries = [[row.gid, row.version or there.get(row.gid), row.alt or None] for row in rows]
            known = by_checksum.keys() | gone
            return entries + [media.own(one.checksum, one.alt) for one in shown if one.checksum not in known] or None
        entries = []
        for one in shown:
            row = by_checksum.get(one.checksum)
            if row:
                # A picture of Odoo's own gallery has to have a name; that of one without a text says nothing.
                alt = one.alt if row.alt or one.record._name != 'product.image' else None
                entries.append([row.gid, row.version or there.get(row.gid), alt])
            else:
                entries.append(media.own(one.checksum, one.alt))
        for row in rows:
            if row.state == 'failed' and row.gid not in {gid for gid, _version, _alt in entries}:
                entries.insert(row.sequence, [row.gid, row.version or there.get(row.gid), row.alt or None])
        return entries or None

    @staticmethod
    def _get_versions(shop):
        """Of a picture that was sent the version is not known before Shopify has worked on it."""
        return {gid: version for gid, version, _alt in (shop and shop['product'].get('images')) or ()}

    @staticmethod
    def _get_image(row, checksum):
        if row and (row.is_image_pending or (row.image_gid and row.image_checksum == checksum)):
            return row.image_gid or None
        return f'sha1:{checksum}' if checksum else None

    @api.model
    def _get_gallery_model(self):
        """Odoo's own where its e-commerce is installed."""
        return 'product.image' if 'product.image' in self.env else 'shopify.product.image'

    @api.model
    def _get_album(self, templates, bindings):
        templates = self.env['product.template'].sudo().with_context(active_test=False).union(*templates)
        album = Album()
        if not templates:
            return album
        gallery = self.env[self._get_gallery_model()].sudo().search([('product_tmpl_id', 'in', templates.ids)])
        sums = self._get_checksums(
            {
                ('product.template', 'image_1920'): templates.ids,
                ('product.product', 'image_variant_1920'): templates.product_variant_ids.ids,
                (gallery._name, 'image_1920'): gallery.ids,
            }
        )
        album.main, album.variant = sums['product.template'], sums['product.product']
        for record in gallery:
            if record.id in sums[gallery._name]:
                own = album.gallery.setdefault(record.product_tmpl_id.id, [])
                own.append((record, sums[gallery._name][record.id]))
        for row in self.env['shopify.media'].sudo().search([('product_binding_id', 'in', bindings.ids)]):
            album.rows.setdefault(row.product_binding_id.id, []).append(row)
        return album

    def _get_checksums(self, wanted):
        """``{model: {id: checksum}}`` of pictures, from the table of files: not one of them is opened."""
        found = {model: {} for model, _field in wanted}
        self.env['ir.attachment'].flush_model()
        for (model, column), ids in wanted.items():
            if ids:
                query = SQL(
                    "SELECT res_id, checksum FROM ir_attachment WHERE res_model = %s AND res_field = %s AND res_id = ANY(%s)",
                    model,
                    column,
                    list(ids),
                )
                found[model] = dict(self.env.execute_query(query))
        return found

    # === WRITING === #

    @api.model
    def _write_odoo(self, backend, changes):
        """Override: what Shopify shows is noted, and downloaded by a task of its own, for that takes its time."""
        written = super()._write_odoo(backend, changes)
        changes = {
            id_: change
            for id_, change in changes.items()
            if 'images' in change['product'] or any('image' in values for values in change['variants'].values())
        }
        bindings = self.env['shopify.product.binding'].sudo().browse(changes)
        fresh = []
        for binding in bindings:
            if 'images' in changes[binding.id]['product']:
                fresh += self._note_images(binding, changes[binding.id]['product']['images'] or [])
            for row in binding.variant_ids:
                values = changes[binding.id]['variants'].get(row.gid, {})
                if 'image' in values:
                    row.write({'image_gid': values['image'] or False, 'is_image_pending': bool(values['image'])})
        self.env['shopify.media'].sudo().create(fresh)
        self.env['shopify.task'].sudo()._add(backend, 'product_images', [str(id_) for id_ in bindings.ids])
        return written

    def _note_images(self, binding, wanted):
        """Values of new rows; the known ones are written."""
        known, fresh = {row.gid: row for row in binding.media_ids}, []
        for place, (gid, version, alt) in enumerate(wanted):
            row = known.pop(gid, None)
            values = {'sequence': place, 'alt': alt or False}
            if not row or row.version != version or row.state in ('gone', 'failed'):
                is_new = not row or row.version or row.state in ('gone', 'failed')
                values |= {'version': version or False}
                values |= {'state': 'waiting', 'url': False, 'message': False} if is_new else {}
            if row:
                row.write(values)
            else:
                fresh.append({**values, 'gid': gid, 'product_binding_id': binding.id})
        self.env['shopify.media'].union(*known.values()).write({'state': 'gone'})
        binding.is_images_pending = True
        return fresh


class ShopifySyncCatalog(models.AbstractModel):
    _inherit = 'shopify.sync.catalog'

    def _get_agreed(self, binding, shop=None):
        """Override: pictures that were sent have a version as soon as they are ready, which is no change of anybody's."""
        agreed = super()._get_agreed(binding, shop)
        images = agreed['product'].get('images')
        if shop and images:
            versions = media.with_versions(images, shop['product'].get('images'))
            agreed['product'] = {**agreed['product'], 'images': versions}
        return agreed
