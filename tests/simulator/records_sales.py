"""Plain records of collections, markets, price lists and companies; conventions as in `records.py`."""
from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from .records import Media, Resource


@dataclass(eq=False)
class Collection(Resource):
    """A custom collection lists its products; a smart one has rules besides: (column, relation, condition)."""

    gql_type = "Collection"
    id: str
    title: str
    handle: str
    created_at: datetime
    updated_at: datetime
    source_id: str = ""
    description_html: str = ""
    sort_order: str = "BEST_SELLING"
    template_suffix: str | None = None
    seo_title: str | None = None
    seo_description: str | None = None
    picture: Media | None = None
    product_ids: dict = field(default_factory=dict)  # gid -> None, in the merchant's order
    rules: list = field(default_factory=list)
    disjunctive: bool = False
    publications: dict = field(default_factory=dict)
    metafields: dict = field(default_factory=dict)

    @property
    def is_smart(self) -> bool:
        return bool(self.rules)
