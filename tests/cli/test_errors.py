"""An error is one plain sentence and an exit status, never a traceback."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from core.cli.entry import _Commands, cli


@click.group(cls=_Commands)
@click.option("--debug", is_flag=True)
def commands(debug: bool) -> None:
    """A program with commands that fail."""


@commands.command()
def defect() -> None:
    """Fails as a defect of ours would."""
    raise RuntimeError("a secret that must not be shown")


@commands.command()
def full_disk() -> None:
    """Fails as the system would."""
    raise OSError(28, "No space left on device", "uptake.db")


def call(*arguments: str) -> Result:
    return CliRunner().invoke(commands, arguments)


def test_a_defect_is_a_sentence_with_an_incident_to_report():
    result = call("defect")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Something went wrong inside Uptake (incident RuntimeError at test_errors.py:")
    assert result.stderr.count("\n") == 1
    assert "a secret" not in result.stderr


def test_debug_shows_the_traceback():
    result = call("--debug", "defect")
    assert result.exit_code == 1
    assert "Traceback" in result.stderr
    assert "RuntimeError: a secret that must not be shown" in result.stderr


def test_trouble_of_the_system_names_the_file():
    result = call("full-disk")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "The system refused access to a file or device uptake.db: No space left on device.\n"


@pytest.mark.parametrize("command", [["status"], ["sync"], ["run"], ["connect"], ["doctor"]])
def test_a_broken_setting_names_its_variable_in_every_command(uptake, command: list[str]):
    result = uptake(*command, UPTAKE_REQUESTS_PER_MINUTE="many")
    assert result.exit_code == 1
    assert "UPTAKE_REQUESTS_PER_MINUTE must be a whole number" in result.output
    assert "Traceback" not in result.output


def test_a_database_address_that_cannot_be_read_does_not_repeat_its_password(uptake):
    result = uptake("status", UPTAKE_DATABASE_URL="postgresql://someone:hunter2@host:port/uptake")
    assert result.exit_code == 1
    assert result.stderr.startswith("UPTAKE_DATABASE_URL is not the address of a database")
    assert "hunter2" not in result.output


def test_a_damaged_database_is_a_sentence(uptake, tmp_path: Path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data/uptake.db").write_bytes(b"this is no database, whatever its name says" * 100)
    for command in ("status", "sync", "doctor"):
        result = uptake(command)
        assert result.exit_code == 1
        assert "damaged or is no database" in result.output


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (["everything"], "No such command 'everything'. See `uptake --help`."),
        (["--nothing"], "No such option '--nothing'. See `uptake --help`."),
        (["directory", "everything"], "No such command 'everything'. See `uptake directory --help`."),
        (["export", "--grain", "week"], "'week' is not one of 'day', 'total'. See `uptake export usage --help`."),
        (["demo", "--port", "many"], "'many' is not a valid integer range. See `uptake demo --help`."),
    ],
)
def test_a_mistake_of_the_caller_is_one_sentence_that_names_the_help(command: list[str], sentence: str):
    result = CliRunner().invoke(cli, command, prog_name="uptake")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.endswith(f"{sentence}\n")
    assert result.stderr.count("\n") == 1


def test_a_group_without_a_command_shows_its_help():
    for command in ([], ["directory"]):
        assert "Commands:" in CliRunner().invoke(cli, command).output


def test_the_help_lists_every_command():
    text = CliRunner().invoke(cli, ["--help"]).stdout
    listed = {line.split()[0] for line in text.partition("Commands:\n")[2].splitlines()}
    assert listed == {
        *("connect", "demo", "directory", "doctor", "export", "log", "matching"),
        *("restored", "roles", "run", "sign-ins", "status", "sync"),
    }
