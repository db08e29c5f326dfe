"""Open questions by rule: each asks about another fact, and no two ask the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain, zip_longest

from core.reports.briefs.line import BriefLine

IN_ALL = "In all"
"""The section that can be asked about whatever happened; it fills up what the others leave."""

ASKED = {
    "What lapsed": ("What has changed since then?", "Has something else taken its place?"),
    "What fell": ("Is there less need, or is something in the way?", "What is done in another way now?"),
    "What grew": ("What is behind the rise?", "What works well that others could learn from?"),
    "Tried on one day": ("Was something missing in it?", "Would it be worth a second try?"),
    "First uses": ("What was it for, and did it help?", "What would make it easier to go on?"),
    "Acceptance": ("Did the work change, or how well the edits fit?",),
    "In a row": ("What has become a routine?", "What does Claude help with week after week?"),
    IN_ALL: (
        "What would make Claude more useful?",
        "Which might be worth a try next?",
        "What works well there, and what does not?",
    ),
}
"""Section → what may be asked about its lines, in turn; the sections in the order in which they have a say."""


def questions(sections: Mapping[str, Sequence[BriefLine]], most: int) -> tuple[str, ...]:
    """One of each section, then the second of each, until there are enough; each wording once."""
    each = [_asked(title, sections.get(title, ())) for title in ASKED if title != IN_ALL]
    found = [question for question in chain.from_iterable(zip_longest(*each)) if question]
    return (*found, *_asked(IN_ALL, sections.get(IN_ALL, ())))[:most]


def _asked(title: str, lines: Sequence[BriefLine]) -> list[str]:
    facts = [line.fact for line in lines if line.fact]
    return [f"{fact} {question}" for fact, question in zip(facts, ASKED[title], strict=False)]
