"""Every page for every persona: whose it is shows it, to everybody else it does not exist and says nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from core import audit
from core.audit import repeats
from core.store.tables.access_log import ACCESS_LOG
from core.ui.admin import access_log_views
from core.ui.frame import introductions
from core.ui.frame.navigation import PAGES
from tests.pages.visits import NUMBERS, company_on, leaks
from tests.support import personas
from tests.support.canaries import words_kept_from
from tests.support.company import Company, canary, claims_of, name_of, numbers
from tests.support.oracle import managers_above
from tests.support.personas import (
    ADMINS,
    ALICE,
    BOB,
    CHARLIE,
    CLEO,
    DORA,
    ERIN,
    FRANK,
    GRETA,
    HUGO,
    IVY,
    MANAGER,
    OSCAR,
)
from tests.support.screen import ROOT, everything, metric, opened, sentences, words_in

PATHS = [page.path for page in PAGES]
EVERYONE_HAS, EMPLOYEES_HAVE = "pages/help/how_it_is_counted.py", "pages/you/my_usage.py"
PREVIEW = "pages/you/what_my_manager_sees.py"
LEADS_HAVE = {f"pages/team/{name}.py" for name in ("adoption", "teams", "people", "person")}
TOTALS = "pages/team/organisation.py"
REVIEWS = {"pages/reviews/review_exports.py", "pages/reviews/brief.py"}
ADMINS_HAVE = {path for path in PATHS if path.startswith("pages/admin/")}

INSIDERS = {
    "skip-level": FRANK,
    "manager": ALICE,
    "peer": CHARLIE,
    "report": IVY,
    "admin": DORA,
    "outside admin": OSCAR,
}
STRANGERS = {"archived": ERIN, "unknown": "stranger@example.com", "visitor": personas.VISITOR, "signed out": None}
NOTHING = "There is nothing here that you can see."


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def company(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """The company of the other pages' tests, on either engine."""
    if request.param == "postgresql":
        request.getfixturevalue("postgresql_server")
    yield from company_on(request.param, tmp_path_factory.mktemp("access"))


def pages_of(email: str) -> set[str]:
    mine = {EVERYONE_HAS}
    if email in MANAGER:
        mine |= {EMPLOYEES_HAVE, PREVIEW}
    if email in MANAGER or email in ADMINS:
        mine |= REVIEWS
    if email in ADMINS or any(manager == email for manager in MANAGER.values()):
        mine |= LEADS_HAVE
        if email != FRANK:  # but three people are outside Frank's chain
            mine.add(TOTALS)
    return mine | (ADMINS_HAVE if email in ADMINS else set())


def test_the_page_scripts_on_disk_are_those_of_the_navigation():
    on_disk = {str(file.relative_to(ROOT)) for file in (ROOT / "pages").rglob("*.py")}
    assert on_disk == set(PATHS)
    assert len(PATHS) == len(set(PATHS)) == len(PAGES)
    assert len({page.url_path for page in PAGES}) == len(PAGES)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("email", INSIDERS.values(), ids=INSIDERS.keys())
def test_a_page_opened_cold_shows_itself_to_whom_it_belongs_and_nothing_foreign_to_anybody(visit, email, path):
    title = next(page.title for page in PAGES if page.path == path)
    at = visit(email, path)
    assert not at.exception
    shown, errors = [element.value for element in at.title], list(at.error)
    foreign = words_kept_from(email, names_above=True)
    if foreign:  # an admin may see everybody
        assert not words_in(opened(at) if path in pages_of(email) else everything(at), foreign)
    if path not in pages_of(email):
        assert title not in shown
        with pytest.raises(ValueError, match="navigation page"):
            at.switch_page(str(ROOT / path))
    elif path == "pages/team/person.py":
        assert sentences(at) == [NOTHING]
    elif path == PREVIEW:
        assert shown == [name_of(email)]
    else:
        assert shown[0] == title
        assert not errors


@pytest.mark.parametrize(
    ("email", "path", "whose"),
    [(IVY, EMPLOYEES_HAVE, IVY), (IVY, PREVIEW, IVY), (FRANK, "pages/team/person.py", CHARLIE)],
)
def test_the_search_of_a_page_finds_a_number_under_a_tab_that_is_not_open_at_first(visit, company, email, path, whose):
    at = visit(email, path, person=str(company.ids[whose]))
    assert not words_in(everything(at), numbers(whose))
    assert words_in(opened(at), numbers(whose))


