"""Where a team does not take Claude up: which teams directly below least, and which products. Never which people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.catalogue import PRODUCT, Product
from core.reports.measures.activity import Share
from core.visibility import EVERYONE, Members, PastTeam, Team

SMALLEST = 5
"""Of fewer people it would be said of persons and not of a team."""

MOST = 3
"""So many teams are named."""


@dataclass(frozen=True)
class TeamShare:
    """The active people of one team's headcount; `name` is the lead's."""

    team_id: int
    name: str
    active: Share


@dataclass(frozen=True)
class Gaps:
    """What is taken up least.

    Attributes:
        teams: at most `MOST` teams directly below that lie under the whole team's rate, the lowest first.
        below: how many lie under it.
        lowest: how many teams share the lowest rate, where any lies under that of the whole team.
        compared: how many teams were looked at: those of `SMALLEST` people and more.
        unused: products that nobody used in the period, though they were measured.
        least: of the products that somebody used, those with the fewest people; none where all have as many.
    """

    teams: tuple[TeamShare, ...]
    below: int
    lowest: int
    compared: int
    unused: tuple[Product, ...]
    least: tuple[tuple[Product, Share], ...]


def gaps(team: Team, members: Members, employed: np.ndarray, active: np.ndarray, products: Mapping[str, Share]) -> Gaps:
    """Find them; the masks are over the team's people in pre-order, `products` are the shares of measured products."""
    direct = _directly_below(team, members)
    headcounts, actives = _per_chain(employed, members, direct), _per_chain(employed & active, members, direct)
    whole = Share(int((employed & active).sum()), int(employed.sum()))
    large = [
        TeamShare(int(members.ids[at]), members.names[at], Share(int(count), int(of)))
        for at, count, of in zip(direct.tolist(), actives, headcounts, strict=True)
        if of >= SMALLEST
    ]
    below = [each for each in large if (each.active.rate or 0) < (whole.rate or 0)] if len(large) > 1 else []
    below.sort(key=lambda each: (each.active.rate, each.name.casefold(), each.team_id))
    used = {key: share for key, share in products.items() if share.count}
    counts = {share.count for share in used.values()}
    return Gaps(
        teams=tuple(below[:MOST]),
        below=len(below),
        lowest=sum(each.active.rate == below[0].active.rate for each in below),
        compared=len(large),
        unused=tuple(PRODUCT[key] for key in products if key not in used),
        least=tuple((PRODUCT[key], share) for key, share in used.items() if share.count == min(counts))
        if len(counts) > 1
        else (),
    )


def _directly_below(team: Team, members: Members) -> np.ndarray:
    """Places of the leads of the teams directly below; of everybody, where one person leads, those below that lead.

    A directory with several leads at its top has several teams directly below everybody. People at its top who lead
    nobody are no team.
    """
    leads = members.reports > 0
    if not team.size or isinstance(team, PastTeam):  # as it was, a chain is no slice; the page Teams has its teams
        return np.array([], dtype=np.int64)
    top = int(members.depth[0])
    if team.team_id == EVERYONE and np.count_nonzero(leads & (members.depth == top)) > 1:
        return np.flatnonzero(leads & (members.depth == top))
    return np.flatnonzero(leads & (members.depth == top + 1))


def _per_chain(mask: np.ndarray, members: Members, places: np.ndarray) -> np.ndarray:
    """In pre-order a chain is a slice, so what it counts is a difference of two prefix sums."""
    running = np.concatenate(([0], np.cumsum(mask)))
    return np.asarray(running[places + members.reports[places] + 1] - running[places])
