"""An invented company of six."""

from __future__ import annotations

import datetime as dt

ADMIN = "ada@example.com"
OUTSIDE_ADMIN = "operator@example.com"
ROSTER = b"""email,name,manager_email,end_date
boss@example.com,Bo Boss,,
mara@example.com,Mara Manager,boss@example.com,
emil@example.com,Emil Employee,mara@example.com,
paula@example.com,Paula Peer,boss@example.com,
ada@example.com,Ada Admin,boss@example.com,
lena@example.com,Lena Leaver,mara@example.com,2026-01-31
"""
HIRED = dt.date(2026, 1, 1)
