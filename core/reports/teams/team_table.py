"""The rows of the Teams page as numbers to take away: what its words, shares and bars stand for."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from core.catalogue import PRODUCTS
from core.reports.measures.activity import Share
from core.reports.measures.tiers import ORDER
from core.reports.teams.teams import Teams


def table(data: Teams) -> pd.DataFrame:
    """A row a team, by its name, all in people: the active ones, and out of how many, of the range, the one before,
    each product and each complete week; and how many have which habit. Without what was not measured.
    """
    rows = [row.counts for row in data.rows]
    shares: dict[str, Sequence[Share | None]] = {
        "Active": [counts.active for counts in rows],
        "Active in the period before": [counts.before for counts in rows],
        **{item.label: [counts.products.get(item.key) for counts in rows] for item in PRODUCTS},
        **{f"Week of {week.first}": [counts.weeks[place] for counts in rows] for place, week in enumerate(data.weeks)},
    }
    columns: dict[str, object] = {
        "Team": [row.name for row in data.rows],
        "Title": [row.title for row in data.rows],
        "Headcount": [counts.headcount for counts in rows],
    }
    for label, column in shares.items():
        if any(share is not None for share in column):
            columns[label] = [None if share is None else share.count for share in column]
            columns[f"{label}, out of"] = [None if share is None else share.of for share in column]
    if all(counts.tiers for counts in rows):
        columns |= {f"{tier.label}, people": [counts.tiers[tier] for counts in rows] for tier in ORDER}
    return pd.DataFrame(columns).convert_dtypes().set_index("Team")
