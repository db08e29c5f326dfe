"""Pages as somebody opens them, what their address says, and what they must not tell."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from streamlit.testing.v1 import AppTest

from core.catalogue import MEASURE
from tests.support import databases
from tests.support.canaries import words_kept_from
from tests.support.company import CANARY_MEASURE, Company, build, claims_of
from tests.support.screen import ENTRY, ROOT, everything, words_in


def company_on(kind: str, folder: Path) -> Iterator[Company]:
    """The company in a new database of one of `databases.KINDS`, which is gone at the end."""
    made = build(databases.fresh_database(kind, folder), folder)
    yield made
    made.database.dispose()
    databases.drop_database(made.database.url)


def open_cold(email: str | None, path: str | None = None, **query: str) -> AppTest:
    at = AppTest.from_file(str(ENTRY), default_timeout=30)
    at.user = claims_of(email) if email else {"is_logged_in": False}
    if path and "_" in path.rpartition("/")[2]:
        at.run()  # before the first run, AppTest knows a script by its file's name only, which is not its address
    at.query_params.update(query)
    if path:
        with suppress(ValueError):  # a page that is not theirs
            at.switch_page(str(ROOT / path))
    return at.run()


def asked(at, name: str) -> str:
    """What the address says under a name; "" where it says nothing."""
    said = at.query_params.get(name, "")
    return said[0] if isinstance(said, list) else said


NUMBERS = {"area": MEASURE[CANARY_MEASURE].product}
"""In an address: begin with the tab under which everybody's own number stands; no other tab is drawn."""


def leaks(at: AppTest, viewer: str | None, *, names_above: bool = False) -> set[str]:
    """What is not the viewer's in what the page sends as it stands, with one tab open."""
    return words_in(everything(at), words_kept_from(viewer, names_above=names_above))
