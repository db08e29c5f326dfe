"""What an entry of the access log says: who did what, when, where, concerning whom. Never a usage figure.

kind      look, export, refusal or act (what admins, operators and the daemon change)
act       a word, or several joined by points: `look`, `key.stored`, `directory.imported`
actor     e-mail address at that time, or `command line`, `daemon`, `unknown`; with the employee id where there is one
subject   a person, a team (by its manager), everyone, several people, or none
people    ids of the employees whose own figures were given, as ranges such as 3-5,9; empty for sums over a team
place     the page or export
details   JSON: what more there is to say, without figures of usage
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

COMMAND_LINE = "command line"
"""The actor who runs a command on the server."""

DAEMON = "daemon"
"""The actor that nobody started by hand."""

UNKNOWN = "unknown"
"""The actor whose identity was not proven."""

_ACT = re.compile(r"[a-z][a-z-]*(\.[a-z][a-z-]*)*")
_LIMIT = 200


class Kind(StrEnum):
    """What sort of thing an entry tells of."""

    LOOK = "look"
    EXPORT = "export"
    REFUSAL = "refusal"
    ACT = "act"


@dataclass(frozen=True)
class Subject:
    """Whom an entry concerns: `person` or `team` with an employee id, `everyone`, `people` (several) or `none`."""

    kind: str
    id: int | None = None


NOBODY = Subject("none")
EVERYONE = Subject("everyone")
SEVERAL = Subject("people")


def person(employee_id: int) -> Subject:
    """One employee."""
    return Subject("person", employee_id)


def team(manager_id: int) -> Subject:
    """The chain below one employee; the whole organisation for the id 0."""
    return Subject("team", manager_id) if manager_id else EVERYONE


@dataclass(frozen=True)
class Actor:
    """Who acts; `employee_id` is None for who is not in the directory."""

    name: str
    employee_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What is to be written down."""

    at: dt.datetime
    kind: Kind
    act: str
    actor: Actor
    subject: Subject = NOBODY
    people: str = ""
    place: str = ""
    details: str = "{}"


def entry(
    kind: Kind,
    act: str,
    actor: Actor,
    subject: Subject = NOBODY,
    *,
    people: Iterable[int] = (),
    place: str = "",
    details: Mapping[str, object] | None = None,
) -> Entry:
    """An entry of this moment. The people of a `person` subject are that person."""
    if not _ACT.fullmatch(act):
        message = f"An act is a word or several joined by points, not {act!r}."
        raise ValueError(message)
    if subject.kind == "person" and subject.id is not None:
        people = (subject.id,)
    return Entry(
        at=dt.datetime.now(dt.UTC),
        kind=kind,
        act=act,
        actor=Actor(bounded(actor.name), actor.employee_id),
        subject=subject,
        people=ranges(people),
        place=bounded(place),
        details=as_json(details or {}),
    )


def bounded(text: str) -> str:
    """The text with what cannot be printed (line breaks, escapes) replaced, cut to a length that a table can show."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in text[:_LIMIT])


def asked(requested: object) -> str:
    """What somebody asked for, as it was given; a number that no employee can have is not spelt out."""
    if isinstance(requested, int) and abs(requested) >= 2**63:
        return "a number of more than 18 digits"
    return bounded(str(requested))


def as_json(details: Mapping[str, object]) -> str:
    """One line of ASCII; whatever JSON does not know is written as its text."""
    return json.dumps(details, sort_keys=True, default=str, separators=(",", ":"))


def ranges(ids: Iterable[int]) -> str:
    """Employee ids as ranges, ascending: 3-5,9."""
    known = np.unique(np.fromiter(ids, dtype=np.int64))
    if not len(known):
        return ""
    ends = np.flatnonzero(np.diff(known) != 1)
    first, last = known[np.concatenate(([0], ends + 1))], known[np.concatenate((ends, [len(known) - 1]))]
    pairs = zip(first.tolist(), last.tolist(), strict=True)
    return ",".join(str(low) if low == high else f"{low}-{high}" for low, high in pairs)


def how_many(text: str) -> int:
    """How many people the ranges hold."""
    bounds = (part.partition("-") for part in filter(None, text.split(",")))
    return sum(int(high or low) - int(low) + 1 for low, _, high in bounds)


def how_many_others(text: str, reader: int | None) -> int:
    """How many people besides a reader the ranges hold."""
    return how_many(text) - (reader in ids_of(text))


def ids_of(text: str) -> list[int]:
    """The employee ids that `ranges` wrote."""
    found: list[int] = []
    for part in filter(None, text.split(",")):
        low, _, high = part.partition("-")
        found.extend(range(int(low), int(high or low) + 1))
    return found
