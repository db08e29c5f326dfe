"""The census of the numbered abuse cases, which docs/threats.md lists.

Each stands in the name of a test, or here: beside the test that proves it, or with the reason why none does.
"""

from __future__ import annotations

from tests.architecture.census import listed, names, numbers_in

ALL = set(listed("threats.md"))

PROVEN_BY = {
    # Names are read by default and leads have the shared ones, see decision 14; this is what is kept from them.
    "A69": "the_name_of_a_skill_that_a_member_keeps_private_reaches_admins_only",
    "A74": "archives_and_workbooks_are_refused_without_being_opened",
    "A75": "the_pdf_has_an_index_and_a_page_a_person_with_names_as_they_are",
    "A79": "the_key_is_in_no_error_log_or_text_form",
    "A80": "the_hint_of_a_short_key_shows_none_of_it",
    "A81": "the_key_is_kept_sealed_and_comes_back_only_by_its_secret",
    "A91": "an_entry_that_is_not_one_version_with_hashes_is_named",
}
"""The test, by its name after `test_`, where that does not carry the number."""

WITHOUT_A_TEST = {
    "A44": "The access log keeps no address that a request comes from, be it true or not.",
    "A60": "Groups of the provider are not read.",
    "A62": "Nobody can act as somebody else; an employee's look through the manager's gate is their own.",
    "A63": "The manager may see that person.",
    "A64": "A file that was taken away cannot be recalled; it names its entry in the access log.",
    "A77": "There is no SCIM.",
}
"""Cases without a test, each with the reason in a sentence."""


def _numbered() -> set[str]:
    return numbers_in(names(), "A")


def test_the_list_of_abuse_cases_runs_from_01_without_a_gap():
    assert listed("threats.md") == [f"A{number:02d}" for number in range(1, 93)]


def test_every_abuse_of_the_list_has_a_test_or_a_reason():
    assert sorted(ALL - _numbered() - PROVEN_BY.keys() - WITHOUT_A_TEST.keys()) == []


def test_no_abuse_is_said_to_have_no_test_that_has_one():
    assert sorted(_numbered() & WITHOUT_A_TEST.keys()) == []
    assert PROVEN_BY.keys() | WITHOUT_A_TEST.keys() <= ALL
    assert not PROVEN_BY.keys() & WITHOUT_A_TEST.keys()
    assert all(reason.endswith(".") for reason in WITHOUT_A_TEST.values())


def test_every_test_that_is_said_to_prove_an_abuse_exists():
    assert {f"test_{name}" for name in PROVEN_BY.values()} - names() == set()
