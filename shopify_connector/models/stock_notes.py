"""What a transaction changes of the stock, remembered as ids: no query and no look at a record while a user works."""

_KEY = 'shopify.stock'


def note(env, model, ids):
    """Remember rows of ``model`` ('product.product', 'stock.quant' or 'stock.move') until the commit; which products these
    are is found then. Of rows that will not be there any more, or be of another product, note the product instead."""
    if not ids:
        return
    data = env.cr.precommit.data
    if _KEY not in data:
        data[_KEY] = {'product.product': set(), 'stock.quant': set(), 'stock.move': set()}
        env.cr.precommit.add(env['shopify.task'].sudo()._flush_stock)
    data[_KEY][model].update(ids)


def take(env):
    """``{model: ids}`` of all that was noted, which is forgotten by this; None when nothing was."""
    return env.cr.precommit.data.pop(_KEY, None)
