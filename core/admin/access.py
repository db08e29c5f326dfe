"""Who may do what admins do: an admin who signed in, or whoever can run commands on the server."""

from __future__ import annotations

from core.errors import NotPermitted
from core.visibility import Scope

_MADE_HERE = object()


class AdminViewer:
    """The proof that somebody may administer Uptake. Only `admin_of` and `operator` make one; `name` is for records."""

    __slots__ = ("name",)

    def __init__(self, proof: object, name: str) -> None:
        if proof is not _MADE_HERE:
            message = "An admin viewer comes from admin_of() or operator()."
            raise TypeError(message)
        self.name = name

    def __repr__(self) -> str:
        """Says who it is."""
        return f"AdminViewer({self.name!r})"


def admin_of(scope: Scope) -> AdminViewer:
    """The signed-in admin whose scope this is.

    Raises:
        NotPermitted: the viewer is no admin.
    """
    if scope.viewer.is_admin is not True:
        raise NotPermitted
    return AdminViewer(_MADE_HERE, scope.viewer.email)


def operator() -> AdminViewer:
    """Whoever runs a command on the server, and so has the database and its key anyway. For `core.cli` alone."""
    return AdminViewer(_MADE_HERE, "command line")
