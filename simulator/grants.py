"""Codes and access tokens that the demo provider has given out, in memory and for a short time."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from simulator.identities import Identity

CODE_SECONDS = 60.0
ACCESS_TOKEN_SECONDS = 600.0


@dataclass(frozen=True)
class Grant:
    """A person's consent, bound to the return address, the PKCE challenge and the nonce of one request."""

    identity: Identity
    redirect_uri: str
    challenge: str
    nonce: str


class Grants:
    """Everything expires by `clock`, in seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._codes: dict[str, tuple[float, Grant]] = {}
        self._holders: dict[str, tuple[float, Identity]] = {}

    def issue_code(self, grant: Grant) -> str:
        code = secrets.token_urlsafe(24)
        self._codes[code] = (self._clock() + CODE_SECONDS, grant)
        return code

    def redeem(self, code: str) -> Grant | None:
        """The grant of a code, once and within its time; the code is used up by any attempt."""
        expires, grant = self._codes.pop(code, (0.0, None))
        return grant if self._clock() < expires else None

    def issue_access_token(self, identity: Identity) -> str:
        token = secrets.token_urlsafe(32)
        self._holders[token] = (self._clock() + ACCESS_TOKEN_SECONDS, identity)
        return token

    def holder(self, token: str) -> Identity | None:
        expires, identity = self._holders.get(token, (0.0, None))
        return identity if self._clock() < expires else None
