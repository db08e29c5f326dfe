"""Where a file's figures come from: printed in every review export, so that they can be told again a year later."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from core import wording
from core.catalogue import MEASURES, STATS
from core.reports.exports import canonical
from core.reports.measures.tiers import DEFINITIONS_VERSION, RULES
from core.reports.reviews.packet import Packet

FORM = 1
"""Version of the form of review files, which every file states."""

PURPOSE = (
    "These counts are a starting point for a conversation about how Claude is used in somebody's work. "
    "They say how often something was used, not how well, how hard or how much somebody worked."
)
LIMITS = (
    "Usage is not performance. More use is not better work, and no use is no failing: roles, tools, holidays, leave "
    "and part time differ, and some use is not counted at all. Nobody is ranked or scored here. Do not rest a decision "
    "about a person on these numbers."
)


def through(day: dt.date | None) -> str:
    """The newest day with data when a file was made, in words."""
    return "no day yet" if day is None else wording.day(day)


@dataclass(frozen=True)
class Ledger:
    """The stored versions of the period's days: how many days have one, how many came later, and when the newest did.

    `newest` is the moment as of which the figures can be told again; None when no day is stored.
    """

    days: int
    revisions: int
    newest: dt.datetime | None


@dataclass(frozen=True)
class Maker:
    """Who makes a file, and when; `export_id` names the entry of the access log."""

    export_id: str
    name: str
    at: dt.datetime
    data_through: dt.date | None
    version: str


@dataclass(frozen=True)
class Provenance:
    """What a file says about itself, as plain values."""

    export_id: str
    made_by: str
    made_at: str
    uptake: str
    form: int
    people: int
    scope: str
    first_day: str
    last_day: str
    before_first_day: str | None
    before_last_day: str | None
    grain: str
    statistics: tuple[str, ...]
    data_through: str | None
    days_stored: int
    days_missing: int
    revisions: int
    as_of: str | None
    definitions: str
    habit_rules: int
    checksum: str

    def as_json(self) -> str:
        """The provenance as one line of JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, said: Mapping[str, object]) -> Provenance:
        """The provenance from the values of a file. TypeError or KeyError when one is missing or of a wrong kind."""
        known = {name: said[name] for name in cls.__dataclass_fields__}
        known["statistics"] = tuple(str(key) for key in known["statistics"])  # type: ignore[attr-defined]
        return cls(**known)  # type: ignore[arg-type]

    def lines(self) -> list[tuple[str, str]]:
        """Pairs of a label and its words, for readers."""
        before = (
            f"{self.before_first_day} to {self.before_last_day}" if self.before_first_day else "not covered by data"
        )
        return [
            ("Export", self.export_id),
            ("Made by", self.made_by),
            ("Made at", self.made_at),
            ("People", f"{self.scope} ({self.people})"),
            ("Period", f"{self.first_day} to {self.last_day}"),
            ("Compared with", before),
            ("Statistics", "all" if len(self.statistics) == len(STATS) else ", ".join(self.statistics)),
            ("Course by", self.grain),
            ("Data through", f"{self.data_through or 'no day yet'} (UTC)"),
            ("Days with data", f"{self.days_stored}, without {self.days_missing}"),
            ("Revisions since first stored", f"{self.revisions}; newest version of {self.as_of or 'no day'}"),
            ("Definitions", f"{self.definitions}; habit rules {self.habit_rules}"),
            ("Uptake", f"version {self.uptake}, form of file {self.form}"),
            ("Checksum (SHA-256) of the data", self.checksum),
        ]


def provenance(packet: Packet, maker: Maker, ledger: Ledger) -> Provenance:
    """The provenance of the file of a packet; goes through all its rows for the checksum."""
    request, before = packet.request, packet.before
    return Provenance(
        export_id=maker.export_id,
        made_by=maker.name,
        made_at=maker.at.astimezone(dt.UTC).isoformat(timespec="seconds"),
        uptake=maker.version,
        form=FORM,
        people=len(packet.people),
        scope=request.chosen.words,
        first_day=str(request.period.first),
        last_day=str(request.period.last),
        before_first_day=None if before is None else str(before.first),
        before_last_day=None if before is None else str(before.last),
        grain=request.grain.value,
        statistics=request.stats,
        data_through=None if maker.data_through is None else str(maker.data_through),
        days_stored=len(request.period) - packet.missing_days,
        days_missing=packet.missing_days,
        revisions=ledger.revisions,
        as_of=None if ledger.newest is None else ledger.newest.isoformat(),
        definitions=definitions(),
        habit_rules=RULES.version,
        checksum=canonical.checksum(canonical.columns(request.stats), canonical.rows(packet)),
    )


def definitions() -> str:
    """The version of the definitions, with a digest of the catalogue and the habit rules that shows a silent change."""
    said = "\n".join(map(repr, (*MEASURES, *STATS, RULES)))
    return f"version {DEFINITIONS_VERSION} ({hashlib.sha256(said.encode()).hexdigest()[:12]})"
