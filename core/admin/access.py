"""Who may do what admins do: an admin who signed in, or whoever can run commands on the server.

Every function of this room takes the proof of the role that it needs as its first argument. `AdminViewer`, the proof
of an admin with every right, is also a proof of each narrower role.
"""

from __future__ import annotations

from core import audit
from core.errors import NotPermitted
from core.viewers import Role, Viewer
from core.visibility import Scope

_MADE_HERE = object()


class _Proof:
    """Only the functions below make one; `name` is for records.

    `limited` is the actor where the acts must not widen what the actor sees; None for who sees everybody anyway.
    """

    __slots__ = ("limited", "name")

    def __init__(self, proof: object, name: str, limited: Viewer | None) -> None:
        if proof is not _MADE_HERE:
            message = "An admin viewer comes from admin_of(), its narrower sisters, or operator()."
            raise TypeError(message)
        self.name = name
        self.limited = limited

    def __repr__(self) -> str:
        """Says who it is."""
        return f"{type(self).__name__}({self.name!r})"


class ConnectionAdmin(_Proof):
    """Somebody may keep the connection to Claude: the key and the sync."""

    __slots__ = ()


class PeopleAdmin(_Proof):
    """Somebody may keep the directory, and whose Claude account is whose."""

    __slots__ = ()


class AdminViewer(ConnectionAdmin, PeopleAdmin):
    """Somebody may do everything, giving and taking roles included."""

    __slots__ = ()


def admin_of(scope: Scope) -> AdminViewer:
    """The signed-in admin whose scope this is.

    Raises:
        NotPermitted: the viewer is no admin.
    """
    return AdminViewer(_MADE_HERE, *_actor(scope, Role.ADMIN))


def connection_admin_of(scope: Scope) -> ConnectionAdmin:
    """The signed-in viewer, who may keep the connection.

    Raises:
        NotPermitted: the viewer may not.
    """
    kind = AdminViewer if scope.viewer.is_admin else ConnectionAdmin
    return kind(_MADE_HERE, *_actor(scope, Role.CONNECTION))


def people_admin_of(scope: Scope) -> PeopleAdmin:
    """The signed-in viewer, who may keep the directory.

    Raises:
        NotPermitted: the viewer may not.
    """
    kind = AdminViewer if scope.viewer.is_admin else PeopleAdmin
    return kind(_MADE_HERE, *_actor(scope, Role.PEOPLE))


def operator() -> AdminViewer:
    """Whoever runs a command on the server, and so has the database and its key anyway. For `core.cli` alone."""
    return AdminViewer(_MADE_HERE, audit.COMMAND_LINE, limited=None)


def _actor(scope: Scope, role: Role) -> tuple[str, Viewer | None]:
    viewer = scope.viewer
    if viewer.may(role) is not True:
        scope.recorder.log_refusal(f"what the role {role} is for")
        raise NotPermitted
    return viewer.email, None if viewer.sees_everyone else viewer
