"""On paper: black on white from either theme, colours of charts as they are, and nothing that only a screen needs."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from core.reports.charts.palette import product_color

pytestmark = pytest.mark.browser

BLACK, CLEAR, WHITE = "rgb(0, 0, 0)", "rgba(0, 0, 0, 0)", "rgb(255, 255, 255)"


def printed(visitor, email: str, path: str, scheme: str, drawn: str = ".js-plotly-plot .main-svg"):
    """The page as it goes to the printer."""
    page = visitor.come_as(email, path, color_scheme=scheme, reduced_motion="reduce")
    page.locator(drawn).first.wait_for()
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
    page.emulate_media(media="print")
    return page


def css(found, name: str) -> str:
    return str(found.evaluate("(one, name) => getComputedStyle(one).getPropertyValue(name)", name))


def rgb(color: str) -> str:
    """A colour as browsers write it."""
    return f"rgb({', '.join(str(int(color[at : at + 2], 16)) for at in (1, 3, 5))})"


def test_the_filters_can_be_read_on_paper_from_the_dark_theme(visitor, site):
    page = printed(visitor, site.org.line_manager.email, "/adoption", "dark")
    for name in ("^Team", "^Range"):
        box = page.get_by_role("combobox", name=re.compile(name))
        expect(box).to_have_css("color", BLACK)
        expect(box.locator("xpath=..")).to_have_css("background-color", CLEAR)
    assert css(page.locator("body"), "background-color") == WHITE
    expect(page.locator(".stPlotlyChart").first).to_have_css("filter", "invert(1) hue-rotate(180deg)")


def test_the_names_of_products_keep_the_colours_of_their_lines(visitor, site):
    page = printed(visitor, site.org.vp.email, "/adoption", "light")
    code = product_color("code", dark=False)
    expect(page.locator(".st-key-products text", has_text="Code").first).to_have_css("fill", rgb(code))
    expect(page.locator(".stPlotlyChart").first).to_have_css("filter", "none")


def test_what_only_a_screen_needs_is_not_printed(visitor, site):
    page = printed(visitor, site.org.vp.email, "/adoption", "light")
    for gone in ('[data-testid="stSidebar"]', ".stPopover", '[role="tab"][aria-selected="false"]', ".stDownloadButton"):
        expect(page.locator(gone).first).to_be_hidden()
    expect(page.get_by_text("Take the numbers away")).to_be_hidden()
    expect(page.get_by_role("tab", selected=True)).to_be_visible()
    expect(page.get_by_role("radio", checked=True).first).to_be_visible()
    expect(page.get_by_role("radio", name="Daily")).to_be_hidden()


def test_people_are_a_table_on_paper_and_no_picture_of_one(visitor, site):
    page = printed(visitor, site.org.line_manager.email, "/people", "dark", "canvas")
    table = page.locator(".on-paper table")
    expect(table).to_be_visible()
    expect(table.get_by_role("cell", name=site.org.employee.name).first).to_be_visible()
    assert page.locator('[data-testid="stDataFrame"]').first.is_hidden()
    expect(page.get_by_text(re.compile(r"^\d+ people.*, sorted by name\."))).to_be_visible()
    page.emulate_media(media="screen")
    expect(table).to_be_hidden()


def test_charts_are_as_wide_as_their_cards_on_paper(visitor, site):
    """Drawn for another width, as a printer finds them: nothing is drawn anew for paper."""
    page = printed(visitor, site.org.line_manager.email, "/adoption", "light")
    shares = page.locator(".stPlotlyChart").evaluate_all("""all => all.map(one => {
        const drawn = one.querySelector('.main-svg');
        drawn.setAttribute('width', drawn.getAttribute('width') / 2);
        return drawn.getBoundingClientRect().width / one.getBoundingClientRect().width;
    })""")
    assert shares, "no chart"
    assert all(0.97 < share < 1.03 for share in shares), shares


def test_the_table_behind_a_chart_is_wide_and_its_button_says_what_it_opens(visitor, site):
    page = visitor.come_as(site.org.vp.email, "/adoption")
    page.locator(".js-plotly-plot .main-svg").first.wait_for()
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
    name = "Table behind the chart: active people over time"
    page.locator(".st-key-course_card").get_by_role("button", name=name, exact=True).click()
    table = page.locator('[data-testid="stPopoverBody"] [data-testid="stDataFrame"]')
    table.wait_for()
    assert table.bounding_box()["width"] > 600
