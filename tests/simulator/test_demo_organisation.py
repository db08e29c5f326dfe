from __future__ import annotations

import csv
import datetime as dt
import io
from random import Random

from simulator import usage
from simulator.accounts import UNIFIED_DEPARTMENT, open_accounts
from simulator.organisation import CSV_COLUMNS, SCEPTICAL_DEPARTMENT, directory_csv
from simulator.staffing import build_organisation
from simulator.usage import DemoDataset

from .conftest import TODAY

MONTH = [TODAY - dt.timedelta(days=back) for back in range(1, 29)]


def active_days(dataset, days):
    """Number of active days by directory e-mail."""
    emails = {account.user_id: account.person.email for account in dataset.accounts}
    counted: dict[str, int] = {}
    for day in days:
        for row in dataset.rows(day):
            email = emails[row["user"]["id"]]
            counted[email] = counted.get(email, 0) + 1
    return counted


def leaves(value):
    if isinstance(value, dict):
        for entry in value.values():
            yield from leaves(entry)
    else:
        yield value


def total(rows, block, counter):
    return sum(row.get(block, {}).get(counter, 0) for row in rows)


def test_the_same_seed_and_day_give_the_same_company_and_usage(org, dataset):
    again = build_organisation(seed=7, today=TODAY)
    assert again == org
    assert [DemoDataset(again).rows(day) for day in MONTH] == [dataset.rows(day) for day in MONTH]
    other = build_organisation(seed=8, today=TODAY)
    assert {person.email for person in other.people} != {person.email for person in org.people}


def test_history_does_not_change_from_one_day_to_the_next(dataset):
    tomorrow = DemoDataset(build_organisation(seed=7, today=TODAY + dt.timedelta(days=1)))
    assert [tomorrow.rows(day) for day in MONTH] == [dataset.rows(day) for day in MONTH]


def test_the_company_is_one_tree_of_five_levels(org):
    assert 230 <= len(org.people) <= 250
    assert len({person.email for person in org.people}) == len(org.people)
    assert {person.level for person in org.people} == {1, 2, 3, 4, 5}
    assert len(org.chain(org.ceo.email)) == len(org.people) - 1
    by_email = {person.email: person for person in org.people}
    for person in org.people:
        assert person.email.endswith("@example.com")
        assert person is org.ceo or by_email[person.manager_email].level == person.level - 1


def test_the_well_known_people_are_what_they_are_said_to_be(org):
    assert org.employee in org.reports(org.line_manager.email)
    assert 7 <= len(org.reports(org.line_manager.email)) <= 9
    assert org.line_manager in org.chain(org.vp.email)
    assert len(org.chain(org.vp.email)) > 60
    assert org.archived.end_date is not None and org.archived.end_date < TODAY - dt.timedelta(days=90)
    assert not org.reports(org.archived.email)
    assert org.stranger.email not in {person.email for person in org.people}
    assert org.admin in org.people and "IT" in org.admin.title


def test_the_directory_file_has_the_columns_and_knows_the_time_before_the_reorganisation(org):
    now = list(csv.DictReader(io.StringIO(directory_csv(org))))
    assert tuple(now[0]) == CSV_COLUMNS
    assert len(now) == len(org.people)
    move = org.moves[0]
    day_before = move.day - dt.timedelta(days=1)
    before = {row["email"]: row for row in csv.DictReader(io.StringIO(directory_csv(org, day_before)))}
    after = {row["email"]: row for row in now}
    for email in move.emails:
        assert before[email]["manager_email"] == move.old_manager
        assert after[email]["manager_email"] == move.new_manager
    assert before[org.archived.email]["end_date"] == ""
    assert after[org.archived.email]["end_date"] == org.archived.end_date.isoformat()
    assert all(dt.date.fromisoformat(row["start_date"]) <= day_before for row in before.values())


def test_every_manager_in_an_earlier_directory_is_in_that_directory(org):
    for back in range(0, 330, 15):
        people = org.people_on(TODAY - dt.timedelta(days=back))
        emails = {person.email for person in people}
        assert {person.manager_email for person in people} - emails == {""}


def test_some_accounts_do_not_match_the_directory_and_some_people_have_none(org):
    accounts = open_accounts(org)
    directory = {person.email for person in org.people}
    unmatched = {account.email for account in accounts if account.email.lower() not in directory}
    assert any("+claude@" in email for email in unmatched)
    assert any(email.endswith("@legacy.example.com") for email in unmatched)
    assert len(unmatched) == 3
    assert any(account.email != account.email.lower() for account in accounts)
    assert len(directory - {account.person.email for account in accounts}) > 10
    assert len({account.user_id for account in accounts}) == len(accounts)


def test_a_user_whose_address_changed_keeps_the_id(dataset):
    account = next(account for account in dataset.accounts if account.renamed_on)
    seen = {
        row["user"]["email_address"]
        for back in range(1, 200)
        for row in dataset.rows(TODAY - dt.timedelta(days=back))
        if row["user"]["id"] == account.user_id
    }
    assert seen == {account.former_email, account.email}


def test_usage_ramps_up_and_rests_at_weekends(dataset):
    def week(monday):
        return [len(dataset.rows(monday + dt.timedelta(days=offset))) for offset in range(7)]

    spring, autumn = week(dt.date(2026, 2, 16)), week(dt.date(2026, 11, 9))
    assert 0 < sum(spring) < sum(autumn) / 2
    assert max(autumn[5:]) < min(autumn[:5]) / 4
    assert len(dataset.rows(dt.date(2026, 5, 1))) < 10


