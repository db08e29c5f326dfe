"""The sign-in cookie, for requests that run no page."""

from __future__ import annotations

import json
from collections.abc import Mapping

from starlette.requests import cookie_parser

# Private, as there is no public way to read the cookie outside a page; a test holds it to what the pages see.
from streamlit.web.server.starlette.starlette_websocket import _get_signed_cookie_with_chunks

SIGN_IN = "_streamlit_user"
"""Its name, and the beginning of the names of its parts."""


def signed_claims(cookie_header: str) -> Mapping[str, object] | None:
    """What the sign-in cookie says, when its signature is good and it is not past its time."""
    try:
        # As the pages read them: the standard library's reader stops at the first odd cookie of another application.
        claims = json.loads(_get_signed_cookie_with_chunks(cookie_parser(cookie_header), SIGN_IN) or b"null")
    except ValueError:
        return None
    return claims if isinstance(claims, dict) else None
