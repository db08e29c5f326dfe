"""The page Review exports: what it is for, and a look at what the files will hold."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from core import wording
from core.catalogue import STAT, Ratio, Stat
from core.catalogue.selections import PEOPLE_COLUMNS
from core.reports.exports.provenance import LIMITS, PURPOSE
from core.reports.measures.tiers import RULES, window
from core.reports.reviews import people
from core.reports.reviews.packet import Packet, Request, ReviewedPerson, gather
from core.reports.reviews.readings import PresentReadings
from core.reports.wording import findings
from core.visibility import Scope

PREVIEWED = 20
"""People in the preview; the files hold all."""


def purpose() -> None:
    """What these files are for, and what they are not: the same words as in them."""
    st.caption(f"{PURPOSE} {LIMITS}")


def preview(scope: Scope, request: Request) -> None:
    """The first people by name, with what the files will say of them in full."""
    chosen = people.first(scope, request.chosen, PREVIEWED)
    packet = gather(PresentReadings(scope), Request(chosen, request.period, request.stats, request.grain))
    count, weeks = len(request.chosen.ids), window(request.period)
    habit = f"Habit, {wording.short_day(weeks.first)} – {wording.short_day(weeks.last)}"
    of = f", the first {len(chosen.ids)} of them here" if len(chosen.ids) < count else ""
    compared = f"compared with {packet.before}" if packet.before else "without data to compare with"
    with st.container(border=True):
        st.markdown(f"**{findings.people(count)}{of}**")
        chain = "" if count == 1 or request.chosen.team_id is None else " Everybody employed on some day of the period."
        st.caption(f"{request.period}, {compared}. {_gaps(packet)}{chain}")
        st.dataframe(
            pd.DataFrame([_row(packet, person) for person in packet.people]),
            hide_index=True,
            key="review_preview",
            height="content",
            placeholder="–",
            column_config={
                **_numbers(packet),
                "Name": st.column_config.TextColumn(width=170),
                "Active days": st.column_config.NumberColumn(help="Days of the period with any counter above zero."),
                "Habit": st.column_config.TextColumn(habit, help=RULES.in_words()),
            },
            alt="Preview of the review: habit, active days and totals of each person",
        )


def _gaps(packet: Packet) -> str:
    missing = packet.missing_days
    if missing == len(packet.request.period):
        return "No day of this period has data; a file will say so and hold no figures."
    without = f"{wording.counted(missing, 'day')} without data: left out, not counted as zero."
    return without if missing else "Every day has data."


def _row(packet: Packet, person: ReviewedPerson) -> dict[str, object]:
    figures = person.figures
    was = figures.days_active_before
    row: dict[str, object] = {
        "Name": person.name,
        "Habit": figures.habit,
        "Active days": figures.days_active,
        "Active days before": was,
    }
    for stat in _shown(packet):
        row[stat.label] = figures.totals[stat.key]
        row[f"{stat.label} before"] = None if figures.before is None else figures.before[stat.key]
    return row


def _shown(packet: Packet) -> list[Stat | Ratio]:
    return [STAT[key] for key in PEOPLE_COLUMNS if key in packet.request.stats] or packet.request.statistics[:6]


def _numbers(packet: Packet) -> dict[str, Any]:
    """Figures as numbers, so that the reader's sorting sorts numbers."""
    return {
        label: st.column_config.NumberColumn(
            help=stat.meaning, format="percent" if isinstance(stat, Ratio) else "localized"
        )
        for stat in _shown(packet)
        for label in (stat.label, f"{stat.label} before")
    }
