"""Downloaded pictures put where they belong: the first is the product's own, the others its gallery, each variant's on
the variant. What Odoo has besides stays, behind Shopify's."""

import base64
import hashlib

from psycopg2 import OperationalError

from odoo import api, models
from odoo.exceptions import UserError

from ..entities import media


class ShopifySyncCatalogPlace(models.AbstractModel):
    _name = 'shopify.sync.catalog.place'
    _description = "Shopify Pictures In Odoo"

    @api.model
    def _place(self, binding, contents):
        """``contents``: ``{shopify.media id: bytes}``; rows that wait and are not in it go on waiting. Within `_turn`."""
        backend = binding.backend_id
        context = self.env['shopify.sync.catalog.values']._get_context(backend)
        self = self.sudo().with_context(**context, shopify_catalog_pull=backend.id)
        binding = binding.sudo().with_env(self.env).with_company(backend.company_id)
        template = binding.product_tmpl_id
        if template and binding.is_images_pending:
            gone = self._drop(binding, template)
            self._store(binding, template, contents, gone)
            self._lead(binding, template, gone)
            self._arrange(binding, template)
            waiting = binding.media_ids.filtered(lambda row: row.state == 'waiting')
            if not waiting:
                binding.is_images_pending = False
        self._place_variants(binding, template)

    def _shown(self, template):
        """``{checksum: picture of Odoo}`` as it is now."""
        album = self.env['shopify.sync.catalog.values']._get_album([template], self.env['shopify.product.binding'])
        return {one.checksum: one for one in album.shown(template)}

    # === WHAT IS GONE === #

    def _drop(self, binding, template):
        """Pictures that came from Shopify go with it, unless another store shows them. Returns whether the product's own
        picture is to go."""
        rows = binding.media_ids.filtered(lambda row: row.state == 'gone')
        own = False
        for one in [self._shown(template).get(row.checksum) for row in rows if self._is_ours(row, template)]:
            if one and one.record == template:
                own = True
            elif one and one.record._name != 'product.product':
                one.record.unlink()
        rows.unlink()
        return own

    def _is_ours(self, row, template):
        if not (row.is_from_shop and row.checksum):
            return False
        return not self.env['shopify.media'].search_count(
            [
                ('checksum', '=', row.checksum),
                ('id', '!=', row.id),
                ('state', '!=', 'gone'),
                ('product_binding_id.product_tmpl_id', '=', template.id),
            ],
            limit=1,
        )

    # === WHAT IS NEW === #

    def _store(self, binding, template, contents, gone):
        shown = self._shown(template)
        taken = {row.checksum for row in binding.media_ids if row.state == 'done'}
        is_bare = gone or not template.image_1920
        first = binding.media_ids.sorted('sequence')[:1]
        for row in binding.media_ids.filtered(lambda row: row.state == 'waiting' and row.id in contents):
            content = contents[row.id]
            if not isinstance(content, bytes):
                continue
            if not media.kind(content):
                row.write({'state': 'failed', 'message': self.env._("It is no picture that Odoo can show.")})
                continue
            checksum = hashlib.sha1(content).hexdigest()
            if checksum in shown and checksum not in taken:
                row.write({'state': 'done', 'checksum': checksum, 'is_from_shop': False})
            elif checksum in taken:
                row.write({'state': 'failed', 'message': self.env._("It is the same picture as another one.")})
            else:
                old = shown.get(row.checksum) if row.checksum and self._is_ours(row, template) else None
                checksum = self._try_to_keep(template, old, content, row, is_bare and row == first)
                if not checksum:
                    continue
                row.write({'state': 'done', 'checksum': checksum, 'is_from_shop': True})
            taken.add(checksum)

    def _try_to_keep(self, template, old, content, row, is_own):
        """The checksum of what Odoo shows now. A picture that it cannot read is said, and takes no other with it."""
        try:
            with self.env.cr.savepoint():
                return self._checksum(self._keep(template, old, content, row, is_own))
        except OperationalError:
            raise
        except UserError as error:
            row.write({'state': 'failed', 'message': str(error)})
        except Exception:
            # What reads pictures raises errors of many kinds for what is broken.
            row.write({'state': 'failed', 'message': self.env._("It is no picture that Odoo can show.")})
        return None

    def _keep(self, template, old, content, row, is_own):
        """The record that shows the picture from now on: the one that showed its former version, else a new one."""
        image = base64.b64encode(content)
        record = template if is_own else old.record if old and old.record._name != 'product.product' else None
        if record:
            record.write({'image_1920': image})
            return record
        values = {'name': row.alt or self._no_name(template), 'sequence': row.sequence, 'image_1920': image}
        return self.env[self._gallery()].create({**values, 'product_tmpl_id': template.id})

    def _gallery(self):
        return self.env['shopify.sync.catalog.values']._get_gallery_model()

    def _no_name(self, template):
        """Odoo's own gallery wants a name of each picture."""
        return template.name if self._gallery() == 'product.image' else False

    def _checksum(self, record, column='image_1920'):
        found = self.env['shopify.sync.catalog.values']._get_checksums({(record._name, column): record.ids})
        return found[record._name].get(record.id)

    # === ORDER === #

    def _lead(self, binding, template, gone):
        """The first picture in Shopify is the product's own; the one that was goes to the gallery, or where it came from."""
        shown = self._shown(template)
        rows = binding.media_ids.filtered(lambda row: row.state == 'done' and row.checksum in shown)
        first = shown.get(rows.sorted('sequence')[:1].checksum) if rows else None
        if not first:
            if gone:
                template.image_1920 = False
            return
        if first.record == template:
            return
        before, alt, record = template.image_1920, template.shopify_image_alt, first.record
        template.image_1920 = record.image_variant_1920 if record._name == 'product.product' else record.image_1920
        if before and not gone:
            values = {'image_1920': before, 'name': alt or self._no_name(template)}
            if record._name == 'product.product':
                self.env[self._gallery()].create({**values, 'product_tmpl_id': template.id})
            else:
                record.write(values)
        elif record._name != 'product.product':
            record.unlink()

    def _arrange(self, binding, template):
        """Alternative texts and places as in Shopify; Odoo's own pictures come behind."""
        shown, place = self._shown(template), 0
        for row in binding.media_ids.filtered(lambda row: row.state == 'done').sorted('sequence'):
            one = shown.pop(row.checksum, None)
            if one and one.record == template:
                self._write(template, {'shopify_image_alt': row.alt or False})
            elif one and one.record._name == self._gallery():
                place += 1
                self._write(one.record, {'name': row.alt or self._no_name(template), 'sequence': place})
        for one in shown.values():
            if one.record._name == self._gallery():
                place += 1
                self._write(one.record, {'sequence': max(place, one.record.sequence)})

    def _write(self, record, values):
        changed = {name: value for name, value in values.items() if (record[name] or False) != (value or False)}
        if changed:
            record.write(changed)

    # === VARIANTS === #

    def _place_variants(self, binding, template):
        """A variant shows one of the product's pictures; of a product's only variant it is the product's."""
        pending = binding.variant_ids.filtered(lambda row: row.is_image_pending)
        if not pending:
            return
        rows = {row.gid: row for row in binding.media_ids}
        for variant in pending:
            row, product = rows.get(variant.image_gid), variant.product_id
            if row and row.state == 'waiting':
                continue
            template = product.product_tmpl_id
            if row and row.state == 'done' and len(template.product_variant_ids) > 1:
                if self._checksum(product, 'image_variant_1920') != row.checksum:
                    one = self._shown(template).get(row.checksum)
                    image = (
                        one
                        and one.record['image_variant_1920' if one.record._name == 'product.product' else 'image_1920']
                    )
                    product.image_variant_1920 = image or False
                variant.image_checksum = self._checksum(product, 'image_variant_1920')
            variant.is_image_pending = False
