"""A reader gets our sentence, or a number; the log gets the rest."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest


def script(kind: str) -> None:
    from core.errors import NotPermitted, UnscopedRead, UptakeError
    from core.ui.frame import errors

    raised = {"ours": NotPermitted(), "defect": UnscopedRead("table user_day"), "foreign": KeyError("mara@example.com")}
    raised["named"] = UptakeError("Nobody is called [Mara](https://evil.example.com) :red[x].")
    assert errors.on_script_error(raised[kind])


def shown(kind: str) -> str:
    at = AppTest.from_function(script, kwargs={"kind": kind}).run()
    assert not at.exception
    return at.error[0].value


def test_an_error_of_ours_is_its_sentence():
    assert shown("ours") == "There is nothing here that you can see."


def test_a_name_in_an_error_of_ours_acts_as_no_markdown():
    said = shown("named")
    assert "\\[Mara\\]" in said and ":red\\[x\\]" in said.replace("\u2060", "").replace("\\:", ":")


@pytest.mark.parametrize(("kind", "inside"), [("defect", "user_day"), ("foreign", "mara@example.com")])
def test_a23_anything_else_is_an_incident_that_only_the_log_explains(caplog, kind, inside):
    sentence = shown(kind)
    incident = re.search(r"incident ([0-9a-f]{8})", sentence)
    assert incident
    assert inside not in sentence
    assert incident[1] in caplog.text
    assert inside in caplog.text
