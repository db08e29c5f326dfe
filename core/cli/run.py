"""`uptake run`: the daemon and the dashboard, until a signal comes."""

from __future__ import annotations

import os
from pathlib import Path

import click
from sqlalchemy import make_url

from core import settings as configuration
from core.admin.storage import opened
from core.cli.dashboard import DAEMON, DASHBOARD, is_free, until_stopped, when_it_answers
from core.cli.processes import Processes, stop_on_signals
from core.environment import PREFIX
from core.errors import SettingsError
from core.settings import Settings


@click.command(short_help="Run daemon and dashboard.")
def run() -> None:
    """Run the sync daemon and the dashboard, until Ctrl-C or SIGTERM.

    The database is created, or brought to this version, first. A daemon that ends is started again after a pause;
    when the dashboard ends, everything does, with exit status 1.
    """
    settings = configuration.load()
    if not is_free(settings.address, settings.port):
        raise SettingsError(
            f"UPTAKE_PORT: another program listens on port {settings.port} of {settings.address}, or this user may "
            "not. Choose another port, or end that program."
        )
    with opened(settings, upgrade=True):
        pass
    environ = _environment(settings)
    stop = stop_on_signals()
    with Processes() as processes:
        processes.start(DAEMON, environ)
        processes.start(DASHBOARD, environ)
        if when_it_answers(processes, settings, stop):
            listening = f"It listens on {settings.address}, port {settings.port}."
            click.echo(f"Uptake runs at {settings.public_url}. {listening} Ctrl-C stops it.")
        until_stopped(processes, stop)


def _environment(settings: Settings) -> dict[str, str]:
    """This process's environment; places that it names from where this process runs are made absolute.

    The programs run in the checkout, where Streamlit looks for its options.
    """
    environ = dict(os.environ)
    environ[f"{PREFIX}DATA_DIR"] = str(settings.data_dir)
    for name, value in os.environ.items():
        if name.startswith(PREFIX) and name.endswith("_FILE"):
            environ[name] = str(Path(value).absolute())
    database = make_url(settings.database_url)
    if database.get_backend_name() == "sqlite" and not (database.database or "").startswith("file:"):
        whole = database.set(database=str(Path(database.database or "").absolute()))
        environ[f"{PREFIX}DATABASE_URL"] = whole.render_as_string()
        environ.pop(f"{PREFIX}DATABASE_URL_FILE", None)
    if settings.directory_source and "://" not in settings.directory_source:
        environ[f"{PREFIX}DIRECTORY_SOURCE"] = str(Path(settings.directory_source).absolute())
    return environ
