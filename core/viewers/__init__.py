"""Who is it? From a sign-in, or a name that the operator gives, to a `Viewer`; nothing else makes one."""

from core.store.access.roles import Role
from core.viewers.sign_in import STRANGER, Identity, SignIn, end_all_sessions, end_session
from core.viewers.viewer import Viewer, addresses, epoch, keep_signed_in, manager_of, signed_in, viewer_for

__all__ = [
    "STRANGER",
    "Identity",
    "Role",
    "SignIn",
    "Viewer",
    "addresses",
    "end_all_sessions",
    "end_session",
    "epoch",
    "keep_signed_in",
    "manager_of",
    "signed_in",
    "viewer_for",
]
