"""The page Roles: accounts of the sign-in provider, found by words, sent a page at a time, and what is done to them."""

from __future__ import annotations

import datetime as dt
import re
from itertools import chain

import pytest
from sqlalchemy import delete, insert, text
from streamlit.testing.v1 import AppTest

from core.admin import identities
from core.admin.access import operator
from core.store.tables.identities import SIGN_IN_IDENTITY
from core.ui.admin import sign_in_views
from tests.pages.visits import open_cold
from tests.support.company import ISSUER, Company
from tests.support.personas import DORA, IVY
from tests.support.screen import everything

PATH = "pages/admin/roles.py"
MANY = 70
LONG_AGO = dt.datetime(2025, 1, 31, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def many(own: Company) -> Company:
    """As many accounts that are bound, of admins outside the directory, and as many that were refused in their place.

    Dora is one more, as she signs in to look; Ivy has, too.
    """
    rows = [
        {"issuer": ISSUER, "subject": f"{kind}-{n:03}", "email": f"{kind}{n:03}@example.com", "bound_at": bound_at}
        for n in range(MANY)
        for kind, bound_at in (("known", LONG_AGO), ("refused", None))
    ]
    ivy = {"issuer": ISSUER, "subject": "s-ivy", "email": IVY, "bound_at": LONG_AGO, "employee_id": own.ids[IVY]}
    with own.database.write() as connection:
        connection.execute(delete(SIGN_IN_IDENTITY))
        connection.execute(insert(SIGN_IN_IDENTITY), [row | {"first_seen_at": LONG_AGO} for row in rows])
        connection.execute(insert(SIGN_IN_IDENTITY), ivy | {"first_seen_at": LONG_AGO})
    return own


def shown(at: AppTest, kind: str) -> list[str]:
    """Accounts of a kind that are sent to the browser, in whatever form."""
    assert not at.exception
    return sorted(set(re.findall(rf"{kind}\d{{3}}@example.com", everything(at).replace("\\", ""))))


def numbered(kind: str, first: int, last: int) -> list[str]:
    return [f"{kind}{n:03}@example.com" for n in range(first, last + 1)]


def table(at: AppTest) -> list[str]:
    return next(t.value for t in at.dataframe if "First address" in t.value.columns)["First address"].tolist()


def title(at: AppTest) -> str:
    return next(box.label for box in at.expander if box.label.startswith("Accounts"))


def searched(at: AppTest, words: str) -> AppTest:
    return at.text_input(key="sign_in_search").set_value(words).run()


def end_sessions(at: AppTest) -> None:
    """Of whoever is chosen."""
    next(button for button in at.button if button.label.startswith("End all sessions")).click().run()


def ended(company: Company) -> set[str]:
    """Whose sessions were ended."""
    with company.database.read("test") as connection:
        statement = text("SELECT subject FROM sign_in_identity WHERE ended_at IS NOT NULL")
        return set(connection.execute(statement).scalars())


def test_no_more_accounts_than_a_page_of_each_list_are_sent_to_the_browser(many):
    at = open_cold(DORA, PATH)
    size = sign_in_views.PAGE_SIZE
    assert table(at)[0] == DORA and len(table(at)) == len(at.selectbox(key="end_whose").options) == size
    assert shown(at, "known") == numbered("known", 0, size - 3)
    assert shown(at, "refused") == numbered("refused", 0, size - 1)
    assert len([button for button in at.button if button.label == "Let this account in"]) == size
    assert title(at) == f"Accounts that have signed in ({MANY + 2})"
    assert f"Refused sign-ins ({MANY})" in [heading.value for heading in at.subheader]


def test_the_other_pages_show_the_rest_and_stand_in_the_address(many):
    rest = [shown(open_cold(DORA, PATH, page=str(page)), "known") for page in (1, 2, 3)]
    assert [*chain(*rest)] == numbered("known", 0, MANY - 1)
    assert shown(open_cold(DORA, PATH, page="900"), "known") == rest[-1]
    waiting = [shown(open_cold(DORA, PATH, refused=str(page)), "refused") for page in (1, 2, 3)]
    assert [*chain(*waiting)] == numbered("refused", 0, MANY - 1)
    assert shown(open_cold(DORA, PATH, refused="2"), "known") == rest[0]


def test_a_search_narrows_both_lists_and_begins_at_their_first_pages(many):
    at = open_cold(DORA, PATH, page="3", refused="3")
    at = searched(at, "66@example")
    assert shown(at, "known") == table(at) == ["known066@example.com"]
    assert shown(at, "refused") == ["refused066@example.com"]
    assert title(at) == "Accounts that have signed in (1 found)"
    assert at.query_params == {}
    at = searched(at, "ivy EXAMPLE")
    assert table(at) == [IVY] and shown(at, "refused") == []
    assert "Refused sign-ins" not in everything(at)
    at = searched(at, "%")
    assert "No account matches." in [caption.value for caption in at.caption]
    assert not at.exception and not [box for box in at.selectbox if box.key == "end_whose"]
    assert len(table(searched(at, " "))) == sign_in_views.PAGE_SIZE


def test_the_sessions_of_somebody_who_was_found_by_a_search_are_ended_and_nobody_elses(many):
    at = searched(open_cold(DORA, PATH), "known069")
    at.selectbox(key="end_whose").set_value((ISSUER, "known-069"))
    end_sessions(at)
    assert [toast.value for toast in at.toast] == ["Ended. The person has to sign in again."]
    assert ended(many) == {"known-069"}


def test_a_choice_among_those_who_stood_there_before_ends_nobodys_sessions(many):
    at = open_cold(DORA, PATH)
    at.selectbox(key="end_whose").set_value((ISSUER, "known-010"))
    end_sessions(searched(at, "known069"))
    assert not at.exception and not at.toast and ended(many) == set()


def test_a_refused_account_that_was_found_by_a_search_is_let_in_and_the_list_stays_the_one_searched_for(many):
    with many.database.write() as connection:
        waits = {"issuer": ISSUER, "subject": "s-new", "email": IVY, "first_seen_at": LONG_AGO}
        connection.execute(insert(SIGN_IN_IDENTITY), waits)
    at = searched(open_cold(DORA, PATH), IVY)
    at.button(key=f"accept_{ISSUER}_s-new").click().run()
    assert not at.exception and table(at) == [IVY]
    states = {one.subject: one.state for one in identities.sign_ins(operator(), many.database)}
    assert (states["s-new"], states["s-ivy"]) == (identities.BOUND, identities.RELEASED)


def test_the_accounts_are_looked_up_once_for_a_page(many, monkeypatch):
    asked: list[str] = []
    search = identities.search

    def noted(*given, **more):
        asked.append(given[2])
        return search(*given, **more)

    monkeypatch.setattr(identities, "search", noted)
    monkeypatch.setattr(identities, "sign_ins", lambda *_given: pytest.fail("every account was read"))
    searched(open_cold(DORA, PATH), "ivy")
    assert asked == ["", "ivy"]
