"""A directory file compared with the directory: what an import of it would change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence

import numpy as np

from core.people.guards import concerns
from core.people.hierarchy import Hierarchy, number
from core.people.lookalikes import imitated_domains, lookalikes
from core.people.plan import DETAILS, Change, FieldChange, ImportPlan, Move
from core.people.recognition import Person, Recognised, recognise
from core.people.roster import Refused, RosterFile, RosterRow

_DAY = dt.timedelta(days=1)


def compare(
    roster: RosterFile,
    people: Sequence[Person],
    today: dt.date,
    *,
    complete: bool,
    first_id: int,
    now: dt.date | None = None,
) -> ImportPlan:
    """What importing the roster on a day would do to the stored people.

    With `complete` the file names everybody, and who is missing has left yesterday; without, they stay as they are. New
    people get the ids from `first_id` on, in the order of the file. `now` is the present day where `today` is an
    earlier one, for what is entered late.
    """
    rows, imitations = _without_imitations(roster.rows, people)
    found = recognise(rows, people, today, roster.columns)
    before = {person.id: person for person in people}
    added, lines = _numbered(found, first_id)
    changed, archived, rehired = _changes(found, roster.columns, today)
    present = _mentioned(roster, imitations, people) | found.mentioned | lines.keys()
    absent = [person for person in people if person.id not in present]
    gone = [_missing(person, today) for person in absent if complete and person.has_not_left(today)]

    managers, orphans = _managers(lines, people)
    tree = number(managers, order=_sort_keys(lines, people))
    names = {p.id: p.name for p in people} | {e: row.name for e, row in lines.items()}
    emails = {p.id: p.email for p in people} | {e: row.email for e, row in lines.items()}
    leaving, moved = (*archived, *gone), _moves(tree, lines, people, emails)
    known = {person.id for _, person in found.rows if person is not None}
    touched = known & {*(change.id for change in (*changed, *archived, *rehired)), *(move.id for move in moved)}
    return ImportPlan(
        added=added,
        first_id=first_id,
        changed=tuple(changed),
        archived=leaving,
        rehired=tuple(rehired),
        moved=moved,
        refused=tuple(sorted((*roster.refused, *imitations, *found.refused), key=lambda refusal: refusal.line)),
        notes=(*_circles(tree, lines, emails), *orphans, *_alike(lines, people)),
        concerns=concerns(
            people,
            tree,
            names,
            changed=changed,
            archived=leaving,
            rehired=rehired,
            nameless=_nameless(roster, people),
            now=now or today,
        ),
        unchanged=len(known) - len(touched),
        absent=len(absent) - len(gone),
        places=_places(tree, before),
    )


def _without_imitations(
    rows: Sequence[RosterRow], people: Sequence[Person]
) -> tuple[Sequence[RosterRow], list[Refused]]:
    """The rows without those whose domain imitates another one by letters of another script."""
    imitated = imitated_domains([*(row.email for row in rows), *(person.email for person in people)])
    if not imitated:
        return rows, []
    known = {person.email for person in people}
    kept, refused = [], []
    for row in rows:
        domain = row.email.rpartition("@")[2]
        if domain in imitated and row.email not in known:
            reason = f"The domain {domain} is written with other letters so that it looks like {imitated[domain]}."
            refused.append(Refused(row.line, row.email, reason))
        else:
            kept.append(row)
    return kept, refused


def _numbered(found: Recognised, first_id: int) -> tuple[tuple[RosterRow, ...], dict[int, RosterRow]]:
    """The rows of new people, who get the ids from `first_id` on; and employee id → row, of everybody with a row."""
    added = tuple(row for row, person in found.rows if person is None)
    ids = {row.email: first_id + place for place, row in enumerate(added)}
    return added, {ids[row.email] if person is None else person.id: row for row, person in found.rows}


def _mentioned(roster: RosterFile, imitations: Sequence[Refused], people: Sequence[Person]) -> set[int]:
    """Ids of the people whose address or number stands in a line that cannot be used."""
    lines = {refusal.line for refusal in imitations}
    imitated = [row for row in roster.rows if row.line in lines]
    addresses = roster.mentioned.union(row.email for row in imitated)
    numbers = roster.numbers.union(row.employee_id for row in imitated if row.employee_id)
    return {person.id for person in people if person.email in addresses or person.employee_id in numbers}


def _nameless(roster: RosterFile, people: Sequence[Person]) -> int:
    """How many lines are left out of which neither an address nor somebody's number says whose they are."""
    numbers = {person.employee_id for person in people}
    return sum(numbers.isdisjoint(line) for line in roster.nameless)


def _changes(
    found: Recognised, columns: Collection[str], today: dt.date
) -> tuple[list[Change], list[Change], list[Change]]:
    """Whose details change, in the order of the file: those who stay or stay away, who leave, and who come back."""
    changed, archived, rehired = list[Change](), list[Change](), list[Change]()
    for row, person in found.rows:
        change = None if person is None else _change(row, person, columns, today)
        if person is not None and change is not None:
            stays, stayed = _stays(change, person, today), person.has_not_left(today)
            (changed if stays == stayed else rehired if stays else archived).append(change)
    return changed, archived, rehired


