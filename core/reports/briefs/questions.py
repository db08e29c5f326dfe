"""Open questions by rule: each asks about another fact, and no two ask the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain, zip_longest

from core.reports.briefs.line import BriefLine
from core.reports.briefs.sections import BriefSection

ASKED = {
    BriefSection.LAPSED: ("What has changed since then?", "Has something else taken its place?"),
    BriefSection.FELL: ("Is there less need, or is something in the way?", "What is done in another way now?"),
    BriefSection.GREW: ("What is behind the rise?", "What works well that others could learn from?"),
    BriefSection.TRIED: ("Was something missing in it?", "Would it be worth a second try?"),
    BriefSection.FIRST_USES: ("What was it for, and did it help?", "What would make it easier to go on?"),
    BriefSection.ACCEPTANCE: ("Did the work change, or how well the edits fit?",),
    BriefSection.IN_A_ROW: ("What has become a routine?", "What does Claude help with week after week?"),
    BriefSection.IN_ALL: (
        "What would make Claude more useful?",
        "Which might be worth a try next?",
        "What works well there, and what does not?",
    ),
}
"""Section → what may be asked about its lines, in turn; the sections in the order in which they have a say."""


def questions(sections: Mapping[BriefSection, Sequence[BriefLine]], most: int) -> tuple[str, ...]:
    """At most `most` questions: the first of each section, then the second of each; then those about everything."""
    each = [_asked(section, sections.get(section, ())) for section in ASKED if section != BriefSection.IN_ALL]
    found = [question for question in chain.from_iterable(zip_longest(*each)) if question]
    last = _asked(BriefSection.IN_ALL, sections.get(BriefSection.IN_ALL, ()))
    return (*found, *last)[:most]


def _asked(section: BriefSection, lines: Sequence[BriefLine]) -> list[str]:
    facts = [line.fact for line in lines if line.fact]
    return [f"{fact} {question}" for fact, question in zip(facts, ASKED[section], strict=False)]
