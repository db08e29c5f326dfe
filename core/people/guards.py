"""What makes an import suspicious: it is held until an admin has confirmed it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from core.people.employment import works
from core.people.hierarchy import Hierarchy
from core.people.plan import Change, ImportPlan
from core.people.recognition import Person

MOST_LEAVERS = 0.2
"""Share of the people who work here whom an import may keep out, today or soon, without an admin's word."""

SOON = dt.timedelta(days=31)
"""A last day that is given for so many days ahead counts as leaving: a wrong one would keep people out by itself."""

MOST_REPORTS = 0.5
"""Share of the directory that may come to stand below one person, or report to one, without an admin's word."""

MOST_UNMANAGED = 0.2
"""Share of the people with a manager who may come to have none without an admin's word."""

_FEW = 2
"""So many may come to have no manager in any directory, however small."""

_SMALL = 10
"""In a directory of fewer people somebody is above most of them anyway."""

_NAMED = 5


def concerns(
    people: Sequence[Person],
    tree: Hierarchy,
    names: Mapping[int, str],
    *,
    changed: Sequence[Change],
    archived: Sequence[Change],
    rehired: Sequence[Change],
    nameless: int,
    now: dt.date,
) -> tuple[str, ...]:
    """Why an admin has to look at the import first, as sentences; nothing is suspicious in an empty directory.

    `nameless` lines are left out of which nobody can say whose they are. `now` is the day on which the import is done,
    whatever day it says something about: who is let in is a matter of that one.
    """
    if not people:
        return ()
    return (
        *_shrinking(people, (*changed, *archived), now),
        *_mistaken(archived, nameless),
        *_unmanaged(people, tree, now),
        *_rising(people, tree, names),
        *_returning(tree, rehired),
    )


def about_admins(plan: ImportPlan, addresses: Collection[str], holders: Collection[int]) -> tuple[str, ...]:
    """Where the import touches what somebody is an admin by, as sentences; nothing is suspicious in an empty directory.

    That is an address of the settings (`addresses`) which it gives or takes, and the address of somebody who has a role
    (`holders`, by employee id), for whoever signs in with it first is that person.
    """
    if plan.first_id == 1:
        return ()
    return tuple(_about_admins(plan, addresses, holders))


def _about_admins(plan: ImportPlan, addresses: Collection[str], holders: Collection[int]) -> Iterable[str]:
    listed = "which UPTAKE_ADMINS names as an admin's"
    renamed = {change.id: field for change in plan.details for field in change.fields if field.name == "email"}
    for change in plan.details:
        field = renamed.get(change.id)
        if field is None:
            continue
        if field.after in addresses:
            yield f"{change.name} would get the address {field.after}, {listed}."
        if field.before in addresses:
            yield f"{change.name} would not have the address {field.before} any more, {listed}."
        elif change.id in holders:
            yield f"{change.name}, who has a role here, would get the address {field.after} instead of {field.before}."
    for row in plan.added:
        if row.email in addresses:
            yield f"{row.name} would be added with the address {row.email}, {listed}."
    for change in plan.rehired:
        if change.id not in renamed and change.email in addresses:
            yield f"{change.name} would come back with the address {change.email}, {listed}."


def _shrinking(people: Sequence[Person], changes: Sequence[Change], now: dt.date) -> Iterable[str]:
    """The concern that it keeps out too many, by whichever date: counted together, or each date alone would pass."""
    here = {person.id for person in people if works(person.start_date, person.end_date, now)}
    staff = [person for person in people if person.has_not_left(now)]
    dates = {change.id: change for change in changes}
    known = [(person, dates[person.id]) for person in staff if person.id in dates]
    archived = {p.id: change for p, change in known if (end := _end(change, p)) is not None and end < now}
    staying = [(p, change) for p, change in known if p.id in here and p.id not in archived]
    begin = {p.id: start for p, change in staying if (start := _start(change, p)) is not None and start > now}
    leave = {p.id: end for p, change in staying if (end := _new_end(change, p)) is not None and end <= now + SOON}
    out = (here & archived.keys()) | begin.keys() | leave.keys()
    if len(out) <= MOST_LEAVERS * len(here) and len(archived) <= MOST_LEAVERS * len(staff):
        return
    if archived:
        missing = sum(change.line is None for change in archived.values())
        why = (
            f"{missing:,} of them because the file does not mention them. If the file holds only some of the people, "
            "say so: untick the box, or on the command line add --part."
            if missing
            else "all of them by a last day that is over. Check the column end_date."
        )
        yield f"It archives {len(archived):,} of {len(staff):,} people, {why}"
    if begin:
        yield (
            f"It gives {len(begin):,} of {len(here):,} people who work here today a first day in the future, the "
            f"earliest {min(begin.values())}, and they are not let in before. Check the column start_date."
        )
    if leave:
        yield (
            f"It gives {len(leave):,} of {len(here):,} people who work here today a last day within the next "
            f"{SOON.days} days, the earliest {min(leave.values())}, and they are not let in afterwards. Check the "
            "column end_date."
        )


