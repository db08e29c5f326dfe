"""A review as PDF: what the pages say, as plain data for the template `review.typ`; set by `typeset`."""

from __future__ import annotations

import datetime as dt
import io
import json
from pathlib import Path
from typing import Any

from core import wording
from core.catalogue import ACROSS, STAT, Ratio, Stat, explained, product_label, sources_of, stats_of
from core.catalogue.selections import PAPER_CARDS
from core.reports.exports import days_calendar, pdf, review_json, svg
from core.reports.exports.explanations import CHANGE, NOT_THERE, named
from core.reports.exports.palette import ACCENT, INK, LINE, MUTED, PRODUCT_COLORS
from core.reports.exports.provenance import LIMITS, PURPOSE, Provenance, through
from core.reports.measures.tiers import RULES, window
from core.reports.periods import Grain
from core.reports.reviews.packet import Packet, ReviewedPerson, printable
from core.reports.wording import findings
from core.reports.wording.definitions import ACTIVE_DAYS, WORKING_DAYS
from core.reports.wording.looks import LookInWords
from core.wording import DASH, counted, number

_LONGEST, _LONGEST_TITLE = 90, 36
_NO_DATA = "No day of this period has data, so there are no figures."


def write(packet: Packet, said: Provenance, path: Path) -> None:
    """Write a packet as a PDF, the JSON file attached to it.

    Raises:
        PdfNotMade: the typesetter failed; nothing is left at `path`.
    """
    attached = io.StringIO()
    review_json.write_to(packet, said, attached)
    inputs = {"data": json.dumps(content(packet, said)), "attached": attached.getvalue()}
    pdf.write("review.typ", inputs, path, "XLSX, CSV and JSON hold the same figures")


def content(packet: Packet, said: Provenance) -> dict[str, Any]:
    """Everything that the template shows, as plain data; charts are SVG."""
    request = packet.request
    compared = f", compared with {packet.before}" if packet.before else ", without data to compare with"
    count = len(packet.people)
    told = {stat.key for person in packet.people for stat in _told(packet, person)}
    return {
        "title": f"Usage review, {request.period}",
        "single": count == 1,
        "accent": ACCENT,
        "muted": MUTED,
        "line": LINE,
        "ink": INK,
        "label": request.label,
        "purpose": PURPOSE,
        "limits": LIMITS,
        "period": f"{request.period}{compared}. Data through {_through(said)} (UTC days).",
        "remarks": _remarks(packet),
        "people-title": f"{findings.people(count)}, by name",
        "course": _course(request.grain),
        "axis": svg.axis(request.period, request.grain),
        "days-axis": days_calendar.axis(request.period),
        "footer": f"Usage is not performance · export {said.export_id} · data through {said.data_through or '–'}",
        "people": [_page(packet, person) for person in packet.people],
        "provenance": [list(line) for line in said.lines()],
        "verify": "The figures are attached to this file as review.json. Whoever runs Uptake can tell them again with: "
        "uptake export verify FILE",
        "looks": None if packet.looks is None else [_look(look) for look in packet.looks],
        "definitions": [_meaning(stat) for stat in request.statistics if stat.key in told],
    }


def _through(said: Provenance) -> str:
    return through(None if said.data_through is None else dt.date.fromisoformat(said.data_through))


def _course(grain: Grain) -> str:
    if grain is Grain.DAY:
        return "Course by day; weekends shaded"
    return f"Course by {grain.value}; a {grain.value} with days outside the period, or without data, is faded"


def _remarks(packet: Packet) -> list[str]:
    missing = packet.missing_days
    if missing == len(packet.request.period):
        return [_NO_DATA]
    return [f"{counted(missing, 'day')} of the period without data: left out, not counted as zero."] if missing else []


def _page(packet: Packet, person: ReviewedPerson) -> dict[str, Any]:
    figures, request = person.figures, packet.request
    role = " · ".join(part for part in (person.title, person.department) if part)
    return {
        "name": _short(person.name),
        "title": _short(person.title, _LONGEST_TITLE),
        "email": _short(person.email),
        "line": _short(f"{role} · {person.email}" if role else person.email),
        "cards": _cards(packet, person),
        "charts": _charts(packet, person),
        "nothing": _nothing(packet, person),
        "days": _days(person),
        "calendar": days_calendar.content(figures.active, person.marks, request.period),
        "rows": [_total(person, stat) for stat in _told(packet, person)],
        "unlisted": _unlisted(packet, person),
        "note": person.note,
        "definitions": _definitions(packet),
    }


def _nothing(packet: Packet, person: ReviewedPerson) -> str:
    """The sentence that stands where a person has no chart to draw."""
    if packet.missing_days == len(packet.request.period):
        return _NO_DATA
    if person.figures.days_active is None:
        return "No Claude account is matched to this person, so there is nothing to count."
    if person.figures.products:
        return "Of the products used, none of the chosen statistics is above zero in this period."
    return "No Claude product was used in this period."


def _days(person: ReviewedPerson) -> str:
    """The heading of the calendar; it has a number of days only where at least one day could be counted."""
    if not _is_told(person):
        return "Days of the period, none of them counted"
    return f"Active on {counted(person.figures.days_active or 0, 'day')}"


