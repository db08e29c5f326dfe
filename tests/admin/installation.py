"""The days of the invented installation, and who is in its directory."""

from __future__ import annotations

import datetime as dt

NEWEST = dt.date(2026, 11, 20)
NOW = dt.datetime(2026, 11, 21, 9, 0, tzinfo=dt.UTC)
DIRECTORY = b"""email,name,manager_email,end_date
alice@example.com,Alice Archer,,
bob@example.com,Bob Baker,alice@example.com,
charlie@example.com,Charlie Cole,,
dora@example.com,Dora Dean,,
eve@example.com,Eve Ellis,alice@example.com,2026-01-31
"""


def days_back(number: int) -> dt.date:
    return NEWEST - dt.timedelta(days=number)
