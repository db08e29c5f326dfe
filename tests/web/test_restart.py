"""Readers whose sockets drop, and who all come back at once: each to what is theirs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import httpx

from tests.support import canaries
from tests.support import company as companies
from tests.support.personas import ALICE, BOB, CHARLIE, FRANK, GRETA, IVY
from tests.support.served import Site, served
from tests.support.sockets import rerun

READERS = (GRETA, FRANK, ALICE, BOB, CHARLIE, IVY)


def _ask(site: Site, email: str) -> str:
    return f"person={site.company.ids[email]}&range=28d"


def _drop_in_mid_render(site: Site, email: str) -> str:
    """Somebody opens a page, asks for another one and is gone before it is there; the session that was theirs."""
    with site.socket(email) as socket:
        assert not canaries.leaks(socket.run(rerun(page="my-usage")).raw, canaries.secrets_from(email))
        socket.send(rerun(_ask(site, email), page="person"))
        return socket.session


def test_who_comes_back_alone_or_all_at_once_after_a_restart_sees_their_own_whatever_session_they_name_r72(
    tmp_path,
):
    """R72"""
    company = companies.build(f"sqlite:///{tmp_path / 'uptake.db'}", tmp_path)
    with served(tmp_path, company.database.url) as (url, key):
        site = Site(url, key, company)
        for email, other in ((IVY, ALICE), (ALICE, IVY), (CHARLIE, FRANK)):
            session = _drop_in_mid_render(site, other)
            with site.socket(email, session=session) as socket:
                answer = socket.run(rerun(_ask(site, other), page="person"))
                assert socket.session != session
                assert canaries.leaks(answer.raw, canaries.secrets_from(email)) == set()
        sessions = [_drop_in_mid_render(site, email) for email in READERS]
    with served(tmp_path, company.database.url) as (url, key):
        site = Site(url, key, company)
        start = Barrier(2 * len(READERS))

        def come_back(place: int) -> str:
            email, session = READERS[place % len(READERS)], sessions[(place * 5 + 1) % len(READERS)]
            start.wait(60)
            with site.socket(email, session=session) as socket:
                answer = socket.run(rerun(_ask(site, email), page="person"))
                assert canaries.leaks(answer.raw, canaries.secrets_from(email)) == set()
                assert companies.name_of(email).encode() in answer.raw
                return socket.session

        with ThreadPoolExecutor(2 * len(READERS)) as pool:
            given = list(pool.map(come_back, range(2 * len(READERS))))
        assert len(set(given)) == len(given)
        assert not set(given) & set(sessions)
        assert any(httpx.get(f"{url}/readyz").is_success for _ in range(100))
    company.database.dispose()
