"""Every page at 100,000 people and a year, as its readers open it: what it asks the database, and whose time it takes.

A run of a page is a run of the entry script, by Streamlit's own test runner. Its processor time is parted in three:
Streamlit's, around the script and inside its calls (which is what the same widgets cost with constant data); the
database driver's (found by asking the same statements once more); and the rest, which is our own code. Each page runs
as at a first look, with nothing kept in the session, and again as after a click that changes nothing of it. What the
database is asked is that of a first look. Each figure is the least of several runs, as others may share the machine.
Somebody's first look at a page adds an entry to the access log; that is not in it.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from unittest import mock

from streamlit.testing.v1 import AppTest

from benchmarks import large
from benchmarks.figures import Figure, Figures, Report, worst
from benchmarks.page_watch import Watch
from core.reports.people.people import Order
from core.reports.periods import DAY, PRESETS
from core.store import process_cache
from core.store.engine.database import Database
from core.store.usage.bitmaps import KEPT
from core.ui.session import resources, session_cache
from tests.support.address_check import taken
from tests.support.company import ISSUER, claims_of
from tests.support.screen import ENTRY, ROOT

REPEATS = 3
DATABASE, SEARCH = 10, 50
"""Milliseconds that a page may spend in the database at a first look, and one that searches through people."""

OWN_CODE = 0.5
"""How much processor time our own code may take, as a part of Streamlit's for the same widgets."""

SENT = 300
"""Kilobytes of messages that a page may send to the browser."""

ADMIN = "admin@example.com"

Query = dict[str, str]


@dataclass(frozen=True)
class Reader:
    """Somebody who looks, and at what: their team, a person of it, and teams of it to set side by side."""

    name: str
    email: str
    team: int
    person: int
    compared: tuple[int, ...]


@dataclass(frozen=True)
class Visit:
    """A page as it is opened: its script, the address's query, and what was typed or opened (by key).

    `within` is how many milliseconds it may spend in the database.
    """

    name: str
    path: str
    query: Query
    typed: dict[str, str | bool] = field(default_factory=dict)
    within: float = DATABASE


@dataclass
class Cost:
    """Of a page: milliseconds, and kilobytes of messages to the browser.

    `sql` and `first` (our own code) are those of a first look, the others those of a run after it.
    """

    sql: float = 1e9
    first: float = 1e9
    own: float = 1e9
    streamlit: float = 1e9
    kilobytes: float = 0.0


def environment(url: str, folder: Path) -> dict[str, str]:
    """The settings of a process that serves the large company."""
    return {
        "UPTAKE_DATABASE_URL": url,
        "UPTAKE_DATA_DIR": str(folder),
        "UPTAKE_SECRET_KEY": "c41f9b07d2e85a36b19c70f4e6d2385a",
        "UPTAKE_ADMINS": ADMIN,
        "UPTAKE_CLAUDE_BASE_URL": "http://127.0.0.1:9",
        "UPTAKE_OIDC_METADATA_URL": "http://127.0.0.1:9/.well-known/openid-configuration",
        "UPTAKE_OIDC_ISSUER": ISSUER,
        "UPTAKE_OIDC_CLIENT_ID": "uptake",
        "UPTAKE_OIDC_CLIENT_SECRET": "invented",
    }


def readers(database: Database) -> list[Reader]:
    """An admin who sees everybody, and the readers of the company."""
    company = process_cache.directory(database, "benchmark")
    result = [Reader("everybody", ADMIN, 0, int(company.ids[1]), tuple(large.compared(company, 0)))]
    for name, at in large.readers(company).items():
        person = int(company.ids[min(at + 1, company.right[at] - 1)])
        compared = tuple(large.compared(company, at))
        result.append(Reader(name, company.emails[at], int(company.ids[at]), person, compared))
    return result


def visits(reader: Reader, preset: str, days: int) -> Iterator[Visit]:
    """The pages that somebody has, for a range; the custom one is as long as the data."""
    query = {"range": preset}
    if preset == "custom":
        query |= {"from": str(large.LAST - DAY * (days - 1)), "to": str(large.LAST)}
    if reader.email != ADMIN:
        yield Visit("My usage", "pages/you/my_usage.py", query)
        yield Visit("1:1 brief", "pages/reviews/brief.py", query)
    if reader.person == reader.team:
        return
    team = {**query, "team": str(reader.team)}
    yield Visit("Adoption", "pages/team/adoption.py", team)
    yield Visit("Teams", "pages/team/teams.py", team)
    if len(reader.compared) > 1:
        compared = {**team, "compare": "-".join(map(str, reader.compared))}
        yield Visit("Teams, four compared", "pages/team/teams.py", compared)
    if reader.email == ADMIN:
        yield Visit("How this adds up", "pages/team/teams.py", team, {"reconciliation": True})
    yield Visit("People", "pages/team/people.py", team)
    yield Visit("People by last use", "pages/team/people.py", {**team, "sort": Order.LAST.value})
    for word in ("person 0000", "e", "engineer 7 department"):
        yield Visit("People, searched", "pages/team/people.py", team, {"search": word}, SEARCH)
    yield Visit("Person", "pages/team/person.py", {**query, "person": str(reader.person)})
    yield Visit("Organisation", "pages/team/organisation.py", query)


