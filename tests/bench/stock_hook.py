"""What the addon costs whoever validates a delivery: runs inside Odoo's shell, on a database with the addon or without."""
import json
import time

MARK = 'BENCH_ANSWER '
# Where the addon works for itself in a transaction that moves stock.
OWN = (
    ('stock.quant', '_shopify_note_change'), ('stock.quant', '_shopify_note_products'),
    ('stock.move', '_shopify_note_change'), ('stock.move', '_shopify_note_products'), ('shopify.task', '_flush_stock'))


def deliveries(env, lines, count, stores):
    """Validate ``count`` deliveries of ``lines`` lines that ``stores`` sell, each in its own transaction, and print
    ``{seconds, cpu, queries, own}`` of validating and committing, a list each; the first one warms up and does not count.
    ``cpu`` are the seconds that this process worked, without PostgreSQL, ``own`` those that passed in the addon's hooks."""
    products = _products(env, lines)
    if 'shopify.backend' in env:
        _sell_in_stores(env, products, stores)
    env.cr.commit()
    watch = _Watch(env)
    found = {'seconds': [], 'cpu': [], 'queries': [], 'own': []}
    for _number in range(count + 1):
        picking = _picking(env, products)
        env.cr.commit()
        env.invalidate_all()
        before = _figures(env, watch)
        picking.button_validate()
        env.cr.commit()
        for name, start, end in zip(found, before, _figures(env, watch), strict=True):
            found[name].append(end - start)
        if picking.state != 'done':
            raise SystemExit(f'the delivery is {picking.state}')
    print(MARK + json.dumps({name: values[1:] for name, values in found.items()}))


def _figures(env, watch):
    return time.perf_counter(), time.process_time(), env.cr.sql_log_count, watch.seconds


class _Watch:
    """Adds up the seconds inside of the addon's hooks; none of them calls another."""

    def __init__(self, env):
        self.seconds = 0.0
        for model, name in OWN:
            if model in env and hasattr(env[model], name):
                setattr(type(env[model]), name, self._timed(getattr(type(env[model]), name)))

    def _timed(self, method):
        def timed(*arguments):
            started = time.perf_counter()
            try:
                return method(*arguments)
            finally:
                self.seconds += time.perf_counter() - started

        return timed


def _products(env, count):
    products = env['product.product'].create([
        {'name': f'Hooked {number}', 'type': 'consu', 'is_storable': True, 'default_code': f'HOOK-{number}'}
        for number in range(count)])
    shelf = env['stock.warehouse'].search([], limit=1).lot_stock_id
    for product in products:
        env['stock.quant']._update_available_quantity(product, shelf, 10_000)
    return products


def _picking(env, products):
    """A delivery of one unit of each, reserved and picked."""
    kind = env['stock.warehouse'].search([], limit=1).out_type_id
    customers = env.ref('stock.stock_location_customers')
    places = {'location_id': kind.default_location_src_id.id, 'location_dest_id': customers.id}
    picking = env['stock.picking'].create({'picking_type_id': kind.id, **places, 'move_ids': [
        (0, 0, {'product_id': product.id, 'product_uom_qty': 1, 'product_uom': product.uom_id.id, **places})
        for product in products]})
    picking.action_confirm()
    picking.action_assign()
    picking.move_ids.picked = True
    return picking


def _sell_in_stores(env, products, stores):
    """Connected stores that show the stock of all of these."""
    company = env.company
    warehouse = env['stock.warehouse'].search([], limit=1)
    for number in range(stores):
        backend = env['shopify.backend'].create({
            'name': f'Hook {number}', 'shop_domain': f'hook-{number}.myshopify.com', 'company_id': company.id,
            'warehouse_id': warehouse.id})
        backend.write({'state': 'connected', 'stock_export': True})
        env['shopify.location'].create({
            'backend_id': backend.id, 'gid': f'gid://shopify/Location/{number + 1}', 'name': 'Main',
            'warehouse_id': warehouse.id})
        for index, product in enumerate(products):
            bound = env['shopify.product.binding'].create({
                'backend_id': backend.id, 'gid': f'gid://shopify/Product/{index + 1}',
                'product_tmpl_id': product.product_tmpl_id.id})
            env['shopify.variant.binding'].create({
                'backend_id': backend.id, 'product_binding_id': bound.id, 'product_id': product.id,
                'gid': f'gid://shopify/ProductVariant/{index + 1}', 'tracked': True,
                'inventory_item_gid': f'gid://shopify/InventoryItem/{index + 1}'})
