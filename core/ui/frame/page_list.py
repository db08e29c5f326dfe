"""Every page of the application: its script, its name, and who has it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Audience = Literal["everyone", "employee", "lead", "figures", "totals", "connection", "people", "admin"]
"""Everyone who is let in · who stands in the directory · who has people below or sees everybody · either of these · who
may see the organisation's totals · who keeps the connection · who keeps the directory · admins, who have these two."""


@dataclass(frozen=True, kw_only=True)
class PageEntry:
    """A page script: its file under the root, its name, its audience. An `unlisted` one is reached by links only.

    A page `takes` these choices over from the pages before it; they stand in its address.
    """

    path: str
    title: str
    icon: str
    url_path: str
    section: str
    audience: Audience
    unlisted: bool = False
    takes: tuple[str, ...] = ()


_RANGE = ("range", "from", "to")
_COURSE = ("by", "area", "statistic")
_TEAM = ("team", "people", *_RANGE, "product")


PAGES = (
    PageEntry(
        path="pages/you/my_usage.py",
        title="My usage",
        icon=":material/person:",
        url_path="my-usage",
        section="You",
        audience="employee",
        takes=(*_RANGE, *_COURSE),
    ),
    PageEntry(
        path="pages/you/what_my_manager_sees.py",
        title="What my manager sees",
        icon=":material/visibility:",
        url_path="what-my-manager-sees",
        section="You",
        audience="employee",
        unlisted=True,
        takes=(*_RANGE, *_COURSE),
    ),
    PageEntry(
        path="pages/team/adoption.py",
        title="Adoption",
        icon=":material/monitoring:",
        url_path="adoption",
        section="Team",
        audience="lead",
        takes=(*_TEAM, *_COURSE, "medians"),
    ),
    PageEntry(
        path="pages/team/teams.py",
        title="Teams",
        icon=":material/lan:",
        url_path="teams",
        section="Team",
        audience="lead",
        takes=(*_TEAM, "columns"),
    ),
    PageEntry(
        path="pages/team/people.py",
        title="People",
        icon=":material/groups:",
        url_path="people",
        section="Team",
        audience="lead",
        takes=(*_TEAM, "show", "sort"),
    ),
    PageEntry(
        path="pages/team/person.py",
        title="Person",
        icon=":material/badge:",
        url_path="person",
        section="Team",
        audience="lead",
        unlisted=True,
        takes=(*_RANGE, *_COURSE),
    ),
    PageEntry(
        path="pages/team/organisation.py",
        title="Organisation",
        icon=":material/domain:",
        url_path="organisation",
        section="Team",
        audience="totals",
        takes=_RANGE,
    ),
    PageEntry(
        path="pages/reviews/review_exports.py",
        title="Review exports",
        icon=":material/assignment:",
        url_path="review-exports",
        section="Reviews",
        audience="figures",
        takes=("cycle", "from", "to", "who", "team", "by", "stats"),
    ),
    PageEntry(
        path="pages/reviews/brief.py",
        title="1:1 brief",
        icon=":material/forum:",
        url_path="brief",
        section="Reviews",
        audience="figures",
        takes=_RANGE,
    ),
    PageEntry(
        path="pages/admin/connection.py",
        title="Connection",
        icon=":material/cable:",
        url_path="connection",
        section="Admin",
        audience="connection",
    ),
    PageEntry(
        path="pages/admin/directory.py",
        title="Directory",
        icon=":material/account_tree:",
        url_path="directory",
        section="Admin",
        audience="people",
    ),
    PageEntry(
        path="pages/admin/matching.py",
        title="Matching",
        icon=":material/join_inner:",
        url_path="matching",
        section="Admin",
        audience="people",
    ),
    PageEntry(
        path="pages/admin/roles.py",
        title="Roles",
        icon=":material/shield_person:",
        url_path="roles",
        section="Admin",
        audience="admin",
    ),
    PageEntry(
        path="pages/admin/annotations.py",
        title="Annotations",
        icon=":material/flag:",
        url_path="annotations",
        section="Admin",
        audience="admin",
    ),
    PageEntry(
        path="pages/admin/access_log.py",
        title="Access log",
        icon=":material/policy:",
        url_path="access-log",
        section="Admin",
        audience="admin",
    ),
    PageEntry(
        path="pages/help/how_it_is_counted.py",
        title="How it is counted",
        icon=":material/calculate:",
        url_path="how-it-is-counted",
        section="Help",
        audience="everyone",
    ),
)
"""In the order of the menu."""
