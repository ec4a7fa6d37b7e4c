"""Pictures to a shop: only those that it lacks are uploaded, the others get their text and place."""

from odoo import models

from ..entities import media, media_write
from ..entities import product_write as writing
from ..shopify import errors, files, transport


class ShopifySyncCatalogPush(models.AbstractModel):
    _inherit = 'shopify.sync.catalog.push'

    def _push_more(self, run, job):
        """Override: send pictures. Variants get theirs when Shopify has worked on them."""
        super()._push_more(run, job)
        has_images = 'images' in job.more['product']
        shown = {gid: values['image'] for gid, values in job.more['variants'].items() if values.get('image')}
        if not (has_images or shown):
            return
        shop = job.shop['product'].get('images') or []
        wanted = job.more['product'].get('images') or []
        wanted = [list(entry) for entry in (wanted if has_images else shop)]
        self._check_ready(job, shop, wanted)
        missing = {entry[0]: entry[2] for entry in wanted if media.is_own(entry[0])}
        missing.update({name: None for name in shown.values() if media.is_own(name) and name not in missing})
        gids = self._upload(run, job, missing)
        wanted = [[gids.get(gid, gid), version, alt] for gid, version, alt in wanted]
        if has_images:
            self._change_files(run, job, shop, wanted, list(gids.values()))
        self._note_shown(job, {gid: gids.get(name, name) for gid, name in shown.items()})
        if has_images:
            self._agree_metafields(run, job, {None: ['images']})
        self.env['shopify.task'].sudo()._add(run.backend, 'product_images', [str(job.binding.id)])

    @staticmethod
    def _check_ready(job, shop, wanted):
        """What Shopify still works on can be neither changed nor taken out: before anything is uploaded in its place."""
        agreed = (job.binding.agreed or {}).get('images') or []
        changed = {row['id'] for row in media_write.file_changes(job.binding.gid, agreed, shop, wanted)}
        if any(gid in changed and not version for gid, version, _alt in shop):
            raise errors.Unavailable(code='not_ready', retry_after=3.0)

    # === UPLOADS === #

    def _upload(self, run, job, missing):
        """``{'sha1:…': media gid}`` of pictures that the shop had not: ``missing`` ``{'sha1:…': alternative text}``."""
        rows = {f'sha1:{row.checksum}': row.gid for row in job.binding.media_ids if row.state in ('sent', 'done')}
        gids = {name: rows[name] for name in missing if name in rows}
        fresh = {name: alt for name, alt in missing.items() if name not in rows}
        gids.update(self._find_again(job, fresh))
        contents = self._read_contents(job, [name for name in fresh if name not in gids])
        if contents:
            gids.update(
                self._send_files(run, job, {name: (fresh[name], content) for name, content in contents.items()})
            )
        known = set(job.binding.media_ids.mapped('gid'))
        self.env['shopify.media'].sudo().create(
            [
                {
                    'product_binding_id': job.binding.id,
                    'gid': gids[name],
                    'checksum': name.partition(':')[2],
                    'alt': fresh[name] or False,
                    'state': 'sent',
                    'sequence': place,
                }
                for place, name in enumerate(fresh)
                if name in gids and gids[name] not in known
            ]
        )
        self.env['ir.cron']._commit_progress()
        return gids

    def _find_again(self, job, fresh):
        """Pictures that a request of ours has uploaded whose answer was lost: their addresses have our names."""
        known = set(job.binding.media_ids.mapped('gid'))
        unknown = [picture for picture in media.pictures(job.payload) if picture.gid not in known]
        if fresh and any(not picture.url for picture in unknown):
            raise errors.Unavailable(code='not_ready', retry_after=3.0)
        return {
            name: picture.gid for name in fresh for picture in unknown if name.partition(':')[2] in (picture.url or '')
        }

    def _read_contents(self, job, names):
        """``{'sha1:…': bytes}``; what is no picture that Shopify takes is said."""
        if not names:
            return {}
        values = self.env['shopify.sync.catalog.values']
        template = (job.binding.product_tmpl_id or job.binding.variant_ids.product_id.product_tmpl_id[:1]).sudo()
        album = values._get_album([template], self.env['shopify.product.binding'])
        found = {}
        for one in album.shown(template):
            if f'sha1:{one.checksum}' in names:
                column = 'image_variant_1920' if one.record._name == 'product.product' else 'image_1920'
                content = self._bytes(one.record, column)
                if media.kind(content) and len(content) <= media.MAX_BYTES:
                    found[f'sha1:{one.checksum}'] = content
                else:
                    job.notes.append(self.env._("A picture is of a kind or a size that Shopify does not take."))
        return found

    def _bytes(self, record, column):
        return (
            self.env['ir.attachment']
            .sudo()
            .search([('res_model', '=', record._name), ('res_field', '=', column), ('res_id', '=', record.id)], limit=1)
            .raw
            or b''
        )

    def _send_files(self, run, job, contents):
        """Upload to where Shopify says, then add to the product: ``{'sha1:…': media gid}``."""
        names = list(contents)
        inputs = [media_write.stage_input(name.partition(':')[2], contents[name][1]) for name in names]
        data = run.client.mutate(media_write.STAGE, {'input': inputs}, idempotent=True)
        targets = run.client.user_errors(data, 'stagedUploadsCreate')['stagedTargets']
        session = transport.new_session()
        for name, row, target in zip(names, inputs, targets, strict=True):
            files.upload(
                session, target, contents[name][1], row['filename'], row['mimeType'], endpoint=run.client.endpoint
            )
        rows = [media_write.media_input(target, contents[name][0]) for name, target in zip(names, targets, strict=True)]
        before = {node['id'] for node in job.payload['media']['nodes']}
        data = run.client.mutate(media_write.ADD, {'product': {'id': job.binding.gid}, 'media': rows})
        product = run.client.user_errors(data, 'productUpdate')['product']
        added = [node['id'] for node in product['media']['nodes'] if node['id'] not in before]
        return dict(zip(names, added, strict=False))

    # === WHAT IS THERE === #

    def _change_files(self, run, job, shop, wanted, added):
        agreed = (job.binding.agreed or {}).get('images') or []
        changes = media_write.file_changes(job.binding.gid, agreed, shop, wanted)
        for start in range(0, len(changes), media.PER_REQUEST):
            rows = changes[start : start + media.PER_REQUEST]
            data = run.client.mutate(media_write.CHANGE, {'files': rows}, idempotent=True)
            run.client.user_errors(data, 'fileUpdate')
        gone = {row['id'] for row in changes if 'referencesToRemove' in row}
        job.binding.media_ids.sudo().filtered(lambda row: row.gid in gone).unlink()
        now = [gid for gid, _version, _alt in shop if gid not in gone]
        moves = media.moves(now + [gid for gid in added if gid not in now], [gid for gid, _version, _alt in wanted])
        if moves:
            data = run.client.mutate(media_write.REORDER, {'id': job.binding.gid, 'moves': moves}, idempotent=True)
            run.client.user_errors(data, 'productReorderMedia')

    def _note_shown(self, job, shown):
        sums = {row.gid: row.checksum for row in job.binding.media_ids}
        for row in job.binding.variant_ids:
            if row.gid in shown and not media.is_own(shown[row.gid]):
                gid = shown[row.gid]
                row.sudo().write({'image_gid': gid, 'image_checksum': sums.get(gid), 'is_image_to_send': True})


