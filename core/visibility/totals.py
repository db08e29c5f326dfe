"""The organisation's totals behind the gate: less the viewer's own people they never tell of a few others."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import Connection

from core.catalogue import ANY, PRODUCT, PRODUCTS, SUMMARIES
from core.catalogue.summaries import MONTH
from core.store.matching.outsiders import ActiveParts, OutsideActivity
from core.store.totals import organisation_reads
from core.store.totals.organisation_reads import OrganisationTotals
from core.visibility.reach import FEWEST_OTHERS, Reach

_COUNTED = (("", (ANY.key,), MONTH), *((f"{each.key}_", each.products, each.month) for each in SUMMARIES))
"""How the columns of active users begin, the products of people's own use that they are of, and the days of a month."""


class Totals(Reach):
    """What the viewer may see of the whole organisation."""

    def organisation_totals(self, first: dt.date, last: dt.date) -> OrganisationTotals:
        """What Claude counts of the whole organisation; for who `sees_totals`. Only who sees everybody has all of it.

        Everybody else has no private names, and of skills and connectors no figures of days on which fewer than
        `FEWEST_OTHERS` used them. Days are withheld on which too few outside the viewer's people were active, or whose
        usage per person is not stored: nobody can tell how many they were. Of the other days the newest is told, and
        of its active users each number that, less the viewer's own people, is not of a few.
        """
        if not self.sees_totals:
            raise self._refused("the organisation")
        with self._usage() as connection:
            if self.viewer.sees_everyone:
                return organisation_reads.totals(connection, first, last, private_names=True)
            found = organisation_reads.totals(connection, first, last, private_names=False, fewest=FEWEST_OTHERS)
            by_day = self._activity(connection, [ANY.bit], first, last).by_day(ANY.bit, self._whole)
            told = found.only({day for day, parts in by_day.items() if self._are_enough(parts)})
            told = replace(told, of_nobody=self._leads_everybody)
            return self._newest_of(connection, told) if told.days else told

    def _activity(
        self, connection: Connection, products: Collection[int], first: dt.date, last: dt.date
    ) -> OutsideActivity:
        wanted = (products, (first, last))
        return OutsideActivity(
            connection, self._database.url, self._directory, wanted, with_nobodys=self._leads_everybody
        )

    def _are_enough(self, parts: ActiveParts) -> bool:
        """Whether those outside the viewer's people are too many to be told apart, or nobody at all.

        Accounts of nobody may be anybody's, so they hide nobody of the directory; who leads all of that has only them
        outside.
        """
        return not _are_few(parts.nobodys) if self._leads_everybody else parts.others >= FEWEST_OTHERS

    def _newest_of(self, connection: Connection, found: OrganisationTotals) -> OrganisationTotals:
        """The newest day alone, without the numbers of active users that would tell of a few."""
        newest = found.days[-1]
        day: dt.date = newest["day"]
        bits = [product.bit for product in (ANY, *PRODUCTS)]
        activity = self._activity(connection, bits, day - dt.timedelta(days=MONTH - 1), day)
        few = set()
        for prefix, products, month in _COUNTED:
            for name, length in (("daily", 1), ("weekly", 7), ("monthly", month)):
                count, days = newest[column := f"{prefix}{name}_active"], (day - dt.timedelta(days=length - 1), day)
                parts = activity.within([PRODUCT[key].bit for key in products], days, self._whole)
                is_told = activity.is_whole(days) and self._are_enough(parts)
                if count is not None and (not is_told or _leaves_few(count, parts)):
                    few.add(column)
        shown = {name: None if name in few else value for name, value in newest.items()}
        return replace(found, days=[shown], few=frozenset(few))


def _leaves_few(count: int, parts: ActiveParts) -> bool:
    """Claude counts by rules of its own, so its number may leave a few where Uptake knows of more, or of none."""
    return _are_few(count) or _are_few(count - parts.team)


def _are_few(number: int) -> bool:
    return 0 < number < FEWEST_OTHERS
