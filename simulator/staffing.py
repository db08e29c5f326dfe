"""Staffs the demo company: who works there, under whom, since when, and who left."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from random import Random

from simulator.names import address, draw_names
from simulator.organisation import API_FLOOR, Move, Organisation, Person, Stranger

LOCATIONS = ("Brackwater", "Ottersby", "Lindenfall", "Remote")
JOINERS = 22
LEAVERS = 9


@dataclass(frozen=True, kw_only=True)
class Department:
    """`size` counts everybody in it: one vice president, directors, managers, and staff for the rest."""

    name: str
    size: int
    directors: int
    managers: int
    staff_titles: tuple[str, ...]


DEPARTMENTS = (
    Department(
        name="Engineering",
        size=84,
        directors=3,
        managers=9,
        staff_titles=("Software engineer", "Senior software engineer", "Test engineer", "Platform engineer"),
    ),
    Department(
        name="Sales",
        size=44,
        directors=2,
        managers=5,
        staff_titles=("Account executive", "Sales engineer", "Inside sales representative"),
    ),
    Department(
        name="Operations",
        size=26,
        directors=2,
        managers=3,
        staff_titles=("Operations analyst", "Supply planner", "Workshop coordinator"),
    ),
    Department(
        name="Marketing",
        size=22,
        directors=1,
        managers=2,
        staff_titles=("Content writer", "Brand designer", "Campaign specialist"),
    ),
    Department(
        name="Finance",
        size=20,
        directors=1,
        managers=2,
        staff_titles=("Accountant", "Financial analyst", "Controller"),
    ),
    Department(
        name="Research",
        size=20,
        directors=1,
        managers=2,
        staff_titles=("Research scientist", "Metrologist", "Data scientist"),
    ),
    Department(
        name="Legal",
        size=12,
        directors=1,
        managers=1,
        staff_titles=("Counsel", "Contracts specialist", "Paralegal"),
    ),
    Department(
        name="People",
        size=11,
        directors=1,
        managers=1,
        staff_titles=("Recruiter", "People partner", "Payroll specialist"),
    ),
)


@dataclass
class _Staffing:
    """The company while it is being filled."""

    rng: Random
    today: dt.date
    names: list[str]
    people: dict[str, Person] = field(default_factory=dict)

    def hire(self, title: str, department: str, manager: Person | None, level: int) -> Person:
        name = self.names.pop()
        person = Person(
            email=address(name),
            name=name,
            manager_email=manager.email if manager else "",
            employee_id=f"Q{1000 + len(self.people)}",
            title=title,
            department=department,
            location=self.rng.choice(LOCATIONS),
            start_date=dt.date(2014, 1, 1) + dt.timedelta(days=self.rng.randrange(4200)),
            level=level,
        )
        self.people[person.email] = person
        return person

    def change(self, person: Person, **changes: object) -> Person:
        changed = replace(self.people[person.email], **changes)  # type: ignore[arg-type]
        self.people[person.email] = changed
        return changed

    def staff_department(self, plan: Department, ceo: Person) -> tuple[Person, list[Person], list[Person]]:
        """Returns the vice president, the directors and the managers of a new department."""
        vp = self.hire(f"VP {plan.name}", plan.name, ceo, 2)
        directors = [self.hire(f"Director, {plan.name}", plan.name, vp, 3) for _ in range(plan.directors)]
        managers = [
            self.hire(f"{plan.name} manager", plan.name, directors[number % plan.directors], 4)
            for number in range(plan.managers)
        ]
        for number in range(plan.size - 1 - plan.directors - plan.managers):
            title = self.rng.choice(plan.staff_titles)
            self.hire(title, plan.name, managers[number % plan.managers], 5)
        return vp, directors, managers

    def reports(self, manager: Person) -> list[Person]:
        return [person for person in self.people.values() if person.manager_email == manager.email]

    def move(self, people: list[Person], old: Person, new: Person, day: dt.date) -> Move:
        for person in people:
            self.change(person, manager_email=new.email)
        emails = tuple(person.email for person in people)
        return Move(day=day, emails=emails, old_manager=old.email, new_manager=new.email)


def build_organisation(seed: int = 7, today: dt.date | None = None) -> Organisation:
    """The demo company as of `today` (UTC, default now).

    Its events hang on the first day of the current month, so that the history does not shift from one day to the next.
    """
    today = today or dt.datetime.now(dt.UTC).date()
    month = today.replace(day=1)
    rng = Random(f"organisation:{seed}")
    staffing = _Staffing(rng=rng, today=today, names=draw_names(rng, 260))

    ceo = staffing.hire("Chief executive", "Executive", None, 1)
    heads = {plan.name: staffing.staff_department(plan, ceo) for plan in DEPARTMENTS}
    vp, directors, managers = heads["Engineering"]
    line_manager = managers[0]
    employee = staffing.reports(line_manager)[0]
    admin = staffing.change(staffing.reports(heads["Operations"][2][0])[0], title="IT systems administrator")

    # A team lead in Sales left; the successor came a week before and took over the team.
    old_lead = heads["Sales"][2][1]
    handover = month - dt.timedelta(days=110)
    new_lead = staffing.hire(old_lead.title, "Sales", staffing.people[old_lead.manager_email], 4)
    staffing.change(new_lead, start_date=handover - dt.timedelta(days=7))
    takeover = staffing.move(staffing.reports(old_lead), old_lead, new_lead, handover)
    archived = staffing.change(old_lead, end_date=handover)
    # An engineering team went to another director as a whole: only its manager's line changes.
    regrouped = staffing.move([managers[4]], directors[1], directors[2], month - dt.timedelta(days=75))

    settled = {employee.email, admin.email, *takeover.emails}
    settled |= {person.email for person in staffing.reports(line_manager)}
    others = [person for person in staffing.people.values() if person.level == 5 and person.email not in settled]
    changing = rng.sample(others, JOINERS + LEAVERS)
    for person in changing[:JOINERS]:
        staffing.change(person, start_date=month - dt.timedelta(days=rng.randrange(5, 270)))
    for person in changing[JOINERS:]:
        staffing.change(person, end_date=month - dt.timedelta(days=rng.randrange(30, 270)))

    return Organisation(
        seed=seed,
        today=today,
        earliest=max(API_FLOOR, month - dt.timedelta(days=365)),
        people=tuple(staffing.people.values()),
        moves=(takeover, regrouped),
        ceo=ceo,
        vp=vp,
        line_manager=line_manager,
        employee=employee,
        admin=admin,
        archived=archived,
        stranger=Stranger(name="Ptolemy Wanderly", email="ptolemy.wanderly@example.com"),
    )
