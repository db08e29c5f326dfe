"""Who is looking? The first statement of every page asks; whoever is not known gets no further.

The sign-in cookie outlives a sign-out and lasts a month, so it only says who somebody claims to be. Each run, fragment
and click looks that person up as they are now: who was archived, signed out, or lost a team, loses it at once.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NoReturn

import streamlit as st

from core import viewers
from core.errors import NotPermitted, SignInEnded, StorageError, UnknownViewer, UptakeError
from core.ui.frame import shell
from core.ui.session import open_pages, remembered, resources, sessions
from core.viewers import Role, SignIn, Viewer
from core.visibility import Scope, scope_of

_LOG = logging.getLogger("uptake.gate")
_LET_IN: ContextVar[Scope | None] = ContextVar("uptake_let_in", default=None)


@contextmanager
def let_in(scope: Scope) -> Iterator[None]:
    """Inside the block, which is a page's own script, the gate answers as it just did in the same run."""
    was = _LET_IN.set(scope)
    try:
        yield
    finally:
        _LET_IN.reset(was)


def require_viewer() -> Scope:
    """What the reader may see; without a reader whom Uptake knows, a plain page instead, and the run ends here.

    Raises:
        StorageError: the database cannot be read, or has another schema.
    """
    if (known := _LET_IN.get()) is not None:
        return known
    claims = st.user.to_dict()
    if claims.get("is_logged_in") is not True:
        open_pages.forget()
        shell.sign_in_page()
        st.stop()
    sign_in = sessions.sign_in_of(claims)
    try:
        found, epoch = _found(sign_in)
        if isinstance(found, Scope) and not open_pages.runs_by_itself():
            found.viewer = viewers.keep_signed_in(
                resources.database(), resources.settings(), found.viewer, dt.datetime.now(dt.UTC)
            )
    except SignInEnded:
        remembered.forget()
        open_pages.forget()
        shell.sign_in_page(ended=True)
        st.stop()
    except StorageError:
        open_pages.mark_empty()
        raise
    if isinstance(found, UnknownViewer):
        _LOG.info("refused: signed in, but unknown")
        remembered.forget()
        open_pages.register_refused(sign_in, epoch)
        shell.refusal_page(str(found))
        st.stop()
    remembered.compare(found, epoch)
    return found


def scope_in_fragment() -> Scope:
    """The first statement of every fragment, for a fragment runs without its page's gate.

    Where the reader may see something else than when the page was drawn, or nothing, the whole page is drawn again.

    Raises:
        StorageError: the database cannot be read, or has another schema.
    """
    if (known := _LET_IN.get()) is not None:  # the page is being drawn, and the fragment with it
        return known
    try:
        with resources.database().moment():
            scope = _scope(sessions.sign_in_of(st.user.to_dict()))
    except (SignInEnded, UnknownViewer):
        draw_again()
    if remembered.differs(scope):
        draw_again()
    return scope


def draw_again() -> NoReturn:
    """Draw the whole page again, which is nothing that the reader did."""
    open_pages.expect_run_by_itself()
    st.rerun()


def scope_at_click(viewer: Viewer) -> Scope:
    """What somebody may see now who was let in when the page was drawn; for files that are built when clicked.

    Streamlit builds those without a session, so the viewer has to be the page's, never the browser's word.

    Raises:
        SignInEnded: the person signed out, or the session is over.
        UnknownViewer: the person is not known any more.
        StorageError: the database cannot be read.
    """
    if viewer.sign_in is None:
        raise UnknownViewer(viewers.STRANGER)
    return _scope(viewer.sign_in)


def require_employee() -> tuple[Scope, int]:
    """Like `require_viewer`, for somebody in the directory: their scope, and their own employee id in it.

    Raises:
        NotPermitted: the reader is an admin who is not in the directory.
        StorageError: the database cannot be read, or has another schema.
    """
    scope = require_viewer()
    if scope.viewer.employee_id is None:
        raise _refused(scope, "a page of employees")
    return scope, scope.viewer.employee_id


