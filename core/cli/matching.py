"""`uptake matching`: whose a Claude user is, where an e-mail address alone does not say it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import click

from core import settings as configuration
from core.admin import matching as acts
from core.admin import unmatched, withheld
from core.admin.access import AdminViewer, operator
from core.admin.matching import AccountShown, EmployeeShown
from core.admin.storage import Database, opened
from core.cli.days import DayOption
from core.errors import MatchingRefused

_DAY = DayOption()
_NUMBER = click.IntRange(1, 2**31 - 1)
"""Numbers that a database counts its rows by."""


@click.group()
def matching() -> None:
    """Whose a Claude user is: who is unmatched, and decisions about it.

    ACCOUNT is a Claude user's id or e-mail address, as `uptake matching list` shows them.
    """


@matching.command("list")
@click.option("--decisions", is_flag=True, help="The decisions instead, the newest first.")
@click.option("--limit", type=click.IntRange(1, 1_000), default=50, show_default=True, help="Lines at most.")
def list_open(decisions: bool, limit: int) -> None:  # noqa: FBT001 - click passes options by name
    """List the Claude users who are matched to nobody, the heaviest first, and who they might be."""
    with _opened() as (admin, database):
        if decisions:
            for entry in unmatched.history(admin, database, 1, limit)[0]:
                click.echo(_decision(entry))
            return
        found = unmatched.open_page(admin, database, 1, limit)
        for each in found.accounts:
            days = "" if each.days is None else f"{each.days.count} user-days, "
            click.echo(f"{each.account.email or each.account.user_id}: {days}{each.reason}")
            for suggestion, person in each.suggestions:
                click.echo(f"    {person.email} ({person.name}): {suggestion.explanation}")
        click.echo(f"Matched to nobody: {found.found}, with {found.user_days} user-days.", err=True)
        if found.withheld:
            click.echo(withheld.LEFT_OUT, err=True)


@matching.command()
@click.argument("account")
@click.argument("employee", metavar="EMAIL")
@click.option("--from", "since", type=_DAY, metavar="DATE", help="First day that counts. Default: all.")
@click.option("--until", type=_DAY, metavar="DATE", help="Last day that counts. Default: all.")
@click.option("--alias", is_flag=True, help="Also match other Claude users who have this address.")
@click.option("--preview", is_flag=True, help="Only say what would move.")
@click.option("--yes", is_flag=True, help="Link it even when it is somebody else's now.")
def link(
    account: str,
    employee: str,
    *,
    since: dt.datetime | None,
    until: dt.datetime | None,
    alias: bool,
    preview: bool,
    yes: bool,
) -> None:
    """Link ACCOUNT to the employee with this address, with all its history.

    An account that is another employee's now is linked with --yes only: they lose all of it. Without --yes nothing is
    changed then, and the exit status is 1.
    """
    first, last = since.date() if since else None, until.date() if until else None
    with _opened() as (admin, database):
        user, person = _account(admin, database, account), _person(admin, database, employee)
        would = acts.preview(admin, database, user.id, person.id, since=first, until=last, alias=alias)
        told = f"{_moved(would, 'would count as', '; teams that grow')}{_besides(would)}"
        if preview:
            click.echo(told)
            return
        loser = _loser(would)
        if loser is not None and not yes:
            raise MatchingRefused(f"{told} Nothing was changed. To link it all the same, add --yes.")
        number = acts.link(admin, database, user.id, person.id, since=first, until=last, alias=alias, shown=would)
        lost = "" if loser is None else f" {loser.email}, whose it was, lost {_all(would)}."
        click.echo(
            f"{_moved(would, 'count as', ' now; teams that grew')}{lost} "
            f"Decision {number}; `uptake matching undo {number}` takes it back."
        )


@matching.command()
@click.argument("account")
@click.option("--not-an-employee", "excluded", is_flag=True, help="It is nobody's, such as a service account.")
def unlink(account: str, excluded: bool) -> None:  # noqa: FBT001 - click passes options by name
    """Say that ACCOUNT is not the employee's whose it is; it does not come back to them by itself."""
    with _opened() as (admin, database):
        user = _account(admin, database, account)
        number = (acts.not_an_employee if excluded else acts.unlink)(admin, database, user.id)
        click.echo(f"Its days count for nobody now. Decision {number}; `uptake matching undo {number}` takes it back.")


@matching.command()
@click.argument("decision", type=_NUMBER)
def undo(decision: int) -> None:
    """Take a decision back, by its number; `uptake matching list --decisions` shows them.

    An alias that was given together with a link goes with it.
    """
    with _opened() as (admin, database):
        done = " and ".join(str(number) for number in acts.undo(admin, database, decision))
        click.echo(f"Undone: decision {done}.")


@contextmanager
def _opened() -> Iterator[tuple[AdminViewer, Database]]:
    with opened(configuration.load(), upgrade=False) as database:
        yield operator(), database


def _account(admin: AdminViewer, database: Database, named: str) -> AccountShown:
    """The one Claude user who is so named.

    Raises:
        MatchingRefused: there is none, or several have this address.
    """
    found = unmatched.users_named(admin, database, named.strip())
    if not found:
        raise MatchingRefused(f"No Claude user has the id or address {named}. Nothing was changed.")
    if len(found) > 1:
        ids = ", ".join(account.user_id for account in found)
        raise MatchingRefused(f"Several Claude users have the address {named}: name one by its id ({ids}).")
    return found[0]


def _person(admin: AdminViewer, database: Database, email: str) -> EmployeeShown:
    person = unmatched.person_with(admin, database, email)
    if person is None:
        raise MatchingRefused(f"Nobody in the directory has the address {email}. Nothing was changed.")
    return person


def _moved(would: acts.LinkPreview, count: str, growing: str) -> str:
    teams = ", ".join(would.gaining) or "none"
    if would.moved is None:
        return f"{withheld.MOVED} Teams concerned: {teams}."
    return f"{would.moved.count} user-days {count} {would.person.email}'s{growing}: {teams}."


def _loser(would: acts.LinkPreview) -> EmployeeShown | None:
    return would.present if would.present is not None and would.present.id != would.person.id else None


def _all(would: acts.LinkPreview) -> str:
    return "all of its days" if would.lost is None else f"{would.lost} user-days, which is all of them"


def _besides(would: acts.LinkPreview) -> str:
    """Who else has a part in a link: other Claude users by the alias, and the person whose it is now."""
    said = ""
    if would.others:
        said += f" Claude users with this address who would be matched by the alias, too: {would.others}."
    if (loser := _loser(would)) is not None:
        said += f" {loser.email}, whose it is now, would lose {_all(would)}."
    if would.left_out:
        said += f" Outside the days, counting for nobody: {would.left_out}."
    return said


def _decision(entry: unmatched.DecisionEntry) -> str:
    decision = entry.decision
    about = decision.address or (entry.account and (entry.account.email or entry.account.user_id)) or ""
    days = f" from {decision.since}" if decision.since else ""
    days += f" until {decision.until}" if decision.until else ""
    undone = f", undone by {decision.undone_by}" if decision.undone_at else ""
    person = f" → {entry.email}" if entry.email else ""
    return f"{decision.id}: {decision.verdict}: {about}{person}{days}, by {decision.made_by}{undone}"
