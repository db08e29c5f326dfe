"""Open questions by rule: each asks about another fact, and no two ask the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain, zip_longest

from core.reports.briefs.line import Line

ASKED = {
    "What lapsed": ("What has changed since then?", "Has something else taken its place?"),
    "What grew": ("What is it used for now?", "What works well here that others could learn from?"),
    "Tried on one day": ("Was something missing in it?", "Would it be worth a second try?"),
    "First uses": ("What was it for, and did it help?", "What would make it easier to go on?"),
    "Acceptance": ("Which edits were turned down, and why?",),
}
"""Section → what may be asked about its lines, in turn; the sections in the order in which they have a say."""


def questions(sections: Mapping[str, Sequence[Line]], most: int) -> tuple[str, ...]:
    """One of each section, then the second of each, until there are enough; each wording once."""
    each = [_asked(title, sections.get(title, ())) for title in ASKED]
    return tuple(question for question in chain.from_iterable(zip_longest(*each)) if question)[:most]


def _asked(title: str, lines: Sequence[Line]) -> list[str]:
    facts = [line.fact for line in lines if line.fact]
    return [f"{fact} {question}" for fact, question in zip(facts, ASKED[title], strict=False)]
