"""Who is looking? The first statement of every page asks; whoever is not known gets no further.

The sign-in cookie outlives a sign-out and lasts a month, so it only says who somebody claims to be. Each run looks that
person up in the directory as it is now: who was archived, or lost a team, loses it with the next click.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping

import streamlit as st

from core.errors import NotPermitted, UnknownViewer, UptakeError
from core.ui import cached, shell
from core.visibility import Identity, Scope, scope_of, viewer_for

_LOG = logging.getLogger("uptake.gate")


def require_viewer() -> Scope:
    """What the reader may see; without a reader whom Uptake knows, a plain page instead, and the run ends here.

    Raises:
        StorageError: the database cannot be read, or has another schema.
    """
    claims = st.user.to_dict()
    if claims.get("is_logged_in") is not True:
        shell.sign_in_page()
        st.stop()
    if _has_ended(claims):
        shell.sign_in_page(ended=True)
        st.stop()
    try:
        return _scope(claims)
    except UnknownViewer as refusal:
        _LOG.info("refused: signed in, but unknown")
        shell.refusal_page(str(refusal))
        st.stop()


def require_employee() -> tuple[Scope, int]:
    """Like `require_viewer`, for somebody in the directory: their scope, and their own employee id in it.

    Raises:
        NotPermitted: the reader is an admin who is not in the directory.
        StorageError: the database cannot be read, or has another schema.
    """
    scope = require_viewer()
    if scope.viewer.employee_id is None:
        raise NotPermitted
    return scope, scope.viewer.employee_id


def require_team_lead() -> Scope:
    """Like `require_viewer`, for somebody with people below them, or an admin.

    Raises:
        NotPermitted: the reader has nobody below.
        StorageError: the database cannot be read, or has another schema.
    """
    scope = require_viewer()
    if not scope.leads_people:
        raise NotPermitted
    return scope


def require_admin() -> Scope:
    """Like `require_viewer`, for an admin.

    Raises:
        NotPermitted: the reader is no admin.
        StorageError: the database cannot be read, or has another schema.
    """
    scope = require_viewer()
    if not scope.viewer.is_admin:
        raise NotPermitted
    return scope


def scope_at_click(email: str) -> Scope:
    """What somebody may see now who was let in when the page was drawn; for files that are built when clicked.

    Streamlit builds those without a session, so `email` has to be the viewer's of that page, never the browser's word.

    Raises:
        UnknownViewer: the person is not known any more.
        StorageError: the database cannot be read, or has another schema.
    """
    return _scope({"email": email, "email_verified": True})


def admits(claims: Mapping[str, object]) -> bool:
    """Whether somebody with these claims would be let in now; for requests that run no page, such as downloads."""
    if claims.get("is_logged_in") is not True or _has_ended(claims):
        return False
    try:
        _scope(claims)
    except UptakeError:
        return False
    return True


def _has_ended(claims: Mapping[str, object]) -> bool:
    """Whether the sign-in is too long ago. Without the time of its issue (seconds since 1970) it counts as ended."""
    issued = claims.get("iat")
    if isinstance(issued, bool) or not isinstance(issued, int | float):
        return True
    # Written so that NaN, which compares as false with everything, has ended too.
    return not time.time() - issued <= cached.settings().session_hours * 3_600


def _scope(claims: Mapping[str, object]) -> Scope:
    email = claims.get("email")
    identity = Identity(email if isinstance(email, str) else "", _is_verified(claims))
    database = cached.database()
    viewer = viewer_for(database, cached.settings().admins, identity, cached.today())
    return scope_of(database, viewer)


def _is_verified(claims: Mapping[str, object]) -> bool:
    """Whether the provider vouches for the e-mail; where it never says so, the setting may vouch for the provider."""
    said = claims.get("email_verified")
    return said is True or (said is None and cached.settings().oidc_trust_email)
