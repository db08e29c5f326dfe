"""Making the files of a review, with progress and on disk; and handing them out, authorised again at the click.

What is made lies in a folder of this process that only its user can read, for as long as it may be fetched.
"""

from __future__ import annotations

import hashlib
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import streamlit as st

from core import audit
from core.admin.review_records import ReviewRecords
from core.errors import UptakeError
from core.reports.exports.recorded import make_and_record
from core.reports.exports.review_files import FORMS, PAGES_AT_ONCE, ReviewFile
from core.reports.exports.workbook_charts import MOST_PEOPLE
from core.reports.periods import buckets
from core.reports.reviews.packet import Progress, Request, silent
from core.reports.wording.looks import LookInWords
from core.ui.session import resources
from core.ui.session.turns import Turns
from core.ui.widgets import downloads
from core.visibility import Scope, Viewer

_KEPT = "uptake_review_files"
_TURNS = Turns(2)
"""A file of a thousand people takes some hundred megabytes while it is made."""

_KILOBYTES = {
    "csv": ((0.7, 0.036), (0.19, 0.0034), (0.094, 0.0017)),
    "xlsx": ((13.0, 0.0), (0.08, 0.0135), (0.04, 0.0016)),
    "pdf": ((29.0, 0.13), (11.5, 0.09), (0.0, 0.0004)),
    "json": ((1.0, 0.3), (0.46, 0.05), (0.23, 0.025)),
}
_CHARTS = (1.5, 0.02)
"""Of a file, of each person and of each of their days, weeks or months; of a person's charts in a small XLSX. Each
without statistics, and what a statistic adds: measured, for an estimate."""


class FileNotMade(UptakeError):
    """A review's file could not be made, or is there no more; nothing is left behind."""


@dataclass(frozen=True)
class _MadeFile:
    """A made file that this session may fetch while its maker sees what they saw then."""

    request: str
    seen: str
    path: Path
    name: str
    mime: str
    made_at: float


def files(scope: Scope, request: Request) -> None:
    """One button a format makes the file; then another gives it."""
    with st.container(border=True):
        st.markdown("**Make a file**")
        st.caption(_estimate(request))
        with st.container(horizontal=True):
            asked = [form for form in FORMS if st.button(f"Make {FORMS[form]}", key=f"make_{form}")]
        mark = st.checkbox(
            "CSV for Excel",
            value=True,
            key="review_mark",
            help="Begins the CSV with a sign (a byte order mark) by which Excel and other spreadsheets read accented "
            "letters rightly. Leave it out for scripts.",
        )
        if asked:
            st.session_state[_KEPT] = _made(scope, request, asked[0], mark=mark)
        kept = st.session_state.get(_KEPT)
        if isinstance(kept, _MadeFile) and kept.request == _digest(request):
            _download(scope, kept)


def _estimate(request: Request) -> str:
    people = len(request.chosen.ids)
    times = (1, people, people * len(buckets(request.period, request.grain)))
    sizes = []
    for form, parts in _KILOBYTES.items():
        each = [*zip(times, parts, strict=True)]
        if form == "xlsx" and people <= MOST_PEOPLE:
            each.append((people, _CHARTS))
        amount = sum(count * (fixed + more * len(request.stats)) for count, (fixed, more) in each)
        sizes.append(f"{FORMS[form]} {amount / 1000:.1f} MB" if amount > 1000 else f"{FORMS[form]} {amount:.0f} kB")
    archive = (
        f" A PDF of more than {PAGES_AT_ONCE} people comes as a ZIP archive of several."
        if people > PAGES_AT_ONCE
        else ""
    )
    return f"About {', '.join(sizes)}.{archive} Each says where its figures come from, and is in the access log."


def _made(scope: Scope, request: Request, form: str, *, mark: bool) -> _MadeFile:
    """Make the file, telling how far it is, and keep it when it is finished."""
    bar = st.progress(0.0, text="Counting")

    def told(done: float, words: str) -> None:
        bar.progress(min(done, 1.0), text=words)

    try:
        with turn(scope.viewer, lambda: told(0.0, "Waiting while other files are made")) as folder:
            made = build(scope, request, form, folder, mark=mark, told=told)
            name = downloads.file_name("review", request.period, made.path.suffix[1:])
            path = made.path.rename(_folder() / name)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise FileNotMade(f"The file could not be made: {reason}. Nothing is left of it; please try again.") from error
    bar.empty()
    return _MadeFile(_digest(request), scope.fingerprint, path, name, made.mime, time.time())


@contextmanager
def turn(viewer: Viewer, waits: Callable[[], object]) -> Iterator[Path]:
    """A turn at making a file, and an empty folder for it that is gone with all it holds when the turn is over.

    Whoever asks while others' files are being made waits; `waits` as in `core.ui.session.turns`.
    """
    with _TURNS.turn(viewer.email, waits), tempfile.TemporaryDirectory(dir=_folder()) as folder:
        yield Path(folder)


def build(
    scope: Scope,
    request: Request,
    form: str,
    folder: Path,
    *,
    what: str = "review",
    mark: bool = True,
    looks: Sequence[LookInWords] | None = None,
    made_by: Viewer | None = None,
    told: Progress = silent,
) -> ReviewFile:
    """Make a file on record with what this scope may see, in the folder of a turn.

    `what` and `looks` as in `core.reports.exports.recorded`; `made_by`: who makes it, where that is not the viewer of
    the scope.
    """
    reader = made_by or scope.viewer
    return make_and_record(
        scope,
        request,
        ReviewRecords(resources.database()),
        by=f"{reader.name} ({reader.email}){', for their own eyes' if scope.is_preview else ''}",
        form=form,
        folder=folder,
        what=what,
        mark=mark,
        looks=looks,
        progress=told,
    )


def _download(scope: Scope, kept: _MadeFile) -> None:
    if not kept.path.exists():
        st.caption("The file that was made is gone; make it again.")
        return
    size = kept.path.stat().st_size
    amount = f"{size / 1e6:.1f} MB" if size > 1e6 else f"{size / 1e3:.0f} kB"
    st.download_button(
        f"Download {kept.path.suffix[1:].upper()} ({amount})",
        downloads.owned(kept.name, scope.viewer, _handed_out(scope.viewer, kept)),
        file_name=kept.name,
        mime=kept.mime,
        on_click="ignore",
        type="primary",
        icon=":material/download:",
        key=f"download_{kept.name}",
    )


def _handed_out(viewer: Viewer, kept: _MadeFile) -> Callable[[], bytes]:
    place = audit.place()

    def content() -> bytes:
        with audit.at(place):
            downloads.scope_as_drawn(viewer, kept.seen, "review")
        if time.time() - kept.made_at > downloads.SECONDS or not kept.path.exists():
            raise FileNotMade("This file was made too long ago. Please make it again.")
        return kept.path.read_bytes()

    return content


def _digest(request: Request) -> str:
    said = (request.chosen.ids, str(request.period), request.stats, request.grain.value)
    return hashlib.sha256(repr(said).encode()).hexdigest()


@cache
def _process_folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="uptake-reviews-")


def _folder() -> Path:
    """This process's folder, without the files that may not be fetched any more.

    What is being made lies in folders of its own and is never too old, however long it takes.
    """
    folder = Path(_process_folder().name)
    for old in folder.iterdir():
        with suppress(FileNotFoundError):  # another reader's click removes it, or a turn ends, at the same time
            if old.is_file() and time.time() - old.stat().st_mtime > downloads.SECONDS:
                old.unlink()
    return folder
