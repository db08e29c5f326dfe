"""Making the files of a review, with progress and on disk; and handing them out, authorised again at the click.

What is made lies in a folder of this process that only its user can read, for as long as it may be fetched.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import streamlit as st

from core import audit
from core.errors import UptakeError
from core.reports.exports.provenance import Ledger, Maker
from core.reports.exports.review_files import FORMS, PAGES_AT_ONCE, Made, make
from core.reports.looks import Look
from core.reports.reviews.packet import Request, silent
from core.reports.reviews.readings import Present
from core.store import exports
from core.ui import cached, downloads
from core.ui.turns import Turns
from core.version import version
from core.visibility import Scope, Viewer

_KEPT = "uptake_review_files"
_TURNS = Turns(2)
"""A file of a thousand people takes some hundred megabytes while it is made."""

_KILOBYTES = {"csv": (1.0, 0.26), "xlsx": (20.0, 0.6), "pdf": (60.0, 20.0), "json": (2.0, 2.3)}
"""Of a file without people, and of each row (CSV, XLSX, JSON) or page (PDF): measured, for an estimate."""


class FileNotMade(UptakeError):
    """A review's file could not be made, or is there no more; nothing is left behind."""


@dataclass(frozen=True)
class _Kept:
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
        mark = st.checkbox("CSV with a byte order mark, for spreadsheets", value=True, key="review_mark")
        if asked:
            st.session_state[_KEPT] = _made(scope, request, asked[0], mark=mark)
        kept = st.session_state.get(_KEPT)
        if isinstance(kept, _Kept) and kept.request == _digest(request):
            _download(scope, kept)


def _estimate(request: Request) -> str:
    people = len(request.chosen.ids)
    rows = people * (2 + len(request.period) // {"day": 1, "week": 7, "month": 30}[request.grain.value])
    sizes = []
    for form, (fixed, each) in _KILOBYTES.items():
        amount = fixed + each * (people if form == "pdf" else rows) * max(len(request.stats) / 74, 0.15)
        sizes.append(f"{FORMS[form]} {amount / 1000:.1f} MB" if amount > 1000 else f"{FORMS[form]} {amount:.0f} kB")
    archive = (
        f" A PDF of more than {PAGES_AT_ONCE} people comes as a ZIP archive of several."
        if people > PAGES_AT_ONCE
        else ""
    )
    return f"About {', '.join(sizes)}.{archive} Each says where its figures come from, and is in the access log."


def _made(scope: Scope, request: Request, form: str, *, mark: bool) -> _Kept:
    """Make the file, telling how far it is."""
    bar = st.progress(0.0, text="Counting")
    folder = Path(tempfile.mkdtemp(dir=_folder()))
    try:
        made = build(scope, request, form, folder, mark=mark, told=lambda done, words: bar.progress(done, text=words))
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        reason = error.strerror or type(error).__name__
        raise FileNotMade(f"The file could not be made: {reason}. Nothing is left of it; please try again.") from error
    except BaseException:  # also when the reader goes to another page meanwhile, which Streamlit tells by an exception
        shutil.rmtree(folder, ignore_errors=True)
        raise
    bar.empty()
    kind = made.path.suffix[1:]
    name = downloads.file_name("review", request.period, kind)
    return _Kept(_digest(request), scope.fingerprint, made.path, name, made.mime, time.time())


def build(
    scope: Scope,
    request: Request,
    form: str,
    folder: Path,
    *,
    what: str = "review",
    mark: bool = True,
    looks: Sequence[Look] | None = None,
    made_by: Viewer | None = None,
    told: Callable[[float, str], object] = silent,
) -> Made:
    """Make a file with what this scope may see, logged before anything is read, and keep the record of it.

    Whoever asks while others' files are being made waits for a turn.

    `what` it is, for the access log; `looks` as in `core.reports.exports.review_files.make`; `made_by`: who makes it,
    where that is not the viewer of the scope.
    """
    database, period, chosen = cached.database(), request.period, request.chosen

    def ledger() -> Ledger:
        with database.read() as connection:
            return Ledger(**vars(exports.ledger_state(connection, period.first, period.last)))

    team_id = chosen.ids[0] if chosen.team_id is None else chosen.team_id
    said = {"days": str(period), "form": f"{form}, {what}", "of": chosen.words}
    now = dt.datetime.now(dt.UTC)
    export_id = scope.witness.exports(team_id, chosen.ids, said)
    reader = made_by or scope.viewer
    who = f"{reader.name} ({reader.email}){', for their own eyes' if scope.is_preview else ''}"
    maker = Maker(export_id, who, now, scope.freshness().data_through, version())
    with _TURNS.turn(reader.email, lambda: told(0.0, "Waiting while other files are made")):
        made = make(
            Present(scope),
            request,
            maker,
            ledger,
            form=form,
            folder=folder,
            mark=mark,
            looks=looks,
            progress=lambda done, words: (told(min(done, 1.0), words), None)[1],
        )
    with database.write() as connection:
        for part, (where, digest) in enumerate(made.parts, start=1):
            exports.note(connection, exports.FileRecord(export_id, part, form, where.checksum, digest, now))
    return made


def _download(scope: Scope, kept: _Kept) -> None:
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


def _handed_out(viewer: Viewer, kept: _Kept) -> Callable[[], bytes]:
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
    """This process's folder, without what may not be fetched any more."""
    folder = Path(_process_folder().name)
    for old in folder.iterdir():
        if time.time() - old.stat().st_mtime > downloads.SECONDS:
            shutil.rmtree(old, ignore_errors=True)
    return folder
