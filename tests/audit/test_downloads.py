"""A file is built for who clicks, written down before, and given to nobody else, over real sockets."""

from __future__ import annotations

import csv
import functools
import io
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
from sqlalchemy import select, text

from core.people.roster import read_csv
from core.reports.periods import Period
from core.store.directory import directory
from core.store.tables.access_log import ACCESS_LOG
from core.ui import gate
from core.ui.session.sessions import sign_in_of
from core.ui.widgets import downloads
from core.viewers import Viewer
from tests.support import company as companies
from tests.support import personas
from tests.support.company import claims_of
from tests.support.personas import ALICE, BOB, CHARLIE, DORA
from tests.support.served import Site, site_in
from tests.support.sockets import USER, Socket, rerun

LABEL = "CSV, totals"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with site_in(tmp_path_factory.mktemp("downloads")) as made:
        yield made


def placeholder(socket: Socket, page: str, query: str = "") -> str:
    """The id by which the file of a page is asked for."""
    buttons = socket.run(rerun(query, page=page)).elements("download_button")
    return next(button.deferred_file_id for button in buttons if button.label == LABEL)


def placeholder_of_people(socket: Socket) -> str:
    return placeholder(socket, "people")


def chart_placeholder(socket: Socket, kind: str) -> str:
    """The id by which a chart of the page Adoption is asked for, as the menu beside the chart sends it once opened."""
    blocks = [message.delta.add_block for message in socket.run(rerun(page="adoption")).messages]
    menu = next(block.popover.id for block in blocks if block.popover.id.endswith("course_numbers"))
    message = rerun(page="adoption")
    message.rerun_script.widget_states.widgets.add(id=menu, bool_value=True)
    buttons = socket.run(message).elements("download_button")
    return next(button.deferred_file_id for button in buttons if button.id.endswith(f"course_{kind}"))


FILES: dict[str, Callable[[Socket], str]] = {
    "a table": placeholder_of_people,
    **{f"a chart as {kind}": functools.partial(chart_placeholder, kind=kind) for kind in ("csv", "svg", "png")},
}


def fetch(site: Site, path: str, cookie: str = "", **headers: str) -> httpx.Response:
    return httpx.get(site.url + path, headers={"cookie": f"{USER}={cookie}", **headers} if cookie else headers)


def exports(site: Site) -> list:
    with site.company.database.write() as connection:
        statement = select(ACCESS_LOG).where(ACCESS_LOG.c.kind == "export").order_by(ACCESS_LOG.c.sequence)
        return list(connection.execute(statement))


def withheld(site: Site) -> list:
    with site.company.database.write() as connection:
        statement = select(ACCESS_LOG.c.actor, ACCESS_LOG.c.details).where(ACCESS_LOG.c.place == "download")
        return list(connection.execute(statement))


@pytest.mark.parametrize("file", FILES)
def test_a15_a_finished_file_is_for_the_sign_in_that_had_it_made_and_for_nobody_else(site, file):
    mine, mine_elsewhere = site.cookie(ALICE), site.cookie(ALICE)
    before = len(exports(site))
    with Socket(site.url, cookie=mine) as alice:
        path = alice.file(FILES[file](alice))
    answer = fetch(site, path, mine)
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith("attachment; ")
    assert answer.headers["cache-control"] == "no-store"
    name = answer.headers["content-disposition"].split('"')[1]
    (entry,) = exports(site)[before:]
    assert entry.actor == ALICE
    if file == "a table":
        rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert {row["email"] for row in rows} == set(personas.chain(ALICE))
        assert entry.place == "People"
        assert all(row["export_id"] in entry.details for row in rows)
    assert fetch(site, path).status_code == 401
    for other in (mine_elsewhere, site.cookie(BOB), site.cookie(CHARLIE), site.cookie(DORA)):
        refused = fetch(site, path, other)
        assert (refused.status_code, refused.text) == (404, "Not found")
        assert fetch(site, path, other, range="bytes=0-5").status_code == 404
        assert httpx.head(site.url + path, headers={"cookie": f"{USER}={other}"}).status_code == 404
    assert {(actor, details) for actor, details in withheld(site)} >= {
        (email, f'{{"asked":"the file {name.rpartition("-")[0]}"}}') for email in (ALICE, BOB, CHARLIE, DORA)
    }
    httpx.get(f"{site.url}/auth/logout", headers={"cookie": f"{USER}={mine}"})
    assert fetch(site, path, mine).status_code == 401


