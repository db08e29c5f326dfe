"""A share of the proofs over the real socket, as `python -m benchmarks wire` and `changes` run them in full."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations
from threading import Barrier
from urllib.parse import urlencode

import pytest
from sqlalchemy import text

from benchmarks.proofs import changes, wire
from core.reports.periods import DAY
from core.ui.frame.navigation import PAGES
from tests.support import canaries
from tests.support.company import canary, name_of
from tests.support.personas import ALICE, BOB, CHARLIE, CREW, FRANK, GRETA, HUGO, IVY, MANAGER, OSCAR
from tests.support.served import Site, site_in
from tests.support.sockets import rerun

AT_ONCE = {ALICE: BOB, CHARLIE: CREW[0], IVY: IVY, BOB: IVY}
"""Who reads at the same moment, each at two connections → the person for whom they ask."""

SPOOFED = "203.0.113.77"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with site_in(tmp_path_factory.mktemp("proofs")) as made:
        yield made


def test_every_page_is_opened_by_every_kind_of_reader_in_every_range():
    assert {page for _, page, _ in wire.CASES} == {page.url_path for page in PAGES}
    assert len(wire.CASES) == len(wire.READERS) * len(PAGES) * len(wire.RANGES)


def test_a20_a22_no_page_sends_a_reader_what_is_not_theirs(site):
    cases = [("manager", page.url_path, wire.RANGES[1]) for page in PAGES]
    cases += [("people admin", page, wire.RANGES[1]) for page in ("directory", "matching", "my-usage")]
    cases += [("employee", "my-usage", "custom")]
    figures = wire.at(site, cases, closely=0.1)
    assert figures.missed == []
    assert figures["searched: view"] == len(cases)
    with_a_range = {"my-usage", "what-my-manager-sees", "adoption", "teams", "people", "organisation"}
    assert figures[wire.SHOWN] == len(with_a_range) + 2  # and two people's My usage


def test_a_proof_about_a_range_that_the_page_does_not_show_is_stopped(site):
    asked = {"range": "custom", "from": str(site.company.today - DAY * 9), "to": str(site.company.today - DAY * 3)}
    with site.socket(ALICE) as socket:
        answer = socket.run(rerun(urlencode(asked | {"sort": "Last active"}), page="people"))
        assert answer.took(asked | {"sort": "Last active"})
        assert not socket.run(rerun(urlencode(asked), page="how-it-is-counted")).took(asked)
    for other in ({"range": "28d"}, asked | {"to": str(site.company.today - DAY * 4)}, asked | {"sort": "Name"}):
        with pytest.raises(AssertionError, match="range"):
            answer.took(other)


def test_the_search_of_the_bytes_finds_what_is_there(site):
    asked = {"query": f"range=28d&person={site.company.ids[CHARLIE]}", "page": "person"}
    secrets = canaries.secrets_from(ALICE)
    with site.socket(GRETA) as socket:
        assert f"the name of {CHARLIE}" in canaries.leaks(socket.run(rerun(page="people")).raw, secrets)
        (tab,) = wire.tabs(socket.run(rerun(**asked)))
        answer = socket.run(rerun(**asked, **{tab: wire.TAB}))
    assert f"the number of {CHARLIE}" in canaries.leaks(answer.raw, secrets)


def test_a_number_is_found_in_every_form_in_which_it_travels():
    secrets = canaries.secrets_from(IVY)
    for form in canaries.forms(canary(CHARLIE)):
        assert canaries.leaks(b"x" + form + b"y", secrets) == {f"the number of {CHARLIE}"}
    packed = b'{"y":{"dtype":"i4","bdata":"%s"}}'
    assert canaries.leaks(packed % canaries.as_array(canary(CHARLIE)), secrets) == {f"the number of {CHARLIE}"}
    assert not canaries.leaks(packed % canaries.as_array(canary(IVY)), secrets)


def test_no_mean_of_two_canaries_is_a_third():
    found = [canary(email) for email in MANAGER]
    halves = {whole for one, other in combinations(found, 2) for whole in ((one + other) // 2, (one + other + 1) // 2)}
    assert len(set(found)) == len(MANAGER)
    assert not halves & set(found)


def test_a11_eight_readers_who_ask_at_the_same_moment_are_each_given_their_own(site):
    start = Barrier(2 * len(AT_ONCE))

    def read(email: str) -> list[str]:
        secrets, told = canaries.secrets_from(email), []
        with site.socket(email) as socket:
            for number in range(2):
                start.wait(60)
                query = f"person={site.company.ids[AT_ONCE[email]]}&range=28d"
                for page in ("people", "person", "adoption", "my-usage")[number % 2 :]:
                    answer = socket.run(rerun(query, page=page))
                    told += [f"{email}, {page}: {leak}" for leak in canaries.leaks(answer.raw, secrets)]
                tabs = wire.tabs(answer)
                assert tabs, email
                answer = socket.run(rerun(query, page="my-usage", **dict.fromkeys(tabs, wire.TAB)))
                own = canaries.forms(canary(email))
                told += [f"{email}, the own numbers: {leak}" for leak in canaries.leaks(answer.raw, secrets)]
                assert any(form in answer.raw for form in own), email
        return told

    with ThreadPoolExecutor(2 * len(AT_ONCE)) as pool:
        assert [leak for told in pool.map(read, [*AT_ONCE, *AT_ONCE]) for leak in told] == []


def test_an_address_that_a_request_claims_to_come_from_is_believed_nowhere_and_written_nowhere(site):
    claims = dict.fromkeys(("X-Forwarded-For", "X-Real-IP", "Forwarded", "True-Client-IP"), SPOOFED)
    with site.socket(GRETA, headers=claims) as socket:
        answer = socket.run(rerun(f"person={site.company.ids[FRANK]}", page="person"))
        assert name_of(FRANK).encode() in answer.raw and SPOOFED.encode() not in answer.raw
    with site.company.database.read("test") as connection:
        entries = connection.execute(text("SELECT * FROM access_log WHERE actor = :greta"), {"greta": GRETA}).all()
    assert entries
    assert not any(SPOOFED in str(entry) for entry in entries)


def test_a06_a08_a55_after_each_change_the_next_message_of_an_open_page_obeys_it(site):
    figures = changes.at(site, 16, seed=3, connections=[GRETA, CHARLIE, ALICE, HUGO, OSCAR], waits=0)
    assert figures.missed == []
