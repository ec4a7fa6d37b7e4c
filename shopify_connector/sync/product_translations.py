"""Texts of products in the other languages of a shop, as fields on both sides."""

from odoo import api, models

from ..entities import catalog_fields, translation

_OPTIONS = {'ProductOption': 'product.attribute', 'ProductOptionValue': 'product.attribute.value'}


class ShopifySyncProduct(models.AbstractModel):
    _inherit = 'shopify.sync.product'

    @api.model
    def _get_parts(self, backend):
        """Override: with the texts in the other languages, where somebody owns them."""
        return super()._get_parts(backend).plus(product=translation.parts(backend._get_locales()))


class ShopifySyncCatalogValues(models.AbstractModel):
    _inherit = 'shopify.sync.catalog.values'

    @api.model
    def _get_shop_values(self, backend, payload):
        """Override: with the translations."""
        values = super()._get_shop_values(backend, payload)
        values['product'].update(translation.shop_values(payload, backend._get_locales()))
        return values

    @api.model
    def _get_values_of(self, backend, shapes):
        """Override: with the translations that Odoo has."""
        result = super()._get_values_of(backend, shapes)
        locales = self._get_other_locales(backend)
        shapes = [shape for shape in shapes if shape.template and shape.binding]
        if locales and shapes:
            stored = self._read_translations(shapes)
            for shape in shapes:
                self._add_translations(
                    result[shape.key]['product'], shape, stored, locales, backend._get_catalog_lang()
                )
        return result

    def _get_other_locales(self, backend):
        own = backend._get_catalog_lang()
        return {locale: lang for locale, lang in backend._get_locales().items() if lang != own}

    def _get_translated_columns(self):
        """``{text: field of the template}``; a module may have made a field of its own that is not translated."""
        title, description = self._get_seo_names()
        names = {
            'title': 'name', 'description': 'shopify_description_html', 'seo_title': title, 'seo_description': description
        }  # fmt: skip
        fields = self.env['product.template']._fields
        return {text: column for text, column in names.items() if fields[column].translate is True}

    def _read_translations(self, shapes):
        """``{(model, id): {field: {language: text}}}`` as the database has it, and the marks of what is no translation."""
        ids = {'product.template': {shape.template.id for shape in shapes}}
        for shape in shapes:
            for short, id_ in (shape.binding.option_links or {}).items():
                ids.setdefault(_OPTIONS[short.partition('/')[0]], set()).add(id_)
        found = {}
        for model, wanted in ids.items():
            columns = sorted(self._get_translated_columns().values()) if model == 'product.template' else ['name']
            records = self.env[model].sudo().browse(wanted)
            for id_, texts in records._shopify_read_texts([*columns, 'shopify_untranslated']).items():
                found[model, id_] = texts
        return found

    def _add_translations(self, into, shape, stored, locales, own):
        shop, agreed = (shape.shop or {'product': {}})['product'], shape.binding.agreed or {}
        texts = stored.get(('product.template', shape.template.id), {})
        wanted = {text: (texts, column) for text, column in self._get_translated_columns().items()}
        for short, id_ in (shape.binding.option_links or {}).items():
            wanted[short] = stored.get((_OPTIONS[short.partition('/')[0]], id_), {}), 'name'
        for locale, lang in locales.items():
            for text, (by_column, column) in wanted.items():
                name, by_lang = translation.field_name(locale, text), by_column.get(column) or {}
                raw = self._get_own_text(by_lang, lang, own)
                convert = catalog_fields.html_text if text == 'description' else catalog_fields.text
                value = convert(raw)
                left_behind = (by_column.get('shopify_untranslated') or {}).get(column) if lang == 'en_US' else None
                if (
                    value
                    and (raw == self._get_own_text(by_lang, own, own) or translation.mark(raw) == left_behind)
                    and value not in (shop.get(name), agreed.get(name))
                ):
                    # Odoo has the original there too, of now or of before, be it that nobody has translated it.
                    value = None
                into[name] = value
                if value and text == 'description':
                    into[f'_{name}'] = self._get_html_mark(raw)

    @staticmethod
    def _get_own_text(by_lang, lang, own):
        return by_lang.get(lang) or (by_lang.get('en_US') if lang == own else None)

    # === WRITING === #

    @api.model
    def _write_odoo(self, backend, changes):
        """Override: with the translations."""
        written = super()._write_odoo(backend, changes)
        locales = self._get_other_locales(backend)
        if not locales:
            return written
        records = self.sudo().with_context(shopify_catalog_pull=backend.id, lang=backend._get_catalog_lang())
        bindings = records.env['shopify.product.binding'].browse(changes)
        for binding in bindings:
            values = {
                name: value
                for name, value in changes[binding.id]['product'].items()
                if name.startswith(translation.PREFIX)
            }
            if values and binding.product_tmpl_id:
                records._write_translations(binding, values, locales, written)
        return written

    def _write_translations(self, binding, values, locales, written):
        together = {}
        for name, value in values.items():
            locale, text = translation.split_name(name)
            record, column = self._get_translated(binding, text)
            if not record or locale not in locales:
                continue
            problem = self._get_translation_problem(binding, record, column, locales[locale], name, value)
            if problem:
                written.refuse(binding.id, None, name, problem)
            elif value is None:
                self._wipe_translation(record, column, locales[locale])
            else:
                together.setdefault((record, locales[locale]), {})[column] = value
        for (record, lang), vals in together.items():
            if lang == 'en_US':
                self._keep_original(record, vals)
            record.with_context(lang=lang).write(vals)

    @staticmethod
    def _keep_original(record, columns):
        """Odoo shows the English text in every language that has none. Where that is the text of the shop's own language,
        it is kept as that before the English one takes its place."""
        own = record.env.lang
        for column in columns:
            stored = record._fields[column]._get_stored_translations(record) or {}
            if own not in stored and stored.get('en_US'):
                record.update_field_translations(column, {own: stored['en_US']})

    def _get_translated(self, binding, text):
        """``(record, field)`` that has a text; none where Odoo has no such field."""
        column = self._get_translated_columns().get(text)
        if column:
            return binding.product_tmpl_id, column
        id_, model = (binding.option_links or {}).get(text), _OPTIONS.get(text.partition('/')[0])
        return (self.env[model].browse(id_).exists(), 'name') if id_ and model else (None, None)

    def _get_translation_problem(self, binding, record, column, lang, name, value):
        """Why a text is not taken over; None where nothing is in its way."""
        if value is not None and not record[column]:
            return self.env._(
                "A translation was left out, because Odoo has no %(field)s in the shop's own language.",
                field=self.env['shopify.difference']._get_label(name),
            )
        if record._name == 'product.template':
            return None
        lines = (
            record.pav_attribute_line_ids if record._name == 'product.attribute.value' else record.attribute_line_ids
        )
        here = (record._fields[column]._get_stored_translations(record) or {}).get(lang)
        known = (binding.agreed or {}).get(name)
        if lines.product_tmpl_id == binding.product_tmpl_id or here in (None, value, known, record[column]):
            return None
        return self.env._(
            "“%(name)s” is “%(text)s” in the shop. Odoo calls it “%(own)s”, for other products too, and keeps that.",
            name=record[column],
            text=value or '',
            own=here,
        )

    @staticmethod
    def _wipe_translation(record, column, lang):
        """Odoo shows the text in English where there is none, so that English itself gets the original."""
        if lang == 'en_US':
            record.with_context(lang=lang)[column] = record[column]
        else:
            record.update_field_translations(column, {lang: False})


