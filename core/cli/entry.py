"""`uptake`: all commands, and the one place where an error becomes a sentence and an exit status.

Status 0: done. 1: it could not be done, and the sentence on standard error says why. 2: the command was not understood.
"""

from __future__ import annotations

import errno
import sys
import traceback
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import IO, Any

import click
from click.exceptions import NoArgsIsHelpError

from core.errors import UptakeError
from core.people.text import shown
from core.version import version

_CORE = Path(__file__).resolve().parents[1]
_COMMANDS = {
    "connect": "connect",
    "demo": "demo",
    "directory": "directory",
    "doctor": "doctor",
    "export": "export",
    "log": "access_log",
    "matching": "matching",
    "restored": "restored",
    "roles": "roles",
    "run": "run",
    "sign-ins": "sign_ins",
    "status": "status",
    "sync": "sync",
}
"""Each command, and the module beside this one that has it under the module's own name."""

_GIVEN = "core.cli.given"
"""Where a context keeps the words of the command line."""


class _Sentence(click.ClickException):
    """An error as the person at the terminal reads it: one plain sentence on standard error."""

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the sentence, without click's prefix."""
        click.echo(self.message, file=file or sys.stderr)


class _NotUnderstood(_Sentence):
    """A sentence about a command or an option that makes no sense; the exit status is 2, as click has it."""

    exit_code = 2


class _Commands(click.Group):
    """A group whose commands never end in a traceback, unless --debug asks for one."""

    def make_context(self, info_name: str | None, args: list[str], *more: Any, **extra: Any) -> click.Context:
        given = list(args)  # click uses them up
        try:
            context = super().make_context(info_name, args, *more, **extra)
        except click.UsageError as error:
            raise _not_understood(error) from error
        context.meta[_GIVEN] = given
        return context

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except UptakeError as error:
            raise self._sentence(ctx, error, str(error)) from error
        except click.UsageError as error:
            raise _not_understood(error) from error
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except OSError as error:
            if error.errno == errno.EPIPE:  # the reader of a pipe has left; click ends quietly
                raise
            raise self._sentence(ctx, error, _system_trouble(error)) from error
        except Exception as error:
            if isinstance(error, UnicodeEncodeError) and (said := _no_text(ctx.meta[_GIVEN])):
                raise _NotUnderstood(said) from error
            raise self._sentence(ctx, error, _incident(error)) from error

    @staticmethod
    def _sentence(ctx: click.Context, error: Exception, text: str) -> _Sentence:
        if ctx.params.get("debug"):
            traceback.print_exception(error)
        return _Sentence(text)


class _Uptake(_Commands):
    """Reads the module of a command only when it is asked for: some need a second to load what others do not use."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        name = _COMMANDS.get(cmd_name)
        if name is None:
            return None
        command: click.Command = getattr(import_module(f"core.cli.{name}"), name)
        return command


def _not_understood(error: click.UsageError) -> click.ClickException:
    """A command without anything after it still shows its help."""
    if isinstance(error, NoArgsIsHelpError) or error.ctx is None:
        return error
    return _NotUnderstood(f"{error.format_message().rstrip('.')}. See `{error.ctx.command_path} --help`.")


def _no_text(given: Iterable[str]) -> str | None:
    """Which argument holds bytes that are no text; None where none does. Files may have such names, all else has none.

    Python keeps these bytes as halves of surrogate pairs, at which the first to encode them fails.
    """
    odd = next((each for each in given if any("\ud800" <= char <= "\udfff" for char in each)), None)
    return None if odd is None else f"“{shown(odd)}” is not text in UTF-8. Nothing was changed; write it anew."


def _system_trouble(error: OSError) -> str:
    what = f" {error.filename}" if error.filename else ""
    return f"The system refused access to a file or device{what}: {error.strerror or type(error).__name__}."


def _incident(error: Exception) -> str:
    """Names the place and not the error's own text, which may hold data or a secret."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f for f in frames if Path(f.filename).is_relative_to(_CORE) and f.filename != __file__]
    frame = (ours or frames)[-1]
    place = f"{Path(frame.filename).name}:{frame.lineno}"
    return (
        f"Something went wrong inside Uptake (incident {type(error).__name__} at {place}). What was stored before is "
        "safe. `uptake --debug …` shows the details; please report them."
    )


@click.group(cls=_Uptake, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(version(), prog_name="uptake")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def cli(debug: bool) -> None:  # noqa: FBT001 - read from the context when an error is shown
    """Uptake: how a company takes up Claude.

    Settings come from the environment, each a variable that begins with UPTAKE_; the README has a table of them.
    """


def main() -> None:
    """The program `uptake`."""
    cli(prog_name="uptake")
