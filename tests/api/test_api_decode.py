"""Pages that are odd, wrong or hostile: counted exactly, or refused as a whole with the place and the reason."""

from __future__ import annotations

import json
import math
from copy import deepcopy
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st

from core.api.records import UsagePage, decode, envelope
from core.catalogue import MASK_BITS, MEASURE, MEASURES
from core.errors import ApiContractError

RECORDING = yaml.safe_load((Path(__file__).parent / "cassettes" / "newest_shape.yaml").read_text("utf-8"))
BODY = RECORDING["interactions"][0]["response"]["body"]["string"].encode()
PAGE = json.loads(BODY)
COUNTER = b'"message_count": 37'


def with_value(text: str) -> bytes:
    """The recorded page with other text in the place of one counter."""
    assert BODY.count(COUNTER) == 1
    return BODY.replace(COUNTER, b'"message_count": ' + text.encode())


def messages(page: UsagePage) -> int:
    return int(page.values[0, list(MEASURE).index("chat_messages")])


def refusal(body: bytes) -> ApiContractError:
    with pytest.raises(ApiContractError) as failure:
        decode(body)
    assert str(failure.value).endswith("Nothing of this day was stored.")
    assert len(str(failure.value)) < 500
    return failure.value


@pytest.mark.parametrize(("text", "count"), [("3", 3), ("3.0", 3), ("0", 0), ("-0", 0), ("2147483647", 2**31 - 1)])
def test_whole_numbers_are_counted_however_they_are_written_r26(text, count):
    assert messages(decode(with_value(text))) == count


@pytest.mark.parametrize(
    "text", ["3.5", '"3"', "true", "-1", "-0.5", "2147483648", str(2**63), "1e400", "1e300", "[]", "{}", "9" * 5000]
)
def test_anything_else_is_refused_with_its_place_r13_r26(text):
    failure = refusal(with_value(text))
    assert failure.path == "data[0].chat_metrics.message_count"
    assert "data[0].chat_metrics.message_count has to be a whole number from 0 to 2,147,483,647" in str(failure)


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "0x10", "01", "+1", "1_000", "'3'", "nul", ""])
def test_numbers_that_json_does_not_have_are_refused_r13(text):
    assert "not valid JSON" in str(refusal(with_value(text)))


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, "[" * 100_000 + "]" * 100_000])
def test_bottomless_nesting_is_refused_wherever_it_stands_r13(text):
    refusal(with_value(text))
    refusal(text.encode())
    refusal(BODY.replace(b'"last_activity_date": "2026-11-20"', b'"last_activity_date": ' + text.encode(), 1))
    refusal(BODY.replace(b'"last_activity_date"', b'"new_field"', 1).replace(b'"2026-11-20"', text.encode(), 1))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"{}",
        b"17",
        b"<!doctype html>",
        b'{"data":null}',
        b'{"data":{}}',
        b'{"data":[null]}',
        b'{"data":[[]]}',
        b'{"data":[{}]}',
        b'{"data":[],"next_page":5}',
        BODY[:-200],
        BODY + b"x",
        b"\xef\xbb\xbf" + BODY,
        BODY.decode().encode("utf-16"),
        BODY.replace(b"ada", b"\xff\xfe\xfd"),
        BODY.replace(b"ada", b"\\ud800"),
        BODY.replace(b"ada", b"\\u0000"),
        BODY.replace(b"user_01", b"user_\\u0000"),
    ],
)
def test_what_is_no_page_is_refused_r11(body):
    refusal(body)


@pytest.mark.parametrize(
    "user", [None, {}, {"id": None}, {"id": ""}, {"id": 7}, {"id": "x" * 300}, {"id": "u", "email_address": 5}, "u"]
)
def test_a_user_without_a_usable_id_is_refused_r28(user):
    page = deepcopy(PAGE)
    page["data"][1]["user"] = user
    assert refusal(json.dumps(page).encode()).path.startswith("data[1].user")


def test_an_empty_address_is_none_r28():
    page = deepcopy(PAGE)
    page["data"][0]["user"]["email_address"] = ""
    assert decode(json.dumps(page).encode()).emails == [None, "bruno.sample@example.com"]


def test_only_next_page_decides_whether_a_page_follows_r18():
    assert decode(b'{"data":[],"has_more":true,"next_page":null}').next_page is None
    assert decode(b'{"data":[],"has_more":false,"next_page":"b"}').next_page == "b"
    assert decode(b'{"data":[]}').next_page is None
    assert decode(b'{"data":[],"next_page":""}').next_page is None


def test_an_empty_page_may_have_a_following_one_r17():
    page = decode(b'{"data":[],"next_page":"b"}')
    assert (page.user_ids, page.next_page) == ([], "b")


