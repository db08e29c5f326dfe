"""An organisation that changes at random: who reports to whom, who is here and who is admin, whose account is whose."""

from __future__ import annotations

import datetime as dt
import itertools
import random

from sqlalchemy import text

from core import audit
from core import settings as configuration
from core.admin import matching, roles
from core.admin.access import operator
from core.errors import RoleRefused
from core.people.roster import read_csv
from core.store.directory import directory
from core.store.tables.usage import EVERYONE
from core.viewers import Role
from tests.support import company as companies
from tests.support.company import name_of
from tests.support.oracle import may_see
from tests.support.personas import ADMINS, ERIN, MANAGER
from tests.support.served import Site


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
