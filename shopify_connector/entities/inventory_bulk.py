"""All levels of a shop through a bulk operation: the query, and a line of its result as a level.

A level's line names its item as ``__parentId`` and needs no other line, so that the result is read as it comes, in
constant memory and from any line on (Admin API, bulk operations).
"""

from __future__ import annotations

from collections.abc import Mapping

from . import inventory

QUERY = """
{
  inventoryItems {
    edges { node {
      id
      inventoryLevels(includeInactive: true) {
        edges { node {
          id isActive location { id } quantities(names: ["available", "on_hand", "committed"]) { name quantity }
        } }
      }
    } }
  }
}
"""


def seen_of(line: Mapping) -> inventory.Seen | None:
    """The level of a line, None of an item's own line."""
    if '__parentId' not in line:
        return None
    return inventory.seen(line['__parentId'], line['location']['id'], line)