def test_a_block_that_is_null_counts_as_missing_r25():
    page = deepcopy(PAGE)
    page["data"][0]["office_metrics"]["excel"] = None
    page["data"][1]["cowork_metrics"] = None
    decoded = decode(json.dumps(page).encode())
    for row, product in ((0, "excel"), (1, "cowork")):
        slots = [measure.slot for measure in MEASURES if measure.product == product]
        mask = [0, 0]
        for slot in slots:
            mask[slot // MASK_BITS] |= 1 << slot % MASK_BITS
        assert decoded.unmeasured[row].tolist() == mask


def test_a_block_of_another_type_is_refused_with_its_place_r25():
    page = deepcopy(PAGE)
    page["data"][1]["cowork_metrics"] = [1]
    assert refusal(json.dumps(page).encode()).path == "data[1].cowork_metrics"


def test_drift_in_one_row_does_not_hide_a_wrong_counter_in_another_r25():
    page = deepcopy(PAGE)
    page["data"][0]["new_metrics"] = {"count": 1}
    page["data"][1]["chat_metrics"]["message_count"] = "3"
    assert refusal(json.dumps(page).encode()).path == "data[1].chat_metrics.message_count"


def test_endless_new_fields_are_named_up_to_a_limit_r25():
    page = deepcopy(PAGE)
    page["data"][0] |= {f"new_{number}" * 50: number for number in range(5_000)}
    unknown = decode(json.dumps(page).encode()).unknown_fields
    assert 90 <= len(unknown) <= 100
    assert max(map(len, unknown)) <= 200


@pytest.mark.parametrize("name", ["new\0field", "new\nfield", "\u202efield", "\0" * 300])
def test_new_fields_are_named_in_text_that_can_be_stored_and_shown_r25(name):
    page = deepcopy(PAGE)
    page[name] = page["data"][0][name] = 1
    unknown = decode(json.dumps(page).encode()).unknown_fields
    assert len(unknown) == 2
    assert all(path.isprintable() and len(path) <= 200 for path in unknown)


def test_parts_that_add_up_to_more_than_a_column_holds_are_refused():
    page = deepcopy(PAGE)
    for tool in page["data"][0]["claude_code_metrics"]["tool_actions"].values():
        tool["accepted_count"] = 2**31 - 1
    assert "edits_accepted" in str(refusal(json.dumps(page).encode()))


def path_values(row: dict, path: str) -> list:
    """What stands at a path: [] when it or a block on the way is missing, [None] when null. Slow and obvious."""
    for name in path.split("."):
        if row is None or name not in row:
            return []
        row = row[name]
    return [row]


def reference(row: dict) -> tuple[list[int], list[int]]:
    """Values and mask words of a row, straight from the rule in the decoder's documentation."""
    values, words = [], [0] * (max(m.slot for m in MEASURES) // MASK_BITS + 1)
    for measure in MEASURES:
        found = [value for path in measure.paths for value in path_values(row, path)]
        values.append(sum(value for value in found if value is not None))
        if not found or None in found:
            words[measure.slot // MASK_BITS] |= 1 << measure.slot % MASK_BITS
    return values, words


FULL_ROW: dict = {"user": {"id": "user_01Example", "email_address": "ada.tester@example.com"}}
for _path in (path for measure in MEASURES for path in measure.paths):
    _block = FULL_ROW
    for _name in _path.split(".")[:-1]:
        _block = _block.setdefault(_name, {})
    _block[_path.rpartition(".")[2]] = 7


@st.composite
def rows(draw: st.DrawFn) -> dict:
    """A user's row with any mix of counted, null and missing counters and blocks."""
    chance = draw(st.randoms(use_true_random=False))
    gone, null = chance.choice([0.0, 0.1, 0.5]), chance.choice([0.0, 0.1, 0.5])

    def vary(block: dict) -> dict:
        varied: dict = {}
        for name, inner in block.items():
            if name == "user":
                varied[name] = inner
            elif chance.random() >= gone:
                known = vary(inner) if isinstance(inner, dict) else chance.choice([0, 1, chance.randrange(2**29)])
                varied[name] = None if chance.random() < null else known
        return varied

    return vary(FULL_ROW)


@settings(max_examples=60)
@given(st.lists(rows(), max_size=4))
def test_counting_agrees_with_the_rule_applied_path_by_path(data):
    page = decode(json.dumps({"data": data, "next_page": None}).encode())
    expected = [reference(row) for row in data]
    assert page.values.tolist() == [values for values, _ in expected]
    assert page.unmeasured.tolist() == [words for _, words in expected]
    assert page.values.dtype == "int32"
    assert page.unmeasured.dtype == "int64"


@settings(max_examples=400)
@given(st.data())
def test_a_mutated_page_is_read_or_refused_and_nothing_else(data):
    body = bytearray(BODY)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(body)))
        cut = data.draw(st.sampled_from([0, 1, 1, 5, 300]))
        junk = [b"", b"0", b"-", b".5", b"e9", b"null", b"{", b"]", b'"', b",", b":", b"\\", b"\xff", b"\0", b'"a":1,']
        body[at : at + cut] = data.draw(st.sampled_from(junk) | st.binary(max_size=4))
    for read in (decode, envelope):
        try:
            read(bytes(body))
        except ApiContractError:
            continue


@settings(max_examples=200)
@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists))
def test_any_json_in_the_place_of_a_counter_is_counted_or_refused(value):
    text = json.dumps(value)
    try:
        page = decode(with_value(text))
    except ApiContractError:
        return
    assert value is None or (not isinstance(value, bool) and value == messages(page) and math.isfinite(value))
