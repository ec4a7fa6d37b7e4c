import contextlib

from odoo import api, fields, models

from ..entities import translation
from ..shopify import errors, oauth


class ShopifyBackend(models.Model):
    """The languages of a store."""

    _inherit = 'shopify.backend'

    locale_ids = fields.One2many('shopify.locale', 'backend_id', "Languages", copy=False)
    translations_note = fields.Char(compute='_compute_translations_note')

    @api.depends('owner_ids.owner', 'granted_scopes', 'locale_ids.lang_id')
    def _compute_translations_note(self):
        for backend in self:
            backend.translations_note = backend._get_translations_note()

    def _get_translations_note(self):
        """What stands in the way of translations; False where nothing does, or nobody wants any."""
        owner = self._get_owner('translations')
        if owner == 'none' or not self.granted_scopes:
            return False
        wanted = translation.SCOPES + (translation.WRITE_SCOPES if owner == 'odoo' else ())
        missing = self._lacks_scopes(wanted)
        if missing:
            return self.env._(
                "The app lacks scopes for translations: %(scopes)s. Add them to the app, release it, approve it in the Shopify "
                "admin and press Check Connection.",
                scopes=', '.join(sorted(missing)),
            )
        lacking = self.locale_ids.filtered(lambda row: not row.is_primary and not row.lang_id)
        if lacking:
            return self.env._(
                "Without a language in Odoo, and so not translated: %(names)s.", names=', '.join(lacking.mapped('name'))
            )
        return False

    def _lacks_scopes(self, scopes):
        return oauth.missing_scopes(self.env['shopify.sync.connection']._granted(self), scopes)

    def _get_locales(self):
        """``{locale of the shop: language code of Odoo}`` of the texts that are compared; none while nobody owns them, or the
        shop has one language."""
        self.ensure_one()
        if self._get_owner('translations') == 'none' and not self.env.context.get('shopify_translations_on'):
            return {}
        found = self.env['shopify.locale']._get_mapped(self.id)
        return dict(found) if found and not self._lacks_scopes(translation.SCOPES) else {}

    def _get_translation_scopes(self):
        """``{scope: what for}`` of the scopes that translations take; none of them while nobody wants any."""
        owner = self._get_owner('translations')
        if owner == 'none':
            return {}
        found = {
            'read_translations': self.env._("for translations"),
            'read_locales': self.env._("for the languages of the shop"),
        }
        return {**found, 'write_translations': self.env._("to send translations")} if owner == 'odoo' else found

    def _refresh_locales(self, client=None):
        """Read the languages of the shop, where somebody wants translations and the app may."""
        self.ensure_one()
        if self._lacks_scopes(('read_locales',)):
            return
        client = client or self._get_client('catalogue')
        try:
            nodes = client.query(translation.LOCALES)['shopLocales']
        except errors.ScopeError:
            return
        self.env['shopify.locale'].sudo()._keep(self, nodes)

    def _follow_locales(self):
        """Read the languages where somebody wants translations, and the products anew where those are others by now."""
        self.ensure_one()
        if self._get_owner('translations') != 'none':
            before = self._get_locales()
            self._refresh_locales()
            if self._get_locales() != before:
                self._read_translations_again()

    def _read_translations_again(self):
        """Have the products of these stores read that are linked: with their texts in all languages now."""
        for backend in self:
            bindings = self.env['shopify.product.binding'].search(
                [('backend_id', '=', backend.id), ('deleted_at', '=', False), ('product_tmpl_id', '!=', False)]
            )
            if backend._get_locales() and bindings:
                self.env['shopify.task'].sudo()._add(backend, 'product', bindings.mapped('gid'), source='poll')
                backend.sudo()._wake('catalogue')

    def action_check_connection(self):
        """Override: scopes that have been granted meanwhile show the languages of the shop."""
        result = super().action_check_connection()
        for backend in self.sudo().filtered(lambda row: row.connection_ok and row.state != 'draft'):
            with contextlib.suppress(errors.ShopifyError):
                backend._follow_locales()
        return result

    def action_refresh_locales(self):
        self.check_access('write')
        for backend in self.sudo():
            missing = backend._lacks_scopes(('read_locales',))
            if missing:
                return self._notification(
                    self.env._("The app lacks the scope read_locales. Add it to the app and press Check Connection."),
                    'warning',
                )
            before = dict(self.env['shopify.locale']._get_mapped(backend.id))
            try:
                backend._refresh_locales()
            except errors.ShopifyError as error:
                return self._notification(error.message, 'danger')
            if dict(self.env['shopify.locale']._get_mapped(backend.id)) != before:
                backend._read_translations_again()
        return self._notification(self.env._("The languages of the shop have been read."))
