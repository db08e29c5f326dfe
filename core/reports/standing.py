"""Why a person's numbers are as they are: archived, not started, without an account, without use, away."""

from __future__ import annotations

from core.reports import context
from core.reports.periods import Period
from core.reports.person import PersonUsage


def sentences(usage: PersonUsage) -> list[str]:
    """What a reader has to know before the numbers; empty for somebody who is there and used Claude."""
    found = []
    first, last, end = usage.first_day, usage.last_day, usage.period.last
    if last is not None and last < end:
        found.append(
            f"Archived: the last day was {last:%-d %b %Y}. The numbers up to that day stay; later use of the account "
            "is not counted."
        )
    elif first is not None and first > end:
        return [f"The first day is {first:%-d %b %Y}, after this range."]
    found += [
        f"{mark.kind.status} at the end of this range, as marked: {Period(mark.first, mark.last)}."
        for mark in context.during(usage.marks, Period(end, end))
    ]
    if usage.days_active:
        return found
    newest = usage.activity.last_active()[0]
    if newest is not None:
        found.append(f"No Claude product was used in this range. The newest day of use is {newest:%-d %b %Y}.")
    elif usage.has_account:
        found.append("There is a Claude account, and no use of it since data begins.")
    else:
        found.append(
            "No Claude account is matched, so there is nothing to count. Either there is none yet, or it has another "
            "address; the people who run Uptake can match it."
        )
    return found