def test_the_sceptical_department_uses_claude_far_less_than_the_others(org, dataset):
    days = active_days(dataset, MONTH)

    def mean(department):
        people = [person for person in org.people if person.department == department and person.employed_on(TODAY)]
        return sum(days.get(person.email, 0) for person in people) / len(people)

    others = {person.department for person in org.people} - {SCEPTICAL_DEPARTMENT}
    assert 0 < mean(SCEPTICAL_DEPARTMENT) < min(mean(department) for department in others) / 2


def test_leavers_stop_and_the_well_known_are_active(org, dataset):
    days = active_days(dataset, MONTH)
    for person in org.people:
        if person.end_date and person.end_date < MONTH[-1]:
            assert person.email not in days
    for person in (org.ceo, org.vp, org.line_manager, org.employee, org.admin):
        assert days[person.email] >= 8
    before = [org.archived.end_date - dt.timedelta(days=back) for back in range(28)]
    assert org.archived.email in active_days(dataset, before)


def test_habits_differ_from_person_to_person(dataset):
    counts = sorted(active_days(dataset, MONTH).values())
    assert counts[len(counts) // 10] <= 2
    assert counts[-len(counts) // 10] >= 14


def test_blocks_appear_on_the_day_the_api_got_them(dataset):
    def keys(day):
        return set().union(*(row for row in dataset.rows(day)))

    spring = keys(dt.date(2026, 4, 8))
    assert "office_metrics" not in spring and "cowork_metrics" not in spring and "last_activity_date" not in spring
    april = dataset.rows(dt.date(2026, 4, 9))
    assert {"excel", "powerpoint"} == set(april[0]["office_metrics"])
    assert "design_metrics" not in keys(dt.date(2026, 6, 16)) and "design_metrics" in keys(dt.date(2026, 6, 17))
    assert "science_metrics" not in keys(dt.date(2026, 7, 3)) and "science_metrics" in keys(dt.date(2026, 7, 6))
    assert "claude_tag_metrics" not in keys(dt.date(2026, 11, 9)) and "claude_tag_metrics" in keys(MONTH[2])


def test_without_spring_shapes_old_days_have_every_block_at_zero(org):
    rows = DemoDataset(org, spring_shapes=False).rows(dt.date(2026, 3, 10))
    assert rows
    for row in rows:
        assert not any(leaves(row["office_metrics"])) and not any(leaves(row["science_metrics"]))


def test_the_unified_team_has_its_chat_in_the_other_block(dataset):
    team = {
        account.user_id: account.habit.unified_from
        for account in dataset.accounts
        if account.person.department == UNIFIED_DEPARTMENT
    }
    switch = next(iter(team.values()))
    after = [row for back in range(1, 15) for row in dataset.rows(TODAY - dt.timedelta(days=back))]
    unified = [row for row in after if row["user"]["id"] in team]
    assert unified and {row["user"]["id"] for row in after if "chat_cowork_unified_metrics" in row} <= set(team)
    assert total(unified, "chat_metrics", "message_count") == 0
    assert total(unified, "cowork_metrics", "message_count") == 0
    assert sum(row["chat_cowork_unified_metrics"]["chat"]["message_count"] for row in unified) > 50
    before = [row for back in range(1, 15) for row in dataset.rows(switch - dt.timedelta(days=back))]
    assert not any("chat_cowork_unified_metrics" in row for row in before)
    assert total([row for row in before if row["user"]["id"] in team], "chat_metrics", "message_count") > 50


def test_every_row_has_some_activity_and_parts_fit_their_wholes(dataset):
    for back in (1, 2, 60, 150, 250):
        for row in dataset.rows(TODAY - dt.timedelta(days=back)):
            assert any(
                leaf for leaf in leaves({k: v for k, v in row.items() if k not in ("user", "last_activity_date")})
            )
            chat, core = row["chat_metrics"], row["claude_code_metrics"]["core_metrics"]
            assert chat["thinking_message_count"] <= chat["message_count"]
            assert chat["distinct_conversation_count"] <= chat["message_count"]
            assert core["pull_request_count"] <= core["commit_count"]


def test_edit_acceptance_rises_over_the_year(dataset):
    def rate(first, last):
        accepted = rejected = 0
        for offset in range((last - first).days):
            for row in dataset.rows(first + dt.timedelta(days=offset)):
                tools = row["claude_code_metrics"]["tool_actions"].values()
                accepted += sum(tool["accepted_count"] for tool in tools)
                rejected += sum(tool["rejected_count"] for tool in tools)
        return accepted / (accepted + rejected)

    spring = rate(dt.date(2026, 2, 15), dt.date(2026, 4, 15))
    autumn = rate(dt.date(2026, 9, 20), dt.date(2026, 11, 20))
    assert 0.6 < spring < autumn < 0.95


def test_any_day_is_drawn_by_itself_and_once_for_each_account(dataset, monkeypatch):
    seeds: list[str] = []

    def drawn(seed: str) -> Random:
        seeds.append(seed)
        return Random(seed)  # noqa: S311 - repeatable

    monkeypatch.setattr(usage, "Random", drawn)
    rows = dataset.rows(MONTH[0])
    assert 0 < len(rows) <= len(seeds) <= len(dataset.accounts)
    assert len(set(seeds)) == len(seeds)
    assert all(seed.endswith(f":{MONTH[0]}") for seed in seeds)
