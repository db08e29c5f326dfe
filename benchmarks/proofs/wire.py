"""Every page as every kind of reader gets it, over the real socket: the bytes are searched for what is not theirs.

A reader opens each page cold by its address, then lets each fragment of it run by itself, changes and clicks what
stands on it, and takes away every file. Each person of the company has a name, an address and a number that nobody
else has; `tests.support.canaries` says which of them a reader must not get.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx

from benchmarks.figures import Figure, Figures, no
from core import audit
from core import settings as configuration
from core.admin import roles
from core.admin.access import operator
from core.catalogue import MEASURE, product_label
from core.reports.periods import DAY
from core.ui.frame.navigation import PAGES
from core.viewers import Role
from tests.support import canaries
from tests.support import company as companies
from tests.support.company import CANARY_MEASURE, name_of
from tests.support.personas import ALICE, BOB, CHARLIE, CLEO, CREW, DORA, ERIN, FRANK, GRETA, HUGO, IVY, MANAGER, OSCAR
from tests.support.served import Site, site_in
from tests.support.sockets import USER, Answer, Socket, rerun

HELD: dict[str, tuple[Role, ...]] = {HUGO: (Role.PEOPLE,), CLEO: (Role.CONNECTION,)}
"""Roles that are given for this proof, besides the admins of the settings."""

READERS: dict[str, str] = {
    "chief executive": GRETA,
    "manager of managers": FRANK,
    "manager": ALICE,
    "another manager": CHARLIE,
    "manager with one report": BOB,
    "employee": IVY,
    "employee elsewhere": CREW[0],
    "admin": DORA,
    "admin outside the directory": OSCAR,
    "people admin": HUGO,
    "connection admin": CLEO,
    "archived": ERIN,
    "stranger": "stranger@example.com",
    "signed out": "",
}
RANGES = ("7d", "28d", "90d", "last_quarter", "custom")
"""The day with the numbers lies 25 days back: in some ranges, as the custom one, and in none of the last week."""

SHOWN = "views that show the range of their address"

TAB = product_label(MEASURE[CANARY_MEASURE].product)
"""The tab under which the numbers stand."""

_LEAVES = ("Sign out", "End all my sessions")
_SEARCHES = ("Example", "@")
CASES = [(kind, page.url_path, preset) for kind in READERS for page in PAGES for preset in RANGES]


class Reader:
    """One kind of reader at the site; counts what is asked and what the answers tell."""

    def __init__(self, site: Site, kind: str) -> None:
        self._site, self.email = site, READERS[kind]
        known = self.email in MANAGER and self.email != ERIN
        admin = kind.startswith("admin")
        viewer = self.email if known or admin else None
        self._secrets = canaries.secrets_from(viewer, HELD.get(self.email, ()))
        self.asked: Counter[str] = Counter()
        self.told: list[str] = []
        self.shown = 0

    def read(self, page: str, preset: str, *, closely: bool) -> None:
        """Open a page; look closely, and also run its fragments, change its widgets and take its files."""
        asked = {"range": preset, "person": str(self._subject())}
        if preset == "custom":
            asked |= {"from": str(self._site.company.today - DAY * 30), "to": str(self._site.company.today - DAY * 20)}
        query = urlencode(asked)
        with self._site.socket(self.email) as socket:
            view = self._run(socket, "view", query, page)
            self.shown += view.took(asked)
            if not closely:
                return
            for fragment in sorted(_fragments(view)):
                self._run(socket, "fragment", query, page, fragment=fragment)
            for widget, value in _changes(view):
                changed = self._run(socket, "change", query, page, **{widget: value})
                self._take(socket, changed)
            self._take(socket, view)

    def _subject(self) -> int:
        """Whose page they ask for: somebody whom they may not see, where there is anybody."""
        ids = self._site.company.ids
        return next((ids[email] for email in MANAGER if not self._sees(email)), ids[IVY])

    def _sees(self, email: str) -> bool:
        return f"the number of {email}" not in self._secrets.values()

    def _run(self, socket: Socket, kind: str, query: str, page: str, fragment: str = "", **widgets: Any) -> Answer:
        answer = socket.run(rerun(query, page=page, fragment=fragment, **widgets))
        self._judge(kind, page, answer.raw)
        return answer

    def _take(self, socket: Socket, answer: Answer) -> None:
        for button in answer.elements("download_button"):
            url = socket.file(button.deferred_file_id) if button.deferred_file_id else button.url
            if url.startswith("error"):
                self._judge("file", button.label, url.encode())
                continue
            content = httpx.get(self._site.url + url, headers={"cookie": f"{USER}={self._site.cookie(self.email)}"})
            self._judge("file", button.label, canaries.unfolded(content.content))

    def _judge(self, kind: str, what: str, raw: bytes) -> None:
        self.asked[kind] += 1
        self.told += [
            f"{self.email or 'signed out'}, {kind} of {what}: {leak}" for leak in canaries.leaks(raw, self._secrets)
        ]


def _fragments(answer: Answer) -> set[str]:
    """The fragments of a page, which the browser may run by themselves."""
    found = {message.delta.fragment_id for message in answer.messages if message.HasField("delta")}
    found |= {message.auto_rerun.fragment_id for message in answer.messages if message.HasField("auto_rerun")}
    return found - {""}


def tabs(answer: Answer) -> list[str]:
    """The ids of rows of tabs."""
    blocks = [message.delta.add_block for message in answer.messages if message.HasField("delta")]
    return [block.tab_container.id for block in blocks if block.tab_container.id]


def _changes(answer: Answer) -> Iterator[tuple[str, Any]]:
    """Each thing on the page that can be changed or clicked, with other values for it."""
    yield from ((row, TAB) for row in tabs(answer))
    for box in answer.elements("selectbox"):
        yield from ((box.id, option) for option in (*box.options[:2], name_of(GRETA)))
    for field in answer.elements("text_input"):
        yield from ((field.id, words) for words in _SEARCHES)
    for button in answer.elements("button"):
        if button.label not in _LEAVES:
            yield button.id, True


def measure(closely: float = 0.25, seed: int = 7) -> Figures:
    """Answers and files that were searched, and what they told that is not the reader's."""
    with tempfile.TemporaryDirectory() as folder, site_in(Path(folder)) as site:
        return at(site, CASES, closely, seed)


def at(site: Site, cases: Sequence[tuple[str, str, str]], closely: float, seed: int = 7) -> Figures:
    """The same for some of the cases, at a site that is there; a share of the pages is looked at closely."""
    dice, began = random.Random(seed), time.perf_counter()
    give_roles(site)
    readers = {kind: Reader(site, kind) for kind in READERS}
    for kind, page, preset in cases:
        readers[kind].read(page, preset, closely=dice.random() < closely)
    asked = sum((reader.asked for reader in readers.values()), Counter())
    told = [leak for reader in readers.values() for leak in reader.told]
    for leak in told:
        print(f"  TOLD  {leak}", flush=True)
    return Figures(
        Figure("readers × pages × ranges", len(cases)),
        *(Figure(f"searched: {kind}", count) for kind, count in sorted(asked.items())),
        Figure(SHOWN, sum(reader.shown for reader in readers.values()), least=1),
        no("told that is not the reader's", len(told)),
        Figure("taken", (time.perf_counter() - began) / 60, unit="min"),
    )


def give_roles(site: Site) -> None:
    """The narrower roles of `HELD`."""
    audit.open_log(configuration.load(companies.environment_of(site.company.database.url, site.company.folder)))
    for email, held in HELD.items():
        for role in held:
            roles.grant(operator(), site.company.database, email, role)
