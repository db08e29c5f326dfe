"""Requests that no page of ours would send, over the real socket: each is answered by less, never more."""

from __future__ import annotations

import json
import math
import socket
import threading
from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import select, text
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.util import calc_hash

from core.store.tables.access_log import ACCESS_LOG
from tests.support import canaries
from tests.support.company import claims_of, name_of
from tests.support.personas import ALICE, BOB, CHARLIE, CLEO, DORA, FRANK, GRETA, HUGO, IVY
from tests.support.served import Site, served, site_in
from tests.support.sockets import USER, Answer, Socket, rerun, signed

NOTHING = "There is nothing here that you can see."


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with site_in(tmp_path_factory.mktemp("wire")) as made:
        yield made


def leaks(answer: Answer, viewer: str | None) -> set[str]:
    """What the very bytes tell that this viewer may not know."""
    return canaries.leaks(answer.raw, canaries.secrets_from(viewer))


def exceptions(answer: Answer) -> list:
    return answer.elements("exception")


def test_a45_who_is_not_signed_in_makes_the_server_open_no_connection_to_the_database(tmp_path):
    """A listener in the database's place counts who comes."""
    came = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def count() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                came.append(1)
                connection.close()

        threading.Thread(target=count, daemon=True).start()
        database_url = f"postgresql://nobody@127.0.0.1:{listener.getsockname()[1]}/nothing"
        with served(tmp_path, database_url) as (url, key):
            tampered = signed(key, claims_of(DORA), url)[:-4] + "abcd"
            foreign = signed(key, claims_of(DORA), "https://evil.example.com")
            for options in ({"anonymous": True, "origin": url}, {}, {"cookie": tampered}, {"cookie": foreign}):
                with Socket(url, **options) as one:
                    for message in (
                        rerun(),
                        rerun("person=3", page="person"),
                        rerun(page_hash=calc_hash("connection")),
                    ):
                        answer = one.run(message)
                        assert [button.label for button in answer.elements("button")] == ["Sign in"]
            assert httpx.get(f"{url}/connection", headers={"accept": "text/html"}).status_code == 200
            assert came == []
            with Socket(url, cookie=signed(key, claims_of(DORA), url)) as one:
                one.run()
            assert came


def test_a45_a92_a_foreign_socket_is_refused_without_asking_the_internet_for_our_address(tmp_path):
    """A listener in the place of the way out counts who goes there."""
    went = []
    with socket.create_server(("127.0.0.1", 0)) as way_out:

        def count() -> None:
            while True:
                try:
                    connection, _ = way_out.accept()
                except OSError:
                    return
                went.append(connection.recv(100))
                connection.close()

        threading.Thread(target=count, daemon=True).start()
        proxy = f"http://127.0.0.1:{way_out.getsockname()[1]}"
        proxies = dict.fromkeys(("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"), proxy)
        with served(tmp_path, f"sqlite:///{tmp_path / 'absent.db'}", proxies) as (url, _):
            host = url.removeprefix("http://")
            for origin, asked in (
                ("https://evil.example.com", host),
                (url, "evil.example.com"),
                ("http://evil.example.com", "evil.example.com"),
                ("http://[::1]:1", host),
                ("null", host),
                (None, host),
            ):
                assert refusal_of(url, origin, asked) == 403, origin
            for origin in (url, url.replace("localhost", "127.0.0.1"), "http://localhost:1"):
                assert refusal_of(url, origin, origin.removeprefix("http://")) == 101, origin
            assert went == []


def refusal_of(url: str, origin: str | None, host: str) -> int:
    """The status with which a websocket is answered that says to come from a page of this origin, for this host."""
    asked = f"GET /_stcore/stream HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    asked += "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n"
    asked += "" if origin is None else f"Origin: {origin}\r\n"
    with socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])), timeout=20) as one:
        one.sendall(f"{asked}\r\n".encode())
        return int(one.recv(100).split()[1])


