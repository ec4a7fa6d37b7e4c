from itertools import count

from odoo import models

# Numbers of records that are undone: unlike any that a sequence gives, and unlike each other.
_undone = count(1)


class IrSequence(models.Model):
    """PostgreSQL's sequences are not rolled back: a dry run must not leave gaps in the numbers of real documents."""

    _inherit = 'ir.sequence'

    def _next_do(self):
        if self.env.context.get('shopify_dry_run'):
            return f'DRY/{next(_undone)}'
        return super()._next_do()


class IrSequenceDateRange(models.Model):
    _inherit = 'ir.sequence.date_range'

    def _next(self):
        if self.env.context.get('shopify_dry_run'):
            return f'DRY/{next(_undone)}'
        return super()._next()
