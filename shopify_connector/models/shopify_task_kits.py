from odoo import api, models

_LISTENED = ('mrp.bom', 'mrp.bom.line')


def _note(boms):
    products = boms.sudo().with_context(active_test=False)
    boms.env['shopify.task'].sudo()._note_stock(
        products.product_id | products.filtered(lambda bom: not bom.product_id).product_tmpl_id.product_variant_ids
    )


def _boms(records):
    return records if records._name == 'mrp.bom' else records.bom_id


def _listen(model_class):
    """Have the kits noted whose bill of materials changes. `mrp` is no dependency, so its models cannot be inherited."""
    create_before, write_before, unlink_before = model_class.create, model_class.write, model_class.unlink

    @api.model_create_multi
    def create(self, vals_list):
        records = create_before(self, vals_list)
        _note(_boms(records))
        return records

    def write(self, vals):
        _note(_boms(self))
        result = write_before(self, vals)
        _note(_boms(self))
        return result

    def unlink(self):
        _note(_boms(self))
        return unlink_before(self)

    for method in (create, write, unlink):
        setattr(model_class, method.__name__, method)


class ShopifyTask(models.Model):
    _inherit = 'shopify.task'

    def _register_hook(self):
        """Listen to bills of materials when `mrp` is installed."""
        super()._register_hook()
        for name in _LISTENED:
            if name in self.env and 'shopify_listens' not in vars(self.env.registry[name]):
                _listen(self.env.registry[name])
                self.env.registry[name].shopify_listens = True

    def _unregister_hook(self):
        for name in _LISTENED:
            if name in self.env and 'shopify_listens' in vars(self.env.registry[name]):
                for attribute in ('create', 'write', 'unlink', 'shopify_listens'):
                    delattr(self.env.registry[name], attribute)
        return super()._unregister_hook()
