"""A year of believable usage of the demo company, made up on demand: the same seed gives the same rows."""

from __future__ import annotations

import datetime as dt
from random import Random

from simulator.accounts import Account, open_accounts
from simulator.counting import (
    fill_chat,
    fill_code,
    fill_cowork,
    fill_design,
    fill_office,
    fill_science,
    fill_slack,
)
from simulator.habits import PRODUCT_SINCE, Habit
from simulator.organisation import Organisation
from simulator.wire import OFFICE_PRODUCTS, Row, in_the_shape_of, unified_block, zero_row
from simulator.working_days import on_vacation, presence


class DemoDataset:
    """The rows of the demo company, each drawn from (seed, account, day) alone, so that any day can be asked for.

    With `spring_shapes` the rows of earlier days lack the blocks that the API did not have yet; otherwise these blocks
    are there with zeros. There is no last day: how new a day may be is for the API to say.
    """

    latest = dt.date.max

    def __init__(self, org: Organisation, *, spring_shapes: bool = True) -> None:
        self.org = org
        self.accounts = open_accounts(org)
        self.earliest = org.earliest
        self.spring_shapes = spring_shapes
        self.seats = sum(account.person.employed_on(org.today) for account in self.accounts)

    def rows(self, day: dt.date) -> list[Row]:
        rows = (self._row(account, day) for account in self.accounts)
        return [row for row in rows if row is not None]

    def _row(self, account: Account, day: dt.date) -> Row | None:
        """None when the person was not active on that day."""
        habit = account.habit
        if not habit.present(day) or not account.person.employed_on(day):
            return None
        rng = Random(f"day:{self.org.seed}:{account.user_id}:{day.isoformat()}")
        settled = habit.settled(day)
        if rng.random() >= habit.frequency * presence(day) * settled:
            return None
        if on_vacation(self.org.seed, account.user_id, day):
            return None
        row = zero_row(account.user_id, account.email_on(day)) | {"last_activity_date": day.isoformat()}
        _fill(rng, habit, row, day, habit.volume * (0.6 + 0.4 * settled))
        return in_the_shape_of(day, row) if self.spring_shapes else row


def _fill(rng: Random, habit: Habit, row: Row, day: dt.date, volume: float) -> None:
    used = {
        product
        for product, chance in habit.products.items()
        if rng.random() < chance and day >= PRODUCT_SINCE.get(product, dt.date.min)
    }
    chat, cowork = row["chat_metrics"], row["cowork_metrics"]
    if habit.unified_from and day >= habit.unified_from:
        unified = row["chat_cowork_unified_metrics"] = unified_block()
        chat, cowork = unified["chat"], unified["sessions"]
    if "chat" in used or not used:
        row["web_search_count"] = fill_chat(rng, volume, chat)
    if "code" in used:
        fill_code(rng, habit, volume, row["claude_code_metrics"], day)
    if "cowork" in used:
        fill_cowork(rng, volume, cowork, day)
    for product in OFFICE_PRODUCTS:
        if product in used:
            fill_office(rng, volume, row["office_metrics"][product])
    if "design" in used:
        fill_design(rng, volume, row["design_metrics"])
    if "science" in used:
        fill_science(rng, volume, row["science_metrics"])
    if "slack" in used:
        fill_slack(rng, volume, row["claude_tag_metrics"])
