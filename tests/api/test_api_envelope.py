"""A page's cursor and fingerprint, found without parsing the rows."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.api.envelope import envelope
from core.api.records import decode
from core.errors import ApiContractError

ROW = {"user": {"id": "user_01Example", "email_address": "ada.tester@example.com"}, "web_search_count": 1}


def body(cursor: object = "abc", searches: int = 1, *, compact: bool = True, first: bool = False, **more) -> bytes:
    page = {"data": [ROW | {"web_search_count": searches}], "next_page": cursor} | more
    if first:
        page = dict(reversed(page.items()))
    return json.dumps(page, separators=(",", ":") if compact else None, indent=None if compact else 2).encode()


@pytest.mark.parametrize("layout", [{}, {"compact": False}, {"first": True}, {"has_more": True}, {"extra": {"a": [1]}}])
@pytest.mark.parametrize("cursor", ["abc", "a+b/c==", 'quo"te', "back\\slash", "é", None, ""])
def test_the_cursor_is_found_in_every_layout_and_equals_the_decoded_one(layout, cursor):
    page = body(cursor, **layout)
    assert envelope(page).next_page == (cursor or None)
    assert envelope(page).next_page == decode(page).next_page


@pytest.mark.parametrize("layout", [{}, {"compact": False}, {"first": True}, {"has_more": True}])
def test_the_fingerprint_ignores_the_cursor_and_nothing_else(layout):
    page = envelope(body("abc", **layout)).digest
    assert len(page) == 16
    assert envelope(body("another-one", **layout)).digest == page
    assert envelope(body(None, **layout)).digest == page
    assert envelope(body("abc", searches=2, **layout)).digest != page
    assert envelope(body("abc", more="x", **layout)).digest != page


def test_the_page_is_not_parsed_when_its_end_is_usual():
    unread = b'{"data":[' + b"\xff" * 100 + b'],"next_page":"abc"}'
    assert envelope(unread).next_page == "abc"


@pytest.mark.parametrize(
    "page",
    [
        b'{"data":[],"x":"\\"next_page\\":\\"fake\\"","next_page":"real"}',
        b'{"next_page":"real","data":[{"next_page":"fake"}]}',
        b'{"next_page":"real","data":{"next_page":"fake"}}',
        b'{"data":[{"next_page":"fake"}],"next_page":"real"}  \n',
        b'{"next_page":"real","x":"\\"next_page\\":null}"}',
    ],
)
def test_a_cursor_inside_the_data_is_not_taken_for_the_page_s_own(page):
    assert envelope(page).next_page == "real"


@pytest.mark.parametrize(
    "page",
    [
        b"",
        b"null",
        b"[]",
        b"<html>",
        b'{"data":[]',
        b'{"data":[],"next_page":7}',
        b'{"data":[],"next_page":["a"]}',
        b'[{"next_page":null}',
        b"[" * 100_000,
        b'{"data":' + b"[" * 100_000,
        b'{"data":[],"next_page":"\\ud800"}',
        b'{"data":[],"next_page":"' + b"a" * 9_000 + b'"}',
        b'{"data":[],"next_page":"' + b"a" * 100_000 + b'"}',
    ],
)
def test_what_is_no_page_is_refused_r11(page):
    with pytest.raises(ApiContractError, match="Nothing of this day was stored"):
        envelope(page)


@given(st.binary(max_size=40), st.sampled_from([b"", b'{"data":[],"next_page":', b'{"next_page":"a","data":[']))
def test_any_bytes_give_an_envelope_or_a_refusal(junk, start):
    for page in (start + junk, start + junk + b"}"):
        try:
            envelope(page)
        except ApiContractError:
            continue
