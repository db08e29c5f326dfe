"""Every error that Uptake raises on purpose, as one tree.

    UptakeError
    ├─ SettingsError                 a setting is wrong: stop at start, name the variable
    ├─ ApiError                      talking to the Claude Analytics API failed
    │  ├─ ApiUnavailable             transient: retry, then leave it to the next run
    │  │  └─ ApiRateLimited          transient, with the wait that the API asked for
    │  ├─ ApiKeyRejected             permanent: tell the admin, stop asking
    │  ├─ DayNotAvailable            not a fault: the day is too recent or too old
    │  ├─ CursorLost                 the page cursor died: restart the day once
    │  ├─ DayHeld                    the day lost so much that an admin has to say whether it is true
    │  └─ ApiContractError           the response has a shape that cannot be counted
    ├─ DirectoryError                a directory file that cannot be read at all
    ├─ MatchingRefused               a decision about a Claude user that cannot be made as it was asked for
    ├─ MarkRefused                   days that somebody cannot mark as they asked
    ├─ NoteRefused                   a context note that cannot be taken as it was written
    ├─ RoleRefused                   a role or sign-in that cannot be given or taken as it was asked for
    ├─ AnnotationRefused             words, days or a team that cannot be noted on the charts
    ├─ StorageError                  the database is absent, locked, full or of another version
    │  └─ NotLogged                  it could not be written to the access log, so it was not done or shown
    ├─ SignInEnded                   signed out, or signed in too long ago: sign in again
    ├─ UnknownViewer · NotPermitted  one plain sentence; the same for "does not exist"
    └─ UnscopedRead                  a defect of ours: a read that went around the gate

The text of each error is a sentence for the person who reads it: what happened, what is safe, what to do.
"""

from __future__ import annotations

import datetime as dt


class UptakeError(Exception):
    """Base of every error whose text may be shown to a person as it is."""


class SettingsError(UptakeError):
    """A setting is missing or makes no sense; the text names the environment variable."""


class ApiError(UptakeError):
    """The Claude Analytics API could not be read."""


class ApiUnavailable(ApiError):
    """The API did not answer usefully this time; stored data stays as it is and the next run tries again."""


class ApiRateLimited(ApiUnavailable):
    """The API asked for a pause; `retry_after` is in seconds, None when it named no time."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ApiKeyRejected(ApiError):
    """The key cannot read analytics, and asking again will not help; `reason` is a short stable word."""

    def __init__(self, message: str, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


class DayNotAvailable(ApiError):
    """The API does not serve the day; `latest` is the newest day that it named, if it named one."""

    def __init__(self, message: str, latest: dt.date | None = None) -> None:
        super().__init__(message)
        self.latest = latest


class CursorLost(ApiError):
    """A page cursor expired or was refused; the day has to be read again from its first page."""


class DayHeld(ApiError):
    """A new version of a stored day lacks too much to be believed; the stored one stays until an admin decides."""


class ApiContractError(ApiError):
    """A response could not be understood; `path` says where. Nothing of the day is stored."""

    def __init__(self, message: str, path: str = "") -> None:
        super().__init__(message)
        self.path = path


class DirectoryError(UptakeError):
    """A directory file could not be read as a table of employees; nothing was changed."""


class MatchingRefused(UptakeError):
    """A link, alias or undo that would contradict the directory or another decision; nothing was changed."""


class MarkRefused(UptakeError):
    """Days that the employee could not mark, or a mark that could not be taken back; nothing was changed."""


class NoteRefused(UptakeError):
    """A context note that cannot be taken as it was written; nothing was changed."""


class RoleRefused(UptakeError):
    """A role or a sign-in could not be given or taken; nothing was changed."""


class AnnotationRefused(UptakeError):
    """An annotation could not be taken as it was given; nothing was changed."""


class StorageError(UptakeError):
    """The database cannot be used as it is."""


class NotLogged(StorageError):
    """The access log could not be written, so nothing is shown and nothing was changed."""


class SignInEnded(UptakeError):
    """A sign-in that counts no more: too long ago, or signed out since."""

    def __init__(self, message: str = "Your session has ended. Please sign in again.") -> None:
        super().__init__(message)


class UnknownViewer(UptakeError):
    """Somebody signed in whom Uptake does not know, or does not know any more."""


class NotPermitted(UptakeError):
    """The viewer may not see this, or it does not exist: on purpose one and the same."""

    def __init__(self, message: str = "There is nothing here that you can see.") -> None:
        super().__init__(message)


class UnscopedRead(UptakeError):
    """A usage table was read outside the gate. Always a defect; never caught."""
