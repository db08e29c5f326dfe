"""What Streamlit does and Uptake's gate reckons with (P1 to P19), held against the locked version.

When one of these fails after an upgrade, the platform has changed: see what rests on it before changing the test.
"""

from __future__ import annotations

import base64
import hashlib
import json
import time

import httpx
import numpy as np
import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import InvalidStatus

from tests.support.invented import SECRET
from tests.support.sockets import USER, Answer, Socket, rerun, signed

ALICE, BOB = "alice@example.com", "bob@example.com"


def button(answer: Answer, label: str):
    return next(element for element in answer.elements("download_button") if element.label == label)


def address(server, answer: Answer, label: str) -> str:
    return server.url + button(answer, label).url


def texts(answer: Answer) -> list[str]:
    return [element.body for element in answer.elements("text")]


def test_p01_anybody_with_the_id_of_a_deferred_file_has_it_built_even_signed_out(server):
    with server.socket(ALICE) as alice, server.socket(anonymous=True) as stranger:
        file_id = button(alice.run(rerun("case=files")), "built").deferred_file_id
        assert len(file_id) >= 32
        stranger.run()
        content = httpx.get(server.url + stranger.file(file_id)).text
    assert content.startswith(ALICE)


def test_p02_while_a_deferred_file_is_built_nobody_is_signed_in(server):
    with server.socket(ALICE) as alice:
        file_id = button(alice.run(rerun("case=files")), "built").deferred_file_id
        assert httpx.get(server.url + alice.file(file_id)).text == f"{ALICE} {{}}"


def test_p03_a_media_address_asks_nobody_to_sign_in_and_outlives_the_connection(server):
    with server.socket(ALICE) as alice:
        where = address(server, alice.run(rerun("case=files")), "plain")
    time.sleep(0.3)
    assert httpx.get(where).content == b"known content"


def test_p04_a_media_address_is_a_hash_of_what_it_serves_without_any_secret(server):
    with server.socket(ALICE) as alice:
        where = address(server, alice.run(rerun("case=files")), "plain")
        from streamlit.runtime.memory_media_file_storage import _calculate_file_id

        assert _calculate_file_id(b"known content", "text/csv", "known.csv") in where
        assert _calculate_file_id(b"known content", "text/csv", "0a1b.csv") not in where
        assert len(_calculate_file_id(b"", "", "")) == 2 * hashlib.blake2b(digest_size=16).digest_size


def test_p05_two_large_files_that_differ_outside_three_samples_share_one_address(server):
    with server.socket(ALICE) as alice, server.socket(BOB) as bob:
        first = address(server, alice.run(rerun("case=files")), "large")
        second = address(server, bob.run(rerun("case=files")), "large")
        assert first == second
        assert httpx.get(second).content[300_000:300_001] == b"a"


def test_p06_a_cached_function_gives_one_readers_rows_to_all_when_the_argument_begins_with_an_underscore(server):
    with server.socket(ALICE) as alice, server.socket(BOB) as bob:
        alice.run(rerun("case=cache"))
        assert texts(bob.run(rerun("case=cache")))[-1] == f"rows of {ALICE} on today"


def test_p07_anybody_connected_may_empty_the_cache_of_the_whole_process(server):
    with server.socket(ALICE) as alice, server.socket(anonymous=True) as stranger:
        kept = texts(alice.run(rerun("case=cache")))[-1]
        stranger.run()
        stranger.send(BackMsg(clear_cache=True))
        stranger.run()
        with server.socket("zoe@example.com") as zoe:
            assert texts(zoe.run(rerun("case=cache")))[-1] == "rows of zoe@example.com on today" != kept


def test_p08_a_callback_sees_the_forged_value_of_a_widget_and_the_page_does_not(server):
    with server.socket(ALICE) as alice:
        widget = alice.run(rerun("case=widgets")).elements("selectbox")[0].id
        said = texts(alice.run(rerun("case=widgets", **{widget: "carol-the-ceo"})))[-1]
    assert said == "callback saw carol-the-ceo, body saw one"


def test_p09_a_fragment_runs_without_the_guard_of_its_page(server):
    with server.socket(ALICE) as alice:
        first = alice.run(rerun("case=fragment"))
        assert "the guard ran" in texts(first)
        fragment = next(m.delta.fragment_id for m in first.messages if m.HasField("delta") and m.delta.fragment_id)
        assert texts(alice.run(rerun("case=fragment", fragment=fragment))) == ["the fragment ran"]


def test_p10_the_sign_in_cookie_works_again_after_a_sign_out_and_is_read_at_connecting_only(server):
    cookie = signed(SECRET, {"sub": ALICE, "email": ALICE, "iat": 1}, server.url)
    with Socket(server.url, cookie=cookie) as alice:
        alice.run()
        left = httpx.get(f"{server.url}/auth/logout", headers={"cookie": f"{USER}={cookie}"})
        assert left.status_code == 302
        assert texts(alice.run()) == [f"the script ran for {ALICE}"]
    with Socket(server.url, cookie=cookie) as again:
        assert texts(again.run()) == [f"the script ran for {ALICE}"]


def test_p10_the_cookie_is_signed_and_not_encrypted_and_never_secure():
    from streamlit.web.server.starlette import starlette_auth_routes, starlette_server_config

    source = starlette_auth_routes._set_single_cookie.__code__
    assert "secure" not in source.co_names + source.co_consts
    assert starlette_server_config.AUTH_COOKIE_MAX_AGE_SECONDS == 30 * 86_400