@pytest.mark.parametrize("email", [ALICE, IVY])
@pytest.mark.parametrize("asked", ["connection", "roles", "access-log", "no-such-page"])
def test_a04_a_page_that_is_not_mine_is_answered_like_one_that_does_not_exist(site, email, asked):
    with site.socket(email) as one:
        by_name = one.run(rerun(page=asked))
        assert NOTHING in by_name.text
        assert not leaks(by_name, email) and not exceptions(by_name)
        assert "API key" not in by_name.text
        by_hash = one.run(rerun(page_hash=calc_hash(asked)))
        assert "API key" not in by_hash.text and not leaks(by_hash, email)
    with site.socket(email) as one:
        absent = one.run(rerun(page="x" * len(asked)))
    assert len(by_name.raw) == pytest.approx(len(absent.raw), abs=24)


def test_a01_a_person_who_is_not_mine_is_answered_in_the_same_words_and_size_as_nobody(site):
    sizes = set()
    with site.socket(ALICE) as one:
        one.run(rerun("person=99", page="person"))
        for email in (CHARLIE, FRANK, GRETA, DORA, HUGO, None):
            number = site.company.ids[email] if email else 99
            answer = one.run(rerun(f"person={number:02}", page="person"))
            assert NOTHING in answer.text
            assert not leaks(answer, ALICE)
            sizes.add(len(answer.raw))
    assert max(sizes) - min(sizes) <= 4  # lengths of times and numbers of messages


@pytest.mark.parametrize("query", ["team={id}", "team={id}&team={id}", "team=-1", "team=%00", "team=" + "9" * 9000])
def test_a01_a_team_from_the_address_is_only_a_request(site, query):
    with site.socket(ALICE) as one:
        answer = one.run(rerun(query.format(id=site.company.ids[CHARLIE]), page="adoption"))
        assert not leaks(answer, ALICE) and not exceptions(answer)


def test_a02_a_forged_choice_of_a_team_or_row_is_only_a_request(site):
    with site.socket(ALICE) as one:
        first = one.run(rerun(page="adoption"))
        picker = next(e for e in first.elements("selectbox") if e.label == "Team")
        for forged in (name_of(CHARLIE), f"{name_of(FRANK)} (13)", "Everybody (18)", "0", str(site.company.ids[GRETA])):
            answer = one.run(rerun(page="adoption", **{picker.id: forged}))
            assert not leaks(answer, ALICE) and not exceptions(answer)
        table = next(number for number in ids_of(one.run(rerun(page="people"))) if number.endswith("-roster_name"))
        for rows in ([99], [-1], [10**9], ["3"]):
            selection = json.dumps({"selection": {"rows": rows, "columns": [], "cells": []}})
            answer = one.run(rerun(page="people", **{table: selection}))
            assert not leaks(answer, ALICE) and not exceptions(answer)
        for columns in (["days"], ["salary"], ["email", "name"], [""]):
            selection = json.dumps({"selection": {"rows": [], "columns": columns, "cells": []}})
            answer = one.run(rerun(page="people", **{table: selection}))
            assert not leaks(answer, ALICE) and not exceptions(answer)


@pytest.mark.parametrize("page", ["people", "teams"])
def test_a02_a_forged_click_on_a_name_of_a_table_is_only_a_request(site, page):
    with site.socket(ALICE) as one:
        (table,) = [each for each in one.run(rerun(page=page)).elements("dataframe") if each.button_click_widgets]
        (number,) = table.button_click_widgets.values()
        for row in (10**9, 99, -1, "3", True, None):
            answer = one.run(clicked(page, number, row))
            assert not leaks(answer, ALICE)
            assert row not in {10**9, 99} or not exceptions(answer)  # what is no row at all, Streamlit refuses itself
        assert not leaks(one.run(clicked(page, number, 0)), ALICE)


def clicked(page: str, number: str, row: object):
    """A message that a name in this row of a table was clicked."""
    message = rerun(page=page)
    widget = message.rerun_script.widget_states.widgets.add(id=number)
    widget.string_trigger_value.data = json.dumps({"row": row, "label": "Somebody"})
    return message


