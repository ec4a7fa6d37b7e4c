from odoo import models


class ShopifyMatchUpload(models.TransientModel):
    """What a list of links says when something is wrong with it."""

    _inherit = 'shopify.match.upload'

    def _file_sentence(self, code):
        return {
            'empty': self.env._("The file is empty. Fill in the list that can be downloaded here, and upload that."),
            'no_lines': self.env._("The file has headings, but no lines."),
            'too_many': self.env._("The file is too large. Divide it into files of at most 20,000 lines."),
            'kind': self.env._("This is neither CSV nor XLSX. Save the list as one of them and upload it again."),
        }[code]

    def _line_sentence(self, code, detail=''):
        return {
            'no_shop': self.env._("The line names no variant of the shop."),
            'no_odoo': self.env._("The line names no product in Odoo. Fill in its reference, or delete the line."),
            'shortened': self.env._(
                "The spreadsheet has shortened a long number. Format the column as text and enter it again."
            ),
            'no_variant': self.env._(
                "This store has no such variant here. Make a dry run of the product import, then upload the list again."
            ),
            'several_variants': self.env._("Several variants of the shop have this code. Use the Shopify variant ID."),
            'no_product': self.env._("Odoo has no such product for this store's company."),
            'several_products': self.env._(
                "Several products in Odoo have this code: %(names)s. Use the Odoo ID instead.", names=detail
            ),
            'archived': self.env._("The product is archived in Odoo. Unarchive it first."),
            'no_unit': self.env._("%(unit)s is no unit that the product can be counted in.", unit=detail),
            'twice': self.env._("The variant stands on the lines %(numbers)s.", numbers=detail),
        }[code]
