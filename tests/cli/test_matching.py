"""`uptake matching`: who is unmatched, and deciding it from a shell."""

from __future__ import annotations

import re

import pytest

from tests.cli import company
from tests.cli.conftest import settings, shell


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
def test_what_cannot_be_decided_is_one_sentence_and_changes_nothing(filled, arguments, sentence):
    result = filled("matching", *arguments)
    assert result.exit_code == 1
    assert sentence in result.stderr and "Traceback" not in result.output
    assert filled("matching", "list", "--decisions").stdout == ""
