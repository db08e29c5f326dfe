"""`uptake matching`: who is unmatched, and deciding it from a shell."""

from __future__ import annotations

import re

import pytest

from core.admin.access import PeopleAdmin
from core.cli import matching
from core.viewers import Viewer
from tests.cli import company
from tests.cli.calls import settings, shell


@pytest.fixture
def uptake(tmp_path, api, uptake, people):
    """An installation of its own with five days of usage, in which Zed is matched to nobody."""
    environ = settings(tmp_path / "data", api)
    assert uptake("directory", "import", "--yes", people).exit_code == 0
    assert uptake("connect", stdin=company.KEY).exit_code == 0
    assert shell(environ, "sync").returncode == 0
    return uptake


def test_a_claude_user_is_listed_previewed_linked_undone_removed_and_taken_off_the_list(uptake):
    listed = uptake("matching", "list")
    assert listed.stdout == "zed@example.com: 5 user-days, not in the directory\n"
    assert listed.stderr == "Matched to nobody: 1, with 5 user-days.\n"
    seen = uptake("matching", "link", "zed@example.com", "bob@example.com", "--from", company.NEWEST, "--preview")
    assert seen.stdout == (
        "1 user-days would count as bob@example.com's; teams that grow: Alice Archer. Outside the days, counting for "
        "nobody: 4.\n"
    )
    linked = uptake("matching", "link", "user_zed", "Bob@example.com", "--from", company.NEWEST)
    assert re.match(
        r"1 user-days count as bob@example.com's now; .* Decision 1; `uptake matching undo 1`", linked.stdout
    )
    assert uptake("matching", "list").stdout == ""
    assert uptake("matching", "undo", 1).exit_code == 0
    assert uptake("matching", "list").stdout == listed.stdout
    assert uptake("matching", "list", "--decisions").stdout == (
        f"1: link: zed@example.com → bob@example.com from {company.NEWEST}, by command line, undone by command line\n"
    )
    assert uptake("matching", "unlink", "bob@example.com").exit_code == 0
    assert "bob@example.com: 5 user-days, not the person of this e-mail" in uptake("matching", "list").stdout
    assert uptake("matching", "unlink", "zed@example.com", "--not-an-employee").exit_code == 0
    assert "zed@example.com" not in uptake("matching", "list").stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["link", "nobody@example.com", "bob@example.com"], "No Claude user has the id or address nobody@example.com"),
        (["link", "zed@example.com", "nobody@example.com"], "Nobody in the directory has the address"),
        (["link", "bob@example.com", "charlie@example.com", "--alias"], "bob@example.com is somebody's own address"),
        (["unlink", "zed@example.com"], "linked to nobody"),
        (["undo", "7"], "There is no decision number 7"),
    ],
)
def test_what_cannot_be_decided_is_one_sentence_and_changes_nothing(with_data, arguments, sentence):
    result = with_data("matching", *arguments)
    assert result.exit_code == 1
    assert sentence in result.stderr and "Traceback" not in result.output
    assert with_data("matching", "list", "--decisions").stdout == ""


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["undo", "99999999999999999999999"], "99999999999999999999999 is not in the range 1<=x<=2147483647."),
        (["undo", "0"], "0 is not in the range 1<=x<=2147483647."),
        (["link", "us\udcff", "bob@example.com"], r"“us\udcff” is not text in UTF-8. Nothing was changed;"),
        (["unlink", "us\udcff"], r"“us\udcff” is not text in UTF-8. Nothing was changed;"),
        (
            ["link", "zed@example.com", "bob@example.com", "--from", "0001-01-01"],
            "the day 0001-01-01 lies outside 1900-01-01 to 2999-12-31.",
        ),
    ],
)
def test_what_can_name_nothing_is_one_sentence_that_names_it(with_data, arguments, sentence):
    result = with_data("matching", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert sentence in result.stderr and result.stderr.count("\n") == 1
    assert with_data("matching", "list", "--decisions").stdout == ""


LOSES = (
    "5 user-days would count as charlie@example.com's; teams that grow: none. bob@example.com, whose it is now, would "
    "lose 5 user-days, which is all of them."
)


def test_an_account_that_is_somebody_elses_is_linked_with_yes_only_and_the_answer_names_who_loses(uptake):
    link = ("matching", "link", "user_bob", "charlie@example.com")
    refused = uptake(*link)
    assert refused.exit_code == 1 and refused.stdout == ""
    assert f"{LOSES} Nothing was changed. To link it all the same, add --yes." in refused.stderr
    assert uptake(*link, "--preview").stdout == uptake(*link, "--preview", "--yes").stdout == f"{LOSES}\n"
    assert uptake("matching", "list", "--decisions").stdout == ""
    done = uptake(*link, "--yes")
    assert done.exit_code == 0
    assert done.stdout == (
        "5 user-days count as charlie@example.com's now; teams that grew: none. bob@example.com, whose it was, lost 5 "
        "user-days, which is all of them. Decision 1; `uptake matching undo 1` takes it back.\n"
    )
    # What a decision gave is as much somebody's as what an address gave.
    back = uptake("matching", "link", "user_bob", "bob@example.com")
    assert back.exit_code == 1 and "charlie@example.com, whose it is now, would lose 5 user-days" in back.stderr


def test_an_account_that_is_nobodys_or_theirs_already_is_linked_without_yes(uptake):
    for account in ("user_zed", "user_bob"):
        done = uptake("matching", "link", account, "bob@example.com")
        assert done.exit_code == 0 and "lost" not in done.stdout


def test_days_that_are_withheld_are_a_sentence_on_the_command_line_too(uptake, monkeypatch):
    limited = object.__new__(PeopleAdmin)
    limited.name = "charlie@example.com"
    limited.limited = Viewer("charlie@example.com", "Charlie Cole", None, frozenset(), sees_everyone=False)
    monkeypatch.setattr(matching, "operator", lambda: limited)
    told = "How many days this moves is shown to admins who see everyone. Teams concerned: Alice Archer."
    assert uptake("matching", "link", "zed@example.com", "bob@example.com", "--until", company.NEWEST).stdout == (
        f"{told} Decision 1; `uptake matching undo 1` takes it back.\n"
    )
    assert uptake("matching", "undo", 1).exit_code == 0
    listed = uptake("matching", "list")
    assert listed.stdout == "zed@example.com: not in the directory\n"
    assert listed.stderr.splitlines() == [
        "Matched to nobody: 1, with 0 user-days.",
        "Without the user-days of Claude users who were somebody's before: admins who see everyone are shown them.",
    ]
    assert uptake("matching", "link", "charlie@example.com", "bob@example.com", "--preview").stdout.startswith(
        "5 user-"
    )
    assert uptake("matching", "link", "alice@example.com", "bob@example.com", "--preview").stdout == (
        f"{told.replace('Alice Archer', 'none')} alice@example.com, whose it is now, would lose all of its days.\n"
    )
