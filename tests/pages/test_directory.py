"""The page Directory: a file is looked at before it is applied, and the last import can be taken back."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re

from streamlit.testing.v1 import AppTest

from core.admin import directory_imports, directory_people, roles
from core.admin.access import operator
from core.reports.wording.markdown import literal
from core.store.directory.directory_people import ListedPerson
from core.ui.session import resources
from core.viewers import Role
from tests.support import personas
from tests.support.personas import ALICE, DORA, HUGO, IVY
from tests.support.screen import everything, metric, sentences

PAGE = "pages/admin/directory.py"
ADDED = personas.CSV + "zoe@example.com,<b>Zoe</b> *x*,alice@example.com,,Sales,,\nno address,Ben,,,,,\n"


def offer(at: AppTest, text: str) -> AppTest:
    at.file_uploader[0].set_value(("people.csv", text.encode(), "text/csv"))
    return at.run()


def find(email: str) -> ListedPerson | None:
    found, _ = directory_people.search(operator(), resources.database(), email, 1, 10)
    return found[0] if found else None


def tabs(at: AppTest) -> list[str]:
    return [tab.label for tab in at.tabs]


def test_a_file_is_shown_then_applied_then_taken_back(empty):
    at = offer(empty(DORA, PAGE), ADDED)
    assert tabs(at) == ["Left out (1)", "Added (1)"]
    shown = everything(at)
    assert "<b>Zoe</b> *x*" in shown and "no address" in shown
    assert find("zoe@example.com") is None
    at.button(key="upload_apply").click().run()
    assert find("zoe@example.com") is not None
    assert "1 line of the last import needs a look" in everything(at)
    assert tabs(at) == []
    (entry,) = directory_imports.history(operator(), resources.database())
    assert (entry.by, entry.source, entry.added, entry.refused) == (DORA, "people.csv", 1, 1)
    at.button(key="directory_undo_now").click().run()
    assert find("zoe@example.com") is None
    assert not at.exception


def test_a_file_that_archives_many_is_applied_only_after_a_second_word(empty):
    lines = personas.CSV.splitlines(keepends=True)
    few = "".join([*lines[:4], *(line for line in lines if line.startswith(DORA))])
    at = offer(empty(DORA, PAGE), few)
    assert any("It archives" in sentence for sentence in sentences(at))
    assert at.button(key="upload_apply").disabled
    at.button(key="upload_apply").proto.disabled = False  # a forged click
    at.button(key="upload_apply").click().run()
    assert directory_imports.history(operator(), resources.database()) == []
    at.checkbox(key="upload_confirmed").check().run()
    at.button(key="upload_apply").click().run()
    assert len(directory_imports.history(operator(), resources.database())) == 1
    assert not at.exception


def test_a_file_that_changes_nothing_is_told_and_is_no_import(empty):
    at = offer(empty(DORA, PAGE), personas.CSV)
    assert literal("Nothing to change. People: 17 unchanged.") in [info.value for info in at.info]
    assert tabs(at) == [] and not any(button.key == "upload_apply" for button in at.button)
    assert directory_imports.history(operator(), resources.database()) == []


def test_people_who_begin_later_are_not_here_yet(empty):
    at, later = empty(DORA, PAGE), resources.today() + dt.timedelta(days=1)
    text = personas.CSV + f"zoe@example.com,Zoe,{ALICE},,Sales,{later},\n"
    before = metric(at, "People")
    shown = directory_imports.preview(
        operator(), resources.database(), resources.settings(), text.encode(), "more.csv", complete=True
    )
    directory_imports.apply(operator(), resources.database(), shown, confirmed=True)
    at.text_input(key="directory_search").set_value("zoe").run()
    assert metric(at, "People") == before and "not here yet" in everything(at)


def test_a_file_whose_dates_let_people_in_no_more_is_applied_only_after_a_second_word(empty):
    at = offer(empty(DORA, PAGE), personas.CSV.replace("2024-02-01,\n", "2999-01-01,\n"))
    assert any("16 of 16 people who work here today a first day in the future" in said for said in sentences(at))
    assert at.button(key="upload_apply").disabled


def test_a_part_of_the_people_archives_nobody(empty):
    at = empty(DORA, PAGE)
    at.checkbox[0].uncheck().run()
    at = offer(at, f"email,name,manager_email\nzoe@example.com,Zoe,{ALICE}\n")
    assert tabs(at) == ["Added (1)"] and sentences(at) == []


def test_a_change_that_is_entered_late_holds_from_the_day_that_was_named(empty):
    day = resources.today() - dt.timedelta(days=9)
    at = empty(DORA, PAGE)
    at.date_input[0].set_value(day).run()
    at = offer(at, personas.CSV.replace(f"{HUGO},Hugo Example,{personas.GRETA}", f"{HUGO},Hugo Example,{DORA}"))
    assert tabs(at) == ["Moved (1)"]
    at.button(key="upload_apply").click().run()
    assert not at.exception
    hugo = find(HUGO)
    assert hugo is not None
    newest, *_ = directory_people.lines_of(operator(), resources.database(), hugo.id)
    assert (newest.manager_email, newest.from_day) == (DORA, day)


def test_a_preview_that_is_out_of_date_is_not_applied(empty):
    at = offer(empty(DORA, PAGE), ADDED)
    other = directory_imports.preview(
        operator(), resources.database(), resources.settings(), ADDED.encode(), "other.csv", complete=True
    )
    directory_imports.apply(operator(), resources.database(), other, confirmed=True)
    at.button(key="upload_apply").click().run()
    assert len(directory_imports.history(operator(), resources.database())) == 1
    assert not at.exception


def test_a_file_that_is_no_directory_says_why_and_changes_nothing(empty):
    at = empty(DORA, PAGE)
    people = metric(at, "People")
    offer(at, "a,b\n1,2\n")
    assert any("no column email" in sentence for sentence in sentences(at))
    assert not at.exception
    assert directory_imports.history(operator(), resources.database()) == []
    assert metric(at, "People") == people


def test_people_are_found_by_words_and_only_a_page_of_them_is_sent(empty):
    many = personas.CSV + "".join(f"extra{n:03}@example.com,Extra {n:03},{HUGO},,,,\n" for n in range(120))
    at = empty(DORA, PAGE)
    shown = directory_imports.preview(
        operator(), resources.database(), resources.settings(), many.encode(), "many.csv", complete=True
    )
    directory_imports.apply(operator(), resources.database(), shown, confirmed=True)
    at.run()
    assert metric(at, "People") == str(len(personas.MANAGER) - 1 + 120)
    sent = set(re.findall(r"extra\d+@example.com", everything(at)))
    assert 0 < len(sent) < 50
    at.text_input(key="directory_search").set_value("extra 077").run()
    assert "extra077@example.com" in everything(at) and "extra076@example.com" not in everything(at)


def test_a_people_admin_keeps_the_directory_and_somebody_without_the_role_has_no_such_page(empty):
    empty(DORA)
    roles.grant(operator(), resources.database(), IVY, Role.PEOPLE)
    assert "Import a file" in everything(empty(IVY, PAGE))
    assert "Import a file" not in everything(empty(ALICE, PAGE))


def test_the_exported_file_names_everybody_once(empty):
    empty(DORA)
    text = io.StringIO(newline="")
    assert directory_people.write_csv(operator(), resources.database(), text) == len(personas.MANAGER)
    rows = {row["email"]: row for row in csv.DictReader(io.StringIO(text.getvalue()))}
    assert {email: row["manager_email"] or None for email, row in rows.items()} == personas.MANAGER