def _change(row: RosterRow, person: Person, columns: Collection[str], today: dt.date) -> Change | None:
    """What the line says otherwise. A column that the file does not have says nothing; an empty cell does."""
    fields = [
        FieldChange(name, before, after)
        for name in DETAILS
        if name in columns and (before := getattr(person, name)) != (after := getattr(row, name))
    ]
    if "end_date" not in columns and not person.has_not_left(today):  # who stands in such a file works here
        fields.append(FieldChange("end_date", person.end_date, None))
    return Change(person.id, row.line, row.email, row.name, tuple(fields)) if fields else None


def _stays(change: Change, person: Person, today: dt.date) -> bool:
    ends = next((field.after for field in change.fields if field.name == "end_date"), person.end_date)
    return not isinstance(ends, dt.date) or ends >= today


def _missing(person: Person, today: dt.date) -> Change:
    """Somebody who has left yesterday; who had not begun by then is left with that one day, as a file could say it."""
    last = today - _DAY
    fields = [FieldChange("end_date", person.end_date, last)]
    if person.start_date is not None and person.start_date > last:
        fields.insert(0, FieldChange("start_date", person.start_date, last))
    return Change(person.id, None, person.email, person.name, tuple(fields))


def _managers(
    lines: Mapping[int, RosterRow], people: Sequence[Person]
) -> tuple[dict[int, int | None], tuple[Refused, ...]]:
    """Everybody's manager, as the file says, else as it was; and the lines whose manager nobody knows."""
    known = {person.email: person.id for person in people if person.id not in lines}
    known |= {row.email: number for number, row in lines.items()}
    managers = {person.id: person.manager_id for person in people}
    orphans = []
    for employee, row in lines.items():
        managers[employee] = manager = known.get(row.manager_email or "")
        if manager is None and row.manager_email is not None:
            reason = (
                f"Nobody with the address {row.manager_email} is in the directory, so {row.email} is imported without "
                "a manager. Add the manager's own line and import the file again."
            )
            orphans.append(Refused(row.line, row.manager_email, reason, (row.email,)))
    return managers, tuple(sorted(orphans, key=lambda orphan: orphan.line))


def _sort_keys(lines: Mapping[int, RosterRow], people: Sequence[Person]) -> dict[int, str]:
    keys = {p.id: f"{p.name.casefold()}\0{p.email}" for p in people if p.id not in lines}
    return keys | {number: f"{row.name.casefold()}\0{row.email}" for number, row in lines.items()}


def _moves(
    tree: Hierarchy, lines: Mapping[int, RosterRow], people: Sequence[Person], emails: Mapping[int, str]
) -> tuple[Move, ...]:
    found = []
    for person in people:
        after = tree.manager[person.id]
        if after != person.manager_id:
            row = lines.get(person.id)
            old, new = (None if m is None else emails[m] for m in (person.manager_id, after))
            name, line = (row.name, row.line) if row else (person.name, None)
            found.append(Move(person.id, line, emails[person.id], name, person.manager_id, after, old, new))
    return tuple(sorted(found, key=lambda move: (move.line or 0, move.id)))


def _circles(tree: Hierarchy, lines: Mapping[int, RosterRow], emails: Mapping[int, str]) -> list[Refused]:
    notes = []
    for cycle in tree.cycles:
        circle = " → ".join(emails[member] for member in (*cycle, cycle[0]))
        reason = f"The reporting lines go round in a circle ({circle}), so none of them is used until that is mended."
        line = min((lines[member].line for member in cycle if member in lines), default=0)
        notes.append(Refused(line, emails[cycle[0]], reason, tuple(emails[member] for member in cycle)))
    return notes


def _alike(lines: Mapping[int, RosterRow], people: Sequence[Person]) -> list[Refused]:
    """New addresses that a reader would take for somebody else's."""
    known = {person.email for person in people}
    written = {row.email: row.line for row in lines.values()}
    notes = []
    for group in lookalikes(known | written.keys()):
        fresh = [address for address in group if address in written and address not in known]
        if fresh:
            others = ", ".join(address for address in group if address != fresh[0])
            reason = f"It looks like {others}. Both are imported; check that they are two people."
            notes.append(Refused(written[fresh[0]], fresh[0], reason))
    return notes


def _places(tree: Hierarchy, before: Mapping[int, Person]) -> np.ndarray:
    rows = []
    for employee, left in tree.left.items():
        right, depth, manager = tree.right[employee], tree.depth[employee], tree.manager[employee]
        p = before.get(employee)
        if p is None or (p.left, p.right, p.depth, p.manager_id) != (left, right, depth, manager):
            rows.append((employee, left, right, depth, -1 if manager is None else manager))
    return np.array(rows, dtype=np.int64).reshape(len(rows), 5)
