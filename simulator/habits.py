"""How each person uses Claude: how often, how much, which products; it stays with the person over the year."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from random import Random

from simulator.organisation import SCEPTICAL_DEPARTMENT, Person
from simulator.wire import OFFICE_AND_COWORK_SINCE, SCIENCE_SINCE, TAG_SINCE, WORD_OUTLOOK_DESIGN_SINCE

PRODUCT_SINCE = {
    "excel": OFFICE_AND_COWORK_SINCE,
    "powerpoint": OFFICE_AND_COWORK_SINCE,
    "cowork": OFFICE_AND_COWORK_SINCE,
    "word": WORD_OUTLOOK_DESIGN_SINCE,
    "outlook": WORD_OUTLOOK_DESIGN_SINCE,
    "design": WORD_OUTLOOK_DESIGN_SINCE,
    "science": SCIENCE_SINCE,
    "slack": TAG_SINCE,
}
"""Chat and Claude Code were there from the start."""

MIX: dict[str, dict[str, float]] = {
    "Executive": {"chat": 0.7, "outlook": 0.35, "powerpoint": 0.2},
    "Engineering": {"code": 0.85, "chat": 0.55, "slack": 0.3, "cowork": 0.1, "word": 0.04, "outlook": 0.04},
    "Sales": {"chat": 0.6, "powerpoint": 0.35, "outlook": 0.35, "slack": 0.3, "excel": 0.12, "cowork": 0.15},
    "Marketing": {"chat": 0.6, "design": 0.45, "cowork": 0.4, "powerpoint": 0.2, "word": 0.2, "slack": 0.2},
    "Finance": {"excel": 0.75, "chat": 0.45, "word": 0.15, "outlook": 0.15, "powerpoint": 0.12},
    "Legal": {"chat": 0.6, "word": 0.4, "outlook": 0.1},
    "People": {"chat": 0.6, "word": 0.3, "outlook": 0.2, "powerpoint": 0.1, "slack": 0.2},
    "Research": {"science": 0.6, "chat": 0.55, "code": 0.35, "excel": 0.15},
    "Operations": {"chat": 0.5, "excel": 0.35, "cowork": 0.25, "outlook": 0.2, "code": 0.1},
}
"""Chance, by department, that a product is used on an active day."""

LAUNCH_AFTER_DAYS = {
    "Engineering": 4,
    "Research": 18,
    "Executive": 25,
    "Marketing": 40,
    "Operations": 55,
    "Sales": 60,
    "Finance": 75,
    "People": 80,
    "Legal": 125,
}
"""Days from the first day of data until a department was given Claude."""

TIERS = ((0.33, 0.02, 0.15), (0.43, 0.30, 0.62), (0.24, 0.75, 0.95))
"""Light, regular, power: share of people, and the range of their chance to be active on a working day."""

RAMP_DAYS = 70


@dataclass(frozen=True, kw_only=True)
class Habit:
    """`frequency` is the chance of an active working day once settled in; `volume` scales the counts of such a day."""

    starts: dt.date
    stops: dt.date | None
    frequency: float
    volume: float
    products: dict[str, float]
    acceptance: float
    acceptance_drift: float
    unified_from: dt.date | None = None

    def settled(self, day: dt.date) -> float:
        """From 0.35 on the first day to 1 after the ramp."""
        return min(1.0, 0.35 + 0.65 * (day - self.starts).days / RAMP_DAYS)

    def acceptance_on(self, day: dt.date) -> float:
        """Chance that a proposed edit is accepted; it grows over the months."""
        return min(0.97, self.acceptance + self.acceptance_drift * (day - self.starts).days / 365)

    def present(self, day: dt.date) -> bool:
        return self.starts <= day and (self.stops is None or day <= self.stops)


def form_habit(rng: Random, person: Person, first_day: dt.date, unified_from: dt.date | None) -> Habit:
    """The habit of one person; `first_day` is the first day of data, `unified_from` applies to the whole team."""
    department = person.department
    launch = first_day + dt.timedelta(days=LAUNCH_AFTER_DAYS[department])
    hesitation = dt.timedelta(days=round(rng.expovariate(1 / 22)))
    starts = max(launch + hesitation, person.start_date + dt.timedelta(days=3))
    _, low, high = rng.choices(TIERS, weights=[share for share, _, _ in TIERS])[0]
    frequency, volume = rng.uniform(low, high), min(3.0, rng.lognormvariate(0, 0.4))
    if department == SCEPTICAL_DEPARTMENT:
        frequency, volume = frequency * 0.28, volume * 0.6
    stops = person.end_date
    if rng.random() < 0.09:
        lapse = starts + dt.timedelta(days=rng.randrange(45, 200))
        stops = min(stops, lapse) if stops else lapse
    products = {
        product: min(0.95, chance * rng.uniform(0.5, 1.5))
        for product, chance in MIX[department].items()
        if product == "chat" or rng.random() < 0.55 + chance / 2
    }
    return Habit(
        starts=starts,
        stops=stops,
        frequency=frequency,
        volume=volume,
        products=products,
        acceptance=rng.uniform(0.58, 0.88),
        acceptance_drift=rng.uniform(0.0, 0.14),
        unified_from=unified_from,
    )


def steady(habit: Habit, person: Person) -> Habit:
    """The habit of somebody whom visitors of the demo will look at: never light, and kept up until they leave."""
    return replace(habit, frequency=max(0.72, habit.frequency), volume=max(0.8, habit.volume), stops=person.end_date)
