"""Which product a Shopify variant is: found by SKU, then barcode; created when nothing is found."""

from ..entities import product as mapping


class Matcher:
    """What a batch of Shopify products knows of Odoo's: bindings, products by SKU and barcode, attributes.

    ``match`` returns a product, ``None`` when there is none, and an empty recordset when there are several: that is
    said in the notes and left for a person to choose.
    """

    def __init__(self, env, backend, payloads):
        self.env, self.backend = env, backend
        self.products = env['product.product'].with_company(backend.company_id)
        variants = [variant for payload in payloads for variant in mapping.variant_nodes(payload)]
        self.bindings = {
            row.gid: row
            for row in env['shopify.product.binding'].search(
                [('backend_id', '=', backend.id), ('gid', 'in', [payload['id'] for payload in payloads])]
            )
        }
        self.by_sku = self._index('default_code', {(variant.get('sku') or '').strip() for variant in variants})
        self.by_barcode = self._index('barcode', {(variant.get('barcode') or '').strip() for variant in variants})
        self.refs = self._attribute_refs(payloads)

    def _index(self, name, codes):
        """``{code: products}`` of those that the store's company may use."""
        codes.discard('')
        if not codes:
            return {}
        domain = [(name, 'in', list(codes)), ('company_id', 'in', (False, self.backend.company_id.id))]
        found = self.products.search(domain).grouped(name)
        return {
            code: products.filtered(lambda product: not product.shopify_placeholder) or products[:1]
            for code, products in found.items()
        }

    def match(self, variant, notes):
        sku, barcode = (variant.get('sku') or '').strip(), (variant.get('barcode') or '').strip()
        for found, code in ((self.by_sku.get(sku), sku), (self.by_barcode.get(barcode), barcode)):
            if not found:
                continue
            if len(found) == 1:
                return found
            notes.append(
                self.env._(
                    "%(code)s fits several products: %(names)s. Choose the right one in the variant's list.",
                    code=code,
                    names=', '.join(found.mapped('display_name')),
                )
            )
            return self.products.browse()
        return None

    def remember(self, found):
        """Two products of one batch may have variants of one SKU: the second finds what the first has made."""
        for product in found.values():
            if product and product.default_code:
                self.by_sku.setdefault(product.default_code, product)
            if product and product.barcode:
                self.by_barcode.setdefault(product.barcode, product)

    # --- creating ---

    def create_template(self, payload, notes):
        """A new template with exactly Shopify's variants; returns ``{variant gid: product}``."""
        template = (
            self.env['product.template']
            .with_company(self.backend.company_id)
            .with_context(create_product_product=True)
            .create(mapping.template_vals(payload, self.refs))
        )
        variants = mapping.variant_nodes(payload)
        if not mapping.options(payload):
            product = template.product_variant_id
            product.write(self._variant_vals(variants[0], notes))
            return {variants[0]['id']: product}
        return self._create_variants(template, variants, notes)

    def add_variants(self, template, payload, variants, notes):
        """New variants of a template that exists: added where its attributes are Shopify's options, else as products
        of their own, because a template that somebody else has built is never rebuilt."""
        lines = {line.attribute_id.name.casefold(): line for line in template.attribute_line_ids}
        names = [name for name, _values in mapping.options(payload)]
        fits = (
            template
            and names
            and len(lines) == len(names)
            and all(
                name.casefold() in lines and lines[name.casefold()].attribute_id.create_variant == 'dynamic'
                for name in names
            )
        )
        if not fits:
            return self._create_standalone(payload, variants, notes)
        for variant in variants:
            for name, value in mapping.option_pairs(variant):
                line = lines[name.casefold()]
                if value.casefold() not in {known.casefold() for known in line.value_ids.mapped('name')}:
                    line.value_ids += self._value(line.attribute_id, value)
        return self._create_variants(template, variants, notes)

    def _create_variants(self, template, variants, notes):
        ptavs = {
            (line.attribute_id.name.casefold(), value.product_attribute_value_id.name.casefold()): value.id
            for line in template.attribute_line_ids
            for value in line.product_template_value_ids
        }
        created = self.products.create(
            [
                {
                    'product_tmpl_id': template.id,
                    'product_template_attribute_value_ids': [
                        (
                            6,
                            0,
                            [ptavs[name.casefold(), value.casefold()] for name, value in mapping.option_pairs(variant)],
                        )
                    ],
                    **self._variant_vals(variant, notes),
                }
                for variant in variants
            ]
        )
        return dict(zip([variant['id'] for variant in variants], created, strict=True))

    def _create_standalone(self, payload, variants, notes):
        names = [variant['title'] if variant['title'] != 'Default Title' else '' for variant in variants]
        created = self.products.create(
            [
                {
                    **mapping.template_vals(
                        {**payload, 'hasOnlyDefaultVariant': True, 'variants': {'nodes': [variant]}}, self.refs
                    ),
                    'name': ' - '.join(part for part in (payload['title'], name) if part),
                    **self._variant_vals(variant, notes),
                }
                for variant, name in zip(variants, names, strict=True)
            ]
        )
        notes.append(
            self.env._(
                "Created as products of their own, because the product in Odoo has other attributes: %(names)s",
                names=', '.join(created.mapped('display_name')),
            )
        )
        return dict(zip([variant['id'] for variant in variants], created, strict=True))

    def _variant_vals(self, variant, notes):
        """A barcode that another product has already is left out: Odoo allows each once."""
        values = mapping.variant_vals(variant)
        barcode = values.get('barcode')
        if barcode and (
            self.by_barcode.get(barcode) or self.env['product.uom'].search_count([('barcode', '=', barcode)], limit=1)
        ):
            notes.append(self.env._("The barcode %(barcode)s belongs to another product already.", barcode=barcode))
            values.pop('barcode')
        elif barcode:
            self.by_barcode[barcode] = self.products.browse()
        return values

    # --- attributes ---

    def _attribute_refs(self, payloads):
        """Attributes that make variants one by one, found by name or created, with all the values of the batch."""
        options = {}
        for payload in payloads:
            if payload['id'] not in self.bindings:
                for name, values in mapping.options(payload):
                    options.setdefault(name, {}).update(dict.fromkeys(values))
        attributes = {name: self._attribute(name) for name in options}
        values = {
            (name, value): self._value(attributes[name], value).id for name, found in options.items() for value in found
        }
        return mapping.Refs({name: attribute.id for name, attribute in attributes.items()}, values, self._rate())

    def _rate(self):
        """What one unit of the shop's currency is worth in the company's; None when nobody has entered it."""
        company = self.backend.company_id
        code = self.backend.currency_code or company.currency_id.name
        currency = self.env['res.currency'].with_context(active_test=False).search([('name', '=', code)], limit=1)
        if currency == company.currency_id:
            return 1.0
        if not currency.rate_ids:
            return None
        return self.env['res.currency']._get_conversion_rate(currency, company.currency_id, company)

    def _attribute(self, name):
        attributes = self.env['product.attribute']
        known = attributes.search([('create_variant', '=', 'dynamic')]).filtered(
            lambda attribute: attribute.name.casefold() == name.casefold()
        )
        return known[:1] or attributes.create({'name': name, 'create_variant': 'dynamic'})

    def _value(self, attribute, name):
        values = self.env['product.attribute.value']
        known = attribute.value_ids.filtered(lambda value: value.name.casefold() == name.casefold())
        return known[:1] or values.create({'name': name, 'attribute_id': attribute.id})
