"""A review of the persona company in which texts try to act, and who made it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from core.reports.exports.provenance import Ledger, Maker
from core.reports.periods import Period
from tests.support.personas import DAYS

EVIL = '=HYPERLINK("http://evil.example.com") #evil $x$ *b* <b> ]] 漢 👩\u200d💻 https://evil.example.com'
PERIOD = Period(DAYS[-35], DAYS[-1])
NOTE = "=1+1 I was on leave. #set page(fill: red) @x"
MAKER = Maker("ab" * 16, "Greta Example", dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC), DAYS[-1], "0.1.0")
AS_OF = dt.datetime(2026, 11, 22, 6, 30, tzinfo=dt.UTC)
LEDGER = Ledger(35, 2, AS_OF)


def with_figures(packet, **changed):
    """The packet of its first person alone, with other figures."""
    (person, *_) = packet.people
    return replace(packet, people=(replace(person, figures=replace(person.figures, **changed)),))