@pytest.mark.parametrize("path", [None, *PATHS])
@pytest.mark.parametrize("email", STRANGERS.values(), ids=STRANGERS.keys())
def test_who_is_not_let_in_gets_one_button_and_no_name_at_any_address(visit, email, path):
    at = visit(email, path)
    assert not at.exception
    assert [button.label for button in at.button] == ["Sign out" if email else "Sign in"]
    assert [element.value for element in at.title] == ["Uptake"]
    assert not leaks(at, None)
    assert not at.metric
    assert not at.dataframe


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("email", [IVY, ERIN, "stranger@example.com", None])
def test_a05_a_page_script_run_without_the_entry_still_shows_nothing(settings, capsys, email, path):
    at = AppTest.from_file(str(ROOT / path), default_timeout=30)
    at.user = claims_of(email) if email else {"is_logged_in": False}
    at.run()
    assert not leaks(at, email if email == IVY else None, names_above=True)
    if email is None:
        assert not at.exception
        assert [button.label for button in at.button] == ["Sign in"]
    if email == IVY and path not in pages_of(IVY):
        assert [element.type for element in list(at.main)[1:]] == ["exception"]
        assert "NotPermitted" in capsys.readouterr().out


def refusals(company) -> list[tuple[str, str]]:
    with company.database.write() as connection:
        refused = select(ACCESS_LOG.c.actor, ACCESS_LOG.c.details).where(ACCESS_LOG.c.kind == "refusal")
        return [(actor, details) for actor, details in connection.execute(refused.order_by(ACCESS_LOG.c.sequence))]


def test_the_access_log_may_grow_while_a_page_asks_who_is_there(own, visit, monkeypatch):
    """What was noted of the log is compared with a moment that begins after it: else the log would seem cut off."""
    noted = audit.newest_noted

    def after_somebody_else(of):
        with own.database.write() as connection:
            audit.record(connection, audit.DAEMON, "something.done")
        return noted(of)

    monkeypatch.setattr(audit, "newest_noted", after_somebody_else)
    at = visit(ALICE, "pages/team/adoption.py")
    assert [title.value for title in at.title] == ["Adoption"]
    at.run()
    assert not at.error


@pytest.mark.parametrize("path", sorted(set(PATHS) - pages_of(IVY)))
def test_a_page_script_that_refuses_is_in_the_access_log(own, path):
    repeats.RECENT.forget()
    before = len(refusals(own))
    at = AppTest.from_file(str(ROOT / path), default_timeout=30)
    at.user = claims_of(CLEO)  # whom nothing else here refuses anything: repeated refusals are one entry
    at.run()
    ((actor, details),) = refusals(own)[before:]
    assert actor == CLEO and re.fullmatch(r'\{"asked":"(a page of|the organisation).*"\}', details)


@pytest.mark.parametrize("email", [GRETA, ALICE, CHARLIE, BOB, IVY])
def test_my_usage_shows_my_own_figures_and_who_can_see_them(visit, company, email):
    at = visit(email, EMPLOYEES_HAVE)
    assert not at.exception
    assert metric(at, "Chat messages") == str(own_total(company, email, "chat_messages"))
    assert metric(at, "Conversations") == str(own_total(company, email, "conversations"))
    text = "\n".join(str(element.value) for element in at.markdown)
    above = managers_above(email, MANAGER)
    assert (", ".join(name_of(manager) for manager in above) in text) or not above


@pytest.mark.parametrize(
    ("path", "label"),
    [
        ("pages/team/person.py", "1:1 brief"),
        ("pages/you/my_usage.py", "See what my manager sees"),
        (PREVIEW, "Back to My usage"),
        ("pages/team/people.py", "Adoption"),
    ],
)
def test_a_link_carries_the_range_along(visit, company, path, label):
    at = visit(BOB, path, range="28d", person=str(company.ids[IVY]))
    queries = [link.proto.query_string for link in at.get("page_link") if link.proto.label == label]
    queries += [link.proto.query_string for link in at.get("page_link") if link.proto.page.endswith(label.lower())]
    assert queries
    assert all("range=28d" in query for query in queries)


