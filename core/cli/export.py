"""`uptake export`: what one viewer may see, as files; and telling the figures of such a file again."""

from __future__ import annotations

import click

from core.cli.export_brief import brief
from core.cli.export_review import review
from core.cli.export_usage import usage
from core.cli.export_verify import verify


class _UsageByDefault(click.Group):
    """A group in which `uptake export --as …` means `uptake export usage --as …`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in {"-h", "--help"}:
            args = ["usage", *args]
        return super().parse_args(ctx, args)


@click.group("export", cls=_UsageByDefault, short_help="Export what a viewer may see; verify a review.")
def export() -> None:
    """Export what a viewer may see: their own usage, their reporting chain's, or everybody's for an admin.

    It goes through the same gate as the pages. `uptake export --as …` is short for `uptake export usage --as …`.
    """


for _command in (usage, review, brief, verify):
    export.add_command(_command)
