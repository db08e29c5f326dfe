"""A line with a fault is refused and named; all the others are read."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.people.roster import Refused, RosterFile, RosterRow, read_csv
from core.people.text import plain_cell

HEADER = "email,name,manager_email,employee_id,title,department,location,start_date,end_date\n"


def read(*lines: str) -> RosterFile:
    return read_csv((HEADER + "\n".join(lines)).encode())


def refusal(line: str) -> Refused:
    """The refusal of one faulty line, checking that the good lines around it are read."""
    roster = read("ann@example.com,Ann,,,,,,,", line, "bea@example.com,Bea,ann@example.com,,,,,,")
    assert [row.email for row in roster.rows] == ["ann@example.com", "bea@example.com"]
    (refused,) = roster.refused
    assert refused.line == 3
    return refused


def test_all_columns_of_a_line_are_read_and_empty_cells_are_absent() -> None:
    full = "Tom@Example.com, Tom  Reed ,ANN@example.com,E 7,Cook,Kitchen,Bergen,2024-02-29,2026-12-31"
    roster = read(full, "ann@example.com,Ann,  ,,,,,,")
    assert roster.rows == (
        RosterRow(
            line=2,
            email="tom@example.com",
            name="Tom Reed",
            manager_email="ann@example.com",
            employee_id="E 7",
            title="Cook",
            department="Kitchen",
            location="Bergen",
            start_date=dt.date(2024, 2, 29),
            end_date=dt.date(2026, 12, 31),
        ),
        RosterRow(3, "ann@example.com", "Ann", None, None, None, None, None, None, None),
    )
    assert roster.refused == ()


@pytest.mark.parametrize(
    ("line", "value", "reason"),
    [
        ("tom,Tom,,,,,,,", "tom", "Column email"),
        (",Tom,,,,,,,", "", "Column email: There is no e-mail address here"),
        ("tom@example.com,Tom,ann at example.com,,,,,,", "ann at example.com", "Column manager_email"),
        ("t\u043em@example.com,Tom,,,,,,,", "t\u043em@example.com", "ASCII"),
        ("tom@example.com,  ,,,,,,,", "tom@example.com", "name is empty"),
        ("tom@example.com,Tom\u202eReed,,,,,,,", "Tom\\u202eReed", "reading direction"),
        ("tom@example.com,Tom\x07,,,,,,,", "Tom\\x07", "control character"),
        ("tom@example.com," + "x" * 201 + ",,,,,,,", "x" * 80 + "…", "201 characters"),
        ("tom@example.com,Tom,,,Coo\x1bk,,,,", "Coo\\x1bk", "The title"),
        ("tom@example.com,Tom,,,,,,01/02/2026,", "01/02/2026", "start_date “01/02/2026” is not an ISO date"),
        ("tom@example.com,Tom,,,,,,20260102,", "20260102", "ISO date"),
        ("tom@example.com,Tom,,,,,,,2026-02-30", "2026-02-30", "end_date “2026-02-30” is not an ISO date"),
        ("tom@example.com,Tom,,,,,,٢٠٢٦-٠١-٠١,", "٢٠٢٦-٠١-٠١", "ISO date"),
        ("tom@example.com,Tom,,,,,,2026-05-02,2026-05-01", "2026-05-01", "before the start_date 2026-05-02"),
        ("tom@example.com,Tom", "tom@example.com", "2 cells, and the header names 9"),
        ("tom@example.com,Reed, Tom,,,,,,,x", "tom@example.com", "10 cells"),
        ('"tom@example.com,Tom,,,,,,,', "", "quotation marks"),
        ('tom@example.com,"Tom "Reed"",,,,,,,', "", "quotation marks"),
        ("x" * 90_000 + ",Tom,,,,,,,", "x" * 80 + "…", "Column email"),
    ],
)
def test_a_faulty_line_is_refused_with_its_value_and_the_lines_around_it_are_read(
    line: str, value: str, reason: str
) -> None:
    refused = refusal(line)
    assert (refused.line, refused.value) == (3, value)
    assert reason in refused.reason
    assert refused.reason.endswith(".")


def test_end_on_the_day_of_the_start_is_fine() -> None:
    assert read("tom@example.com,Tom,,,,,,2026-05-01,2026-05-01").refused == ()


def test_a_stray_quotation_mark_costs_its_own_line_even_when_a_later_line_has_another() -> None:
    roster = read(
        'a@example.com,"Ann,,,,,,,',
        "b@example.com,Bea,,,,,,,",
        'c@example.com,"Hall, Cleo",,,,,,,',
        'd@example.com,Dan,,,"Cook,,,,',
        "e@example.com,Eve,,,,,,,",
    )
    assert [(row.line, row.name) for row in roster.rows] == [(3, "Bea"), (4, "Hall, Cleo"), (6, "Eve")]
    assert [refused.line for refused in roster.refused] == [2, 5]


def test_lines_between_two_stray_quotation_marks_are_not_lost() -> None:
    roster = read('a@example.com,"Ann,,,,,,,', "b@example.com,Bea,,,,,,,", 'c@example.com,Cleo",,,,,,,')
    assert [(row.line, row.name) for row in roster.rows] == [(3, "Bea"), (4, 'Cleo"')]
    assert [refused.line for refused in roster.refused] == [2]


def test_a_line_break_in_a_name_is_refused_in_both_its_lines() -> None:
    roster = read('a@example.com,"Ann\nHall",,,,,,,', "b@example.com,Bea,,,,,,,")
    assert [row.line for row in roster.rows] == [4]
    assert [refused.line for refused in roster.refused] == [2, 3]
    assert "line break" in roster.refused[0].reason


def test_a_quoted_cell_may_hold_delimiters_quotes_and_in_ignored_columns_line_breaks() -> None:
    text = 'email,name,manager_email,note\na@example.com,"Hall, ""Bo""",,"one\n\ntwo"\nb@example.com, "Ida, I.",,\n'
    roster = read_csv(text.encode())
    assert [(row.line, row.name) for row in roster.rows] == [(2, 'Hall, "Bo"'), (5, "Ida, I.")]


