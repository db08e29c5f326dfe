"""A share of the proofs over the real socket, as `python -m benchmarks wire` and `changes` run them in full."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from benchmarks import changes, wire
from core.ui.navigation import PAGES
from tests import canaries
from tests.pages.company import canary
from tests.personas import ALICE, CHARLIE, GRETA, HUGO, IVY, OSCAR
from tests.served import Site, site_in
from tests.sockets import rerun


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
    figures = wire.at(site, cases, closely=0.1)
    assert figures["told that is not the reader's"] == 0
    assert figures["searched: view"] == len(cases)


def test_the_search_of_the_bytes_finds_what_is_there(site):
    asked = {"query": f"range=Last+28+days&person={site.company.ids[CHARLIE]}", "page": "person"}
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


def test_a06_a08_a55_after_each_change_the_next_message_of_an_open_page_obeys_it(site):
    figures = changes.at(site, 16, seed=3, connections=[GRETA, CHARLIE, ALICE, HUGO, OSCAR])
    assert figures["stale or wrongly refused"] == 0
