"""`uptake roles`: who may administer what; the way in when no admin can."""

from __future__ import annotations

import click

from core import settings as configuration
from core.admin import roles as acts
from core.admin.access import operator
from core.admin.storage import opened
from core.viewers import Role

_ROLE = click.Choice([role.value for role in Role])


@click.group()
def roles() -> None:
    """Who may administer what.

    Admins of UPTAKE_ADMINS are always there. Others are given a role here or on the page Roles: admin (everything),
    connection (the key and the sync, no people) or people (the directory and matching, no key).
    """


@roles.command("list")
def list_roles() -> None:
    """List everybody who has a role."""
    settings = configuration.load()
    with opened(settings, upgrade=False) as database:
        found = acts.holders(operator(), database, settings)
    for holder in found:
        since = "by UPTAKE_ADMINS" if holder.since is None else f"since {holder.since:%Y-%m-%d} by {holder.by}"
        click.echo(f"{holder.role:11} {holder.email}  {since}; in force: {holder.in_force}")
    if not found:
        click.echo("Nobody has a role.")


@roles.command()
@click.argument("email")
@click.argument("role", type=_ROLE, default=Role.ADMIN.value)
def grant(email: str, role: str) -> None:
    """Give somebody of the directory a role, admin when none is named."""
    settings = configuration.load()
    with opened(settings, upgrade=False) as database:
        given = acts.grant(operator(), database, email, Role(role))
    click.echo(f"{email} is now {role}." if given else f"{email} was {role} already.")


@roles.command()
@click.argument("email")
@click.argument("role", type=_ROLE, default=Role.ADMIN.value)
def revoke(email: str, role: str) -> None:
    """Take a role from somebody; the last admin cannot be removed."""
    settings = configuration.load()
    with opened(settings, upgrade=False) as database:
        taken = acts.revoke(operator(), database, settings, email, Role(role))
    click.echo(f"{email} is {role} no more." if taken else f"{email} had not been given {role}.")