def test_lines_of_nothing_but_delimiters_are_passed_over() -> None:
    roster = read(",,,,,,,,", "", " , ,,,,,,,", "a@example.com,Ann,,,,,,,,,,")
    assert [row.line for row in roster.rows] == [5]
    assert roster.refused == ()


def test_an_address_in_several_lines_is_refused_in_each_of_them() -> None:
    roster = read("a@example.com,Ann,,,,,,,", "b@example.com,Bea,,,,,,,", "A@EXAMPLE.com.,Anna,,,,,,,")
    assert [row.email for row in roster.rows] == ["b@example.com"]
    assert [(refused.line, refused.value) for refused in roster.refused] == [(2, "a@example.com"), (4, "a@example.com")]
    assert all("lines 2, 4" in refused.reason for refused in roster.refused)


def test_an_address_is_ambiguous_even_when_its_other_line_has_a_fault_of_its_own() -> None:
    roster = read("a@example.com,Ann,,,,,,,", "a@example.com,Ann,,,,,,soon,")
    assert roster.rows == ()
    assert ["ISO date" in refused.reason for refused in roster.refused] == [False, True]


def test_an_address_in_very_many_lines_is_explained_briefly() -> None:
    roster = read(*["a@example.com,Ann,,,,,,,"] * 5000)
    assert len(roster.refused) == 5000
    assert "lines 2, 3, 4, 5, 6 and 4,995 more" in roster.refused[0].reason


def test_somebody_who_is_their_own_manager_has_none() -> None:
    roster = read("a@example.com,Ann,mailto:A@example.com,,,,,,")
    assert roster.rows[0].manager_email is None
    assert roster.refused == ()


def test_formulas_and_markup_in_names_are_kept_as_plain_text() -> None:
    assert read('a@example.com,"=1+1 <b>*x*</b>",,,,,,,').rows[0].name == "=1+1 <b>*x*</b>"


@pytest.mark.parametrize("name", ["=1+1", "-Abel", "＝A1", "@home", "'=1+1", "O'Neill", "'s Gravesande"])
def test_a_name_that_was_made_safe_for_a_spreadsheet_comes_back_as_it_was_a70(name: str) -> None:
    safe = plain_cell(name)
    assert not safe.startswith(("=", "-", "＝", "@"))
    assert read(f'a@example.com,"{safe}",,,,,,,').rows[0].name == name


