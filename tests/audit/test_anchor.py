"""What the anchor notes is found again by number, whatever the order and state of its lines."""

from __future__ import annotations

from collections import defaultdict

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.audit.anchor import Anchor

FIRST, OTHER, ZEROS = b"a" * 16, b"b" * 15 + b"\0", bytes(16)
LARGEST = 2**63 - 1


@given(st.lists(st.tuples(st.integers(1, 9), st.sampled_from([FIRST, OTHER, ZEROS])), max_size=20))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_hash_of_a_number_is_found_in_any_order(anchor, lines):
    anchor.unlink(missing_ok=True)
    noted = defaultdict(set)
    for number, half in lines:
        Anchor(anchor).append(number, half)
        noted[number].add(half)
    heads = Anchor(anchor).heads()
    assert len(heads) == len(lines)
    assert {number: heads.of(number) for number in range(5)} == {number: noted[number] for number in range(5)}
    assert heads.never_asked() == sorted({number for number, _ in lines if number >= 5})


@pytest.mark.parametrize(
    "torn", ["", "7", "7 " + "a" * 31, "7 " + "a" * 33, "7 " + "g" * 32, "x " + "a" * 32, "7 " + "ab " * 10 + "ab"]
)
def test_a_line_that_is_none_is_left_out(anchor, torn):
    anchor.write_text(f"6 {FIRST.hex()}\n{torn}\n8 {FIRST.hex()}\n{torn}")
    heads = Anchor(anchor).heads()
    assert (len(heads), heads.never_asked(), Anchor(anchor).newest()) == (2, [6, 8], 8)


def test_a_number_that_no_entry_can_have_stays_a_finding(anchor):
    anchor.write_text(f"{10**30} {FIRST.hex()}\n-{10**30} {FIRST.hex()}\n1 {FIRST.hex()}\n")
    heads = Anchor(anchor).heads()
    assert heads.of(1) == {FIRST}
    assert heads.never_asked() == [-LARGEST, LARGEST]
