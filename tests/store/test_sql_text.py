"""Text that means something to SQL is text in every field and every search: what is stored comes back as it was."""

from __future__ import annotations

import random

from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, insert, select

from core.admin import directory_people, unmatched
from core.admin.access import operator
from core.admin.access_log import LogFilter, read_log
from core.store.tables.usage import ACCOUNT, EMPLOYEE
from tests.support import personas

PIECES = [*"'\"`;%_\\/()*=|&?:[]{}$@#<>", "--", "/*", "*/", "''", "');", "%s", ":x", "\\'", "$$"]
PIECES += ["DROP TABLE employee", "OR 1=1", "UNION SELECT", "a", "B"]
HEADER = "email;name;manager_email;employee_id;title;department;location\n"


def cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def test_a78_ten_thousand_names_made_of_sql_are_stored_as_they_are(import_csv, database):
    rng = random.Random(78)  # noqa: S311 - repeatable
    given = {
        f"p{number}@example.com": [
            f"N{number}{''.join(rng.choices(PIECES, k=rng.randint(1, 4)))}{field}" for field in range(5)
        ]
        for number in range(2_000)
    }
    lines = [";".join([email, cell(texts[0]), "", *map(cell, texts[1:])]) for email, texts in given.items()]
    import_csv(HEADER + "\n".join(lines) + "\n")
    columns = [EMPLOYEE.c[name] for name in ("email", "name", "employee_id", "title", "department", "location")]
    with database.read("test") as connection:
        assert {email: texts for email, *texts in connection.execute(select(*columns))} == given


FEW = {f"p{at}@example.com": f"Q{piece}w {piece}" for at, piece in enumerate(PIECES)}


def test_a78_every_search_finds_what_holds_the_text_and_nothing_else(import_csv, database):
    import_csv(HEADER + "".join(f"{email};{cell(name)};;;;;\n" for email, name in FEW.items()))
    with database.write() as connection:
        accounts = [
            {"id": number, "user_id": name, "email": f"{name}@x", "first_seen": personas.TODAY}
            for number, name in enumerate(FEW.values())
        ]
        connection.execute(insert(ACCOUNT), accounts)

    @settings(max_examples=150)
    @given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=4).map("".join))
    @example("' OR '1'='1")
    @example("%")
    @example("_")
    @example("\\")
    def search(words: str) -> None:
        asked = words.casefold().split()
        names = sorted(
            name for email, name in FEW.items() if all(word in name.casefold() or word in email for word in asked)
        )
        found, count = directory_people.search(operator(), database, words, 1, 1_000)
        assert (sorted(person.name for person in found), count) == (names, len(names))
        users = unmatched.claude_users(operator(), database, words)
        wanted = words.strip().lower()
        holding = {f"{name}@x" for name in FEW.values() if wanted in f"{name}@x".lower()}
        assert {user.account.email for user in users} <= holding
        assert bool(users) == bool(holding)
        log = read_log(operator(), database, LogFilter(actor=words), 1, 10)
        assert bool(log.found) == (wanted in "command line")

    search()
    with database.read("test") as connection:
        assert connection.execute(select(func.count()).select_from(EMPLOYEE)).scalar_one() == len(FEW)
