"""Everyday habits: the browser's back, filters that come along, narrow screens, notes that stay put away, and axe."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import expect

from core.ui.frame.page_list import PAGES
from tests.browser.elements import heading

pytestmark = pytest.mark.browser

NOT_OURS = {"svg-img-alt": "the line in a card of Streamlit marks its points as pictures without a title"}
"""Findings of axe inside Streamlit's own widgets, which no page can change."""


NARROW = {"width": 390, "height": 844}

CHARTS = {"my-usage", "adoption", "teams", "organisation"}
"""Pages that draw charts for an admin."""


def test_back_leads_through_the_choices_and_the_pages_and_links_take_the_choices_along(visitor, site):
    page = visitor.come_as(site.org.line_manager.email)
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


def test_back_leads_out_of_an_address_that_the_page_completed_by_itself(visitor, site):
    visitor.come_as(site.org.vp.email)
    own = site.ids[site.org.vp.email]
    completed = {"/": "/adoption?team=", "/teams": "/teams?team=", "/brief": "/brief?person="}
    for asked, shown in completed.items():
        page = visitor.open(asked)
        expect(page).to_have_url(f"{site.url}{shown}{own}")
        page.get_by_text("Data through").first.wait_for()
        page.go_back()
        expect(page).to_have_url("about:blank")
        page.close()
    assert visitor.complaints == []


def test_a_page_that_completes_its_address_after_a_click_is_one_step_back(visitor, site):
    page = visitor.come_as(site.org.vp.email)
    heading(page, "Adoption").wait_for()
    page.get_by_role("link", name="1:1 brief", exact=True).click()
    expect(page).to_have_url(re.compile(rf"/brief\?person={site.ids[site.org.vp.email]}$"))
    page.go_back()
    heading(page, "Adoption").wait_for()
    expect(page).to_have_url(re.compile("/adoption"))


@pytest.mark.parametrize("by", ["a click on the name", "the list"])
def test_back_from_a_person_leads_to_the_list_as_it_was_left(visitor, site, by):
    team = site.ids[site.org.vp.email]
    left = f"{site.url}/people?team={team}&sort=Last+active&show=Active&product=chat&range=28d"
    page = visitor.come_as(site.org.vp.email)
    heading(page, "Adoption").wait_for()
    page.goto(left)
    table = page.locator('[data-testid="stDataFrame"] canvas').first
    table.wait_for()
    if by == "the list":
        page.get_by_role("combobox", name=re.compile("^Open a person")).click()
        page.get_by_role("option").first.click()
    else:
        page.wait_for_timeout(500)  # the table draws itself on a canvas, without a word
        corner = table.bounding_box()
        page.mouse.click(corner["x"] + 80, corner["y"] + 52)
    expect(page).to_have_url(re.compile(r"/person\?.*person=\d+"))
    page.get_by_text("Active working days").first.wait_for()
    opened = page.url
    page.go_back()
    heading(page, "People").wait_for()
    expect(page).to_have_url(left)
    chosen = {"Show": "Active", "Sort by": "Last active", "Product": "Claude Chat"}
    for label, value in chosen.items():
        expect(page.get_by_role("combobox", name=re.compile(f"{label}$"))).to_have_value(value)
    page.go_forward()
    page.get_by_text("Active working days").first.wait_for()
    expect(page).to_have_url(opened)
    assert visitor.complaints == []


def test_a_heading_that_is_clicked_sorts_the_whole_team_and_another_click_sorts_by_name(visitor, site):
    page = visitor.come_as(site.org.vp.email, f"/people?team={site.ids[site.org.vp.email]}")
    table = page.locator('[data-testid="stDataFrame"] canvas').first
    for place, url in ((210, "sort=Active\\+days"), (80, r"team=\d+$")):
        table.wait_for()
        page.wait_for_timeout(500)  # the table draws itself on a canvas, without a word
        corner = table.bounding_box()
        page.mouse.click(corner["x"] + place, corner["y"] + 15)
        expect(page).to_have_url(re.compile(url))
    assert visitor.complaints == []


