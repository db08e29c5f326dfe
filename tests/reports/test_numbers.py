"""A few of the draws in which `python -m benchmarks numbers` compares the pages' numbers with the user-days."""

from __future__ import annotations

from benchmarks.proofs import numbers


def test_the_numbers_of_every_page_are_those_of_the_user_days():
    found = numbers.measure(6, ("sqlite",))
    assert found.missed == []
    assert all(found[f"numbers of {page}"] > 50 for page in numbers.PAGES)


def test_every_page_with_another_number_is_counted_and_told(monkeypatch, capsys):
    monkeypatch.setattr(numbers, "_of_team", lambda *_: -1.0)
    found = numbers.measure(2, ("sqlite",))
    assert found[numbers.DIFFERENCES] == 2
    assert {figure.name for figure in found.missed} == {"numbers of Adoption", numbers.DIFFERENCES}
    assert capsys.readouterr().out.count("DIFFERS") == 2
