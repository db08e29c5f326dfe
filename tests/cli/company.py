"""An invented company of five, what they use, and a simulated Analytics API that says so."""

from __future__ import annotations

import datetime as dt

from simulator.dataset import FixedDataset, usage_row

KEY = "sk-ant-api01-invented-for-the-command-line"
TODAY = dt.datetime.now(dt.UTC).date()
NEWEST = TODAY - dt.timedelta(days=1)
FIRST = TODAY - dt.timedelta(days=5)
"""The day that the back-fill of five days ends with."""


def usage() -> FixedDataset:
    """Alice sends 3 messages a day, Bob 5, Charlie 7; Zed, whom the directory does not know, 11; Dora and Eve none."""
    messages = {"alice": 3, "bob": 5, "charlie": 7, "zed": 11}
    rows = [
        usage_row(f"user_{name}", f"{name}@example.com", **{"chat_metrics.message_count": count})
        for name, count in messages.items()
    ]
    return FixedDataset({NEWEST - dt.timedelta(days=back): rows for back in range(5)}, latest=NEWEST)
