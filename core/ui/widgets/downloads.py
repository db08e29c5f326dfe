"""Finished files: only the sign-in that had one made may fetch it, for a while, and while its person sees as much.

Streamlit serves a finished file to whoever knows its address, for as long as the page that made it is open and longer.
The address is a hash that includes the file's name, and the name holds 128 random bits.
"""

from __future__ import annotations

import re
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from core import audit
from core.errors import NotPermitted, StorageError, UptakeError
from core.reports.periods import Period
from core.ui import gate
from core.ui.session import resources, sessions
from core.viewers import SignIn, Viewer
from core.visibility import Scope

SECONDS = 600
"""How long a file may be fetched after it was made."""

_CHANGED = "What you may see has changed since the page was drawn. Please load it again."


@dataclass(frozen=True)
class _Made:
    viewer: Viewer
    fingerprint: str
    until: float


_made: dict[str, _Made] = {}
_lock = threading.Lock()


def file_name(what: str, period: Period, kind: str) -> str:
    """A name that nobody can guess; `what` is plain words with hyphens, never a person's name."""
    return f"uptake-{re.sub('[^a-z-]', '', what)}-{period.first}-{period.last}-{secrets.token_hex(16)}.{kind}"


def owned(name: str, viewer: Viewer, build: Callable[[], bytes]) -> Callable[[], bytes]:
    """The function that builds a file of this name, which then is the viewer's."""

    def build_and_note() -> bytes:
        content = build()
        _note(name, viewer)
        return content

    return build_and_note


def scope_as_drawn(viewer: Viewer, seen: str, what: str) -> Scope:
    """What somebody may see at a click, as long as that is what it was when the page was drawn.

    `seen` is the scope's fingerprint of then; `what` is asked for, for the access log.

    Raises:
        SignInEnded: the person signed out, or the session is over.
        UnknownViewer: the person is not known any more.
        NotPermitted: they may see something else by now.
        StorageError: the database cannot be read.
    """
    scope = gate.scope_at_click(viewer)
    if scope.fingerprint != seen:
        scope.recorder.log_refusal(what)
        raise NotPermitted(_CHANGED)
    return scope


def _note(name: str, viewer: Viewer) -> None:
    seen, now = gate.scope_at_click(viewer).fingerprint, time.monotonic()
    with _lock:
        for old in [other for other, made in _made.items() if made.until <= now]:
            del _made[old]
        _made[name] = _Made(viewer, seen, now + SECONDS)


def may_fetch(claims: Mapping[str, object], name: str) -> bool:
    """Whether somebody with these claims had the file made, lately, and may see now what they saw then.

    For files of pages only; all others are refused.
    """
    sign_in = sessions.sign_in_of(claims)
    with _lock:
        made = _made.get(name)
    if made is not None and time.monotonic() < made.until and _is_still_theirs(made, sign_in):
        return True
    with suppress(StorageError):
        what = f"the file {name.rpartition('-')[0]}"  # without the part that nobody is to know
        audit.log_refusal(resources.database(), sign_in.identity.email, what, "download")
    return False


def _is_still_theirs(made: _Made, sign_in: SignIn) -> bool:
    if made.viewer.sign_in is None or not secrets.compare_digest(made.viewer.sign_in.digest, sign_in.digest):
        return False
    try:
        return gate.scope_at_click(made.viewer).fingerprint == made.fingerprint
    except UptakeError:
        return False
