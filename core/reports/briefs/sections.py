"""The sections that a brief can have."""

from __future__ import annotations

from enum import StrEnum


class BriefSection(StrEnum):
    """A section of a brief, by its title, in the order in which a brief has them."""

    IN_ALL = "In all"
    """Can be asked about whatever happened; its questions fill up what those of the others leave."""

    FIRST_USES = "First uses"
    GREW = "What grew"
    FELL = "What fell"
    LAPSED = "What lapsed"
    IN_A_ROW = "In a row"
    TRIED = "Tried on one day"
    ACCEPTANCE = "Acceptance"
