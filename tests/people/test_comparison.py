"""What an import would change is worked out before anything changes."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from core.people.comparison import compare
from core.people.hierarchy import number
from core.people.plan import ImportPlan
from core.people.recognition import Person
from core.people.roster import read_csv

TODAY = dt.date(2026, 11, 22)
YESTERDAY = TODAY - dt.timedelta(days=1)
HEADER = "email,name,manager_email,employee_id,end_date\n"


def mail(name: str) -> str:
    return f"{name}@example.com"


def stored(managers: dict[str, str | None], **changes: dict[str, Any]) -> list[Person]:
    """People called by one word, numbered from 1 in the order given; their employee_id is E and that number."""
    ids = {name: place for place, name in enumerate(managers, start=1)}
    wanted = {ids[name]: ids.get(manager or "") for name, manager in managers.items()}
    tree = number(wanted, order={ids[name]: f"{name.casefold()}\0{mail(name)}" for name in managers})
    people = []
    for name, e in ids.items():
        place = (tree.manager[e], tree.left[e], tree.right[e], tree.depth[e])
        person = Person(e, mail(name), name, f"E{e}", None, None, None, None, None, *place)
        people.append(replace(person, **changes.get(name, {})))
    return people


def file_of(people: list[Person], **other: str) -> str:
    """The directory as a file; `other` replaces the lines of people, or leaves them out when it is empty."""
    names = {person.id: person.email for person in people}
    lines = []
    for person in people:
        manager = names.get(person.manager_id or 0, "")
        line = f"{person.email},{person.name},{manager},{person.employee_id or ''},{person.end_date or ''}"
        lines.append(other.get(person.name, line))
    return "\n".join(line for line in lines if line) + "\n"


def plan(people: list[Person], lines: str, *, complete: bool = True, header: str = HEADER) -> ImportPlan:
    return compare(read_csv((header + lines).encode()), people, TODAY, complete=complete, first_id=100)


COMPANY = {"top": None, "ann": "top", "ben": "top", "cleo": "ann", "dan": "ann", "eve": "ben"}


def test_the_same_file_again_changes_nothing():
    people = stored(COMPANY)
    same = plan(people, file_of(people))
    assert same.is_empty and same.unchanged == 6 and len(same.places) == 0


def test_added_changed_moved_and_archived_people_are_told_apart_with_what_changes():
    people = stored(COMPANY)
    lines = file_of(
        people,
        cleo="cleo@example.com,Cleo Cole,ben@example.com,E4,",
        dan="",
        eve="",
        ben="ben@example.com,ben,top@example.com,E3,2026-11-30",
    )
    found = plan(people, lines + "fay@example.com,Fay,cleo@example.com,E9,\n")
    assert [row.email for row in found.added] == [mail("fay")]
    assert [(c.email, [(f.name, f.before, f.after) for f in c.fields]) for c in found.changed] == [
        (mail("ben"), [("end_date", None, dt.date(2026, 11, 30))]),
        (mail("cleo"), [("name", "cleo", "Cleo Cole")]),
    ]
    assert [(move.email, move.before, move.after) for move in found.moved] == [(mail("cleo"), mail("ann"), mail("ben"))]
    assert [(c.email, c.line, c.fields[0].after) for c in found.archived] == [
        (mail("dan"), None, YESTERDAY),
        (mail("eve"), None, YESTERDAY),
    ]
    assert found.unchanged == 2


def test_a_file_that_is_only_a_part_archives_nobody():
    people = stored(COMPANY)
    found = plan(people, "fay@example.com,Fay,ann@example.com,E9,\n", complete=False)
    assert (len(found.added), found.archived, found.absent, found.concerns) == (1, (), 6, ())


def test_an_end_date_in_the_past_archives_and_one_in_the_future_does_not():
    people = stored(COMPANY)
    lines = file_of(
        people,
        cleo=f"cleo@example.com,cleo,ann@example.com,E4,{YESTERDAY}",
        dan=f"dan@example.com,dan,ann@example.com,E5,{TODAY}",
    )
    found = plan(people, lines)
    assert [change.email for change in found.archived] == [mail("cleo")]
    assert [change.email for change in found.changed] == [mail("dan")]


def test_a_person_whose_line_is_refused_is_not_taken_for_missing():
    people = stored(COMPANY)
    found = plan(
        people, file_of(people, cleo="cleo@example.com,,ann@example.com,E4,", dan="dan@example.com,dan,,E5,soon")
    )
    assert [refused.line for refused in found.refused] == [5, 6]
    assert found.is_empty


@pytest.mark.parametrize(
    "line",
    [
        "cleo@example.com,Cole, Cleo,ann@example.com,E4,",
        'cleo@example.com,"Cleo,ann@example.com,E4,',
        "cleo at example.com,cleo,ann@example.com,E4,",
        "cleo.new@example.com,cleo,ann@example.com,E4,soon",
        'cleo.new@example.com,"cleo,ann@example.com,E4,',
        "ann@ex\u0430mple.com,cleo,ann@example.com,E4,",
    ],
    ids=["cells", "quotes", "address", "date", "number", "imitation"],
)
def test_a_person_whom_a_refused_line_names_in_any_way_is_not_taken_for_missing(line):
    people = stored(COMPANY)
    found = plan(people, file_of(people, cleo=line))
    assert [refused.line for refused in found.refused] == [5]
    assert found.is_empty and found.concerns == ()


def test_people_who_seem_to_be_missing_beside_lines_that_name_nobody_need_a_word():
    people = stored({"top": None} | {f"p{i:02}": "top" for i in range(19)})
    torn = file_of(people, p03="p03 at example.com,p03,top@example.com,,")
    (concern,) = plan(people, torn).concerns
    assert "do not say whose they are: 1." in concern and "mention them: p03@example.com." in concern
    assert plan(people, file_of(people) + "new at example.com,New,top@example.com,,\n").concerns == ()
    assert plan(people, file_of(people, p03="") + "new@example.com,New,top@example.com,,soon\n").concerns == ()


def test_who_was_archived_before_stays_so_when_missing_and_is_rehired_when_named():
    people = stored(COMPANY, cleo={"end_date": dt.date(2026, 1, 31)})
    assert plan(people, file_of(people, cleo="")).is_empty
    back = plan(people, file_of(people, cleo="cleo@example.com,cleo,ann@example.com,E4,"))
    assert [change.email for change in back.rehired] == [mail("cleo")]
    assert back.concerns == ()


def test_a_manager_who_comes_back_does_not_regain_the_team_without_an_admins_word_a54():
    people = stored(COMPANY, ann={"end_date": dt.date(2026, 1, 31)})
    back = plan(people, file_of(people, ann="ann@example.com,ann,top@example.com,E2,"))
    assert len(back.concerns) == 1 and "comes back with 2 people below" in back.concerns[0]
    alone = file_of(
        people,
        ann="ann@example.com,ann,top@example.com,E2,",
        cleo="cleo@example.com,cleo,ben@example.com,E4,",
        dan="dan@example.com,dan,ben@example.com,E5,",
    )
    assert plan(people, alone).concerns == ()


def test_a_column_that_the_file_lacks_says_nothing_and_an_empty_cell_does():
    people = stored(
        COMPANY, cleo={"title": "Cook"}, dan={"end_date": dt.date(2026, 1, 31)}, eve={"end_date": dt.date(2027, 1, 31)}
    )
    short = "".join(f"{p.email},{p.name},{people[p.manager_id - 1].email if p.manager_id else ''}\n" for p in people)
    found = plan(people, short, header="email,name,manager_email\n")
    assert found.changed == () and [change.email for change in found.rehired] == [mail("dan")]
    emptied = plan(people, short.replace("\n", ",\n"), header="email,name,manager_email,title\n")
    assert [(c.email, c.fields[0].before, c.fields[0].after) for c in emptied.changed] == [(mail("cleo"), "Cook", None)]


def test_an_employee_id_recognises_somebody_whose_address_changed():
    people = stored(COMPANY)
    found = plan(
        people,
        file_of(
            people,
            ann="ann.ash@example.com,ann,top@example.com,E2,",
            cleo="cleo@example.com,cleo,ann.ash@example.com,E4,",
        ),
    )
    assert [(c.id, [(f.name, f.after) for f in c.fields]) for c in found.changed] == [
        (2, [("email", "ann.ash@example.com")])
    ]
    assert [(m.email, m.after) for m in found.moved] == [(mail("dan"), None)]  # the file still names the old address
    assert [note.value for note in found.notes] == [mail("ann")]
    assert (found.added, found.archived) == ((), ())


def test_two_people_who_swap_addresses_in_one_import_are_refused_and_stay_a37():
    people = stored(COMPANY)
    found = plan(
        people,
        file_of(
            people, cleo="dan@example.com,cleo,ann@example.com,E4,", dan="cleo@example.com,dan,ann@example.com,E5,"
        ),
    )
    assert [refused.line for refused in found.refused] == [5, 6]
    assert "would cross their histories" in found.refused[0].reason
    assert found.is_empty


def test_an_address_that_another_person_had_is_not_given_to_a_newcomer_a37():
    people = stored(COMPANY)
    found = plan(people, file_of(people, dan="dan@example.com,Newcomer,ann@example.com,E77,"))
    assert [refused.value for refused in found.refused] == [mail("dan")]
    assert found.is_empty
    renumbered = plan(people, file_of(people, dan="dan@example.com,Dan,ann@example.com,E77,"))
    assert [field.name for field in renumbered.changed[0].fields] == ["name", "employee_id"]


LEFT = {"end_date": dt.date(2026, 1, 31)}


@pytest.mark.parametrize(
    ("stored_number", "number"), [(None, ""), (None, "E77"), ("E5", "")], ids=["neither", "file", "directory"]
)
def test_a_leaver_is_not_rehired_under_another_name_by_the_address_alone_a32(stored_number, number):
    people = stored(COMPANY, dan={**LEFT, "name": "Dan Dale", "employee_id": stored_number})
    for end in ("", str(TODAY)):
        newcomer = plan(
            people, file_of(people, **{"Dan Dale": f"dan@example.com,Joan Dale,ben@example.com,{number},{end}"})
        )
        assert [refused.value for refused in newcomer.refused] == [mail("dan")]
        assert "belongs to Dan Dale, who has left" in newcomer.refused[0].reason
        assert newcomer.is_empty
    gone = plan(
        people, file_of(people, **{"Dan Dale": f"dan@example.com,Joan Dale,ann@example.com,{number},2026-01-31"})
    )
    assert gone.refused == () and gone.rehired == ()


def test_a_leaver_comes_back_under_the_same_name_however_it_is_written_and_by_number_under_any():
    people = stored(COMPANY, dan={**LEFT, "name": "Dan Dále"})
    same = plan(people, file_of(people, **{"Dan Dále": 'dan@example.com,"DALE, Dan",ann@example.com,,'}))
    assert [change.email for change in same.rehired] == [mail("dan")]
    known = plan(people, file_of(people, **{"Dan Dále": "dan@example.com,Dan Married,ann@example.com,E5,"}))
    assert [change.email for change in known.rehired] == [mail("dan")]


def test_an_employee_id_in_two_lines_and_two_lines_about_one_person_are_refused():
    people = stored(COMPANY)
    twice = plan(people, file_of(people, dan="dan.new@example.com,dan,ann@example.com,E4,"))
    assert sorted(refused.value for refused in twice.refused) == ["cleo@example.com", "dan.new@example.com"]
    both = plan(people, file_of(people) + "dan2@example.com,dan,ann@example.com,E5,\n")
    assert len(both.refused) == 2 and both.is_empty
    old_and_new = plan(
        people,
        file_of(people, dan="dan@example.com,dan,ann@example.com,,") + "dan2@example.com,dan,ann@example.com,E5,\n",
    )
    assert [refused.value for refused in old_and_new.refused] == [mail("dan"), mail("dan2")]
    assert old_and_new.is_empty


def test_a_domain_that_imitates_another_with_foreign_letters_is_refused():
    people = stored(COMPANY)
    found = plan(people, file_of(people) + "ann@ex\u0430mple.com,Ann,top@example.com,E9,\n")
    (refused,) = found.refused
    assert refused.line == 8 and "looks like example.com" in refused.reason
    assert found.is_empty
    honest = plan(people, file_of(people) + "ann@b\u00fccher.example,Ann,top@example.com,E9,\n")
    assert honest.refused == () and len(honest.added) == 1


def test_addresses_that_look_alike_are_named_and_imported():
    people = stored(COMPANY)
    found = plan(people, file_of(people) + "c1eo@example.com,Clio,ann@example.com,E9,\n")
    assert [(note.line, note.value) for note in found.notes] == [(8, "c1eo@example.com")]
    assert "cleo@example.com" in found.notes[0].reason and len(found.added) == 1


def test_an_unknown_manager_is_named_and_the_person_is_imported_without_one():
    found = plan([], "b@example.com,Bea,Ghost@example.com,,\na@example.com,Ann,,,\nc@example.com,Cy,a@example.com,,\n")
    assert [(note.line, note.value) for note in found.notes] == [(2, "ghost@example.com")]
    assert "b@example.com is imported without a manager" in found.notes[0].reason
    assert found.places[:, 4].tolist().count(-1) == 2


def test_a_manager_whose_own_line_is_refused_is_unknown_unless_the_directory_has_them():
    lines = "b@example.com,Bea,ann@example.com,,\nann@example.com,,,,\n"
    assert [note.line for note in plan([], lines).notes] == [2]
    assert plan(stored(COMPANY), lines, complete=False).notes == ()


@pytest.mark.parametrize("length", [2, 3, 50])
def test_a_new_circle_is_named_and_its_lines_are_not_used_a51(length: int):
    chain = {"top": None} | {f"p{i:02}": f"p{i - 1:02}" if i else "top" for i in range(length)}
    people = stored(chain)
    closed = file_of(people, p00=f"p00@example.com,p00,p{length - 1:02}@example.com,E2,")
    found = plan(people, closed)
    assert len(found.notes) == 1 and "round in a circle" in found.notes[0].reason
    assert all(move.after is None for move in found.moved) and len(found.moved) == length


def test_the_order_of_the_lines_changes_nothing_a52():
    people = stored(COMPANY)
    lines = [*file_of(people, dan="", cleo="cleo@example.com,Clio,eve@example.com,E4,").splitlines()]
    lines += ["new@example.com,New,cleo@example.com,E8,", "odd@example.com,Odd,nobody@example.com,E9,"]

    def outcome(order: list[str]) -> object:
        found = plan(people, "\n".join(order) + "\n")
        fresh = {row.email for row in found.added}
        changes = {(c.id, c.fields) for c in found.details}
        return fresh, changes, {(m.id, m.after) for m in found.moved}, {n.value for n in found.notes}, found.concerns

    expected = outcome(lines)
    for seed in range(100):
        shuffled = lines.copy()
        random.Random(seed).shuffle(shuffled)  # noqa: S311 - an order, no secret
        assert outcome(shuffled) == expected


def test_an_import_that_archives_more_than_a_fifth_is_held_a57():
    people = stored({"top": None} | {f"p{i:02}": "top" for i in range(19)})
    names = [person.name for person in people[-5:]]
    assert plan(people, file_of(people, **dict.fromkeys(names[:4], ""))).concerns == ()
    (concern,) = plan(people, file_of(people, **dict.fromkeys(names, ""))).concerns
    assert "archives 5 of 20 people" in concern


DATED = "email,name,manager_email,employee_id,start_date,end_date\n"
TWENTY = {"top": None} | {f"p{i:02}": "top" for i in range(19)}
NEXT_YEAR = TODAY + dt.timedelta(days=365)


def dated(people: list[Person], **dates: tuple[object, object]) -> str:
    """The directory as a file with both dates; `dates` gives people others (None: no line)."""
    lines = []
    for person in people:
        start, end = dates.get(person.name, (person.start_date, person.end_date))
        boss = mail("top") if person.manager_id else ""
        lines.append(f"{person.email},{person.name},{boss},{person.employee_id},{start or ''},{end or ''}\n")
    return "".join(lines)


def first(people: list[Person], count: int, start: object, end: object) -> dict[str, tuple[object, object]]:
    return {person.name: (start, end) for person in people[-count:]}


def test_an_import_that_lets_more_than_a_fifth_begin_later_is_held_a57():
    people = stored(TWENTY)
    assert plan(people, dated(people, **first(people, 4, NEXT_YEAR, None)), header=DATED).concerns == ()
    found = plan(people, dated(people, **first(people, 5, NEXT_YEAR, None)), header=DATED)
    (concern,) = found.concerns
    assert concern.startswith(
        "It gives 5 of 20 people who work here today a first day in the future, the earliest 2027"
    )
    assert (len(found.changed), found.archived) == (5, ())
    begun = first(people, 20, TODAY, None)
    assert plan(people, dated(people, **begun), header=DATED).concerns == ()


@pytest.mark.parametrize(("ahead", "held"), [(0, True), (1, True), (31, True), (32, False)])
def test_an_import_that_gives_more_than_a_fifth_a_last_day_within_a_month_is_held_a57(ahead: int, held: bool):
    people, last = stored(TWENTY), TODAY + dt.timedelta(days=ahead)
    assert plan(people, dated(people, **first(people, 4, None, last)), header=DATED).concerns == ()
    concerns = plan(people, dated(people, **first(people, 5, None, last)), header=DATED).concerns
    assert len(concerns) == held
    assert all(
        f"5 of 20 people who work here today a last day within the next 31 days, the earliest {last}" in concern
        for concern in concerns
    )


def test_a_last_day_that_was_known_or_comes_later_than_the_known_one_needs_no_word():
    soon, later = TODAY + dt.timedelta(days=9), TODAY + dt.timedelta(days=10)
    people = stored(TWENTY, **{f"p{i:02}": {"end_date": soon} for i in range(19)})
    assert plan(people, dated(people), header=DATED).concerns == ()
    assert plan(people, dated(people, **first(people, 19, None, later)), header=DATED).concerns == ()
    (sooner,) = plan(people, dated(people, **first(people, 19, None, TODAY)), header=DATED).concerns
    assert f"19 of 20 people who work here today a last day within the next 31 days, the earliest {TODAY}" in sooner


def test_those_whom_an_import_keeps_out_by_any_date_are_counted_together_and_each_once_a57():
    people = stored(TWENTY)
    some = {"p00": (NEXT_YEAR, None), "p01": (None, TODAY), "p02": (None, YESTERDAY)}
    four = dated(people[:-1], **some)
    assert plan(people, four, header=DATED).concerns == ()
    concerns = plan(people, dated(people[:-2], **some), header=DATED).concerns
    assert [concern.split(" people")[0] for concern in concerns] == [
        "It archives 3 of 20",
        "It gives 1 of 20",
        "It gives 1 of 20",
    ]
    assert "2 of them because the file does not mention them" in concerns[0]
    short = {"p03": (TODAY + dt.timedelta(days=2), TODAY + dt.timedelta(days=3))}
    assert plan(people, dated(people, **short, p04=(None, TODAY), p05=(None, TODAY)), header=DATED).concerns == ()
    (over,) = plan(people, dated(people, **first(people, 5, None, YESTERDAY)), header=DATED).concerns
    assert over == "It archives 5 of 20 people, all of them by a last day that is over. Check the column end_date."


def test_people_who_begin_later_make_nobody_elses_absence_smaller():
    later = {f"p{i:02}": {"start_date": NEXT_YEAR} for i in range(9, 19)}
    people = stored(TWENTY, **later)
    without = dated([person for person in people if person.name not in {"p00", "p01", "p02"}])
    (concern,) = plan(people, without, header=DATED).concerns
    assert concern.startswith("It archives 3 of 20 people")
    (forgotten,) = plan(people, dated(people[:15]), header=DATED).concerns
    assert forgotten.startswith("It archives 5 of 20 people")
    assert plan(people, dated(people, **first(people, 5, NEXT_YEAR, NEXT_YEAR)), header=DATED).concerns == ()


def test_who_is_kept_out_is_a_matter_of_the_day_of_the_import_and_not_of_the_one_that_it_speaks_of():
    people, on = stored(TWENTY), TODAY - dt.timedelta(days=90)
    left = dated(people, **first(people, 5, None, YESTERDAY))
    found = compare(read_csv((DATED + left).encode()), people, on, complete=True, first_id=100, now=TODAY)
    assert (len(found.changed), found.archived) == (5, ())
    assert found.concerns[0].startswith("It archives 5 of 20 people, all of them by a last day that is over.")


def test_an_import_that_takes_the_manager_from_more_than_a_fifth_is_held_a57():
    people = stored({"top": None} | {f"p{i:02}": "top" for i in range(20)})
    alone = {p.name: f"{p.email},{p.name},,{p.employee_id}," for p in people[1:]}
    few, many = dict(list(alone.items())[:4]), dict(list(alone.items())[:5])
    assert plan(people, file_of(people, **few)).concerns == ()
    (concern,) = plan(people, file_of(people, **many)).concerns
    assert concern.startswith("5 of 20 people who have a manager would have none")
    small = stored(COMPANY)
    tops = {name: f"{name}@example.com,{name},,{number}," for name, number in (("ann", "E2"), ("ben", "E3"))}
    assert plan(small, file_of(small, **tops)).concerns == ()


def test_an_import_that_sets_somebody_above_everybody_is_held_a57():
    levels = {"top": None, "mid": "top", "low": "top"} | {f"p{i:02}": "mid" if i % 2 else "low" for i in range(16)}
    people = stored(levels)
    risen = plan(
        people,
        file_of(
            people,
            top="top@example.com,top,p03@example.com,E1,",
            mid="mid@example.com,mid,top@example.com,E2,",
            p03="p03@example.com,p03,,E7,",
        ),
    )
    assert len(risen.concerns) == 1 and risen.concerns[0].startswith("p03 would come to stand above 18 of 19 people")
    flat = {p.name: f"{p.email},{p.name},top@example.com,{p.employee_id}," for p in people[1:]}
    (concern,) = plan(people, file_of(people, **flat)).concerns
    assert concern.startswith("top would become the direct manager of 18 of 19")
    assert plan([], file_of(people)).concerns == ()


@pytest.mark.parametrize(("size", "is_told"), [(9, False), (10, True)])
def test_who_rises_is_told_from_ten_people_on_a57(size, is_told):
    people = stored({"top": None} | {f"p{i:02}": "top" if i < 2 else "p01" for i in range(1, size)})
    flat = {p.name: f"{p.email},{p.name},top@example.com,{p.employee_id}," for p in people[1:]}
    told = (f"top would become the direct manager of {size - 1} of {size} people.",) if is_told else ()
    assert plan(people, file_of(people, **flat)).concerns == told


def test_who_had_not_begun_and_is_missing_leaves_with_dates_that_a_file_can_say():
    people = stored(COMPANY, cleo={"start_date": TODAY + dt.timedelta(days=20)})
    (gone,) = plan(people, file_of(people, cleo="")).archived
    assert [(field.name, field.after) for field in gone.fields] == [("start_date", YESTERDAY), ("end_date", YESTERDAY)]


def test_a_date_that_contradicts_one_that_only_the_directory_has_is_refused():
    people = stored(COMPANY, cleo={"start_date": dt.date(2026, 5, 1)}, dan={"end_date": TODAY})
    ends = file_of(people, cleo="cleo@example.com,cleo,ann@example.com,E4,2026-04-30")
    assert [refused.value for refused in plan(people, ends).refused] == [mail("cleo")]
    assert plan(people, ends.replace("04-30", "05-01")).refused == ()
    starts = "email,name,manager_email,start_date\n"
    begun = plan(people, "dan@example.com,dan,ann@example.com,2027-01-01\n", complete=False, header=starts)
    assert "end_date 2026-11-22 lies before the start_date 2027-01-01" in begun.refused[0].reason


def test_the_places_that_change_are_those_of_a_tree_made_from_nothing():
    dice = random.Random(4)  # noqa: S311 - an organisation, no secret
    for _ in range(30):
        names = [f"p{i:02}" for i in range(25)]
        people = stored(
            {name: dice.choice([None, *names[:place]]) if place else None for place, name in enumerate(names)}
        )
        other = {
            name: f"{mail(name)},{name},{mail(dice.choice(names))},E{names.index(name) + 1},"
            for name in dice.sample(names, 4)
        }
        found = plan(people, file_of(people, **other) + "zed@example.com,Zed,p00@example.com,E99,\n")
        after = {p.id: (p.left, p.right, p.depth, p.manager_id) for p in people}
        for e, left, right, depth, manager in found.places.tolist():
            after[e] = (left, right, depth, None if manager < 0 else manager)
        tree = number(
            {e: place[3] for e, place in after.items()},
            order={p.id: f"{p.name}\0{p.email}" for p in people} | {100: "zed\0zed@example.com"},
        )
        assert after == {e: (tree.left[e], tree.right[e], tree.depth[e], tree.manager[e]) for e in after}
        assert found.places.dtype == np.int64


def test_a_chain_five_thousand_deep_is_compared_like_any_other_a53():
    people = stored({f"p{i:04}": f"p{i - 1:04}" if i else None for i in range(5_000)})
    found = plan(people, file_of(people, p0001="p0001@example.com,p0001,,E2,"))
    assert [move.email for move in found.moved] == ["p0001@example.com"]
    assert sorted(depth for _, _, _, depth, _ in found.places.tolist()) == [0, *range(4_999)]