def ids_of(answer: Answer) -> list[str]:
    """The ids of all widgets in an answer."""
    found = []
    for message in answer.messages:
        if message.HasField("delta") and (kind := message.delta.new_element.WhichOneof("type")):
            number = getattr(getattr(message.delta.new_element, kind), "id", "")
            found += [number] if number else []
    return found


def odd_values(state, number: str) -> None:
    """One message with a value of every kind for the same widget."""
    for name, value in {
        "int_value": -(2**62),
        "double_value": math.nan,
        "string_value": "\0<script>" * 1000,
        "bool_value": True,
        "json_value": "[" * 500,
    }.items():
        widget = state.widget_states.widgets.add()
        widget.id = number
        setattr(widget, name, value)
    state.widget_states.widgets.add(id=number).string_array_value.data.extend(["a"] * 50)
    state.widget_states.widgets.add(id=number).int_array_value.data.extend([2**40, -1])
    state.widget_states.widgets.add(id=number).double_array_value.data.extend([math.inf, math.nan])


@pytest.mark.parametrize("page", ["adoption", "people"])
def test_a03_values_of_the_wrong_kind_show_no_error_and_nobody_else(site, page):
    with site.socket(ALICE) as one:
        ids = [number for number in ids_of(one.run(rerun(page=page))) if not number.endswith(("-sign-out", "-end-all"))]
        assert ids
        for number in ids:
            message = rerun(page=page)
            odd_values(message.rerun_script, number)
            answer = one.run(message)
            assert not leaks(answer, ALICE)
            assert not any("Traceback" in str(e) or "/core/" in str(e) for e in exceptions(answer)), number


def test_a13_a_flood_of_emptied_caches_changes_no_answer(site):
    with site.socket(ALICE) as one, site.socket(anonymous=True, origin=site.url) as stranger:
        stranger.run()
        before = {str(e.body) for e in one.run(rerun(page="my-usage")).elements("metric")}
        for _ in range(100):
            stranger.send(BackMsg(clear_cache=True))
        answer = one.run(rerun(page="my-usage"))
        assert {str(e.body) for e in answer.elements("metric")} == before
        assert not leaks(answer, ALICE)


def test_a12_what_an_admin_has_just_seen_is_in_nobody_elses_answer(site):
    with site.socket(DORA) as admin, site.socket(BOB) as bob, site.socket(CHARLIE) as charlie:
        for _ in range(2):
            assert name_of(IVY).encode() in admin.run(rerun(page="people")).raw
            assert not leaks(bob.run(rerun(page="people")), BOB)
            assert not leaks(charlie.run(rerun(page="people")), CHARLIE)


def test_a43_headers_that_name_somebody_are_ignored(site):
    forged = dict.fromkeys(("X-Forwarded-User", "X-User", "Remote-User", "X-Forwarded-Email"), DORA)
    with site.socket(IVY, headers=forged) as one:
        answer = one.run(rerun(page="how-it-is-counted"))
        assert name_of(IVY).encode() in answer.raw and not leaks(answer, IVY)
    with site.socket(anonymous=True, origin=site.url, headers=forged) as one:
        assert [button.label for button in one.run().elements("button")] == ["Sign in"]


def test_a40_a47_a_cookie_is_refused_after_a_visit_to_the_address_for_signing_out(site):
    cookie = site.cookie(HUGO)
    with Socket(site.url, cookie=cookie) as open_still:
        assert name_of(HUGO).encode() in open_still.run().raw
        httpx.get(f"{site.url}/auth/logout", headers={"cookie": f"{USER}={cookie}"})
        answer = open_still.run()
        assert [button.label for button in answer.elements("button")] == ["Sign in"]
        assert name_of(HUGO).encode() not in answer.raw
    with Socket(site.url, cookie=cookie) as replayed:
        assert [button.label for button in replayed.run().elements("button")] == ["Sign in"]
    assert httpx.get(f"{site.url}/media/x.csv", headers={"cookie": f"{USER}={cookie}"}).status_code == 401
    with site.socket(HUGO) as signed_in_again:
        assert name_of(HUGO).encode() in signed_in_again.run().raw


