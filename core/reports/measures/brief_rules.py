"""When a figure is worth a line in a brief. Small numbers are noise, so each rule is silent under a size."""

from __future__ import annotations

from dataclasses import dataclass

from core.wording import percent


@dataclass(frozen=True)
class BriefRules:
    """The thresholds, each with its reason.

    Attributes:
        known_days: so many days right before a first use would have shown it, each stored, with all that it counts
            measured. Where data has only just begun, everything looks new; four weeks also hold what somebody does
            once a month.
        change_amount: by so much a count has to grow or fall, as 1 becoming 2 is chance.
        change_share: and by this share of what it was, as 1,000 becoming 1,005 is chance too.
        percent_base: from so many on a change of less than that is told in per cent too; 1 becoming 13 is "12 more".
        change_lines: so many statistics of a product at most, in the order of the catalogue, as the counters of one
            product mostly move together.
        habit_days: a product lapses that was used on so many of `habit_span` days up to its last use. Less was a try.
        habit_span: in days.
        quiet_days: so many whole days without use make a lapse; a holiday of three weeks does not.
        tried_days: so long ago a single day of use has to be; before that it may be a beginning.
        run_days: working days in a row that are worth a line, one week.
        run_weeks: complete weeks in a row that are.
        rate_points: a rate that fell by so many points is asked about.
        questions: so many at most, as a conversation has room for few.
    """

    known_days: int = 28
    change_amount: int = 5
    change_share: float = 0.25
    percent_base: int = 20
    change_lines: int = 2
    habit_days: int = 3
    habit_span: int = 28
    quiet_days: int = 28
    tried_days: int = 14
    run_days: int = 5
    run_weeks: int = 3
    rate_points: int = 5
    questions: int = 3

    def in_words(self) -> str:
        """When a brief leaves something out, in the words that stand beside it."""
        return (
            f"A first use needs data of each of the {self.known_days} days before it, with all its counters measured. "
            "A lapse and a single day of use need it of each day since. What grew, what fell: by at least "
            f"{self.change_amount} and {percent(self.change_share)} against the period before, up to "
            f"{self.change_lines} statistics a product; nothing is said to fall in a period with marked days. "
            f"What lapsed: {self.habit_days} days of use within {self.habit_span}, then {self.quiet_days} "
            f"days without, marked ones not counted. Tried on one day: {self.tried_days} or more days ago; of a "
            f"product that is measured only since later, after {self.known_days} days of its data. In a row: "
            f"{self.run_days} working days, or {self.run_weeks} complete weeks. Nothing is compared when a day lacks "
            "data, or lies before the first or after the last day of employment; of somebody who left nothing is asked."
        )


RULES = BriefRules()
