"""Names are tidied, and what could deceive a reader is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.people.text import bare, plain_cell, shown, tidy


@pytest.mark.parametrize("value", ["  Ada   Moor ", "Ada\tMoor", "Ada\u00a0\u2003Moor\u3000", "Ada Moor"])
def test_spaces_of_all_kinds_are_stripped_and_collapsed(value: str) -> None:
    assert tidy(value) == "Ada Moor"


@pytest.mark.parametrize(
    "name", ["Zoë Ålund", "李小龍", "דנה", "👩\u200d🔬 Ada", "Nguyễn", "O'Moor-Lee", "می\u200cخواهم"]
)
def test_names_of_any_script_stay_as_they_are(name: str) -> None:
    assert tidy(name) == name


@pytest.mark.parametrize(
    "char", list("\x00\x07\x1b\x1f\x7f\x85\n\r\x0b\u2028\u2029\u202a\u202d\u202e\u202c\u2066\u2069\ud800\udfff")
)
def test_control_characters_line_breaks_bidi_overrides_and_lone_surrogates_are_refused(char: str) -> None:
    for value in (f"Ada{char}Moor", f"Zoë{char}", f"{char}Ada"):
        with pytest.raises(ValueError, match="contains"):
            tidy(value)


def test_200_characters_are_the_most_counted_after_tidying() -> None:
    assert tidy(" " + "é" * 200 + " ") == "é" * 200
    with pytest.raises(ValueError, match="10,000 characters"):
        tidy("é" * 10_000)


@given(st.text(st.characters(exclude_categories=()), max_size=20))
def test_tidying_twice_changes_nothing_more(value: str) -> None:
    try:
        once = tidy(value)
    except ValueError:
        return
    assert tidy(once) == once


@given(st.text(st.characters(exclude_categories=()), max_size=200))
def test_a_shown_value_is_one_printable_line_that_can_be_encoded(value: str) -> None:
    assert shown(value).isprintable()
    assert shown(value).encode("utf-8").decode("utf-8") == shown(value)


def test_a_long_value_is_shown_cut() -> None:
    assert shown("x" * 81) == "x" * 80 + "…"
    assert shown("x" * 80) == "x" * 80


DANGEROUS = (
    *("=1+1", "+1", "-1", "@SUM(A1)", "|calc", "\t=1", "\r=1", "\n=1", " =1"),
    *("\u200b=1", "\ufeff=1", "\uff1d1", "\uff20x"),
)


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_text_that_begins_like_a_formula_is_written_as_text(text: str) -> None:
    assert plain_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Ann", "Ann=1", "O'Neil", "2nd", "ann@example.com", "Ann-Marie", "Émile"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert plain_cell(text) == text


@given(st.text(st.sampled_from("'=+\t\n \u200b\uff1dx"), max_size=6))
def test_a_text_comes_back_from_a_cell_as_it_was(value: str) -> None:
    assert bare(plain_cell(value)) == value
