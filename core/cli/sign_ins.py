"""`uptake sign-ins`: which account of the sign-in provider is whom, and letting in one that was refused."""

from __future__ import annotations

import click

from core import settings as configuration
from core.admin import identities, roles
from core.admin.access import operator
from core.admin.storage import Database, opened
from core.errors import RoleRefused
from core.settings import Settings
from core.viewers import Role


@click.group("sign-ins")
def sign_ins() -> None:
    """Which account of the sign-in provider is whom.

    An account is bound to a person at its first sign-in. One that comes later with the same address is refused and
    waits, as it may be somebody else's.
    """


@sign_ins.command("list")
def list_sign_ins() -> None:
    """List every account that came with an address that is known here."""
    settings = configuration.load()
    with opened(settings, upgrade=False) as database:
        found = identities.sign_ins(operator(), database)
    for one in found:
        click.echo(f"{one.state:9} {one.email}  {one.subject} at {one.issuer}, first {one.first_seen_at:%Y-%m-%d}")
    if not found:
        click.echo("Nobody has signed in yet.")


@sign_ins.command()
@click.argument("subject")
def accept(subject: str) -> None:
    """Let in the account SUBJECT that was refused, in place of the one that its address belonged to."""
    settings = configuration.load()
    with opened(settings, upgrade=False) as database:
        named = identities.sign_ins(operator(), database, subject)
        if len(named) != 1:
            raise RoleRefused(f"There is no such account, or more than one: {subject}. See `uptake sign-ins list`.")
        identities.accept(operator(), database, settings, named[0].issuer, subject)
    click.echo(f"{named[0].email} is now this account.")


@sign_ins.command()
@click.argument("who", metavar="EMAIL_OR_ISSUER")
def release(who: str) -> None:
    """Undo what binds an address; or, after a change of the sign-in provider, all that the old issuer bound.

    The next sign-in with the address is bound anew; the released account itself is not, nor one that was refused with
    the address before, unless it is of another issuer than the one released. `uptake sign-ins accept` lets them in.
    """
    settings = configuration.load()
    with opened(settings, upgrade=False) as database:
        had_admin = _an_admin_comes_in(database, settings)
        count = identities.release(operator(), database, who)
        has_admin = _an_admin_comes_in(database, settings)
    click.echo(f"{count} released.")
    if had_admin and not has_admin:
        click.echo(
            "No admin's account is bound any more: until one signs in with a new account, or you let one in with "
            "`uptake sign-ins accept`, nobody in a browser is an admin."
        )


def _an_admin_comes_in(database: Database, settings: Settings) -> bool:
    return any(one.role is Role.ADMIN and one.comes_in for one in roles.holders(operator(), database, settings))
