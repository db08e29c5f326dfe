"""A sign-in: what the provider said, whether it still counts, and which stored identity it is.

An identity is issuer and subject. Its verified address is used once, to find the employee; see
`core.store.access.identities`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass

from core import audit
from core.errors import SignInEnded, UnknownViewer
from core.people.email import canonical
from core.settings import Settings
from core.store.access import identities, sessions
from core.store.access.identities import KnownIdentity
from core.store.engine.database import Database

STRANGER = "This e-mail address is not known here. Ask the people who run Uptake to add you to the directory."

_UNVERIFIED = "Your sign-in provider has not verified your e-mail address, so Uptake cannot tell who you are."

_OTHER_ACCOUNT = (
    "This e-mail address belongs to another account here, so Uptake cannot tell who you are and shows you nothing. "
    "The people who run Uptake see that you were here, and can let this account in."
)

GATE = "core.viewers"
_TOLERANCE = dt.timedelta(minutes=5).total_seconds()
"""By how much the provider's clock may be ahead of ours."""

_LONGEST_ISSUER, _LONGEST_SUBJECT = 2_048, 255
"""Characters; the second is the limit of OpenID Connect Core 1.0, section 2."""


@dataclass(frozen=True)
class Identity:
    """An address, and whether somebody who may say so says that it is theirs."""

    email: str
    email_verified: bool


@dataclass(frozen=True)
class SignIn:
    """What the provider said about a person at one sign-in, after its signature was checked.

    `issued_at` is in seconds since 1970; `nonce` tells the sign-ins of one person apart.
    """

    issuer: str
    subject: str
    issued_at: float
    nonce: str
    identity: Identity

    @property
    def digest(self) -> str:
        """The name under which the end of this session is remembered."""
        parts = (self.issuer, self.subject, repr(self.issued_at), self.nonce)
        return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()


def address_of(database: Database, identity: Identity) -> str:
    """The address as it is compared.

    Raises:
        UnknownViewer: it is not verified, or no address.
    """
    if identity.email_verified is not True:
        audit.log_stranger(database, identity.email)
        raise UnknownViewer(_UNVERIFIED)
    try:
        return canonical(identity.email)
    except ValueError as error:
        audit.log_stranger(database, identity.email)
        raise UnknownViewer(STRANGER) from error


def known_identity(
    database: Database, settings: Settings, sign_in: SignIn, now: dt.datetime
) -> tuple[KnownIdentity | None, dt.datetime]:
    """The stored identity of a sign-in that still counts, None before its first time; and until when it counts.

    Raises:
        SignInEnded: it is too long ago, its person has not come for too long, or it was signed out, here or everywhere.
        StorageError: the database cannot be read, or is an older copy that was put in place of a newer one.
        UnknownViewer: the provider named nobody.
    """
    # Written so that NaN, which compares as false with everything, has ended too.
    if not -_TOLERANCE <= now.timestamp() - sign_in.issued_at <= settings.session_hours * 3_600:
        raise _ended(database, sign_in)
    if not (_fits(sign_in.issuer, _LONGEST_ISSUER) and _fits(sign_in.subject, _LONGEST_SUBJECT)):
        audit.log_stranger(database, sign_in.identity.email)
        raise UnknownViewer(STRANGER)
    noted = audit.newest_noted(database)
    with database.read(GATE) as connection:
        audit.confirm_newest(connection, noted)
        until, all_until = sessions.ends(connection, sign_in.digest)
        known = identities.find(connection, sign_in.issuer, sign_in.subject)
    issued = dt.datetime.fromtimestamp(sign_in.issued_at, dt.UTC)
    if until is None:
        until = issued + _idle(settings)
    ended = [all_until, None if known is None else known.ended_at]
    if until <= now or any(sign_in.issued_at <= moment.timestamp() for moment in ended if moment is not None):
        raise _ended(database, sign_in)
    return known, min(until, issued + _longest(settings))


def _ended(database: Database, sign_in: SignIn) -> SignInEnded:
    audit.log_stranger(database, sign_in.identity.email, proven=sign_in.identity.email_verified is True, ended=True)
    return SignInEnded()


def _idle(settings: Settings) -> dt.timedelta:
    return dt.timedelta(minutes=settings.idle_minutes)


def _longest(settings: Settings) -> dt.timedelta:
    return dt.timedelta(hours=settings.session_hours)


def _fits(value: str, longest: int) -> bool:
    return 0 < len(value) <= longest and value.isprintable()


def bind(database: Database, sign_in: SignIn, email: str, employee_id: int | None, now: dt.datetime) -> KnownIdentity:
    """Bind a sign-in to an employee, or to the address of an admin outside the directory.

    Raises:
        UnknownViewer: that is another identity's already; this one is remembered and waits for an admin.
    """
    with database.read(GATE) as connection:
        waiting = identities.find(connection, sign_in.issuer, sign_in.subject)
        free = identities.is_free(connection, sign_in.issuer, sign_in.subject, email, employee_id)
    if waiting is not None and not free:
        if waiting.email != email:  # who is refused writes nothing else, however often they come
            with database.write() as connection:
                identities.waits_as(connection, sign_in.issuer, sign_in.subject, email)
        audit.log_stranger(database, email, proven=True)
        raise UnknownViewer(_OTHER_ACCOUNT)
    with database.write() as connection:
        identities.bind(connection, sign_in.issuer, sign_in.subject, email, employee_id, now=now)
        known = identities.find(connection, sign_in.issuer, sign_in.subject)
    if known is None or known.bound_at is None:
        audit.log_stranger(database, email, proven=True)
        raise UnknownViewer(_OTHER_ACCOUNT)
    return known


def prolong(
    database: Database, settings: Settings, sign_in: SignIn, until: dt.datetime, now: dt.datetime
) -> dt.datetime:
    """Prolong a session that lasts `until`, as its person does something now; returns until when it lasts then.

    The new end is written down only once a tenth of the idle time has passed, so that few pages wait for that.
    """
    issued = dt.datetime.fromtimestamp(sign_in.issued_at, dt.UTC)
    later = min(now + _idle(settings), issued + _longest(settings))
    if later - until < _idle(settings) / 10:
        return until
    with database.write() as connection:
        sessions.prolong(connection, sign_in.digest, later, now)
    return later


def end_session(database: Database, sign_in: SignIn) -> None:
    """Sign out: whoever comes with this sign-in again is refused, from any machine."""
    with database.write() as connection:
        sessions.end(connection, sign_in.digest, dt.datetime.now(dt.UTC))


def end_all_sessions(database: Database, sign_in: SignIn) -> None:
    """Sign out everywhere: every sign-in of this person up to now, and up to this one, is refused.

    This one may lie ahead, as the provider's clock may.
    """
    now = dt.datetime.now(dt.UTC)
    ahead = min(max(0.0, sign_in.issued_at - now.timestamp()), _TOLERANCE)
    with database.write() as connection:
        identities.end_everywhere(connection, sign_in.issuer, sign_in.subject, now + dt.timedelta(seconds=ahead))
