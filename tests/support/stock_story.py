"""What a world of stock came to, line by line, for whoever looks for what went wrong in it."""

from __future__ import annotations

from tests.simulator import stock_journal
from tests.support import stock_worlds


def lines(case):
    """Moves, orders and levels of the world's products, edits by hand, open tasks, and every change in the shops."""
    env, pool = case.env, [case.products[number].id for number in case.pool]
    for move in env['stock.move'].search([('product_id', 'in', pool), ('id', '>', case.first_move)], order='id'):
        yield (
            f'move {move.product_id.default_code} {move.product_qty:g} {move.state} {move.location_id.complete_name} -> '
            f'{move.location_dest_id.complete_name} {move.reference} {move.sale_line_id.order_id.name or ""}'
        )
    for binding in env['shopify.order.binding'].search([]):
        sale = binding.sale_order_id
        rows = [(line.product_id.default_code, line.product_uom_qty, line.qty_delivered) for line in sale.order_line]
        yield f'order {binding.backend_id.name} {sale.name} {sale.state} {sale.warehouse_id.code} {rows} {binding.trail}'
    for level in env['shopify.inventory.level'].search([('product_id', 'in', pool)]):
        yield f'level {level.backend_id.name} {level.display_name}: {level.known} {level.known_at} {level.explanation}'
    for row in env['shopify.inventory.level.edit'].search([]):
        yield f'edit {row.display_name}: {row.known} -> {row.seen} {row.outcome}'
    for task in env['shopify.task'].search([('state', '!=', 'done')]):
        yield f'task {task.backend_id.name} {task.display_name} {task.state}: {task.message}'
    for backend in case.backends:
        for entry in case.in_shop(backend, lambda shop: list(stock_journal.journal(shop))):
            sku = case.in_shop(backend, lambda shop, gid=entry.item_id: shop.inventory_items[gid].sku)
            if sku in [stock_worlds.SKUS[number] for number in case.pool]:
                yield (
                    f'shop {backend.name} {entry.at:%H:%M:%S} {sku} {entry.location_id[-4:]} {entry.source} '
                    f'{entry.before} -> {entry.after} ({entry.expected})'
                )
