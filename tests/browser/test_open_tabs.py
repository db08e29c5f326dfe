"""A tab that is left open: what its reader may not see any more goes by itself, within a minute."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import text

pytestmark = pytest.mark.browser

SIXTY_SECONDS = 60_000


@pytest.fixture
def restored(site):
    """What a test changes of the directory is as before afterwards."""
    question = text("SELECT id, end_date FROM employee")
    with site.database.write() as connection:
        before = [tuple(row) for row in connection.execute(question)]
    yield
    with site.database.write() as connection:
        for number, end in before:
            connection.execute(text("UPDATE employee SET end_date = :e WHERE id = :i"), {"e": end, "i": number})
        bump(connection)


def bump(connection) -> None:
    connection.execute(text("UPDATE version SET number = number + 1 WHERE name = 'directory'"))


def test_a08_an_idle_tab_of_somebody_who_was_archived_is_emptied_within_a_minute(visitor, site, restored):
    lead = site.org.line_manager
    page = visitor.sign_in(lead.email, "/adoption")
    page.get_by_role("heading", name="Adoption", exact=True).wait_for()
    page.get_by_text(lead.name).first.wait_for()
    with site.database.write() as connection:
        connection.execute(text("UPDATE employee SET end_date = 20000 WHERE email = :e"), {"e": lead.email})
        bump(connection)
    page.wait_for_timeout(500)
    expect(page.get_by_role("heading", name="Adoption", exact=True)).to_be_visible()
    expect(page.get_by_text(re.compile("not known here"))).to_be_visible(timeout=SIXTY_SECONDS)
    assert lead.name not in page.content()


def test_a40_signing_out_in_one_tab_closes_the_other_and_the_cookie_opens_nothing(visitor, site, browser):
    one = visitor.sign_in(site.org.employee.email, "/my-usage?range=28d")
    expect(one).to_have_url(re.compile(r"/my-usage\?range=28d"))
    kept = visitor.context.cookies()
    other = visitor.open("/my-usage")
    other.get_by_role("heading", name="My usage", exact=True).wait_for()
    one.get_by_role("button", name="Sign out").click()
    one.get_by_role("button", name="Sign in").wait_for()
    expect(other.get_by_text("Your session has ended")).to_be_visible(timeout=SIXTY_SECONDS)
    stolen = browser.new_context()
    stolen.add_cookies(kept)
    page = stolen.new_page()
    page.goto(f"{site.url}/my-usage")
    expect(page.get_by_text("Your session has ended")).to_be_visible()
    assert site.org.employee.name not in page.content()
    stolen.close()


def test_a_page_whose_connection_is_gone_is_hidden_and_says_so_until_it_is_back(visitor, site):
    page = visitor.sign_in(site.org.employee.email, "/my-usage")
    heading = page.get_by_role("heading", name="My usage", exact=True)
    heading.wait_for()
    root = page.get_by_test_id("stApp")
    assert root.get_attribute("data-test-connection-state") == "CONNECTED"
    page.evaluate("document.querySelector('.stApp').setAttribute('data-test-connection-state', 'PINGING_SERVER')")
    expect(heading).to_be_visible()
    said = "getComputedStyle(document.querySelector('.stApp'), '::after').visibility"
    assert page.evaluate(said) == "hidden"
    expect(heading).to_be_hidden(timeout=SIXTY_SECONDS)
    assert page.evaluate(said) == "visible"
    page.evaluate("document.querySelector('.stApp').setAttribute('data-test-connection-state', 'CONNECTED')")
    expect(heading).to_be_visible()


@pytest.mark.parametrize("path", ["/connection", "/roles", "/no-such-page"])
def test_a_page_that_is_not_mine_says_so_plainly_and_stays_at_its_address(visitor, site, path):
    page = visitor.come_as(site.org.employee.email, path)
    page.get_by_role("heading", name="Not found", exact=True).wait_for()
    assert page.url == site.url + path
    assert page.get_by_role("dialog").count() == 0
