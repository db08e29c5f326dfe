"""A 1:1 brief as a file: Markdown to copy, PDF to send. The text is the page's; who made the file stands below it."""

from __future__ import annotations

import json
from pathlib import Path

from core.reports.briefs.brief import PREAMBLE, Brief
from core.reports.exports import pdf
from core.reports.exports.palette import ACCENT, INK, LINE, MUTED
from core.reports.exports.provenance import Maker, definitions, through
from core.reports.reviews.packet import printable
from core.reports.wording.markdown import literal

FORMS = {"md": "Markdown", "pdf": "PDF"}
MIMES = {"md": "text/markdown", "pdf": "application/pdf"}


def write(brief: Brief, maker: Maker, form: str, path: Path) -> None:
    """Write a brief as a file of a form, one of `FORMS`.

    Raises:
        PdfNotMade: the PDF could not be set; nothing is left at `path`.
        OSError: the disk is full, or the folder cannot be written.
    """
    if form == "md":
        path.write_text(f"{brief.markdown()}\n{literal(_provenance(maker))}\n", encoding="utf-8")
    else:
        pdf.write("brief.typ", {"data": json.dumps(_content(brief, maker))}, path, "Markdown holds the same text")


def _provenance(maker: Maker) -> str:
    return (
        f"Export {maker.export_id}, made by {printable(maker.name)} at {maker.at:%Y-%m-%d %H:%M} UTC. "
        f"Data through {through(maker.data_through)} (UTC days). Definitions {definitions()}."
    )


def _content(brief: Brief, maker: Maker) -> dict[str, object]:
    return {
        "title": f"1:1 brief: {printable(brief.name)}",
        "head": brief.head,
        "preamble": PREAMBLE,
        "nothing": brief.nothing,
        "sections": [
            {
                "title": section.title,
                "lines": [{"text": line.text, "counted": line.counted_as} for line in section.lines],
            }
            for section in brief.sections
        ],
        "questions": brief.questions,
        "own": printable(brief.own_words),
        "notes": brief.notes if brief.sections else (),
        "definitions": list(brief.definitions.items()),
        "provenance": _provenance(maker),
        "footer": f"Usage is not performance · export {maker.export_id}",
        "accent": ACCENT,
        "ink": INK,
        "line": LINE,
        "muted": MUTED,
    }
