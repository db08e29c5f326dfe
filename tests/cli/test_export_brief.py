"""`uptake export brief` writes the brief that the page shows, for who sees the person, and nothing for others."""

from __future__ import annotations

import stat

import pytest

from tests.cli.company import FIRST, NEWEST

RANGE = ("--from", FIRST, "--to", NEWEST)
ALICE, BOB, CHARLIE = "alice@example.com", "bob@example.com", "charlie@example.com"


def test_a_manager_and_the_person_get_the_same_brief(with_data, tmp_path):
    briefs = []
    for viewer, more in ((ALICE, ("--person", BOB)), (BOB, ())):
        out = tmp_path / f"{viewer}.md"
        result = with_data("export", "brief", "--as", viewer, *more, *RANGE, "--out", out)
        assert (result.exit_code, result.output) == (0, ""), result.output
        assert stat.S_IMODE(out.stat().st_mode) == 0o600
        briefs.append([line for line in out.read_text("utf-8").splitlines() if not line.startswith("Export ")])
    assert briefs[0] == briefs[1]
    assert any("Bob Baker" in line for line in briefs[0])


def test_a_brief_as_pdf_is_a_pdf(with_data, tmp_path):
    out = tmp_path / "brief.pdf"
    result = with_data("export", "brief", "--as", ALICE, "--person", BOB, *RANGE, "--format", "pdf", "--out", out)
    assert result.exit_code == 0, result.output
    assert out.read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize("viewer", ["stranger@example.com", "eve@example.com"])
def test_a_stranger_and_somebody_who_left_get_no_brief(with_data, tmp_path, viewer):
    result = with_data("export", "brief", "--as", viewer, "--person", BOB, *RANGE, "--out", tmp_path / "brief.md")
    assert (result.exit_code, result.stdout, (tmp_path / "brief.md").exists()) == (1, "", False)
    assert "Bob" not in result.stderr


def test_a_person_outside_the_chain_and_one_who_does_not_exist_are_refused_alike(with_data, tmp_path):
    answers = set()
    for viewer, person in ((ALICE, CHARLIE), (ALICE, "nobody@example.com"), (BOB, ALICE)):
        out = tmp_path / "brief.md"
        result = with_data("export", "brief", "--as", viewer, "--person", person, *RANGE, "--out", out)
        assert (result.exit_code, result.stdout, out.exists()) == (1, "", False)
        answers.add(result.stderr)
    assert len(answers) == 1, answers
    assert list(tmp_path.glob("*brief*")) == []
