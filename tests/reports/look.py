"""The colours that charts are drawn in by tests."""

from __future__ import annotations

from core.catalogue import PRODUCTS
from core.reports.charts import calendars
from core.reports.charts.charts import ChartTheme
from core.reports.measures.tiers import Tier

LOOK = ChartTheme(
    template="plotly",
    products={product.key: f"#0000{product.bit:02x}" for product in PRODUCTS},
    accent="#aa0000",
    muted="#bb0000",
    faint="rgba(1, 2, 3, 0.1)",
    tiers={tier: f"#00{tier:02x}00" for tier in Tier},
    states={state: f"#{number:02x}0000" for number, state in enumerate(calendars.STATES)},
)