def _start(change: Change, person: Person) -> dt.date | None:
    return _date(change, "start_date", person.start_date)


def _end(change: Change, person: Person) -> dt.date | None:
    return _date(change, "end_date", person.end_date)


def _new_end(change: Change, person: Person) -> dt.date | None:
    """The last day, where the person had none so far or a later one."""
    end = _end(change, person)
    return end if end is not None and (person.end_date is None or end < person.end_date) else None


def _date(change: Change, name: str, before: dt.date | None) -> dt.date | None:
    """The date in a detail as it would be, by the detail's name; `before` is what it is."""
    after = next((field.after for field in change.fields if field.name == name), before)
    return after if isinstance(after, dt.date) else None


def _mistaken(archived: Sequence[Change], nameless: int) -> Iterable[str]:
    """The concern that people who seem to be missing stand in lines that cannot be read."""
    missing = [change for change in archived if change.line is None]
    if nameless and missing:
        named = ", ".join(change.email for change in missing[:_NAMED]) + (
            " and others" if len(missing) > _NAMED else ""
        )
        yield (
            f"Lines that are left out and do not say whose they are: {nameless:,}. People who are archived because the "
            f"file does not mention them: {named}. Check that the lines are not theirs, or mend them first."
        )


def _unmanaged(people: Sequence[Person], tree: Hierarchy, now: dt.date) -> Iterable[str]:
    managed = [person for person in people if person.manager_id is not None and person.has_not_left(now)]
    losing = sum(tree.manager[person.id] is None for person in managed)
    if losing > max(_FEW, MOST_UNMANAGED * len(managed)):
        yield (
            f"{losing:,} of {len(managed):,} people who have a manager would have none, and no manager would see their "
            "numbers. Check that the column manager_email is filled."
        )


def _rising(people: Sequence[Person], tree: Hierarchy, names: Mapping[int, str]) -> Iterable[str]:
    """The concern that somebody would stand above most people, or have most as direct reports, who has not so far."""
    total = len(tree.left)
    if total < _SMALL:
        return
    most, before = MOST_REPORTS * total, MOST_REPORTS * len(people)
    chains = {person.id: person.right - person.left - 1 for person in people}
    reports = Counter(person.manager_id for person in people)
    for number, left in tree.left.items():
        below = tree.right[number] - left - 1
        if below > most and chains.get(number, 0) <= before:
            yield f"{names[number]} would come to stand above {below:,} of {total:,} people, and see their numbers."
    for manager, count in Counter(tree.manager.values()).items():
        if manager is not None and count > most and reports[manager] <= before:
            yield f"{names[manager]} would become the direct manager of {count:,} of {total:,} people."


def _returning(tree: Hierarchy, rehired: Sequence[Change]) -> Iterable[str]:
    """The concern that people who come back regain a team just by coming back."""
    teams = [(change, tree.right[change.id] - tree.left[change.id] - 1) for change in rehired]
    regained = [(change, size) for change, size in teams if size]
    for change, size in regained[:_NAMED]:
        yield (
            f"{change.name} ({change.email}) was archived and comes back with {size:,} people below, whose numbers "
            "they would see again. If that team has another manager by now, say so in the file."
        )
    if len(regained) > _NAMED:
        yield f"{len(regained) - _NAMED:,} more people come back with a team below."