class ShopifySyncCatalog(models.AbstractModel):
    _inherit = 'shopify.sync.catalog'

    @api.model
    def _preview_owner(self, backend, groups, owner, limit):
        """Override: while nobody owns the translations they are not read, so that the look at them reads them."""
        is_new = 'translations' in groups and owner != 'none' and backend._get_owner('translations') == 'none'
        if not is_new or backend._lacks_scopes(translation.SCOPES):
            return super()._preview_owner(backend, groups, owner, limit)
        here = self._with_translations(backend, limit)
        return super(ShopifySyncCatalog, here)._preview_owner(backend.with_env(here.env), groups, owner, limit)

    def _with_translations(self, backend, limit):
        """With the translations of the first products in the context, as the shop has them now."""
        client = backend._get_client('catalogue', max_wait=4.0)
        backend._refresh_locales(client)
        here = self.with_context(shopify_translations_on=True)
        there = backend.with_env(here.env)
        domain = [('backend_id', '=', backend.id), ('deleted_at', '=', False)]
        bindings = self.env['shopify.product.binding'].search(domain, limit=limit)
        seen = {}
        if there._get_locales():
            gids = {binding.gid: binding for binding in bindings}
            for payload in here.env['shopify.sync.product']._fetch(there, client, list(gids)):
                binding = gids[payload['id']]
                self._link_options(backend, {binding: payload})
                seen[binding.id] = translation.shop_values(payload, there._get_locales())
        return here.with_context(shopify_translations_seen=seen)

    @api.model
    def _get_last_seen(self, binding):
        """Override: with what was read just now."""
        found = super()._get_last_seen(binding)
        found['product'].update((self.env.context.get('shopify_translations_seen') or {}).get(binding.id, {}))
        return found
