"""`uptake roles` and `uptake sign-ins`: the way in when nobody in a browser can."""

from __future__ import annotations

import datetime as dt

import pytest

from core import audit, viewers
from core import settings as configuration
from core.errors import UnknownViewer
from core.store.engine.database import Database
from core.viewers import Identity, SignIn
from tests.cli.calls import settings


def test_a_role_is_granted_listed_and_revoked(directory_only):
    unbound = "in force: not yet: no account is bound; the next new one to sign in with this address will be\n"
    assert directory_only("roles", "list").stdout == f"admin       dora@example.com  by UPTAKE_ADMINS; {unbound}"
    assert directory_only("roles", "grant", "Bob@Example.com").stdout == "Bob@Example.com is now admin.\n"
    assert directory_only("roles", "grant", "alice@example.com", "people").exit_code == 0
    listed = directory_only("roles", "list").stdout
    assert "admin       bob@example.com  since" in listed and "people      alice@example.com  since" in listed
    assert "by command line" in listed
    assert directory_only("roles", "grant", "bob@example.com").stdout == "bob@example.com was admin already.\n"
    assert directory_only("roles", "revoke", "bob@example.com").stdout == "bob@example.com is admin no more.\n"
    assert "bob@" not in directory_only("roles", "list").stdout


@pytest.mark.parametrize("email", ["eve@example.com", "nobody@example.com", "nonsense"])
def test_a_role_for_nobody_is_a_sentence(directory_only, email):
    result = directory_only("roles", "grant", email)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "Nothing was changed." in result.stderr


def test_the_last_admin_is_not_revoked(directory_only):
    directory_only("roles", "grant", "bob@example.com", UPTAKE_ADMINS="")
    result = directory_only("roles", "revoke", "bob@example.com", UPTAKE_ADMINS="")
    assert result.exit_code == 1
    assert "last admin" in result.stderr
    assert "bob@example.com" in directory_only("roles", "list", UPTAKE_ADMINS="").stdout


def test_a59_with_a_slip_of_the_pen_in_the_settings_the_last_admin_is_not_revoked_either(directory_only):
    slip = {"UPTAKE_ADMINS": "typo@exmaple.org"}
    assert directory_only("roles", "grant", "bob@example.com", **slip).exit_code == 0
    result = directory_only("roles", "revoke", "bob@example.com", **slip)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "last admin" in result.stderr and "typo@exmaple.org of UPTAKE_ADMINS would not count" in result.stderr
    listed = directory_only("roles", "list", **slip).stdout.splitlines()
    assert listed[0].startswith("admin       typo@exmaple.org  by UPTAKE_ADMINS; in force: not yet: nobody in the")
    assert len(listed) == 2


def test_releasing_the_account_of_the_only_admin_says_that_nobody_in_a_browser_is_one(directory_only, tmp_path):
    found = configuration.load(settings(tmp_path / "data", "http://127.0.0.1:9"))
    audit.open_log(found)
    database, now = Database(found.database_url), dt.datetime.now(dt.UTC)
    for subject, email in (("d", "dora@example.com"), ("b", "bob@example.com")):
        one = SignIn("https://id.example.com", subject, now.timestamp(), "n", Identity(email, True))
        viewers.signed_in(database, found, one, now)
    database.dispose()
    assert directory_only("sign-ins", "release", "bob@example.com").stdout == "1 released.\n"
    lines = directory_only("sign-ins", "release", "dora@example.com").stdout.splitlines()
    assert lines[0] == "1 released." and lines[1].startswith("No admin's account is bound any more")
    assert directory_only("sign-ins", "accept", "d").exit_code == 0
    assert directory_only("roles", "list").stdout.endswith("by UPTAKE_ADMINS; in force: yes\n")


def test_a_second_account_is_listed_and_let_in_from_the_command_line(directory_only, tmp_path):
    found = configuration.load(settings(tmp_path / "data", "http://127.0.0.1:9"))
    audit.open_log(found)
    database, now = Database(found.database_url), dt.datetime.now(dt.UTC)

    def come(subject: str) -> str:
        one = SignIn("https://id.example.com", subject, now.timestamp(), "n", Identity("bob@example.com", True))
        return viewers.signed_in(database, found, one, now).email

    assert directory_only("sign-ins", "list").stdout == "Nobody has signed in yet.\n"
    come("first")
    with pytest.raises(UnknownViewer):
        come("second")
    listed = directory_only("sign-ins", "list").stdout.splitlines()
    assert [line.split()[0] for line in listed] == ["waiting", "bound"]
    assert directory_only("sign-ins", "accept", "second").stdout == "bob@example.com is now this account.\n"
    assert come("second") == "bob@example.com"
    assert directory_only("sign-ins", "accept", "third").exit_code == 1
    assert directory_only("sign-ins", "release", "https://id.example.com").stdout == "1 released.\n"
    database.dispose()


@pytest.mark.parametrize("command", ["accept", "release"])
def test_an_account_whose_name_is_no_text_is_one_sentence(directory_only, command):
    result = directory_only("sign-ins", command, "\udcff")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "“\\udcff” is not text in UTF-8. Nothing was changed; write it anew.\n"


@pytest.fixture
def directory_only(uptake, people):
    """The command line on a database that holds the company's directory and nothing else."""
    assert uptake("directory", "import", people).exit_code == 0
    return uptake
