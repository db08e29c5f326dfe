"""`uptake demo`: Uptake with invented people and a simulated Analytics API, on this machine only."""

from __future__ import annotations

import os
from pathlib import Path

import click

from core import settings as configuration
from core.admin import identities
from core.admin.access import operator
from core.admin.connection import connect
from core.admin.directory import import_directory
from core.admin.status import status
from core.admin.storage import Database, opened
from core.cli.backfill import Backfill
from core.cli.dashboard import DAEMON, DASHBOARD, free_port, until_stopped, when_it_answers
from core.cli.demo_folder import demo_folder
from core.cli.processes import Processes, stop_on_signals
from core.cli.simulation import Ready, start_simulation
from core.environment import PREFIX
from core.settings import Settings


@click.command(short_help="Show it with a fictional company.")
@click.option("--port", type=click.IntRange(1, 65_535), default=8501, show_default=True, help="Of the dashboard.")
@click.option(
    "--data-dir",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Keep the demo's data there. Else they are temporary.",
)
@click.option("--fresh", is_flag=True, help="Begin anew: forget what an earlier demo kept in --data-dir.")
def demo(port: int, data_dir: Path | None, fresh: bool) -> None:  # noqa: FBT001 - click passes options by name
    """Show the whole of Uptake with a fictional company, without any key or account.

    Starts a simulated Claude Analytics API with sign-in by choosing a person, the sync daemon and the dashboard, on
    this machine only. No setting of the environment is used, and no real data is touched. Ctrl-C ends it all.
    """
    stop = stop_on_signals()
    with demo_folder(data_dir, fresh=fresh) as folder, Processes(folder / "demo.log") as processes:
        free = free_port(port)
        if free != port:
            click.echo(f"Port {port} is in use, so the demo takes {free}.", err=True)
        click.echo("Inventing a company…", err=True)
        ready = start_simulation(processes, folder, _without_settings(), f"http://localhost:{free}", stop)
        if ready is None:
            return
        environ = _environment(ready, folder, free)
        settings = configuration.load(environ)
        with opened(settings, upgrade=True) as database:
            set_up(database, settings, ready)
            processes.start(DAEMON, environ)
            processes.start(DASHBOARD, environ)
            backfill = Backfill(database, settings)
            if when_it_answers(processes, settings, stop, backfill.show):
                backfill.say(
                    f"The demo runs at {settings.public_url}. Choose whom to be there; {ready.admin} is the admin. "
                    "Ctrl-C ends it."
                )
            until_stopped(processes, stop, backfill.show)


def _without_settings() -> dict[str, str]:
    """This process's environment without any setting of Uptake, as those may name real data."""
    return {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}


def _environment(ready: Ready, folder: Path, port: int) -> dict[str, str]:
    """The settings of a demo, and none of the caller's."""
    return {
        **_without_settings(),
        "UPTAKE_DEMO": "yes",
        "UPTAKE_DATA_DIR": str(folder),
        "UPTAKE_CLAUDE_BASE_URL": ready.base_url,
        "UPTAKE_CLAUDE_API_KEY": ready.key,
        "UPTAKE_REQUESTS_PER_MINUTE": "6000",
        "UPTAKE_BACKFILL_DAYS": str((ready.latest - ready.earliest).days + 1),
        "UPTAKE_ADMINS": ready.admin,
        "UPTAKE_OIDC_METADATA_URL": ready.oidc_metadata_url,
        "UPTAKE_OIDC_CLIENT_ID": ready.client_id,
        "UPTAKE_OIDC_CLIENT_SECRET": ready.client_secret,
        "UPTAKE_PUBLIC_URL": f"http://localhost:{port}",
        "UPTAKE_PORT": str(port),
    }


def set_up(database: Database, settings: Settings, ready: Ready) -> None:
    """Take in the company as it was before its reorganisation and then as it is, and connect its API.

    A kept demo knows the company already; but the simulator makes a new key at each start, and its sign-in provider has
    another address, at which everybody is somebody new.
    """
    admin = operator()
    if status(admin, database, settings).directory.people == 0:
        import_directory(admin, database, ready.former_directory.read_bytes())
        import_directory(admin, database, ready.directory.read_bytes(), on=ready.reorganised_on)
    else:
        import_directory(admin, database, ready.directory.read_bytes())
        for issuer in {known.issuer for known in identities.sign_ins(admin, database)} - {ready.issuer}:
            identities.release(admin, database, issuer)
    connect(admin, database, settings, ready.key)
