"""Random changes of who reports to whom, who is here, who is admin and whose account is whose, under open connections.

After each change one of the connections sends what a browser would send next: a page that is looked at. From time to
time all of them send nothing for as long as an open page may stay as it was, after which the server has to have drawn
anew what is out of date. The very bytes are compared with what the oracle says of the organisation as it is now: a name
or number too many is stale, a name too few a wrong refusal. A page that was not drawn anew is judged by what was drawn
before, for that is what still stands there.
"""

from __future__ import annotations

import datetime as dt
import itertools
import random
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlencode

from sqlalchemy import text

from benchmarks.proofs import wire
from core import audit
from core import settings as configuration
from core.admin import matching, roles
from core.admin.access import operator
from core.errors import RoleRefused
from core.people.roster import read_csv
from core.reports.periods import PRESETS
from core.store.directory import directory
from core.store.tables.usage import EVERYONE
from core.ui.session import open_pages, watch
from core.viewers import Role
from tests.support import canaries
from tests.support import company as companies
from tests.support.company import canary, name_of
from tests.support.oracle import may_see
from tests.support.personas import ADMINS, ALICE, ERIN, GRETA, MANAGER, OSCAR
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


class World:
    """The organisation as the changes leave it: what the database was told, kept as plain mappings."""

    def __init__(self, site: Site, dice: random.Random) -> None:
        self.site, self._dice = site, dice
        self.managers: dict[str, str | None] = dict(MANAGER)
        self.archived: set[str] = {ERIN}
        self.given: set[str] = set()
        environment = companies.environment_of(site.company.database.url, site.company.folder)
        self._settings = configuration.load(environment)
        audit.open_log(self._settings)
        with site.company.database.write() as connection:
            accounts = connection.execute(text("SELECT user_id, id FROM account")).all()
        self._accounts = {f"{user.removeprefix('user_')}@example.com": number for user, number in accounts}
        self.owner = {email: email for email in self._accounts if email in MANAGER}
        self.owned: set[frozenset[str]] = set()
        self.may_have_looked: set[tuple[str, str]] = set()
        self._note()

    @property
    def admins(self) -> set[str]:
        return {*ADMINS, *self.given}

    def change(self) -> str:
        """One change, by chance; what it was."""
        kind = self._dice.choice([self._move, self._move, self._leave_or_return, self._role, self._match])
        kind()
        self._note()
        return kind.__name__.strip("_")

    def accounts(self, email: str) -> frozenset[str]:
        """The accounts that are the person's."""
        return frozenset(account for account, owner in self.owner.items() if owner == email)

    def sees(self, viewer: str, email: str) -> bool:
        return viewer not in self.archived and may_see(viewer, email, self.managers, self.admins)

    def team(self, viewer: str) -> int:
        """The team of all that somebody sees, as the address of a page has it."""
        return EVERYONE if viewer in self.admins else self.site.company.ids[viewer]

    def chain(self, lead: str) -> set[str]:
        """Somebody with everybody below, who may be nobody."""
        return {email for email in self.managers if may_see(lead, email, self.managers, set())}

    def _note(self) -> None:
        self.owned |= {self.accounts(email) for email in self.managers} - {frozenset()}
        pairs = itertools.product(self.managers, repeat=2)
        self.may_have_looked |= {(viewer, email) for viewer, email in pairs if self.sees(viewer, email)}

    def _move(self) -> None:
        person = self._dice.choice(list(self.managers))
        self.managers[person] = self._dice.choice([*self.managers, None])
        self._take_in()

    def _leave_or_return(self) -> None:
        self.archived ^= {self._dice.choice([email for email in self.managers if email != ERIN])}
        self._take_in()

    def _take_in(self) -> None:
        today = self.site.company.today
        lines = ["email,name,manager_email,end_date"]
        for email, boss in self.managers.items():
            end = (today - dt.timedelta(days=1)).isoformat() if email in self.archived else ""
            lines.append(f"{email},{name_of(email)},{boss or ''},{end}")
        with self.site.company.database.write() as connection:
            directory.apply(connection, read_csv("\n".join(lines).encode()), today)

    def _role(self) -> None:
        email, database = self._dice.choice(list(self.managers)), self.site.company.database
        try:
            if email in self.given:
                roles.revoke(operator(), database, self._settings, email, Role.ADMIN)
                self.given -= {email}
            elif roles.grant(operator(), database, email, Role.ADMIN):
                self.given |= {email}
        except RoleRefused:
            return

    def _match(self) -> None:
        account, person = self._dice.choice(list(self.owner)), self._dice.choice(list(self.managers))
        ids, database = self.site.company.ids, self.site.company.database
        matching.link(operator(), database, self._accounts[account], ids[person])
        self.owner[account] = person


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


def measure(number: int = 10_000, seed: int = 12) -> dict[str, float]:
    """Changes made, answers compared, and how many of these were stale or refused too much."""
    with tempfile.TemporaryDirectory() as folder, site_in(Path(folder)) as site:
        return at(site, number, seed)


def at(
    site: Site, number: int, seed: int, connections: Sequence[str] = CONNECTIONS, waits: int = WAITS
) -> dict[str, float]:
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
    return {
        **{f"changes: {kind.replace('_', ' ')}": count for kind, count in sorted(kinds.items())},
        "answers compared": number,
        "idle pages compared": len(due) * len(readers),
        wire.SHOWN: sum(reader.shown for reader in readers),
        "stale or wrongly refused": len(wrong),
        "minutes": (time.perf_counter() - began) / 60,
    }
