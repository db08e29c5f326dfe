"""The gate: `Viewer` → `Scope` → rows. There is no other way to read usage.

reach      whom a viewer may see
notes      what these people say beside their figures
annotated  which annotations of admins they read
marks      what these people say about their own days
totals     what they may see of the whole organisation, and what of it would tell of a few others
scope      what they may read of these people, and the one function that makes a `Scope`
"""

from core.store.hierarchy.members import Members
from core.store.hierarchy.organisation import Team
from core.store.hierarchy.past_teams import PastDays, PastTeam
from core.store.notes.context_marks import MARK_KINDS, ContextMark, MarkedDays, MarkKind, NewMark
from core.store.notes.notes import ContextNote
from core.store.tables.usage import EVERYONE
from core.store.totals.organisation_reads import OrganisationTotals
from core.store.usage.reads import Freshness
from core.viewers import Identity, Viewer, viewer_for
from core.visibility.annotated import Annotation
from core.visibility.reach import FEWEST_OTHERS
from core.visibility.scope import Rows, Scope, scope_of

__all__ = [
    "EVERYONE",
    "FEWEST_OTHERS",
    "MARK_KINDS",
    "Annotation",
    "ContextMark",
    "ContextNote",
    "Freshness",
    "Identity",
    "MarkKind",
    "MarkedDays",
    "Members",
    "NewMark",
    "OrganisationTotals",
    "PastDays",
    "PastTeam",
    "Rows",
    "Scope",
    "Team",
    "Viewer",
    "scope_of",
    "viewer_for",
]