def cost(watch: Watch, reader: Reader, visit: Visit, *, cold: bool = False, repeats: int = REPEATS) -> Cost:
    """The least of several runs of a page that was opened before; `cold`: the process has nobody's activity yet."""
    at = AppTest.from_file(str(ENTRY), default_timeout=600)
    at.user = claims_of(reader.email)
    at.run()
    at.query_params.update(visit.query)
    at.switch_page(str(ROOT / visit.path))
    for key, value in visit.typed.items():
        at.session_state[key] = value
    result = Cost()
    for attempt in range(repeats + 1):
        if session_cache.KEY in at.session_state:
            del at.session_state[session_cache.KEY]
        if cold:
            KEPT.forget_all()
        wall, first = _run(watch, at)
        assert not at.exception, (reader, visit, at.exception)
        _check_taken(at, reader, visit)
        _, own = _run(watch, at)
        if attempt == 0:
            continue
        result.sql, result.first = min(result.sql, wall * 1_000), min(result.first, first * 1_000)
        result.streamlit = min(result.streamlit, (watch.whole - watch.script + watch.inside) * 1_000)
        result.own = min(result.own, own * 1_000)
        result.kilobytes = watch.bytes / 1_000
    return result


def _run(watch: Watch, at: AppTest) -> tuple[float, float]:
    """Seconds in the database, and processor seconds of our own code, of one run."""
    watch.reset()
    at.run()
    wall, busy = watch.replay()
    return wall, watch.script - watch.inside - busy


def _check_taken(at: AppTest, reader: Reader, visit: Visit) -> None:
    """The page shows the range, and compares the teams, of its address: others might be cheaper."""
    assert taken(visit.query, _protos(at.selectbox), _protos(at.date_input)), (reader, visit)
    if asked := visit.query.get("compare"):
        [chosen] = [each.value for each in at.multiselect if each.label == "Teams to compare"]
        assert asked == "-".join(map(str, chosen)), (reader, visit)


def _protos(widgets: Iterable[Any]) -> list[Any]:
    return [widget.proto for widget in widgets]


def measure(
    kind: str, people: int = large.PEOPLE, days: int = large.DAYS, presets: Sequence[str] = tuple(PRESETS)
) -> Iterator[Report]:
    """Every page of every reader for every preset: the worst by page, by reader, and of all."""
    url = large.kept(kind, people, days)
    with tempfile.TemporaryDirectory() as folder, mock.patch.dict(os.environ, environment(url, Path(folder))):
        database = resources.database()
        watch = Watch(database)
        with watch.installed():
            looking = readers(database)
            looks = [
                (visit.name, reader.name, preset, _figures(cost(watch, reader, visit), visit.within))
                for reader in looking
                for preset in presets
                for visit in visits(reader, preset, days)
            ]
            [teams] = [visit for visit in visits(looking[0], "90d", days) if visit.name == "Teams"]
            first = cost(watch, looking[0], teams, cold=True)
        resources.close()
    title = f"Pages, {people:,} people × {days} days on {kind}"
    yield f"{title}, by page: the worst of all readers and presets", _table(looks, 0)
    yield f"{title}, by reader: the worst of all pages and presets", _table(looks, 1)
    yield f"{title}: the worst of all", _worst_of_all(looks)
    yield (
        f"{title}: Teams as the first page of a process",
        Figures(Figure("database", first.sql, unit="ms"), Figure("own code", first.first, unit="ms")),
    )


_Look = tuple[str, str, str, list[Figure]]
"""Page, reader, preset, and what was found."""


def _figures(found: Cost, within: float) -> list[Figure]:
    return [
        Figure("database", found.sql, most=within, unit="ms"),
        Figure("own code, first look", found.first, unit="ms"),
        Figure("÷ Streamlit's, first look", found.first / found.streamlit, most=OWN_CODE),
        Figure("÷ Streamlit's, after a click", found.own / found.streamlit, most=OWN_CODE),
        Figure("sent", found.kilobytes, most=SENT, unit="kB"),
    ]


def _table(looks: Sequence[_Look], by: int) -> Figures:
    """A row for each page or reader, whichever stands at that place of a look."""
    rows = dict.fromkeys(str(look[by]) for look in looks)
    return Figures(
        *(
            replace(worst(column), row=row)
            for row in rows
            for column in zip(*(look[3] for look in looks if look[by] == row), strict=True)
        )
    )


def _worst_of_all(looks: Sequence[_Look]) -> Figures:
    """One figure of each kind, with the page, reader and preset at which it was found."""
    found = [[replace(each, where=", ".join(look[:3])) for each in look[3]] for look in looks]
    return Figures(*(worst(column) for column in zip(*found, strict=True)))
