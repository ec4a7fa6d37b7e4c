"""Descriptions had one text for all languages, which Odoo has as the English one now. Where a product is in a shop of another
language, it is the text of that language: whatever is written in English later leaves it alone."""


def migrate(cr, version):
    cr.execute(
        """
        WITH known AS (
            SELECT template.id, jsonb_object_agg(lang.code, template.shopify_description_html -> 'en_US') AS texts
              FROM product_template template
              JOIN shopify_product_binding binding ON binding.product_tmpl_id = template.id
              JOIN shopify_backend backend ON backend.id = binding.backend_id
              JOIN res_company company ON company.id = backend.company_id
              JOIN res_partner partner ON partner.id = company.partner_id
         LEFT JOIN res_lang chosen ON chosen.id = backend.catalog_lang_id
              JOIN res_lang lang ON lang.code = COALESCE(chosen.code, partner.lang)
             WHERE lang.active AND lang.code != 'en_US' AND template.shopify_description_html ? 'en_US'
          GROUP BY template.id
        )
        UPDATE product_template template
           SET shopify_description_html = known.texts || template.shopify_description_html
          FROM known
         WHERE known.id = template.id
        """
    )
