"""Who may see whom, found another way than the product does: by walking from the subject up its managers.

It knows no numbering and no intervals, and reads nothing but a mapping from person to manager.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

Managers = Mapping[str, str | None]


def managers_above(person: str, managers: Managers) -> list[str]:
    """Everybody above a person, the nearest first; a line that belongs to a circle leads to nobody."""
    found: list[str] = []
    here = person
    while (boss := managers.get(here)) is not None and boss in managers and not _in_a_circle(here, managers):
        found.append(boss)
        here = boss
    return found


def _in_a_circle(person: str, managers: Managers) -> bool:
    here, steps = managers[person], 0
    while here is not None and here != person and steps <= len(managers):
        here, steps = managers.get(here), steps + 1
    return here == person


def may_see(viewer: str, subject: str, managers: Managers, admins: Collection[str]) -> bool:
    """Employees see themselves, managers everybody below, admins everybody."""
    return subject in managers and (
        viewer == subject or viewer in admins or viewer in managers_above(subject, managers)
    )
