"""What makes an import suspicious: it is held until an admin has confirmed it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from core.people.hierarchy import Hierarchy
from core.people.plan import Change, Plan
from core.people.recognition import Person

MOST_LEAVERS = 0.2
"""Share of the people employed that an import may archive without an admin's word."""

MOST_REPORTS = 0.5
"""Share of the directory that may come to stand below one person, or report to one, without an admin's word."""

MOST_UNMANAGED = 0.2
"""Share of the people with a manager who may come to have none without an admin's word."""

_FEW = 2
"""So many may come to have none in any directory, however small."""

_SMALL = 10
"""In a directory of fewer people somebody is above most of them anyway."""

_NAMED = 5


def concerns(
    people: Sequence[Person],
    tree: Hierarchy,
    names: Mapping[int, str],
    *,
    archived: Sequence[Change],
    rehired: Sequence[Change],
    nameless: int,
    today: dt.date,
) -> tuple[str, ...]:
    """Why an admin has to look at the import first, as sentences; nothing is suspicious in an empty directory.

    `nameless` lines are left out of which nobody can say whose they are.
    """
    if not people:
        return ()
    return (
        *_shrinking(people, archived, today),
        *_mistaken(archived, nameless),
        *_unmanaged(people, tree, today),
        *_rising(people, tree, names),
        *_returning(tree, rehired),
    )


def about_admins(plan: Plan, addresses: Collection[str], holders: Collection[int]) -> tuple[str, ...]:
    """Where the import touches what somebody is an admin by, as sentences; nothing is suspicious in an empty directory.

    That is an address of the settings (`addresses`) which it gives or takes, and the address of somebody who has a role
    (`holders`, by employee id), for whoever signs in with it first is that person.
    """
    if plan.first_id == 1:
        return ()
    return tuple(_about_admins(plan, addresses, holders))


def _about_admins(plan: Plan, addresses: Collection[str], holders: Collection[int]) -> Iterable[str]:
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


def _shrinking(people: Sequence[Person], archived: Sequence[Change], today: dt.date) -> Iterable[str]:
    employed = sum(person.employed(today) for person in people)
    if len(archived) > MOST_LEAVERS * employed:
        missing = sum(change.line is None for change in archived)
        yield (
            f"It archives {len(archived):,} of {employed:,} people, {missing:,} of them because the file does not "
            "mention them. If the file holds only some of the people, say so: untick the box, or add --part."
        )


def _mistaken(archived: Sequence[Change], nameless: int) -> Iterable[str]:
    """Who seems to be missing may stand in a line that cannot be read."""
    missing = [change for change in archived if change.line is None]
    if nameless and missing:
        named = ", ".join(change.email for change in missing[:_NAMED]) + (
            " and others" if len(missing) > _NAMED else ""
        )
        yield (
            f"Lines that are left out and do not say whose they are: {nameless:,}. People who are archived because the "
            f"file does not mention them: {named}. Check that the lines are not theirs, or mend them first."
        )


def _unmanaged(people: Sequence[Person], tree: Hierarchy, today: dt.date) -> Iterable[str]:
    managed = [person for person in people if person.manager_id is not None and person.employed(today)]
    losing = sum(tree.manager[person.id] is None for person in managed)
    if losing > max(_FEW, MOST_UNMANAGED * len(managed)):
        yield (
            f"{losing:,} of {len(managed):,} people who have a manager would have none, and no manager would see their "
            "numbers. Check that the column manager_email is filled."
        )


def _rising(people: Sequence[Person], tree: Hierarchy, names: Mapping[int, str]) -> Iterable[str]:
    """Whoever would stand above most of the people, or have most of them as direct reports, and has not so far."""
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
    """Who comes back does not regain a team by coming back."""
    teams = [(change, tree.right[change.id] - tree.left[change.id] - 1) for change in rehired]
    regained = [(change, size) for change, size in teams if size]
    for change, size in regained[:_NAMED]:
        yield (
            f"{change.name} ({change.email}) was archived and comes back with {size:,} people below, whose numbers "
            "they would see again. If that team has another manager by now, say so in the file."
        )
    if len(regained) > _NAMED:
        yield f"{len(regained) - _NAMED:,} more people come back with a team below."