def test_a_note_that_was_put_away_stays_away_and_can_be_asked_for(visitor, site):
    page = visitor.come_as(site.org.employee.email, "/how-it-is-counted")
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
    page = visitor.come_as(site.org.admin.email)
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
        wrong += [f"{one.url_path}: {finding}" for finding in serious(page)]
        page.set_viewport_size(NARROW)
        wrong += [f"{one.url_path}: {finding}" for finding in sideways(page)]
    assert wrong == []
    assert visitor.complaints == []


def test_the_pages_of_a_lead_have_no_serious_finding_of_axe_on_a_narrow_screen(visitor, site):
    """The two that leads open most, one in light and one in dark."""
    page = visitor.come_as(site.org.line_manager.email)
    page.set_viewport_size(NARROW)
    wrong = []
    for title, drawn, scheme in (("Adoption", ".js-plotly-plot .main-svg", "dark"), ("People", "canvas", "light")):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.goto(f"{site.url}/{title.lower()}")
        heading(page, title).wait_for()
        page.locator(drawn).first.wait_for()
        page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
        wrong += [f"{title}: {finding}" for finding in (*serious(page), *sideways(page))]
    assert wrong == []
    assert visitor.complaints == []


def serious(page) -> list[str]:
    """What axe finds on the page as it stands, of what is ours."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{each['id']} at {node['target']}: {node['failureSummary']}"
        for each in found
        if each["impact"] in {"serious", "critical"} and each["id"] not in NOT_OURS
        for node in each["nodes"][:3]
    ]


def sideways(page) -> list[str]:
    """Whether the page is wider than the screen, once it has laid itself out for it.

    Tables measure their place after the window has changed, some of them a second later on a busy machine.
    """
    wide = 0
    for _ in range(50):
        wide = page.locator('[data-testid="stMain"]').evaluate("one => one.scrollWidth - one.clientWidth")
        if wide <= 0:
            return []
        page.wait_for_timeout(100)
    return [f"scrolls sideways by {wide} pixels"]


def test_the_keyboard_alone_chooses_a_team_reads_the_table_behind_a_chart_and_opens_a_person(visitor, site):
    manager = site.org.line_manager
    page = visitor.come_as(site.org.vp.email, "/adoption")
    heading(page, "Adoption").wait_for()
    page.locator(".js-plotly-plot .main-svg").first.wait_for()
    tab_to(page, page.get_by_role("combobox", name=re.compile("^Team")))
    page.keyboard.type(manager.name)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"team={site.ids[manager.email]}\b"))
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()

    tab_to(page, page.locator(".st-key-course_numbers button:visible"))
    page.keyboard.press("Enter")
    page.locator('[data-testid="stPopoverBody"] [data-testid="stDataFrame"]').wait_for()
    page.keyboard.press("Escape")

    tab_to(page, page.get_by_role("link", name="People", exact=True), "Shift+Tab")
    page.keyboard.press("Enter")
    heading(page, "People").wait_for()
    tab_to(page, page.get_by_role("combobox", name=re.compile("^Open a person")))
    person = site.org.chain(manager.email)[0]
    page.keyboard.type(person.name)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"/person\?.*person={site.ids[person.email]}\b"))
    heading(page, person.name).wait_for()
    page.go_back()
    heading(page, "People").wait_for()
    expect(page.get_by_role("combobox", name=re.compile("^Open a person"))).to_have_value("")
    assert visitor.complaints == []


def tab_to(page, wanted, key: str = "Tab") -> None:
    """Move on by the keyboard until something has the focus."""
    wanted.wait_for()
    for _ in range(80):
        page.keyboard.press(key)
        if wanted.evaluate("one => one === document.activeElement"):
            return
    pytest.fail(f"No way by {key} to {wanted}")