def test_a40_a_sign_out_that_cannot_be_stored_says_so_and_is_forgotten_by_the_browser_all_the_same(site):
    cookie = site.cookie(HUGO)
    with site.company.database.write() as connection:
        connection.execute(
            text("CREATE TRIGGER full BEFORE INSERT ON session_end BEGIN SELECT RAISE(ABORT, 'full'); END")
        )
    try:
        sent = {"cookie": f"{USER}={cookie}; {USER}_1=more; {USER}_tokens=some; other=kept"}
        answer = httpx.get(f"{site.url}/auth/logout", headers=sent)
    finally:
        with site.company.database.write() as connection:
            connection.execute(text("DROP TRIGGER full"))
    assert answer.status_code == 503
    assert answer.text.startswith("You are signed out in this browser only")
    gone = [value.partition("=")[0] for value in answer.headers.get_list("set-cookie") if "Max-Age=0" in value]
    assert sorted(gone) == [USER, f"{USER}_1", f"{USER}_tokens"]
    assert httpx.get(f"{site.url}/auth/logout", headers={"cookie": f"{USER}={cookie}"}).status_code == 302
    with Socket(site.url, cookie=cookie) as replayed:
        assert [button.label for button in replayed.run().elements("button")] == ["Sign in"]


HTML = {"accept": "text/html"}


@pytest.mark.parametrize("path", ["/person?person=3&range=28d", "/connection", "/no-such-page"])
def test_a_link_is_remembered_for_who_has_to_sign_in_and_led_to_once(site, path):
    noted = httpx.get(site.url + path, headers=HTML)
    note = noted.cookies["uptake_return"]
    said = noted.headers["set-cookie"]
    assert "HttpOnly" in said and "SameSite=Lax" in said and "Max-Age=600" in said
    back = httpx.get(site.url + "/", headers=HTML | {"cookie": f"{USER}={site.cookie(ALICE)}; uptake_return={note}"})
    assert (back.status_code, back.headers["location"]) == (303, path)
    assert 'uptake_return=""' in back.headers["set-cookie"]
    unsigned = httpx.get(site.url + "/", headers=HTML | {"cookie": f"uptake_return={note}"})
    assert unsigned.status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/favicon.png", "/static/x", "//evil.example.com", "/auth/login", "/"])
def test_no_note_is_made_of_what_is_no_page(site, path):
    assert "uptake_return" not in httpx.get(site.url + path, headers=HTML).cookies


def test_no_note_is_made_for_who_is_signed_in(site):
    signed_in = HTML | {"cookie": f"{USER}={site.cookie(ALICE)}"}
    assert "uptake_return" not in httpx.get(f"{site.url}/people", headers=signed_in).cookies


@pytest.mark.parametrize(
    "address",
    ["https://evil.example.com", "//evil.example.com", "/\\evil.example.com", "/a/b", "/a\r\nx: y", "/%2f", ""],
)
def test_a_forged_note_leads_nowhere(site, address):
    import base64

    note = base64.urlsafe_b64encode(address.encode()).decode().rstrip("=")
    cookies = f"{USER}={site.cookie(ALICE)}; uptake_return={note}"
    assert httpx.get(f"{site.url}/", headers=HTML | {"cookie": cookies}).status_code == 200


def test_an_address_of_somebody_elses_page_is_answered_like_nobodys_and_both_are_in_the_access_log(site):
    with site.socket(CLEO) as cleo:
        for page in ("roles", "roles", "no-such-page"):
            assert NOTHING in cleo.run(rerun(page=page)).text
    with site.company.database.write() as connection:
        asked = select(ACCESS_LOG.c.details).where(ACCESS_LOG.c.kind == "refusal", ACCESS_LOG.c.actor == CLEO)
        details = connection.execute(asked).scalars().all()
    pages = ("roles", "no-such-page")
    assert [each for each in details if "the page" in each] == [f'{{"asked":"the page {page}"}}' for page in pages]
