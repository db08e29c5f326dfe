"""The parts of the pages My usage and Person: the same for the employee and for the manager."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.catalogue import STAT
from core.catalogue.selections import PERSON_CARDS
from core.reports.briefs.brief import brief
from core.reports.briefs.sections import BriefSection
from core.reports.charts import annotation_marks, calendars, marks
from core.reports.charts.charts import ChartTheme
from core.reports.charts.drawing import Drawing
from core.reports.charts.marks import Mark
from core.reports.measures import context
from core.reports.measures.tiers import RULES
from core.reports.people import standing
from core.reports.people.person import PersonUsage, person_usage
from core.reports.periods import Grain, Period, shown_grain
from core.reports.wording import definitions
from core.reports.wording.markdown import literal
from core.ui.frame import navigation, theme
from core.ui.session import resources, session_cache
from core.ui.widgets import product_views, stat_views
from core.ui.widgets.chart_files import ChartSubject
from core.ui.widgets.filter_bar import Filters
from core.ui.widgets.product_views import PeriodMeasures, ProductFigures
from core.visibility import Scope
from core.wording import DASH, counted

_CHANGES = (BriefSection.FIRST_USES, BriefSection.GREW, BriefSection.FELL, BriefSection.LAPSED)


def usage_of(scope: Scope, employee_id: int, filters: Filters) -> PersonUsage:
    """One person's usage for what the filters ask."""
    return session_cache.report(scope, person_usage, employee_id, filters.period, filters.first_day)


def heading(usage: PersonUsage) -> None:
    """Who this is, in plain text."""
    st.title(literal(usage.name), anchor=False)
    st.text(" · ".join(part for part in (usage.title, usage.department, usage.email) if part))


def overview(scope: Scope, usage: PersonUsage, filters: Filters) -> None:
    """Where the person stands, the cards of the range, and beside them the calendar of active days."""
    for sentence in session_cache.derived(standing.sentences, usage):
        st.info(literal(sentence))
    if not usage.has_data:
        return
    stat_views.missing_days_note(usage.missing_days)
    cards, days = st.columns([3, 2])
    with cards:
        headline(usage, filters)
    with days:
        if usage.is_counted:
            calendar(scope, usage)


def headline(usage: PersonUsage, filters: Filters) -> None:
    """Active days, habit or why there is none, and the statistics that most people have."""
    figures = session_cache.derived(_figures, usage, filters.grain)
    series = session_cache.derived(product_views.complete, figures)
    days = session_cache.derived(PersonUsage.working_days, usage, usage.period)
    was = None if usage.compared is None else session_cache.derived(PersonUsage.working_days, usage, usage.compared)
    stands = standing.standing(usage)
    with st.grid(min_column_width=180, key="headline"):
        stat_views.headline(
            "Active working days",
            DASH if days is None else str(days),
            change=None if days is None or was is None else f"was {was}",
            definition=definitions.WORKING_DAYS,
        )
        stat_views.headline(
            "Habit",
            stands.in_words(usage.period.last),
            change=f"{usage.tier_weeks}" if stands.has_habit else None,
            definition=RULES.in_words(),
        )
        for stat in (STAT[key] for key in PERSON_CARDS if usage.total(STAT[key])):
            stat_views.statistic(stat, figures.now, figures.before, series)


def calendar(scope: Scope, usage: PersonUsage) -> None:
    """The days on which the person used Claude, and those that they marked."""
    marked = context.during(usage.marks, usage.period)
    told = any(usage.use_on(day) is not None for day in usage.period)
    stat_views.chart(
        f"Active on {counted(usage.days_active, 'day')}, {usage.period}" if told else "Not employed in this range",
        session_cache.derived(_calendar_drawing, usage, theme.chart_theme()) if told else None,
        lambda: _calendar_table(usage),
        key="calendar",
        name="active days",
        note="Filled: any counter above zero. Grey: no use. Blank: no data for that day, not employed, or not in the "
        "range.",
        marks=[Mark(mark.first, mark.last, context.in_short(mark)) for mark in marked],
        whose=ChartSubject(scope, usage.team, usage.period),
        otherwise="Choose days of their employment.",
    )


def _calendar_drawing(usage: PersonUsage, look: ChartTheme) -> Drawing:
    marked = context.during(usage.marks, usage.period)
    return calendars.active_days(usage.use_on, usage.period, look, look.accent, marked)


