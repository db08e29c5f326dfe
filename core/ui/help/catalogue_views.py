"""The page "How it is counted", written from the catalogue and from the definitions in the reports."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.catalogue import (
    ACROSS,
    CAVEAT_LABEL,
    IGNORED_FIELDS,
    PRODUCTS,
    Ratio,
    Stat,
    product_label,
    sources_of,
    stats_of,
)
from core.reports.measures.tiers import DEFINITIONS_VERSION
from core.reports.wording import definitions as definitions_of_words


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
    for word, meaning in definitions_of_words.ALL.items():
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
        CAVEAT_LABEL: stat.caveat or "–",
        "Unit": stat.unit,
        "Adds up as": str(stat.adds),
        "Read from": sources_of(stat),
    }
