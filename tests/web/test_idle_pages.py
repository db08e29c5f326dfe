"""Pages that nobody touches, over the socket: their reader sends nothing, and what is no more theirs goes by itself."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from core import audit
from core import settings as configuration
from core.admin import roles
from core.admin.access import operator
from core.viewers import Role
from tests.support import company as companies
from tests.support import personas
from tests.support.company import import_directory, name_of
from tests.support.personas import ALICE, BOB, CHARLIE, CLEO, DORA, HUGO, IVY
from tests.support.served import QUICK, Site, site_in
from tests.support.sockets import USER, Answer, Socket, rerun

ALONE = 2.0
"""Seconds in which the quick program looks at its pages several times."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with site_in(tmp_path_factory.mktemp("idle"), program=("-c", QUICK)) as made:
        yield made


@pytest.fixture(autouse=True)
def as_before(site: Site) -> Iterator[None]:
    yield
    import_directory(site.company)


def comes(socket: Socket) -> Answer:
    """What the server sends without being asked."""
    return socket.until_finished()


def nothing_comes(socket: Socket) -> bool:
    time.sleep(ALONE)
    return socket.came() == []


def labels(answer: Answer) -> list[str]:
    return [button.label for button in answer.elements("button")]


def test_a08_who_lost_a_team_sees_it_no_more_without_doing_anything(site):
    with site.socket(ALICE) as alice:
        before = alice.run(rerun("range=7d", page="people"))
        assert name_of(BOB).encode() in before.raw
        import_directory(site.company, f"Bob Example,{ALICE}", f"Bob Example,{CHARLIE}")
        after = comes(alice)
        assert name_of(ALICE).encode() in after.raw
        assert name_of(BOB).encode() not in after.raw and name_of(IVY).encode() not in after.raw
        assert after.took({"range": "7d"})
        assert nothing_comes(alice)


def archive(site: Site, email: str) -> None:
    line = next(each for each in personas.csv_text(site.company.today).splitlines() if each.startswith(f"{email},"))
    import_directory(
        site.company, line, f"{line}{site.company.today.replace(year=site.company.today.year - 1).isoformat()}"
    )


def test_a08_who_is_archived_keeps_nothing_but_the_way_out_until_they_are_back(site):
    with site.socket(IVY) as ivy:
        ivy.run(rerun(page="my-usage"))
        archive(site, IVY)
        after = comes(ivy)
        assert labels(after) == ["Sign out"] and name_of(IVY).encode() not in after.raw
        assert nothing_comes(ivy)
        import_directory(site.company)
        back = comes(ivy)
        assert back.is_of("my-usage") and name_of(IVY).encode() in back.raw
        assert nothing_comes(ivy)


def test_who_was_refused_at_a_link_gets_the_page_that_it_names_once_the_directory_knows_them(site):
    archive(site, ALICE)
    with site.socket(ALICE) as alice:
        assert labels(alice.run(rerun("range=7d", page="people"))) == ["Sign out"]
        assert nothing_comes(alice)
        import_directory(site.company)
        come = comes(alice)
        assert come.is_of("people") and come.took({"range": "7d"})
        assert name_of(BOB).encode() in come.raw


def test_a08_who_is_admin_no_more_loses_the_page_without_doing_anything(site):
    database, settings = site.company.database, configuration.load(environment(site))
    audit.open_log(settings)
    roles.grant(operator(), database, HUGO, Role.PEOPLE)
    with site.socket(HUGO) as hugo:
        assert name_of(CLEO).encode() in hugo.run(rerun(page="directory")).raw
        roles.revoke(operator(), database, settings, HUGO, Role.PEOPLE)
        assert name_of(CLEO).encode() not in comes(hugo).raw


def test_a40_signing_out_elsewhere_empties_a_page_that_nobody_touches(site):
    cookie = site.cookie(HUGO)
    with Socket(site.url, cookie=cookie) as hugo:
        assert name_of(HUGO).encode() in hugo.run().raw
        httpx.get(f"{site.url}/auth/logout", headers={"cookie": f"{USER}={cookie}"})
        after = comes(hugo)
        assert labels(after) == ["Sign in"] and name_of(HUGO).encode() not in after.raw


def test_a_change_that_does_not_concern_a_reader_draws_nothing_again(site):
    with site.socket(ALICE) as alice:
        alice.run(rerun(page="people"))
        import_directory(site.company, f"Cleo Example,{CHARLIE}", f"Cleo Example,{DORA}")
        assert nothing_comes(alice)


def test_a_page_that_nobody_can_confirm_is_emptied_and_comes_back_with_the_database(site):
    path = Path(site.company.database.url.removeprefix("sqlite:///"))
    with site.socket(ALICE) as alice, site.socket() as nobody:
        alice.run(rerun("range=7d", page="people"))
        nobody.run()
        path.rename(path.with_suffix(".away"))
        try:
            emptied = comes(alice)
            assert "database" in emptied.text and name_of(ALICE).encode() not in emptied.raw
            assert not emptied.elements("arrow_data_frame")
            assert nothing_comes(alice)
        finally:
            path.with_suffix(".away").rename(path)
        back = comes(alice)
        assert name_of(BOB).encode() in back.raw and back.took({"range": "7d"})
        assert nothing_comes(nobody)


def environment(site: Site) -> dict[str, str]:
    return companies.environment_of(site.company.database.url, site.company.folder)