def _calendar_table(usage: PersonUsage) -> pd.DataFrame:
    each = [usage.use_on(day) for day in usage.period]
    words = {True: "yes", False: "no", None: None}  # a day of which nothing is known is not one without use
    stored = [usage.used_on.get(day) is not None for day in usage.period]
    days = {"Active": [words[active] for active in each], "Data stored": stored}
    return pd.DataFrame(days, index=pd.DatetimeIndex(list(usage.period)))


def changes(usage: PersonUsage) -> None:
    """What changed against the period before: by the rules of the brief, and in its words."""
    if not usage.has_data:
        return
    found = session_cache.derived(brief, usage, usage.history)
    told = [section for section in found.sections if section.title in _CHANGES]
    with st.container(border=True, key="changes"):
        st.markdown("**What changed**")
        for section in told:
            lines = [f"- {literal(line.text)}" for line in section.lines]
            st.markdown("\n".join([literal(section.title), "", *lines]))
        if not told:
            st.markdown("Nothing stands out by the rules of the 1:1 brief.")
        for note in found.notes:
            st.caption(literal(note))


def further(employee_id: int, period: Period) -> None:
    """The ways on to the brief and to a review of the person, both over the same days."""
    days = {"cycle": "dates", "from": str(period.first), "to": str(period.last)}
    with st.container(horizontal=True, key="further"):
        st.page_link(
            navigation.file_of("brief"),
            label="1:1 brief",
            icon=":material/forum:",
            query_params=navigation.query_for("brief", person=employee_id),
        )
        st.page_link(
            navigation.file_of("review-exports"),
            label="Review exports",
            icon=":material/assignment:",
            query_params=navigation.query_for("review-exports", person=employee_id) | {"who": "one"} | days,
        )


def statistics(scope: Scope, usage: PersonUsage, filters: Filters) -> None:
    """Per product used: the statistics as trends and totals."""
    if not usage.products:
        return
    figures = session_cache.derived(_figures, usage, filters.grain)
    whose = ChartSubject(scope, usage.team, usage.period)
    own = [Mark(mark.first, mark.last, context.in_short(mark)) for mark in usage.marks]
    noted = session_cache.report(scope, annotation_marks.of_team, usage.team, usage.period)
    product_views.sections(
        usage.products, lambda _: ProductFigures(whose, figures), marks.inside([*noted, *own], usage.period)
    )


def _figures(usage: PersonUsage, grain: Grain) -> PeriodMeasures:
    before = None if usage.compared is None else usage.history.during(usage.compared)
    return PeriodMeasures(usage.period, usage.history.during(usage.period), before, shown_grain(grain, usage.period))


def manager_banner(scope: Scope) -> None:
    """Says whose eyes these are, and that nothing can be changed with them."""
    with st.container(horizontal=True, vertical_alignment="center", key="manager_banner"):
        st.info(
            f"This is your page Person as {literal(scope.viewer.name)}, your manager, can open it: read by the same "
            "gate, with your manager's rights, and about nobody but you. You can look here and change nothing; your "
            "manager is not told. That you opened it is in the access log as your own act.",
            icon=":material/visibility:",
        )
        st.page_link(
            navigation.file_of("my-usage"),
            label="Back to My usage",
            icon=":material/arrow_back:",
            query_params=navigation.query_for("my-usage"),
        )


def who_can_see(scope: Scope, employee_id: int) -> None:
    """The employee's right to know: the managers above, by name, and the admins where they see everyone."""
    watchers = scope.visible_to(employee_id)
    chain = f"{', '.join(literal(name) for name in watchers)} (your reporting chain)" if watchers else ""
    admins = "the admins of Uptake" if resources.settings().admins_see_everyone else ""
    others = ", and ".join(each for each in (chain, admins) if each)
    with st.container(border=True):
        st.markdown("**Who can see this**")
        st.write(
            f"Besides you: {others}; nobody else, and no colleague." if others else "Nobody but you; no colleague."
        )
        if watchers:
            st.page_link(
                navigation.file_of("what-my-manager-sees"),
                label="See what my manager sees",
                icon=":material/visibility:",
                query_params=navigation.query_for("what-my-manager-sees"),
            )
        st.caption("Uptake reads counts only. No conversation, prompt, code or file ever reaches it.")