def test_my_usage_without_an_account_says_so(visit):
    at = visit(HUGO, EMPLOYEES_HAVE)
    assert not at.exception
    assert any("No Claude account is matched" in sentence for sentence in sentences(at))


def own_total(company, email: str, measure: str) -> int:
    """What the account file says, with the second account's day that the canaries replaced."""
    total = personas.total([email], measure, today=company.today)
    if email == BOB:
        import datetime as dt

        replaced = company.today - dt.timedelta(days=25)
        total -= (personas.counters("user_bob_second", replaced, company.today) or {}).get(measure, 0)
    return total


@pytest.mark.parametrize("report", [BOB, IVY, ERIN])
def test_a_manager_sees_on_the_persons_page_what_the_person_sees(visit, company, report):
    at = visit(ALICE, "pages/team/person.py", person=str(company.ids[report]))
    assert not at.exception
    assert [element.value for element in at.title] == [name_of(report)]
    assert metric(at, "Chat messages") == str(own_total(company, report, "chat_messages"))
    text = opened(at)
    assert words_in(text, numbers(report)) and not words_in(text, words_kept_from(ALICE))


ODD = ["", "0", "-1", "1000000", "9" * 5000, "1e3", " 3", "²", "٣", "abc", "3;DROP TABLE employee", "<b>3</b>"]


def test_every_person_who_is_not_mine_is_answered_alike(visit, company):
    mine = visit(ALICE, "pages/team/person.py", person=str(company.ids[BOB]), **NUMBERS)
    assert {name_of(BOB), *numbers(BOB)} <= leaks(mine, CHARLIE)
    foreign = [str(company.ids[email]) for email in (CHARLIE, FRANK, GRETA, DORA, HUGO)]
    answers = set()
    for asked in [*foreign, *ODD]:
        at = visit(ALICE, "pages/team/person.py", person=asked, **NUMBERS)
        assert not at.exception, asked
        assert not leaks(at, ALICE), asked
        assert not at.metric
        answers.add(tuple(sentences(at)))
    assert answers == {(NOTHING,)}


def test_every_team_that_is_not_mine_is_answered_alike(visit, company):
    of_others = {str(sum(map(canary, personas.chain(lead)))) for lead in (CHARLIE, FRANK, GRETA)}
    control = visit(FRANK, "pages/team/adoption.py", team=str(company.ids[CHARLIE]), **NUMBERS)
    assert words_in(everything(control), of_others) == {str(sum(map(canary, personas.chain(CHARLIE))))}
    foreign = [str(company.ids[email]) for email in (CHARLIE, FRANK, GRETA)]
    answers = set()
    for asked in [*foreign, *ODD]:
        at = visit(ALICE, "pages/team/adoption.py", team=asked, **NUMBERS)
        assert not at.exception, asked
        assert not leaks(at, ALICE) | words_in(everything(at), of_others), asked
        answers.add((metric(at, "Adoption rate"), at.selectbox(key="team_picker").value, *sentences(at)))
    assert len(answers) == 1


def test_the_team_picker_offers_teams_of_the_scope_only(visit, company):
    for email, teams in {ALICE: {ALICE, BOB}, FRANK: {FRANK, ALICE, BOB, CHARLIE}, CHARLIE: {CHARLIE}}.items():
        options = visit(email, "pages/team/adoption.py").selectbox(key="team_picker").options
        assert {option.split(" (")[0] for option in options} == {name_of(team) for team in teams}


def test_a_page_explains_itself_where_it_is_shown_and_not_where_it_is_refused(visit, company):
    path, note = "pages/team/person.py", "They count use; they do not judge it."
    assert note in introductions.TEXTS["person"]
    shown = visit(ALICE, path, person=str(company.ids[BOB]))
    refused = visit(ALICE, path, person=str(company.ids[CHARLIE]))
    assert note in everything(shown)
    assert NOTHING in everything(refused)
    assert note not in everything(refused)


def test_the_access_log_tells_of_an_import_what_it_did_and_its_number_behind_that():
    details = '{"added":6,"archived":0,"changed":4,"import":2,"moved":8,"source":"upload"}'
    entry = cast("Any", SimpleNamespace(details=details, asked_name=None))
    assert access_log_views._details(entry) == "added 6, changed 4, moved 8, source upload, import number 2"
