"""What admins do, on both databases; what nobody else can do."""

from __future__ import annotations

import ast
import datetime as dt
from pathlib import Path

import pytest

from core.admin import syncs
from core.admin.access import AdminViewer, admin_of, operator
from core.admin.directory import import_directory
from core.admin.status import Directory, status
from core.admin.unmatched import open_page
from core.catalogue import MEASURES
from core.errors import DirectoryError, NotPermitted, UnknownViewer
from core.store.directory.directory import DirectoryChange
from core.store.usage import ledger
from core.sync import lease
from core.sync.health import DayCounts
from core.visibility import Identity, Scope, scope_of, viewer_for
from tests.admin.installation import NEWEST, NOW, days_back

CORE = Path(__file__).resolve().parents[2] / "core"


def scope(database, settings, email: str) -> Scope:
    viewer = viewer_for(database, settings.admins, Identity(email, email_verified=True), NOW.date())
    return scope_of(database, viewer)


def test_an_admin_gets_in_and_is_named(installation, settings):
    assert admin_of(scope(installation, settings, "Dora@example.com")).name == "dora@example.com"


@pytest.mark.parametrize("email", ["alice@example.com", "bob@example.com", "charlie@example.com"])
def test_managers_employees_and_outsiders_do_not_get_in(installation, settings, email: str):
    with pytest.raises(NotPermitted):
        admin_of(scope(installation, settings, email))


@pytest.mark.parametrize("email", ["eve@example.com", "nobody@example.com", ""])
def test_the_archived_and_the_unknown_do_not_come_as_far_as_a_scope(installation, settings, email: str):
    with pytest.raises(UnknownViewer):
        scope(installation, settings, email)


def test_an_admin_viewer_cannot_be_made_by_hand():
    with pytest.raises(TypeError):
        AdminViewer(object(), "dora@example.com", None)


def test_only_the_command_line_acts_as_the_operator():
    users = {
        path.relative_to(CORE).parts[0]
        for path in CORE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "operator"
    }
    assert users == {"cli"}


def test_every_function_of_the_room_asks_for_an_admin_first():
    makers = {"admin_of", "connection_admin_of", "people_admin_of", "operator"}
    exempt = makers | {"opened", "version", "as_json", "ask_provider"}
    proofs = {"AdminViewer", "ConnectionAdmin", "PeopleAdmin"}
    checked = set()
    for path in (CORE / "admin").glob("*.py"):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and node.name not in exempt:
                assert ast.unparse(node.args.args[0].annotation or ast.Constant(None)) in proofs, node.name
                checked.add(node.name)
    assert {"connect", "status", "request_sync", "recent_runs", "days", "import_directory", "open_page"} <= checked


def test_the_status_counts_days_people_and_accounts(installation, settings):
    found = status(operator(), installation, settings)
    assert found.days == DayCounts(complete=0, provisional=2, failed=2, missing=6)
    assert found.directory == Directory(people=5, matched_accounts=2, unmatched_accounts=2)
    assert (found.data_through, found.newest_day) == (NEWEST, NEWEST)
    assert [field.path for field in found.unknown_fields] == ["brand_new_metrics.count"]
    assert (found.daemon.holder, found.daemon.alive) == (None, False)
    assert (found.claude.state, found.claude.key.state) == ("not connected", "absent")


def test_the_status_of_nothing_claims_nothing(database, settings):
    found = status(operator(), database, settings)
    assert found.days == DayCounts(complete=0, provisional=0, failed=0, missing=None)
    assert (found.data_through, found.newest_day, found.last_run, found.last_success) == (None, None, None, None)


@pytest.mark.parametrize(("age", "alive"), [(0, True), (60, False)])
def test_a_daemon_is_alive_while_its_lease_runs(database, settings, age: int, alive: bool):
    lease.take(database, "host process 1", dt.datetime.now(dt.UTC) - dt.timedelta(seconds=age))
    daemon = status(operator(), database, settings).daemon
    assert (daemon.holder, daemon.alive) == ("host process 1", alive)


def test_the_days_of_a_range_say_what_happened_to_them(installation):
    found = syncs.days(operator(), installation, days_back(4), days_back(1))
    assert [(day.day, day.revision, day.rows, day.problem) for day in found] == [
        (days_back(4), 1, 4, "The answer made no sense any more."),
        (days_back(2), 0, 0, "The answer made no sense."),
        (days_back(1), 1, 4, None),
    ]
    assert {day.checked_at for day in found} == {NOW}


def test_a_sync_is_asked_for_once_until_it_begins(database):
    assert syncs.request_sync(operator(), database) is True
    assert syncs.request_sync(operator(), database) is False
    assert syncs.recent_runs(operator(), database) == []


def test_unmatched_accounts_are_listed_with_their_reason(installation):
    found = open_page(operator(), installation).accounts
    assert {each.account.email: each.reason.value for each in found} == {
        "zed@example.com": "not in the directory",
        None: "no e-mail",
    }
    assert {each.days and each.days.last for each in found} == {NEWEST}


def test_an_unmatched_account_is_matched_by_the_import_that_names_its_person(installation):
    more = b"email,name,manager_email\nzed@example.com,Zed Zimmer,alice@example.com\n"
    change = import_directory(operator(), installation, more)
    assert change == DirectoryChange(added=1, changed=0, moved=0, unchanged=0, absent=5, refused=(), notes=())
    assert [each.reason.value for each in open_page(operator(), installation).accounts] == ["no e-mail"]


def test_a_file_that_is_no_directory_changes_nothing(installation, settings):
    with pytest.raises(DirectoryError, match="Nothing was imported"):
        import_directory(operator(), installation, b"no,table\n")
    assert status(operator(), installation, settings).directory.people == 5


def test_a_field_that_this_version_knows_is_no_longer_reported_as_new(database, settings):
    known = [MEASURES[0].paths[0], "skills.invocation_count", "summaries.assigned_seat_count", "(page).next_page"]
    new = ["chat_metrics.mood", "skills.(page).mood", "skills.mood"]
    with database.write() as connection:
        ledger.record_unknown_fields(connection, [*known, *new], dt.date(2026, 11, 1))
    found = status(operator(), database, settings).unknown_fields
    assert sorted(field.path for field in found) == sorted(new)