def require_manager_view() -> tuple[Scope, int]:
    """Like `require_employee`, with what the employee's manager can see of the employee, and of nobody else.

    Raises:
        NotPermitted: the reader has no manager, or is not in the directory.
        StorageError: the database cannot be read, or has another schema.
    """
    scope, employee_id = require_employee()
    seen = scope.as_my_manager()
    if seen is None:
        raise NotPermitted("Nobody is above you in the directory, so there is no manager whose view this could be.")
    return seen, employee_id


def require_team_lead() -> Scope:
    """Like `require_viewer`, for somebody with people below them, or an admin.

    Raises:
        NotPermitted: the reader has nobody below.
        StorageError: the database cannot be read, or has another schema.
    """
    return _required(require_viewer(), lambda scope: scope.leads_people, "a page of managers")


def require_totals() -> Scope:
    """Like `require_viewer`, for who may see what Claude counts of the whole organisation.

    Raises:
        NotPermitted: the reader leads nobody, or all but a few of the people with use.
        StorageError: the database cannot be read, or has another schema.
    """
    return _required(require_viewer(), lambda scope: scope.sees_totals, "the organisation")


def require_admin() -> Scope:
    """Like `require_viewer`, for an admin with every right.

    Raises:
        NotPermitted: the reader is no admin.
        StorageError: the database cannot be read, or has another schema.
    """
    return _required(require_viewer(), lambda scope: scope.viewer.is_admin, "a page of admins")


def require_connection_admin() -> Scope:
    """Like `require_viewer`, for who may keep the connection to Claude.

    Raises:
        NotPermitted: the reader may not.
        StorageError: the database cannot be read, or has another schema.
    """
    return _required(require_viewer(), lambda scope: scope.viewer.may(Role.CONNECTION), "a page of connection admins")


def require_people_admin() -> Scope:
    """Like `require_viewer`, for who may keep the directory and whose account is whose.

    Raises:
        NotPermitted: the reader may not.
        StorageError: the database cannot be read, or has another schema.
    """
    return _required(require_viewer(), lambda scope: scope.viewer.may(Role.PEOPLE), "a page of people admins")


def admits(claims: Mapping[str, object]) -> bool:
    """Whether somebody with these claims would be let in now; for requests that run no page, such as downloads."""
    if claims.get("is_logged_in") is not True:
        return False
    try:
        return lets_in(sessions.sign_in_of(claims))
    except UptakeError:
        return False


def lets_in(sign_in: SignIn) -> bool:
    """Whether somebody who signed in would be let in now.

    Raises:
        StorageError: the database cannot be read.
    """
    try:
        _scope(sign_in)
    except (SignInEnded, UnknownViewer):
        return False
    return True


def _found(sign_in: SignIn) -> tuple[Scope | UnknownViewer, resources.Epoch]:
    """What somebody may see, or why nothing, and the epoch: of one moment of the database.

    The epoch is of the day before, should midnight come between, and is never asked first: see `audit.newest_noted`.
    """
    today = resources.today()
    with resources.database().moment():
        found: Scope | UnknownViewer
        try:
            found = _scope(sign_in)
            found.freshness()  # nearly every page says it
        except UnknownViewer as refusal:
            found = refusal
        return found, resources.epoch(today)


def _required(scope: Scope, has: Callable[[Scope], bool], what: str) -> Scope:
    if not has(scope):
        raise _refused(scope, what)
    return scope


def _refused(scope: Scope, what: str) -> NotPermitted:
    scope.recorder.log_refusal(what)
    return NotPermitted()


def _scope(sign_in: SignIn) -> Scope:
    database, now = resources.database(), dt.datetime.now(dt.UTC)
    return scope_of(database, viewers.signed_in(database, resources.settings(), sign_in, now))
