"""The Claude accounts of the demo company: most match the directory by e-mail, a few on purpose do not."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from random import Random

from simulator.habits import Habit, form_habit, steady
from simulator.organisation import Organisation, Person

UNIFIED_DEPARTMENT = "Marketing"
"""Its members work with Chat and Cowork unified, from a day some weeks ago."""

WITHOUT_ACCOUNT = {"Legal": 0.3, "Engineering": 0.03}
"""Share of a department's people without a Claude account; elsewhere a tenth."""

PRIVATE_ADDRESS = "kite.and.kettle@home.example.com"


@dataclass(frozen=True, kw_only=True)
class Account:
    """A Claude account. `email` is its address today; until the day before `renamed_on` it was `former_email`."""

    user_id: str
    email: str
    person: Person
    habit: Habit
    former_email: str = ""
    renamed_on: dt.date | None = None

    def email_on(self, day: dt.date) -> str:
        return self.former_email if self.renamed_on and day < self.renamed_on else self.email


def user_id(seed: int, employee_id: str) -> str:
    """A tagged id in the vendor's form, `user_` and 24 characters; stable for a seed and an employee."""
    return "user_01" + hashlib.sha256(f"{seed}:{employee_id}".encode()).hexdigest()[:22]


def open_accounts(org: Organisation) -> tuple[Account, ...]:
    """Every account that ever existed, in the order of the directory; well-known people always have one."""
    rng = Random(f"accounts:{org.seed}")
    unified_from = org.today.replace(day=1) - dt.timedelta(days=45)
    well_known = {persona.person.email for persona in org.personas}
    oddities = _oddities(org, well_known)
    accounts = []
    for person in org.people:
        refused = rng.random() < WITHOUT_ACCOUNT.get(person.department, 0.1)
        unified = unified_from if person.department == UNIFIED_DEPARTMENT else None
        habit = form_habit(Random(f"habit:{org.seed}:{person.employee_id}"), person, org.earliest, unified)
        if person.email in well_known or person.email in oddities:
            habit = steady(habit, person)
        if refused and person.email not in well_known and person.email not in oddities:
            continue
        email, former_email, renamed_on = oddities.get(person.email, (person.email, "", None))
        accounts.append(
            Account(
                user_id=user_id(org.seed, person.employee_id),
                email=email,
                person=person,
                habit=habit,
                former_email=former_email,
                renamed_on=renamed_on,
            )
        )
    return tuple(accounts)


def _oddities(org: Organisation, well_known: set[str]) -> dict[str, tuple[str, str, dt.date | None]]:
    """The accounts that exact e-mails do not match, by directory e-mail: e-mail, former e-mail, day of the change.

    A plus-address, an older domain, a private address, another spelling, and one that was another address until lately.
    """
    candidates = [
        person
        for person in org.people
        if person.level == 5 and person.email not in well_known and person.end_date is None
        if person.department in ("Engineering", "Sales", "Research", "Finance")
    ]
    chosen = Random(f"oddities:{org.seed}").sample(candidates, 5)
    names = [person.email.split("@")[0] for person in chosen]
    renamed_on = org.today.replace(day=1) - dt.timedelta(days=60)
    former = f"{names[4].split('.')[0]}.oldcastle@example.com"
    return {
        chosen[0].email: (f"{names[0]}+claude@example.com", "", None),
        chosen[1].email: (f"{names[1]}@legacy.example.com", "", None),
        chosen[2].email: (PRIVATE_ADDRESS, "", None),
        chosen[3].email: (names[3].title() + "@Example.COM", "", None),
        chosen[4].email: (chosen[4].email, former, renamed_on),
    }
