"""Random changes of who reports to whom, who is here, who is admin and whose account is whose, under open connections.

After each change one of the connections sends what a browser would send next: a page that is looked at. From time to
time all of them send nothing for as long as an open page may stay as it was, after which the server has to have drawn
anew what is out of date. The very bytes are compared with what the oracle says of the organisation as it is now: a name
or number too many is stale, a name too few a wrong refusal. A page that was not drawn anew is judged by what was drawn
before, for that is what still stands there.
"""

from __future__ import annotations

import itertools
import random
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.figures import Figure, Figures, no
from benchmarks.proofs import wire
from benchmarks.proofs.changing import World
from core.reports.periods import PRESETS
from core.store.tables.usage import EVERYONE
from core.ui import watch
from core.ui.session import open_pages
from tests.support import canaries
from tests.support.company import canary, name_of
from tests.support.personas import ALICE, GRETA, MANAGER, OSCAR
from tests.support.served import Site, site_in
from tests.support.sockets import Answer, Socket, rerun

CONNECTIONS = [*MANAGER, OSCAR, ALICE, GRETA]
"""Who sits at each of the twenty connections; two people have two."""

PAGES = ("people", "people", "person", "adoption", "teams", "my-usage")

RANGES = ("28d", "90d")
"""Of a reader's looks in turn, by which the answer to one is told from a page that was drawn before it."""

OF_TEAMS = ("people", "adoption", "teams")
"""Those that have a team in their address."""

OF_PERSONS = ("people", "person")
"""Those that show numbers of single persons only."""

IDLE = open_pages.QUIET + 2 * watch.SECONDS + 10
"""Seconds after a change within which pages that nobody touches follow; well within the minute that they have."""

WAITS = 20
"""Times that all of them wait, over all changes."""


class Reader:
    """Somebody at an open connection, and what stands on their screen."""

    def __init__(self, world: World, email: str, dice: random.Random, socket: Socket) -> None:
        self._world, self.email, self._dice, self._socket = world, email, dice, socket
        self._tabs: dict[str, str] = {}
        self._asked = ("people", "")
        self._ranges = itertools.cycle(RANGES)
        self._team = EVERYONE
        self._shown = b""
        self.shown = 0
        self.look("people")

    def look(self, page: str) -> list[str]:
        """Open a page; what is wrong with the answer."""
        person = self._world.site.company.ids[self._dice.choice(list(MANAGER))] if page == "person" else 0
        self._team = self._world.team(self.email)
        about = {"person": str(person)} if person else {"team": str(self._team)} if page in OF_TEAMS else {}
        asked = {"range": next(self._ranges)} | about
        self._asked = (page, urlencode(asked))
        self._socket.came()
        answer = self._socket.run(rerun(self._asked[1], page=page, **self._tabs))
        while not _answers(answer, page, asked["range"]):  # the server was just drawing anew what stood there before
            answer = self._socket.until_finished()
        self.shown += answer.took(asked)
        self._show(answer)
        return self._judged()

    def notice(self) -> list[str]:
        """Take in what came without being asked for; what is wrong with what then stands there."""
        for answer in self._socket.came():
            self._show(answer)
        return self._judged()

    def _show(self, answer: Answer) -> None:
        self._shown = answer.raw
        self._tabs |= dict.fromkeys(wire.tabs(answer), wire.TAB)

    def _judged(self) -> list[str]:
        return [f"{self.email} on {self._asked[0]}: {what}" for what in (*self._stale(), *self._missing())]

    def _stale(self) -> set[str]:
        """Names and numbers on the screen that are none of the reader's now."""
        world, secrets = self._world, dict[bytes, str]()
        seen = {email for email in world.managers if world.sees(self.email, email)}
        for email in set(world.managers) - seen:
            secrets[email.encode()] = f"the address of {email}"
            if self.email in world.archived or (email, self.email) not in world.may_have_looked:
                secrets[name_of(email).encode()] = f"the name of {email}"
        theirs = {account for account, owner in world.owner.items() if owner in seen}
        for accounts in world.owned - {world.accounts(email) for email in seen}:
            if self._asked[0] in OF_PERSONS or not accounts <= theirs:  # else it may be the sum of a team of theirs
                number = sum(canary(account) for account in accounts)
                secrets |= dict.fromkeys(canaries.forms(number), f"the number of {', '.join(sorted(accounts))}")
        return canaries.leaks(self._shown, secrets)

    def _missing(self) -> set[str]:
        """People of the reader's who work here, so ought to stand on the page, and do not.

        A page that is drawn anew for somebody who became an admin still has their own team in its address.
        """
        here = set(self._world.managers) - self._world.archived
        seen = {email for email in here if self._world.sees(self.email, email)}
        if self._asked[0] != "people" or len(seen) < 2:
            return set()
        chain = set() if self._team == EVERYONE else self._world.chain(self.email)
        shown = seen & chain if len(chain) > 1 else seen
        return {f"without {email}" for email in shown if name_of(email).encode() not in self._shown}


def _answers(answer: Answer, page: str, asked: str) -> bool:
    """Whether it is the answer to the question for a page and a range; a page that offers no range has any."""
    shown = [each.raw_value for each in answer.elements("selectbox") if each.label == "Range"]
    return answer.is_of(page) and shown in ([], [PRESETS[asked]])


def measure(number: int = 10_000, seed: int = 12) -> Figures:
    """Changes made, answers compared, and how many of these were stale or refused too much."""
    with tempfile.TemporaryDirectory() as folder, site_in(Path(folder)) as site:
        return at(site, number, seed)


def at(site: Site, number: int, seed: int, connections: Sequence[str] = CONNECTIONS, waits: int = WAITS) -> Figures:
    """The same at a site that is there, which is another one afterwards."""
    dice, began = random.Random(seed), time.perf_counter()
    world, kinds, wrong = World(site, dice), Counter[str](), list[str]()
    with ExitStack() as open_:
        readers = [Reader(world, email, dice, open_.enter_context(site.socket(email))) for email in connections]
        due = {number * (wait + 1) // waits for wait in range(waits)}
        for made in range(1, number + 1):
            kinds[world.change()] += 1
            wrong += dice.choice(readers).look(dice.choice(PAGES))
            if made in due:
                end = time.monotonic() + IDLE
                while time.monotonic() < end:  # what comes is taken in, or the connections would be given up
                    found = [line for reader in readers for line in reader.notice()]
                wrong += found
    for line in wrong:
        print(f"  WRONG  {line}", flush=True)
    return Figures(
        *(Figure(f"changes: {kind.replace('_', ' ')}", count) for kind, count in sorted(kinds.items())),
        Figure("answers compared", number),
        Figure("idle pages compared", len(due) * len(readers)),
        Figure(wire.SHOWN, sum(reader.shown for reader in readers), least=1),
        no("stale or wrongly refused", len(wrong)),
        Figure("taken", (time.perf_counter() - began) / 60, unit="min"),
    )