class ShopifySyncCatalogImages(models.AbstractModel):
    _inherit = 'shopify.sync.catalog.images'

    def _show_variants(self, client, bindings, failures):
        """Override: send what is ready. What is refused of one product is told of its own task, and stops no other."""
        result = super()._show_variants(client, bindings, failures)
        for binding in bindings:
            ready = set(binding.media_ids.filtered(lambda row: row.state == 'done').mapped('gid'))
            rows = binding.variant_ids.filtered(
                lambda row, ready=ready: row.is_image_to_send and not row.deleted_at and row.image_gid in ready
            )
            try:
                self._send_shown(client, binding, rows)
            except (errors.WaitError, errors.AskPersonError):
                raise
            except errors.ShopifyError as error:
                failures.setdefault(str(binding.id), error)
        return result

    def _send_shown(self, client, binding, rows):
        for start in range(0, len(rows), writing.VARIANTS_PER_CALL):
            part = rows[start : start + writing.VARIANTS_PER_CALL]
            variants = [{'id': row.gid, 'mediaId': row.image_gid} for row in part]
            data = client.mutate(media_write.SHOW, {'id': binding.gid, 'variants': variants}, idempotent=True)
            client.user_errors(data, 'productVariantsBulkUpdate')
            part.is_image_to_send = False
