"""The entry script lets in whom the directory knows, shows each the pages that are theirs, and others nothing."""

from __future__ import annotations

import time

import pytest
from streamlit.testing.v1 import AppTest

from core.ui.frame import navigation, shell
from tests.support.company import claims_of
from tests.support.screen import ENTRY
from tests.web.company import ADMIN, OUTSIDE_ADMIN

NAMES = ("Bo Boss", "Mara Manager", "Emil Employee", "Paula Peer", "Ada Admin", "Lena Leaver")
PAGES = {page.url_path: page for page in navigation.PAGES}
REVIEWS = {page.url_path for page in navigation.PAGES if page.section == "Reviews"}
MINE = {
    "emil@example.com": {"my-usage", "what-my-manager-sees", "how-it-is-counted", *REVIEWS},
    "mara@example.com": {
        "my-usage",
        "what-my-manager-sees",
        "adoption",
        "teams",
        "people",
        "person",
        "how-it-is-counted",
        *REVIEWS,
    },
    ADMIN: set(PAGES),
    OUTSIDE_ADMIN: set(PAGES) - {"my-usage", "what-my-manager-sees"},
}
STRANGERS = {
    "unknown": claims_of("stranger@example.com"),
    "unverified": claims_of("boss@example.com", email_verified=False),
    "verified in words only": claims_of("boss@example.com", email_verified="true"),
    "verification not said": claims_of("boss@example.com", email_verified=None),
    "archived": claims_of("lena@example.com"),
    "without an address": claims_of(None),
    "with a list for an address": claims_of(["boss@example.com"]),
    "empty": claims_of(""),
}


def text_of(at: AppTest) -> str:
    """All that the browser gets to read."""
    return "\n".join(
        str(element.value) for kind in (at.title, at.text, at.markdown, at.error, at.info) for element in kind
    )


def page_file(url_path: str) -> str:
    return str(navigation.ROOT / PAGES[url_path].path)


@pytest.mark.usefixtures("company")
def test_who_is_not_signed_in_gets_one_button_and_no_name(visit):
    at = visit(None)
    assert not at.exception
    assert [button.label for button in at.button] == ["Sign in"]
    assert shell.PURPOSE in text_of(at)
    assert not any(name in text_of(at) for name in NAMES)


def test_the_sign_in_page_reads_no_database(environment, visit):
    environment.setenv("UPTAKE_DATABASE_URL", "postgresql://nobody@localhost:9/nothing")
    at = visit(None)
    assert [button.label for button in at.button] == ["Sign in"]


@pytest.mark.usefixtures("company")
def test_without_a_provider_the_page_names_the_settings(environment, visit):
    for name in ("METADATA_URL", "ISSUER", "CLIENT_ID", "CLIENT_SECRET"):
        environment.delenv(f"UPTAKE_OIDC_{name}")
    at = visit(None)
    assert not at.button
    assert "UPTAKE_OIDC_METADATA_URL" in at.info[0].value


@pytest.mark.usefixtures("company")
@pytest.mark.parametrize("claims", STRANGERS.values(), ids=STRANGERS.keys())
def test_a30_a_stranger_gets_a_sentence_and_the_way_out(visit, claims):
    at = visit(claims)
    assert not at.exception
    assert [button.label for button in at.button] == ["Sign out"]
    assert not at.sidebar.children
    assert not any(name in text_of(at) for name in NAMES)
    at.switch_page(page_file("my-usage")).run()
    assert [button.label for button in at.button] == ["Sign out"]


@pytest.mark.usefixtures("company")
@pytest.mark.parametrize(
    "issued",
    [lambda: time.time() - 13 * 3_600, lambda: None, lambda: float("nan"), lambda: "yesterday", lambda: True],
    ids=["thirteen hours ago", "not said", "not a number", "a word", "a truth"],
)
def test_a_sign_in_of_long_ago_or_of_unknown_age_has_ended(visit, issued):
    at = visit(claims_of("boss@example.com", iat=issued()))
    assert [button.label for button in at.button] == ["Sign in"]
    assert "session has ended" in at.caption[0].value


@pytest.mark.usefixtures("company")
@pytest.mark.parametrize("email", MINE)
def test_each_has_the_pages_that_are_theirs_and_no_other(visit, email):
    at = visit(claims_of(email))
    assert not at.exception
    assert not at.error
    reached = set()
    for url_path in PAGES:
        try:
            at.switch_page(page_file(url_path))
        except ValueError:
            continue
        reached.add(url_path)
    assert reached == MINE[email]


@pytest.mark.usefixtures("company")
@pytest.mark.parametrize(
    ("email", "title"), [("emil@example.com", "My usage"), ("mara@example.com", "Adoption"), (ADMIN, "Adoption")]
)
def test_each_begins_on_the_page_they_come_for(visit, email, title):
    assert title in [element.value for element in visit(claims_of(email)).title]


@pytest.mark.usefixtures("company")
def test_no_pages_lie_beside_the_entry_script():
    assert not (ENTRY.parent / "pages").exists()


@pytest.mark.usefixtures("company")
def test_the_sidebar_says_who_is_signed_in(visit):
    at = visit(claims_of("mara@example.com"))
    assert [element.value for element in at.sidebar.text] == ["Mara Manager", "mara@example.com"]
    assert [button.label for button in at.sidebar.button] == ["About this page", "Sign out", "End all my sessions"]


def test_a_database_of_another_schema_is_a_sentence(environment, visit):
    at = visit(claims_of("boss@example.com"))
    assert not at.exception
    assert "another version" in at.error[0].value


@pytest.mark.usefixtures("company")
@pytest.mark.parametrize("email", [None, "emil@example.com", "stranger@example.com"])
def test_a_demo_says_so_on_every_page(environment, visit, email):
    environment.setenv("UPTAKE_DEMO", "yes")
    environment.setenv("UPTAKE_CLAUDE_BASE_URL", "http://localhost:9")
    assert shell.DEMO in text_of(visit(email and claims_of(email)))


@pytest.mark.usefixtures("company")
def test_real_use_never_says_demo(visit):
    assert shell.DEMO not in text_of(visit(claims_of("emil@example.com")))
