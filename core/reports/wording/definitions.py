"""What the words beside the numbers mean: the one text of each, for cards, tables and How it is counted."""

from __future__ import annotations

from collections.abc import Mapping

from core.catalogue import STATS, Ratio
from core.reports.measures import gaps, medians
from core.reports.measures.brief_rules import RULES as BRIEF
from core.reports.measures.tiers import RULES
from core.reports.wording.findings import SMALL

USER_DAY = (
    "One Claude user's counters for one UTC day. What was not measured is not zero and is shown as “–”. A day on which "
    "nobody used anything counts as measured for the counters that the nearest days with use before and after it both "
    "measured."
)
ACTIVE = (
    "Any counter above zero that day; active in a product: any counter of that product above zero. Claude's own daily "
    "active users count token consumption, which is another number."
)
HEADCOUNT = (
    "People of the team employed on the last day of the range. Archived people are not in it; their history stays."
)
IN_RATES = (
    "Somebody who marked every working day of the range (of a weekend, every day) as leave or the like, and did not "
    "use Claude, or the chosen product, in it, is left out of the headcount of a rate."
)
ADOPTION_RATE = f"Distinct people active in the range, out of the headcount on its last day. {IN_RATES}"
LAST_DAYS = "Distinct people active in the 7 days that end with the range, out of the headcount."
AVERAGE_WEEK = "Mean over the complete weeks (Monday to Sunday) of the range of active people / headcount."
STICKINESS = (
    "Mean number of people active on a working day, divided by those active in the 28 days that end with the range. "
    "Working days that somebody marked as leave or the like, and did not use Claude on, are left out for them."
)
ACTIVE_DAYS = "Days of the period (weekends included) with any counter above zero. UTC days."
WORKING_DAYS = (
    "Mondays to Fridays of the range with any counter above zero, of those that have data. Days that the person marked "
    "as leave or the like, and did not use Claude on, are left out, and so are those before the first and after the "
    "last day of employment; “–” where there could be no use."
)
FUNNEL = (
    "In the directory, has a Claude account, ever active, active in 28 days, regular or power, uses two or more "
    "products: each step counts people of the step before it. Who was first active since the weeks of habits began "
    "had not the time for one, and is not counted among those who stop before it."
)
CAME_AND_WENT = (
    "Use against the period before: retained (active in both), new (never active earlier, as far as data goes back), "
    "reactivated, lapsed, still inactive. It tells nothing of who joined or left."
)
WHERE_NOT = (
    f"Teams directly below, of {gaps.SMALLEST} people and more, whose adoption rate lies under that of the whole team, "
    f"the lowest first, {gaps.MOST} of them by name; products that nobody used in the range. Said of teams, never of "
    "people."
)
MEDIAN = (
    "Of what each active person of the product did in the range, the value in the middle; somebody active with none of "
    f"a statistic counts as zero. Told from {medians.FEWEST} active people on."
)
FEW_CASES = (
    "A rate of fewer than "
    f"{' or '.join(str(least) for least in sorted({stat.thin_below for stat in STATS if isinstance(stat, Ratio)}))} "
    "cases is grey and says how many they were, and nothing is compared with it."
)
CHANGE = (
    "Against the period before: the same length, shifted by whole weeks so that weekdays match; absent when data does "
    "not cover every day of both, or began to be measured between them. A rate of cases changes by points, between the "
    "whole per cents that are shown. Of one person also absent where they were not employed in all of both."
)
SMALL_GROUPS = f"Under a headcount of {SMALL}, figures speak in people and not in per cent."
AS_IT_WAS = (
    "A team is who is in the chain today, with all their days. As it was: each day counts who was in the chain on that "
    "day, as far as they may be seen today."
)
DATA_THROUGH = "The newest complete day stored. “Synced” says when Claude was last asked: another thing."

ALL: Mapping[str, str] = {
    "User-day": USER_DAY,
    "Active": ACTIVE,
    "Headcount": f"{HEADCOUNT} {IN_RATES}",
    "Adoption rate": f"{ADOPTION_RATE} Always shown with both numbers.",
    "Active in the last 7 days of the range": LAST_DAYS,
    "Average week": AVERAGE_WEEK,
    "Stickiness": STICKINESS,
    "Active days": ACTIVE_DAYS,
    "Active working days": WORKING_DAYS,
    "Habit": RULES.in_words(),
    "Funnel": FUNNEL,
    "Who took it up and who paused": CAME_AND_WENT,
    "Where adoption is lowest": WHERE_NOT,
    "Median per active person": MEDIAN,
    "Rates of few cases": FEW_CASES,
    "Change": CHANGE,
    "Small groups": SMALL_GROUPS,
    "As it was": AS_IT_WAS,
    "1:1 brief": BRIEF.in_words(),
    "Data through": DATA_THROUGH,
}
"""All of them by the word that the pages use, in the order in which How it is counted tells them."""
