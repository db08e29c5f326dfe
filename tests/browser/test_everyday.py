"""Everyday habits: the browser's back, filters that come along, narrow screens, notes that stay put away, and axe."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import expect

from core.ui.page_list import PAGES

pytestmark = pytest.mark.browser
expect.set_options(timeout=30_000)

NOT_OURS = {"svg-img-alt": "the line in a card of Streamlit marks its points as pictures without a title"}
"""Findings of axe inside Streamlit's own widgets, which no page can change."""


CHARTS = {"my-usage", "adoption", "teams", "organisation"}
"""Pages that draw charts for an admin."""


def heading(page, title):
    return page.get_by_role("heading", name=title, exact=True)


def test_back_leads_through_the_choices_and_the_pages_and_links_take_the_choices_along(visitor, site):
    page = visitor.sign_in(site.org.line_manager.email)
    heading(page, "Adoption").wait_for()
    own = rf"team={site.ids[site.org.line_manager.email]}\b"
    expect(page).to_have_url(re.compile(own))
    page.get_by_role("combobox", name=re.compile("Range")).click()
    page.get_by_role("option", name="Last 28 days").click()
    expect(page).to_have_url(re.compile(r"range=28d"))
    page.get_by_role("link", name="Teams", exact=True).click()
    heading(page, "Teams").wait_for()
    expect(page).to_have_url(re.compile(r"/teams\?.*range=28d"))
    expect(page.get_by_role("combobox", name=re.compile("Range"))).to_have_value("Last 28 days")
    page.go_back()
    heading(page, "Adoption").wait_for()
    expect(page.get_by_role("combobox", name=re.compile("Range"))).to_have_value("Last 28 days")
    page.go_back()
    expect(page.get_by_role("combobox", name=re.compile("Range"))).to_have_value("Last 90 days")
    expect(page).not_to_have_url(re.compile("range="))
    first, second = (page.get_by_role("tab").nth(place) for place in (0, 1))
    second.click()
    expect(page).to_have_url(re.compile("area="))
    page.reload()
    expect(second).to_have_attribute("aria-selected", "true")
    page.go_back()
    expect(first).to_have_attribute("aria-selected", "true")
    expect(page).not_to_have_url(re.compile("area="))


def test_a_note_that_was_put_away_stays_away_and_can_be_asked_for(visitor, site):
    page = visitor.sign_in(site.org.employee.email, "/how-it-is-counted")
    note = page.get_by_text("Every statistic stands here")
    note.wait_for()
    page.get_by_role("button", name="Got it").click()
    expect(note).to_be_hidden()
    page.reload()
    page.get_by_role("button", name="About this page").click()
    expect(note).to_be_visible()


@pytest.mark.parametrize(("scheme", "pages"), [("light", PAGES[::2]), ("dark", PAGES[1::2])])
def test_no_page_has_a_serious_finding_of_axe_or_scrolls_sideways_on_a_narrow_screen(visitor, site, scheme, pages):
    """Each page once, in turns in light and in dark: all share one theme's colours."""
    page = visitor.sign_in(site.org.admin.email)
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    wrong = []
    for one in pages:
        person = f"?person={site.ids[site.org.employee.email]}" if one.url_path == "person" else ""
        page.set_viewport_size({"width": 1400, "height": 900})
        page.goto(f"{site.url}/{one.url_path}{person}")
        page.locator("h1").first.wait_for()
        if one.url_path in CHARTS:
            page.locator(".js-plotly-plot .main-svg").first.wait_for()
        page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
        found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        wrong += [
            f"{one.url_path}: {each['id']} at {node['target']}: {node['failureSummary']}"
            for each in found
            if each["impact"] in {"serious", "critical"} and each["id"] not in NOT_OURS
            for node in each["nodes"][:3]
        ]
        page.set_viewport_size({"width": 390, "height": 844})
        main = page.locator('[data-testid="stMain"]')
        wide = main.evaluate("one => one.scrollWidth - one.clientWidth")
        if wide > 0:
            wrong.append(f"{one.url_path}: scrolls sideways by {wide} pixels at 390")
    assert wrong == []
    assert visitor.complaints == []