def test_a16_the_address_of_a_file_whose_content_is_known_cannot_be_computed(site):
    from streamlit.runtime.memory_media_file_storage import _calculate_file_id

    cookie = site.cookie(ALICE)
    with Socket(site.url, cookie=cookie) as alice:
        path = alice.file(placeholder(alice, "people"))
    answer = fetch(site, path, cookie)
    name = answer.headers["content-disposition"].split('"')[1]
    assert _calculate_file_id(answer.content, "text/csv", name) in path
    guessed = name.replace(name.split("-")[-1], "0" * 32 + ".csv")
    assert _calculate_file_id(answer.content, "text/csv", guessed) not in path
    assert len(name.split("-")[-1].removesuffix(".csv")) == 32


def test_a17_two_clicks_give_two_addresses_and_two_entries(site):
    cookie, before = site.cookie(ALICE), len(exports(site))
    with Socket(site.url, cookie=cookie) as alice:
        asked = placeholder(alice, "people")
        first, second = alice.file(asked), alice.file(asked)
    assert first != second
    assert len(exports(site)) == before + 2
    assert fetch(site, first, cookie).text != fetch(site, second, cookie).text


def test_a17_two_readers_large_files_of_equal_length_and_equal_samples_have_addresses_of_their_own(site):
    """Streamlit looks at three samples of a file above 1 MiB, so all that tells two such files apart is the name."""
    from streamlit.runtime.memory_media_file_storage import _calculate_file_id

    names = []
    for email in (ALICE, CHARLIE):
        cookie = site.cookie(email)
        with Socket(site.url, cookie=cookie) as reader:
            answer = fetch(site, reader.file(placeholder(reader, "people")), cookie)
        names.append(answer.headers["content-disposition"].split('"')[1])
    first, second = names
    large = bytearray(b"x" * 2_000_000)
    other = bytearray(large)
    other[300_000] = ord("y")
    assert _calculate_file_id(bytes(large), "text/csv", first) == _calculate_file_id(bytes(other), "text/csv", first)
    assert _calculate_file_id(bytes(large), "text/csv", first) != _calculate_file_id(bytes(other), "text/csv", second)


@pytest.mark.parametrize("file", FILES)
def test_a18_whoever_sends_anothers_placeholder_makes_the_others_file_and_cannot_fetch_it(site, file):
    cookies = {email: site.cookie(email) for email in (ALICE, BOB)}
    before = len(exports(site))
    with Socket(site.url, cookie=cookies[ALICE]) as alice, Socket(site.url, cookie=cookies[BOB]) as bob:
        asked = FILES[file](alice)
        bob.run()
        path = bob.file(asked)
    assert fetch(site, path, cookies[BOB]).status_code == 404
    assert fetch(site, path, cookies[ALICE]).status_code == 200
    assert [entry.actor for entry in exports(site)[before:]] == [ALICE]


def test_a19_a_button_drawn_before_a_reorganisation_gives_nothing_after_it(site):
    bob = site.company.ids[BOB]
    roster = personas.csv_text(site.company.today)
    before = len(exports(site))
    with site.socket(ALICE) as alice:
        asked = placeholder(alice, "person", f"person={bob}")
        moved = roster.replace(f"bob@example.com,Bob Example,{ALICE}", f"bob@example.com,Bob Example,{CHARLIE}")
        assert moved != roster
        try:
            with site.company.database.write() as connection:
                directory.apply(connection, read_csv(moved.encode()), site.company.today)
            assert alice.file(asked).startswith("error")
        finally:
            with site.company.database.write() as connection:
                directory.apply(connection, read_csv(roster.encode()), site.company.today)
    assert len(exports(site)) == before
    with site.company.database.write() as connection:
        refused = connection.execute(
            select(ACCESS_LOG.c.details).where(ACCESS_LOG.c.kind == "refusal", ACCESS_LOG.c.actor == ALICE)
        )
        assert f'{{"asked":"{bob}"}}' in refused.scalars().all()


