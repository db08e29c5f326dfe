"""What `uptake run` hands to the daemon and the dashboard, which run in another folder than it."""

from __future__ import annotations

import pytest

from core import settings as configuration
from core.cli import run


@pytest.fixture
def environment_in(tmp_path, monkeypatch: pytest.MonkeyPatch):
    """The environment of the programs, for settings that are given in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def made(**given: str) -> dict[str, str]:
        for name, value in given.items():
            monkeypatch.setenv(name, value)
        return run._environment(configuration.load())

    return made


def test_a_file_of_the_directory_stays_the_one_that_was_meant_and_an_address_is_handed_on(environment_in, tmp_path):
    assert environment_in(UPTAKE_DIRECTORY_SOURCE="people.csv")["UPTAKE_DIRECTORY_SOURCE"] == f"{tmp_path}/people.csv"
    address = "https://people.example.com/all.csv"
    assert environment_in(UPTAKE_DIRECTORY_SOURCE=address)["UPTAKE_DIRECTORY_SOURCE"] == address


def test_a_database_stays_the_one_that_was_meant_with_its_options(environment_in, tmp_path):
    made = environment_in(UPTAKE_DATABASE_URL="sqlite:///here.db?timeout=60")
    assert made["UPTAKE_DATABASE_URL"] == f"sqlite:///{tmp_path}/here.db?timeout=60"


def test_a_database_that_a_file_names_is_the_same_for_the_programs(environment_in, tmp_path):
    (tmp_path / "url").write_text("sqlite:///here.db\n", "utf-8")
    made = environment_in(UPTAKE_DATABASE_URL_FILE="url")
    assert made["UPTAKE_DATABASE_URL"] == f"sqlite:///{tmp_path}/here.db"
    assert "UPTAKE_DATABASE_URL_FILE" not in made


def test_the_address_of_a_server_stays_in_its_file(environment_in, tmp_path):
    (tmp_path / "url").write_text("postgresql://uptake@db.example.com/uptake\n", "utf-8")
    made = environment_in(UPTAKE_DATABASE_URL_FILE="url")
    assert made["UPTAKE_DATABASE_URL_FILE"] == f"{tmp_path}/url"
    assert "UPTAKE_DATABASE_URL" not in made