def test_the_people_of_refused_lines_are_known_to_be_mentioned() -> None:
    roster = read("a@example.com,,,,,,,,", "b@example.com,B,,,,,,,", "b@example.com,B,,,,,,,", "no address,C,,,,,,,")
    assert roster.mentioned == {"a@example.com", "b@example.com"}
    assert roster.nameless == (frozenset(),)


@pytest.mark.parametrize(
    ("line", "addresses", "numbers", "named"),
    [
        ("p@example.com,Three, P,b@example.com,,,,,,", {"p@example.com", "b@example.com"}, set(), True),
        ('"p@example.com,P,b@example.com,E 7,,,,,', {"p@example.com", "b@example.com"}, {"E 7"}, True),
        ('p@example.com,"P,b@example.com,E7,,,,,', {"p@example.com", "b@example.com"}, {"E7"}, True),
        ("p at example.com,P,b@example.com,E7,,,,,", {"b@example.com"}, {"E7"}, False),
        ("p@example.com,P,,'-7,,,,soon,", {"p@example.com"}, {"-7"}, True),
        ("p at example.com,P,,,,,,,", set(), set(), False),
    ],
)
def test_of_a_refused_line_whatever_can_be_read_is_mentioned(line, addresses, numbers, named) -> None:
    roster = read("ann@example.com,Ann,,,,,,,", line)
    assert roster.mentioned == addresses
    assert numbers <= roster.numbers
    assert (roster.nameless == ()) is named


def test_the_numbers_of_an_address_in_several_lines_are_mentioned() -> None:
    assert read("b@example.com,B,,E1,,,,,", "b@example.com,B,,E2,,,,,").numbers == {"E1", "E2"}


def test_columns_that_the_file_has_are_told_from_those_that_are_empty() -> None:
    assert read_csv(b"Manager E-mail,email,NAME\n").columns == {"manager_email", "email", "name"}


@given(st.randoms(use_true_random=False))
def test_the_order_of_the_lines_changes_nothing_but_line_numbers(shuffler: random.Random) -> None:
    lines = [f"p{i}@example.com,P {i},p{i // 3}@example.com,,,,,,{'soon' if i % 7 == 6 else ''}" for i in range(20)]
    lines += ["p3@example.com,Again,,,,,,,", "nobody,Nobody,,,,,,,", '"open,Quote,,,,,,,']
    shuffled = lines.copy()
    shuffler.shuffle(shuffled)

    def outcome(roster: RosterFile) -> tuple[set[tuple[str, str, str | None]], list[str]]:
        rows = {(row.email, row.name, row.manager_email) for row in roster.rows}
        return rows, sorted(refused.value for refused in roster.refused)

    assert outcome(read(*shuffled)) == outcome(read(*lines))


@given(st.text(st.sampled_from('abc@.,;"\n\r\t \u202eé'), max_size=60))
def test_whatever_stands_below_the_header_every_row_is_usable_and_nothing_raises(body: str) -> None:
    roster = read_csv(f"email,name,manager_email\n{body}".encode())
    assert len({row.email for row in roster.rows}) == len(roster.rows)
    lines = [row.line for row in roster.rows] + [refused.line for refused in roster.refused]
    assert len(set(lines)) == len(lines)
    assert all(1 < line <= 1 + len(body.replace("\r\n", "\n").replace("\r", "\n").split("\n")) for line in lines)


def test_100_000_lines_are_all_accounted_for() -> None:
    lines = (
        f"person{i}@example.com,Person Number {i},person{i // 8}@example.com,E{i},Cook,Unit {i % 90},Oslo,2024-01-02,"
        for i in range(100_000)
    )
    roster = read(*lines, "broken line")
    assert len(roster.rows) == 100_000
    assert [refused.line for refused in roster.refused] == [100_002]


def test_a_name_that_deceives_or_overflows_is_refused_with_its_line_and_one_of_any_script_is_taken_as_it_is_a72() -> (
    None
):
    names = ["a\u202eb", "a\u2066b", "x" * 10_000, "a\x1bb", "\U0001f469\u200d\U0001f52c Ada", "Z\u0301oe\u0308"]
    lines = [f"person{number}@example.com,{name}," for number, name in enumerate(names)]
    roster = read_csv("\n".join(["email,name,manager_email", *lines]).encode())
    assert [refused.line for refused in roster.refused] == [2, 3, 4, 5]
    assert [row.line for row in roster.rows] == [6, 7]
    assert roster.rows[0].name == names[4]
