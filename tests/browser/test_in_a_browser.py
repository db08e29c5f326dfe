"""What only a browser can tell: sign-in, addresses, a click on a row, a file, both themes, and who is talked to."""

from __future__ import annotations

import csv
import io
import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import text

from tests.browser.elements import heading

pytestmark = pytest.mark.browser


def test_a_manager_signs_in_filters_opens_a_person_takes_a_file_and_leaves(visitor, site):
    vp = site.org.vp
    page = visitor.sign_in(vp.email)
    heading(page, "Adoption").wait_for()
    assert "/adoption" in page.url

    page.get_by_role("combobox", name=re.compile("Team")).click()
    page.get_by_role("option", name=re.compile(site.org.line_manager.name)).first.click()
    expect(page).to_have_url(re.compile(rf"team={site.ids[site.org.line_manager.email]}\b"))
    page.get_by_role("combobox", name=re.compile("Range")).click()
    page.get_by_role("option", name="Last 28 days").click()
    expect(page).to_have_url(re.compile(r"range=28d"))
    address = page.url
    page.reload()
    heading(page, "Adoption").wait_for()
    expect(page.get_by_role("combobox", name=re.compile("Range"))).to_have_value("Last 28 days")
    team = page.get_by_role("combobox", name=re.compile("Team"))
    expect(team).to_have_value(re.compile(site.org.line_manager.name))
    assert set(page.url.split("?")[1].split("&")) == set(address.split("?")[1].split("&"))

    page.get_by_text("Take the numbers away").click()
    with page.expect_download() as started:
        page.get_by_role("button", name="CSV, totals").click()
    check_file(started.value.path().read_text("utf-8-sig"), site)

    page.get_by_role("link", name="People").click()
    heading(page, "People").wait_for()
    table = page.locator('[data-testid="stDataFrame"] canvas').first
    table.wait_for()
    page.wait_for_timeout(500)  # the table draws itself on a canvas, without a word
    corner = table.bounding_box()
    assert corner is not None
    page.mouse.click(corner["x"] + 14, corner["y"] + 52)
    expect(page).to_have_url(re.compile(r"/person\?.*person=\d+"))
    page.get_by_text("Active working days").first.wait_for()

    opened = page.url
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign in").wait_for()
    page.goto(opened)
    page.get_by_role("button", name="Sign in").wait_for()
    assert page.get_by_text("Active working days").count() == 0
    assert visitor.complaints == []


def check_file(data: str, site) -> None:
    """The totals in a downloaded file are those that the database has for the team."""
    rows = {row["email"]: row for row in csv.DictReader(io.StringIO(data, newline=""))}
    lead = site.org.line_manager
    assert rows.keys() == {lead.email, *(person.email for person in site.org.chain(lead.email))}
    question = text(
        "SELECT e.email, COALESCE(SUM(u.chat_messages), 0) FROM employee e "
        "LEFT JOIN account_link l ON l.employee_id = e.id "
        "LEFT JOIN user_day u ON u.account_id = l.account_id AND (l.until IS NULL OR u.day <= l.until) "
        "AND u.day > (SELECT MAX(day) FROM sync_day) - 28 GROUP BY e.email"
    )
    with site.database.write() as connection:
        stored = {email: int(total) for email, total in connection.execute(question)}
    assert {email: int(row["chat_messages"] or 0) for email, row in rows.items()} == {e: stored[e] for e in rows}
    assert sum(stored[email] for email in rows) > 0


def test_an_employee_at_an_admins_address_is_told_that_nothing_is_there_and_shown_the_way_back(visitor, site):
    page = visitor.sign_in(site.org.employee.email)
    heading(page, "My usage").wait_for()
    for path in ("/connection", "/people", f"/person?person={site.ids[site.org.ceo.email]}"):
        page.goto(site.url + path)
        heading(page, "Not found").wait_for()
        page.get_by_test_id("stMain").get_by_role("link", name="My usage").wait_for()
        content = page.content()
        assert heading(page, "Connection").count() == 0
        assert site.org.ceo.email not in content
        assert "API key" not in content


@pytest.mark.parametrize("path", ["/connection", "/people", "/my-usage", "/adoption?team=1"])
def test_an_address_opened_without_sign_in_shows_a_button(visitor, site, path):
    page = visitor.open(path)
    page.get_by_role("button", name="Sign in").wait_for()
    content = page.content()
    assert site.org.ceo.name not in content
    assert "Data through" not in content


def test_the_pages_draw_in_both_themes_without_an_error(visitor, site):
    page = visitor.come_as(site.org.line_manager.email)
    for path, title in {"/adoption": "Adoption", "/my-usage": "My usage"}.items():
        page.goto(site.url + path)
        for scheme, background in {"light": "rgb(255, 255, 255)", "dark": "rgb(18, 21, 27)"}.items():
            page.emulate_media(color_scheme=scheme)
            expect(page.get_by_test_id("stApp")).to_have_css("background-color", background)
            heading(page, title).wait_for()
            page.locator(".js-plotly-plot .main-svg").first.wait_for()
    assert visitor.complaints == []