def test_p11_a_trusted_header_overrides_the_cookie(careless):
    with careless.socket(ALICE, headers={"x-user": "ceo@example.com"}) as socket:
        assert texts(socket.run()) == ["the script ran for ceo@example.com"]


def test_p11_without_the_option_headers_that_name_somebody_are_ignored(server):
    forged = dict.fromkeys(("x-user", "x-forwarded-user", "remote-user", "x-forwarded-email"), "ceo@example.com")
    with server.socket(ALICE, headers=forged) as socket:
        assert texts(socket.run()) == [f"the script ran for {ALICE}"]
    with server.socket(anonymous=True, headers=forged) as socket:
        assert texts(socket.run()) == ["the script ran for nobody"]


def test_p12_the_agent_interface_is_off_unless_switched_on_and_then_runs_the_app_for_programs(server, careless):
    refused, served = (httpx.post(f"{one.url}/_stcore/agent/interact", json={}) for one in (server, careless))
    assert refused.status_code == 403
    assert served.status_code == 200 and "the script ran" in served.text
    words = [httpx.post(f"{one.url}/_stcore/agent/mcp", json={}).text for one in (server, careless)]
    assert ["not_available" in text for text in words] == [True, False]


def test_p13_a_socket_without_a_token_or_an_origin_is_taken_as_anonymous_and_the_script_runs(server):
    cookie = signed(SECRET, {"sub": ALICE, "email": ALICE, "iat": 1}, server.url)
    with server.socket(anonymous=True, headers={"Cookie": f"{USER}={cookie}"}) as socket:
        assert texts(socket.run()) == ["the script ran for nobody"]


def test_p14_a_foreign_origin_is_refused_and_a_tampered_cookie_is_nobody(server):
    with pytest.raises(InvalidStatus) as refusal, server.socket(ALICE, origin="https://evil.example.com"):
        pass
    assert refusal.value.response.status_code == 403
    cookie = signed(SECRET, {"sub": ALICE, "email": ALICE, "iat": 1}, server.url)
    with server.socket(cookie=cookie[:-3] + "abc") as socket:
        assert texts(socket.run()) == ["the script ran for nobody"]


def test_p14_a_page_that_is_registered_for_somebody_else_does_not_run_by_its_name_or_hash(server):
    with server.socket(BOB) as bob:
        pages = bob.run(rerun("case=pages")).navigation
        (page_hash,) = (page.page_script_hash for page in pages if page.url_pathname == "secret")
        for asked in ({"page": "secret"}, {"page_hash": page_hash}):
            assert texts(bob.run(rerun("case=pages", **asked)))[-1] == "the secret page ran"
    for asked in ({"page": "secret"}, {"page_hash": page_hash}):
        with server.socket(ALICE) as alice:
            assert texts(alice.run(rerun("case=pages", **asked)))[-1] == "the other page ran"


def test_p15_hidden_columns_and_hidden_points_are_sent(server):
    with server.socket(ALICE) as socket:
        answer = socket.run(rerun("case=hidden"))
    assert b"canary-column" in answer.raw
    sent = json.loads(answer.elements("plotly_chart")[0].spec)["data"][0]["y"]
    points = np.frombuffer(base64.b64decode(sent["bdata"]), dtype=sent["dtype"]).tolist()
    assert points == [101.25, 102.5, 103.75, 999_983.0]


def test_p16_a25_a_session_is_not_handed_to_somebody_else_who_knows_its_id(server):
    with server.socket(ALICE) as alice:
        alice.run()
        session = alice.session
        assert session
    time.sleep(0.3)
    with server.socket(BOB, session=session) as bob:
        assert texts(bob.run()) == [f"the script ran for {BOB}"]
        assert bob.session != session


def test_p17_errors_reach_the_browser_in_full_and_no_protective_header_is_sent(server):
    with server.socket(ALICE) as socket:
        assert "canary-in-an-error" in socket.run(rerun("case=fail")).text
    page = httpx.get(server.url)
    assert not {"content-security-policy", "x-frame-options", "strict-transport-security"} & page.headers.keys()
    metrics = httpx.get(f"{server.url}/_stcore/metrics")
    assert metrics.is_success and "rows_of" in metrics.text
    assert httpx.get(f"{server.url}/auth/logout").status_code == 302


def test_p18_switching_off_the_export_of_tables_hides_a_button_and_sends_the_table_all_the_same(careless):
    with careless.socket(ALICE) as socket:
        assert b"canary-column" in socket.run(rerun("case=hidden")).raw


def test_p19_a_foreign_origin_has_this_machines_address_asked_for_on_the_internet_and_our_own_does_not(monkeypatch):
    from streamlit import net_util
    from streamlit.web.server.starlette.starlette_websocket import _is_origin_allowed

    asked: list[str] = []
    monkeypatch.setattr(net_util, "_make_blocking_http_get", lambda url, timeout: asked.append(url))
    monkeypatch.setattr(net_util, "_external_ip", None)
    assert _is_origin_allowed("https://uptake.example.com", "uptake.example.com")
    assert asked == []
    assert not _is_origin_allowed("https://evil.example.com", "uptake.example.com")
    assert asked == ["http://checkip.amazonaws.com", "https://checkip.amazonaws.com"]