def test_a19_a_finished_file_is_gone_for_whoever_lost_a_team_since_and_back_with_it(site):
    bob, cookie = site.company.ids[BOB], site.cookie(ALICE)
    roster = personas.csv_text(site.company.today)
    moved = roster.replace(f"bob@example.com,Bob Example,{ALICE}", f"bob@example.com,Bob Example,{CHARLIE}")
    with Socket(site.url, cookie=cookie) as alice:
        path = alice.file(placeholder(alice, "person", f"person={bob}"))
    assert fetch(site, path, cookie).status_code == 200
    for text_now, status in ((moved, 404), (roster, 200)):
        with site.company.database.write() as connection:
            directory.apply(connection, read_csv(text_now.encode()), site.company.today)
        assert fetch(site, path, cookie).status_code == status


def test_a89_without_a_log_there_is_neither_a_file_nor_a_page_about_somebody_else(site):
    with site.socket(ALICE) as alice:
        asked = placeholder(alice, "people")
        with site.company.database.write() as connection:
            connection.execute(
                text("CREATE TRIGGER full BEFORE INSERT ON access_log BEGIN SELECT RAISE(ABORT, 'full'); END")
            )
        try:
            assert alice.file(asked).startswith("error")
            ivy = site.company.ids[personas.IVY]
            answer = alice.run(rerun(f"person={ivy}", page="person"))
            assert "could not be written to the access log" in answer.text
            assert str(companies.canary(personas.IVY)).encode() not in answer.raw
        finally:
            with site.company.database.write() as connection:
                connection.execute(text("DROP TRIGGER full"))


def test_a15_a_file_may_be_fetched_for_ten_minutes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("UPTAKE_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(gate, "scope_at_click", lambda _: SimpleNamespace(fingerprint="as before"))
    claims = claims_of(ALICE)
    viewer = Viewer(ALICE, ALICE, 1, frozenset(), sees_everyone=False, sign_in=sign_in_of(claims))
    name = downloads.file_name("team-usage", Period(personas.DAYS[0], personas.DAYS[1]), "csv")
    assert downloads.owned(name, viewer, lambda: b"content")() == b"content"
    assert downloads.may_fetch(claims, name)
    assert not downloads.may_fetch(claims_of(ALICE, nonce="another sign-in"), name)
    assert not downloads.may_fetch(claims, "another.csv")
    later = time.monotonic() + downloads.SECONDS
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert not downloads.may_fetch(claims, name)


def test_a76_a_name_that_would_forge_a_header_or_a_path_is_in_no_file_name(site):
    """A file of one person, whose name is a header of its own and a way out of the folder."""
    evil, cookie = 'x"; filename="../../evil.sh\r\nX-Evil: 1\r\n\r\n<b>', site.cookie(ALICE)
    change = text("UPDATE employee SET name = :name WHERE email = :bob")
    with site.company.database.write() as connection:
        connection.execute(change, {"name": evil, "bob": BOB})
        connection.execute(text("UPDATE version SET number = number + 1 WHERE name = 'directory'"))
    try:
        with Socket(site.url, cookie=cookie) as alice:
            path = alice.file(placeholder(alice, "person", f"person={site.company.ids[BOB]}"))
        answer = fetch(site, path, cookie)
        assert evil.splitlines()[0] in answer.text.replace('""', '"')
    finally:
        with site.company.database.write() as connection:
            connection.execute(change, {"name": companies.name_of(BOB), "bob": BOB})
            connection.execute(text("UPDATE version SET number = number + 1 WHERE name = 'directory'"))
    assert re.fullmatch(
        r'attachment; filename="uptake-person-usage-[0-9-]{21}-[0-9a-f]{32}\.csv"',
        answer.headers["content-disposition"],
    )
    assert "x-evil" not in answer.headers
    days = Period(personas.DAYS[0], personas.DAYS[1])
    for what in (evil, "../../etc/passwd", "naïve\0", "A B"):
        assert re.fullmatch(r"uptake-[a-z-]*-[0-9-]{21}-[0-9a-f]{32}\.csv", downloads.file_name(what, days, "csv"))
