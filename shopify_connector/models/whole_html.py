from odoo import fields


class WholeHtml(fields.Html):
    """HTML that is translated as a whole, and not term by term: a shop's text in one language may be quite another one than
    in the next, and writing it leaves the others alone. Say ``translate=True``: Odoo looks for it in the definition, and
    would put a field of its own over this one."""

    def _get_attrs(self, model_class, name):
        return {**super()._get_attrs(model_class, name), 'translate': True}