def _is_told(person: ReviewedPerson) -> bool:
    return any(active is not None for active in person.figures.active)


def _short(text: str, most: int = _LONGEST) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _cards(packet: Packet, person: ReviewedPerson) -> list[dict[str, str]]:
    figures, period = person.figures, packet.request.period
    days = str(person.working_days or DASH)
    was = "" if figures.days_active_before is None else f", was {figures.days_active_before}"
    every = f"{figures.days_active} with weekends{was}" if _is_told(person) else ""
    cards = [
        {"label": "Active working days", "value": days, "unit": "", "change": every},
        {"label": "Habit", "value": figures.habit, "unit": "", "change": str(window(period))},
    ]
    for key in PAPER_CARDS:
        if figures.totals.get(key):
            stat = STAT[key]
            unit = findings.unit(stat, figures.totals[key])
            value = findings.value(stat, figures.totals[key])
            cards.append({"label": stat.label, "value": value, "unit": unit, "change": change(person, stat)})
    return cards


def change(person: ReviewedPerson, stat: Stat | Ratio) -> str:
    """How a statistic changed, in the words of the page's card; for a rate that is thin or has no change, its n."""
    figures = person.figures
    before = None if figures.before is None else figures.before[stat.key]
    words = findings.amount_change(stat, figures.totals[stat.key], before)
    if isinstance(stat, Ratio):
        cases = figures.cases[stat.key]
        return f"only {cases} {stat.counted}" if cases < stat.thin_below else words or f"of {number(cases)}"
    return words or ""


def _charts(packet: Packet, person: ReviewedPerson) -> list[dict[str, str]]:
    """A chart for each product used: the course of its first headline statistic above zero."""
    figures, request = person.figures, packet.request
    charts = []
    for product in figures.products:
        stat = next((s for s in stats_of(product) if s.key in request.stats and figures.totals.get(s.key)), None)
        if stat is None:
            continue
        column = request.stats.index(stat.key)
        picture, high = svg.trend(
            figures.starts,
            figures.course[:, column].tolist(),
            request.grain,
            request.period,
            color=PRODUCT_COLORS[product],
            rate=isinstance(stat, Ratio),
            whole=figures.whole[:, column].tolist(),
        )
        amount = figures.totals[stat.key]
        total = f"{findings.value(stat, amount)} {findings.unit(stat, amount)}".rstrip()
        charts.append({"title": product_label(product), "total": total, "svg": picture, "high": high})
    return charts


def _told(packet: Packet, person: ReviewedPerson) -> list[Stat | Ratio]:
    """The headline statistics of what the person used, and whatever else is above zero now or was before."""
    figures = person.figures
    areas = {*figures.products, ACROSS}
    before = figures.before or {}
    return [
        stat
        for stat in packet.request.statistics
        if figures.totals[stat.key]
        or before.get(stat.key)
        or (stat.headline and stat.product in areas and figures.products and figures.totals[stat.key] is not None)
    ]


def _unlisted(packet: Packet, person: ReviewedPerson) -> list[str]:
    """One sentence for each reason why statistics are missing from the totals: zero is not the same as not measured."""
    told = {stat.key for stat in _told(packet, person)}
    if not told:
        return []
    totals = person.figures.totals
    left_out = [stat for stat in packet.request.statistics if stat.key not in told]
    unused = [stat.label for stat in left_out if totals[stat.key] is not None]
    unmeasured = [stat.label for stat in left_out if totals[stat.key] is None and not isinstance(stat, Ratio)]
    rates = [stat for stat in left_out if totals[stat.key] is None and isinstance(stat, Ratio)]
    counted = " or ".join(sorted({stat.counted for stat in rates}))
    parts = (
        ("Not used (0), and not listed", unused),
        ("Not measured", unmeasured),
        (f"Not measured, or nothing was {counted}", [stat.label for stat in rates]),
    )
    return [f"{why}: {', '.join(labels)}." for why, labels in parts if labels]


def _total(person: ReviewedPerson, stat: Stat | Ratio) -> list[str]:
    figures = person.figures
    before = None if figures.before is None else figures.before[stat.key]
    words = change(person, stat).removesuffix(" vs before") or DASH
    return [named(stat), findings.value(stat, figures.totals[stat.key]), findings.value(stat, before), words]


def _definitions(packet: Packet) -> list[str]:
    lines = [
        f"Active days: {ACTIVE_DAYS}",
        f"Active working days: {WORKING_DAYS}",
        f"Habit: {RULES.in_words()} {NOT_THERE}",
        f"Change: {CHANGE}",
    ]
    return [*lines, "What each statistic means stands at the end of this file."] if packet.request.stats else lines


def _meaning(stat: Stat | Ratio) -> list[str]:
    return [f"{stat.label} ({stat.unit}).", f"{explained(stat)} Read from {sources_of(stat)}."]


def _look(look: LookInWords) -> list[str]:
    return [wording.moment(look.at), printable(look.who), printable(look.what)]
