"""Where a team does not take Claude up: said of teams and products, never of people."""

from __future__ import annotations

import streamlit as st

from core.catalogue import ANY
from core.reports.adoption import adoption_findings
from core.reports.adoption.adoption import Adoption
from core.reports.measures import gaps
from core.reports.wording import definitions, findings
from core.reports.wording.markdown import literal
from core.ui.frame import navigation
from core.visibility import PastTeam
from core.wording import number, percent


def where_not(data: Adoption) -> None:
    """The teams directly below that take Claude up least, and the products that reach fewest or nobody."""
    found = data.gaps
    with st.container(border=True, height="stretch", gap="xsmall", key="gaps_card"):
        st.markdown(
            f"**{literal(adoption_findings.gaps_title(data))}**",
            help=definitions.WHERE_NOT,
        )
        lines = [f"{literal(each.name)} · **{findings.adoption_rate(each.active)}**" for each in found.teams]
        if lines:
            st.markdown("  \n".join(lines))
            told = f"Teams by their manager, of {found.compared} directly below with {gaps.SMALLEST} people or more."
            if found.below > len(lines):
                told += f" {number(found.below)} lie under the {percent(data.now.active.rate)} of the whole team."
            if found.lowest > len(lines):
                more = found.lowest - len(lines)
                told += f" {more} more {'is' if more == 1 else 'are'} as low as these."
            st.caption(told)
        elif found.compared > 1:
            st.caption(f"The {found.compared} teams directly below are alike.")
        if data.product is ANY:
            st.markdown("  \n".join(_unused(data)))
        if found.compared > 1 or isinstance(data.team, PastTeam):  # of a team as it was, only Teams tells the parts
            st.page_link(
                navigation.file_of("teams"),
                label="All teams",
                icon=":material/lan:",
                query_params=navigation.query_for("teams") | {"team": str(data.team.team_id)},
            )


def _unused(data: Adoption) -> list[str]:
    lines = []
    if data.gaps.unused:
        lines.append(f"Used by nobody: {', '.join(product.label for product in data.gaps.unused)}")
    if least := data.gaps.least:
        labels = ", ".join(product.label for product, _ in least)
        share = least[0][1]
        alone = len(least) == 1
        lines.append(
            f"Reaches fewest: {labels}, {share}"
            if alone
            else f"Reach fewest: {labels}, {findings.people(share.count)} each"
        )
    return lines
