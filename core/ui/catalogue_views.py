"""The page "How it is counted", written from the catalogue and from the definitions in the reports."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.catalogue import ACROSS, IGNORED_FIELDS, PRODUCTS, Ratio, Stat, product_label, sources_of, stats_of
from core.reports import gaps, medians
from core.reports.tiers import DEFINITIONS_VERSION, RULES

_DEFINITIONS = {
    "User-day": "One Claude user's counters for one UTC day. What was not measured is not zero and is shown as “–”.",
    "Active": (
        "Any counter above zero that day; active in a product: any counter of that product above zero. Claude's own "
        "daily active users count token consumption, which is another number."
    ),
    "Headcount": "People of the team employed on the last day of the range. Who is archived leaves it; history stays.",
    "Adoption rate": "Distinct active people divided by headcount, always shown with both numbers.",
    "Average week": "Mean over the complete ISO weeks (Monday to Sunday) of the range of active people / headcount.",
    "Stickiness": "Mean number of people active on a working day, divided by the people active in the same 28 days.",
    "Habit": RULES.in_words(),
    "Funnel": (
        "In the directory, has a Claude account, ever active, active in 28 days, regular or power, uses two or more "
        "products: each step counts people of the step before it."
    ),
    "Came and went": (
        "Against the period before: retained (active in both), new (never active earlier), reactivated, lapsed, still "
        "inactive."
    ),
    "Where not": (
        f"Teams directly below, of {gaps.SMALLEST} people and more, whose adoption rate lies under that of the whole "
        "team, the lowest first; products that nobody used in the range. Said of teams, never of people."
    ),
    "Median per active person": (
        "Of what each active person of the product did in the range, the value in the middle; somebody active with "
        f"none of a statistic counts as zero. Told from {medians.FEWEST} active people on."
    ),
    "Change": (
        "Against the period before: the same length, shifted by whole weeks so that weekdays match; absent when data "
        "does not cover it. Under a headcount of ten it speaks in people, not in per cent."
    ),
    "Data through": "The newest complete day stored. “Synced” says when Claude was last asked: another thing.",
}


def promise() -> None:
    """What is read, and what never is."""
    with st.container(border=True):
        st.markdown(
            "**What is read:** counts per person and day, from the Claude Enterprise Analytics API. "
            "**What never is:** conversations, prompts, answers, code, files or their names. "
            "Uptake has no call that could change anything in Claude. Names of skills and connectors are read as "
            "totals of the whole organisation, without a person, unless that is switched off."
        )
        st.markdown(
            "**Who sees what:** employees themselves; managers everybody in their reporting chain; admins everybody; "
            "colleagues nothing. There is no ranking of people and no score."
        )


def definitions() -> None:
    """The words of the pages."""
    st.subheader("Definitions", anchor=False)
    for word, meaning in _DEFINITIONS.items():
        st.markdown(f"**{word}.** {meaning}")
    st.caption(f"Version {DEFINITIONS_VERSION} of these definitions; reviews, briefs and charts taken away carry it.")


def statistics() -> None:
    """Every statistic by product, with where it comes from."""
    st.subheader("Statistics", anchor=False)
    for key in (*(product.key for product in PRODUCTS), ACROSS):
        with st.expander(product_label(key), key=f"about_{key}"):
            rows = [_row(stat) for stat in stats_of(key)]
            st.table(pd.DataFrame(rows).set_index("Statistic"))
    with st.expander("Fields that are known and not counted", key="about_ignored"):
        st.table(pd.DataFrame({"Why": IGNORED_FIELDS}))


def _row(stat: Stat | Ratio) -> dict[str, str]:
    return {
        "Statistic": stat.label,
        "Meaning": stat.meaning,
        "To mind": stat.caveat or "–",
        "Unit": stat.unit,
        "Adds up as": str(stat.adds),
        "Read from": sources_of(stat),
    }
