"""The files of a review say the same in every form, are safe to open, and show when they were changed."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import pypdf
import pytest
from xlsxwriter.worksheet import Worksheet

from core.catalogue import PRODUCTS, STAT, STATS, Ratio, Stat, sources_of
from core.people.roster import read_csv
from core.reports.exports import canonical, days_calendar, document, explanations, reading, review_files, workbook
from core.reports.exports import pdf as setting
from core.reports.exports.pdf import PdfNotMade
from core.reports.exports.provenance import LIMITS, Ledger, Maker, provenance
from core.reports.exports.reading import NotAnExport
from core.reports.exports.workbook_charts import WorkbookNotMade
from core.reports.measures.tiers import DEFINITIONS_VERSION
from core.reports.people.person import person_usage
from core.reports.periods import DAY, Grain, Period
from core.reports.reviews import people
from core.reports.reviews.packet import Request, chosen_stats, gather
from core.reports.reviews.readings import PresentReadings
from core.reports.wording.looks import LookInWords
from core.store.directory import directory
from core.store.engine import schema
from core.store.engine.database import Database
from core.store.usage.writes import DayWriter
from core.ui.reviews import review_files as review_files_page
from core.visibility import ContextMark, Identity, MarkKind, NewMark, scope_of, viewer_for
from tests.support import personas
from tests.support.personas import DAYS, TODAY

pytestmark = pytest.mark.filterwarnings("ignore:Sparkline Group extension")  # openpyxl drops what it does not know

EVIL = '=HYPERLINK("http://evil.example.com") #evil $x$ *b* <b> ]] 漢 👩\u200d💻 https://evil.example.com'
PERIOD = Period(DAYS[-35], DAYS[-1])
NOTE = "=1+1 I was on leave. #set page(fill: red) @x"
MAKER = Maker("ab" * 16, "Greta Example", dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC), DAYS[-1], "0.1.0")
AS_OF = dt.datetime(2026, 11, 22, 6, 30, tzinfo=dt.UTC)
LEDGER = Ledger(35, 2, AS_OF)


@pytest.fixture(scope="module")
def scope(tmp_path_factory):
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('files') / 'uptake.db'}")
    schema.upgrade(database)
    personas.fill(database)
    text = personas.csv_text().replace("Cleo Example", '"' + EVIL.replace('"', '""') + '"')
    text = text.replace("Ivy Example", "''=1+1")  # whose own name begins with one apostrophe
    with database.write() as connection:
        directory.apply(connection, read_csv(text.encode()), TODAY)
        rows = [("user_ivy", personas.IVY, {"edits_accepted": 30, "edits_rejected": 10, "commits": 1234})]
        DayWriter(connection).store(connection, DAYS[-1], [personas.page(rows)], b"more", AS_OF)
    viewer = viewer_for(database, (), Identity(personas.GRETA, True), TODAY)
    scope_of(database, viewer).write_note(NOTE)
    scope_of(database, viewer).mark(NewMark(MarkKind.LEAVE, DAYS[-3], DAYS[-2], "#emph[Sea]"))
    yield scope_of(database, viewer_for(database, {"o@example.com"}, Identity("o@example.com", True), TODAY))
    database.dispose()


@pytest.fixture(scope="module")
def request_(scope):
    return Request(people.chain(scope, 0, PERIOD), PERIOD, chosen_stats(()))


@pytest.fixture(scope="module")
def made(scope, request_, tmp_path_factory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("made")
    for form in review_files.FORMS:
        review_files.make(PresentReadings(scope), request_, MAKER, lambda: LEDGER, form=form, folder=folder)
    return {form: folder / f"review.{form}" for form in review_files.FORMS}


@pytest.mark.parametrize("form", review_files.FORMS)
def test_every_form_holds_the_same_rows_and_says_where_they_come_from(scope, request_, made, form):
    (contents,) = reading.read(made[form])
    packet = gather(PresentReadings(scope), request_)
    names = canonical.columns(request_.stats)
    assert contents.is_unchanged
    assert contents.said.checksum == canonical.checksum(names, canonical.rows(packet))
    assert len(contents.rows) == len(list(canonical.rows(packet)))
    said = contents.said
    assert (said.export_id, said.made_by, said.data_through) == (MAKER.export_id, MAKER.name, str(DAYS[-1]))
    assert (said.revisions, said.as_of, said.days_missing) == (2, "2026-11-22T06:30:00+00:00", 0)
    assert f"version {DEFINITIONS_VERSION} " in said.definitions


def test_the_sum_of_a_text_that_begins_with_an_apostrophe_is_that_of_earlier_files():
    line = hashlib.sha256(b'["name"]\n["\'=1+1"]\n').hexdigest()
    assert canonical.checksum(["name"], [["'=1+1"]]) == canonical.checksum(["name"], [["=1+1"]]) == line


@pytest.mark.parametrize("form", review_files.FORMS)
def test_every_form_holds_the_note_and_the_marked_days_of_a_person(made, form):
    (contents,) = reading.read(made[form])
    (words,) = {row[canonical.LEAD.index("note")] for row in contents.rows} - {None}
    assert words == f"{NOTE} Marked days: {Period(DAYS[-3], DAYS[-2])}: Leave: #emph[Sea]."


def test_the_csv_begins_with_the_mark_and_holds_no_formula(made):
    content = made["csv"].read_bytes()
    assert content.startswith(b"\xef\xbb\xbfrecord,person,email,")
    cells = [cell for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")) for cell in row]
    assert any(cell.startswith("'=HYPERLINK") for cell in cells)
    assert not any(cell.startswith(("=", "@", "+", "\t")) for cell in cells)


def test_the_workbook_has_typed_cells_frozen_heads_filters_and_not_one_formula(made, scope, request_):
    book = openpyxl.load_workbook(made["xlsx"])
    assert book.sheetnames == ["Summary", "Data", "Definitions", "Provenance", "Charts"]
    summary, data = book["Summary"], book["Data"]
    assert (summary.freeze_panes, data.freeze_panes) == ("B2", "E2")
    assert summary.auto_filter.ref and data.auto_filter.ref
    for sheet in book:
        for row in sheet.iter_rows():
            assert all(cell.data_type != "f" and cell.hyperlink is None for cell in row)
    head = [cell.value for cell in summary[1]]
    lines = {row[1].value: row for row in summary.iter_rows(min_row=2)}
    ivy = lines[personas.IVY]
    assert ivy[head.index("Commits")].value >= 1234
    rate = ivy[head.index("Edit acceptance rate")]
    assert (rate.data_type, rate.number_format) == ("n", "0%")
    assert lines[personas.CLEO][0].value.startswith("=HYPERLINK")
    assert isinstance(data["H2"].value, dt.datetime)
    assert len(book["Charts"]._charts) > len(request_.chosen.ids)
    assert [cell.value for cell in book["Definitions"]["A"]][1:-3] == list(STAT)
    totals = {person.email: person.figures.totals for person in gather(PresentReadings(scope), request_).people}
    for email, row in lines.items():
        found = [row[head.index(explanations.named(stat))].value for stat in STAT.values()]
        assert found == [canonical.number(totals[email][key]) for key in STAT]


def test_the_workbook_cuts_no_address_and_gives_each_definition_the_lines_that_it_needs(made):
    book = openpyxl.load_workbook(made["xlsx"])
    for sheet, column in (("Summary", "B"), ("Data", "C")):
        longest = max(len(cell.value) for cell in book[sheet][column][1:])
        assert book[sheet].column_dimensions[column].width > longest
    definitions = book["Definitions"]
    for row in definitions.iter_rows(min_row=2):
        needed = max(len(row[4].value) / 70, len(row[7].value or "") / 60)
        assert (definitions.row_dimensions[row[0].row].height or 15) >= 15 * needed


def test_the_pdf_has_an_index_and_a_page_a_person_with_names_as_they_are(made, request_, scope):
    pdf = pypdf.PdfReader(made["pdf"])
    texts = [page.extract_text() for page in pdf.pages]
    flat = " ".join(texts[0].split())
    assert "Usage is not performance. More use is not better work" in flat
    assert LIMITS.split(". ")[0] in flat
    packet = gather(PresentReadings(scope), request_)
    assert len(pdf.pages) == 1 + len(packet.people) + 1
    for place, person in enumerate(packet.people, start=1):
        page = " ".join(texts[place].split())
        assert person.email in page
        days = person.figures.days_active
        assert (
            "No Claude account is matched" if days is None else f"{person.working_days} {days} with weekends"
        ) in page
    evil = next(text for text in texts[1:] if personas.CLEO in text)
    assert "=HYPERLINK" in evil
    assert "#evil $x$ *b* <b>" in evil
    assert sum(NOTE in " ".join(text.split()) for text in texts) == 1
    assert not any("/Annots" in page and "URI" in str(page["/Annots"]) for page in pdf.pages)
    assert json.loads(pdf.attachments["review.json"][0])["provenance"]["export_id"] == MAKER.export_id


def test_active_working_days_of_a_review_are_those_of_the_persons_page(scope, request_):
    for person in gather(PresentReadings(scope), request_).people:
        page = person_usage(scope, person.figures.id, PERIOD, DAYS[0])
        assert person.working_days == (page.working_days(PERIOD) if page.has_account else None)


def test_marked_days_have_their_number_in_the_calendar_of_the_pdf_and_their_meaning_under_it(made, scope, request_):
    texts = [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(made["pdf"]).pages]
    (marked,) = [text for text in texts if "Marked by the person" in text]
    assert personas.GRETA in marked
    assert f"1 · {Period(DAYS[-3], DAYS[-2])}: {MarkKind.LEAVE.label}: #emph[Sea]" in marked
    greta = next(person for person in gather(PresentReadings(scope), request_).people if person.email == personas.GRETA)
    drawn = days_calendar.content(greta.figures.active, greta.marks, PERIOD)
    (strip,) = drawn["strips"]
    assert [number for _, _, number, _ in strip["numbers"]] == ["1", "1"]


@pytest.mark.parametrize(("charts", "rows"), [(1, 8), (4, 40), (4, 60), (6, 44), (6, 60), (9, 40), (9, 60)])
def test_who_used_nearly_everything_and_marked_days_still_has_one_page(scope, request_, tmp_path, charts, rows):
    packet = gather(PresentReadings(scope), request_)
    data = document.content(packet, provenance(packet, MAKER, LEDGER))
    person = next(each for each in data["people"] if each["calendar"]["marks"])
    person["charts"] = (person["charts"] * charts)[:charts]
    person["rows"] = (person["rows"] * rows)[:rows]
    person["unlisted"] = [f"Not used (0), and not listed: {', '.join(stat.label for stat in STATS[rows:])}."]
    person["calendar"]["marks"] *= 3
    data |= {"people": [person], "single": True}
    setting.write("review.typ", {"data": json.dumps(data), "attached": "{}"}, tmp_path / "one.pdf", "")
    first, second, *_ = (page.extract_text() for page in pypdf.PdfReader(tmp_path / "one.pdf").pages)
    assert person["name"] in first
    assert second.startswith("Where these numbers come from")


def test_the_pdf_names_each_statistic_that_the_totals_leave_out_and_tells_zero_from_not_measured(made, scope, request_):
    packet = gather(PresentReadings(scope), request_)
    texts = [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(made["pdf"]).pages]
    pages = {
        person["email"]: person for person in document.content(packet, provenance(packet, MAKER, LEDGER))["people"]
    }
    some = [person for person in packet.people if person.figures.products]
    assert some
    for person in some:
        page, totals = pages[person.email], person.figures.totals
        listed = {row[0] for row in page["rows"]}
        named = {
            line.partition(": ")[0]: line.partition(": ")[2].removesuffix(".").split(", ") for line in page["unlisted"]
        }
        unlisted = [stat for stat in STATS if explanations.named(stat) not in listed]
        assert named.pop("Not used (0), and not listed") == [stat.label for stat in unlisted if totals[stat.key] == 0]
        none = [stat for stat in unlisted if totals[stat.key] is None]
        rates = [stat.label for stat in none if isinstance(stat, Ratio)]
        assert named.pop("Not measured", []) == [stat.label for stat in none if isinstance(stat, Stat)]
        assert named.pop("Not measured, or nothing was decided", []) == rates
        assert not named
        assert any(person.email in text and all(line in text for line in page["unlisted"]) for text in texts)


def test_where_there_are_no_totals_nothing_is_said_to_be_left_out_of_them(scope, request_):
    packet = gather(PresentReadings(scope), request_)
    pages = document.content(packet, provenance(packet, MAKER, LEDGER))["people"]
    empty = [page for page in pages if not page["rows"]]
    assert empty and all(page["nothing"] and not page["unlisted"] for page in empty)


def test_a_mark_beyond_the_period_is_left_out_and_one_across_its_edge_is_cut():
    marks = [
        ContextMark(1, 1, MarkKind.LEAVE, PERIOD.first - DAY * 9, PERIOD.first - DAY, None, AS_OF),
        ContextMark(2, 1, MarkKind.LEAVE, PERIOD.last - DAY, PERIOD.last + DAY, None, AS_OF),
    ]
    drawn = days_calendar.content([False] * len(PERIOD), marks, PERIOD)
    assert [words[:4] for words in drawn["marks"]] == ["1 · "]
    assert len(drawn["strips"][0]["numbers"]) == 2
    year = Period(PERIOD.last - DAY * 365, PERIOD.last)
    cells = days_calendar.content([False] * len(year), marks[1:], year)
    assert len(cells["strips"][0]["numbers"]) == 1  # no room for more than one number a mark


def test_one_person_has_purpose_and_limits_on_their_own_page(scope, request_, tmp_path):
    chosen = people.person(scope, request_.chosen.ids[0])
    request = Request(chosen, PERIOD, request_.stats)
    made = review_files.make(PresentReadings(scope), request, MAKER, lambda: LEDGER, form="pdf", folder=tmp_path)
    first = " ".join(pypdf.PdfReader(made.path).pages[0].extract_text().split())
    assert "Usage is not performance. More use" in first
    assert personas.GRETA in first


def test_a_large_packet_becomes_an_archive_of_whole_files_and_tells_how_far_it_is(
    scope, request_, tmp_path, monkeypatch
):
    monkeypatch.setattr(review_files, "PAGES_AT_ONCE", 9)
    told = []
    made = review_files.make(
        PresentReadings(scope),
        request_,
        MAKER,
        lambda: LEDGER,
        form="pdf",
        folder=tmp_path,
        progress=lambda done, words: told.append((done, words)),
    )
    assert made.path.suffix == ".zip"
    parts = reading.read(made.path)
    assert [part.said.people for part in parts] == [9, len(request_.chosen.ids) - 9]
    assert all(part.is_unchanged for part in parts)
    assert [part.digest for part in parts] == [digest for _, digest in made.parts]
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert (0.6, "Setting part 1 of 2") in told
    assert sorted(path.name for path in tmp_path.iterdir()) == ["review.zip"]


def test_a_workbook_saved_anew_still_has_its_data_and_a_changed_cell_is_found(made, tmp_path):
    book = openpyxl.load_workbook(made["xlsx"])
    book.save(tmp_path / "anew.xlsx")
    (anew,) = reading.read(tmp_path / "anew.xlsx")
    assert anew.is_unchanged
    assert anew.digest != reading.read(made["xlsx"])[0].digest
    sheet = book["Summary"]
    sheet.cell(3, 6).value += 1
    book.save(tmp_path / "changed.xlsx")
    assert not reading.read(tmp_path / "changed.xlsx")[0].is_unchanged


def test_rows_of_somebody_who_is_missing_from_the_summary_are_read_and_so_found(made, tmp_path):
    (contents,) = reading.read(made["xlsx"])
    book = openpyxl.load_workbook(made["xlsx"])
    data = book["Data"]
    added = [cell.value for cell in data[2]]
    added[canonical.LEAD.index("person")] = 9_999
    data.append(added)
    book.save(tmp_path / "added.xlsx")
    (more,) = reading.read(tmp_path / "added.xlsx")
    assert not more.is_unchanged
    assert more.rows[:-1] == contents.rows
    assert more.rows[-1][canonical.LEAD.index("person")] == 9_999
    book = openpyxl.load_workbook(made["xlsx"])
    number = book["Summary"].cell(2, book["Summary"].max_column).value
    book["Summary"].delete_rows(2)
    book.save(tmp_path / "fewer.xlsx")
    (fewer,) = reading.read(tmp_path / "fewer.xlsx")
    assert not fewer.is_unchanged
    courses = [
        {row for row in each.rows if row[0] == "week" and canonical.person_of(row) == number}
        for each in (contents, fewer)
    ]
    assert courses[0] == courses[1] != set()


@pytest.mark.parametrize("form", ["csv", "json"])
def test_a_changed_number_is_found(made, tmp_path, form):
    text = made[form].read_text("utf-8")
    changed = tmp_path / f"changed.{form}"
    changed.write_text(text.replace("1234", "4321"), "utf-8")
    assert changed.read_text("utf-8") != text
    assert not reading.read(changed)[0].is_unchanged


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF-1.7\nnothing",
        b"PK\x03\x04broken",
        b"{}",
        b'{"provenance": 3}',
        b"a,b\n1,2\n",
        b"\xff\xfe\x00",
        b"[]",
    ],
)
def test_what_is_no_review_export_is_a_sentence(tmp_path, content):
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(NotAnExport, match="is not a review export of Uptake, or it is damaged"):
        reading.read(tmp_path / "file")


def test_a_workbook_with_a_document_type_is_not_read(made, tmp_path):
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(made["xlsx"]) as old, zipfile.ZipFile(bomb, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/workbook.xml":
                content = content.replace(b"<workbook ", b'<!DOCTYPE x [<!ENTITY a "aa">]><workbook ')
            new.writestr(name, content)
    with pytest.raises(NotAnExport):
        reading.read(bomb)


def test_a_period_without_data_gives_files_that_say_so(scope, tmp_path):
    nothing = Period(dt.date(2026, 2, 1), dt.date(2026, 2, 28))
    request = Request(people.chain(scope, 0, PERIOD), nothing, chosen_stats(["commits"]))
    for form in review_files.FORMS:
        review_files.make(PresentReadings(scope), request, MAKER, lambda: LEDGER, form=form, folder=tmp_path)
        assert reading.read(tmp_path / f"review.{form}")[0].said.days_missing == 28
    text = " ".join(pypdf.PdfReader(tmp_path / "review.pdf").pages[0].extract_text().split())
    assert "No day of this period has data, so there are no figures." in text
    assert openpyxl.load_workbook(tmp_path / "review.xlsx")["Data"]["C2"].value == "No day of this period has data."


def test_a_typesetter_that_fails_leaves_no_file(scope, request_, tmp_path, monkeypatch):
    monkeypatch.setattr(setting, "_SECONDS", 0.01)
    with pytest.raises(PdfNotMade, match="There is no file; XLSX, CSV and JSON hold the same figures."):
        review_files.make(PresentReadings(scope), request_, MAKER, lambda: LEDGER, form="pdf", folder=tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("form", review_files.FORMS)
def test_a_file_of_ones_own_figures_says_what_each_was_read_from_and_who_looked(scope, tmp_path, form):
    ivy = people.pasted(scope, personas.IVY)
    asked = Request(ivy, PERIOD, chosen_stats(("conversations", "commits")), Grain.DAY)
    seen = [LookInWords(AS_OF, "=Alice Example", "Person: your numbers alone")]
    made = review_files.make(
        PresentReadings(scope), asked, MAKER, lambda: LEDGER, form=form, folder=tmp_path, mark=False, looks=seen
    )
    (contents,) = reading.read(made.path)
    assert contents.is_unchanged
    rows = canonical.rows(gather(PresentReadings(scope), asked))
    assert contents.said.checksum == canonical.checksum(canonical.columns(asked.stats), rows)
    source = sources_of(STAT["commits"])
    if form == "xlsx":
        book = openpyxl.load_workbook(made.path)
        assert [cell.value for cell in book["Who looked"][2]][1:] == ["=Alice Example", seen[0].what]
        assert book["Who looked"]["B2"].data_type == "s"
        assert source in [cell.value for cell in book["Definitions"]["H"]]
    elif form == "pdf":
        text = " ".join(" ".join(page.extract_text().split()) for page in pypdf.PdfReader(made.path).pages)
        assert "22 Nov 2026 06:30 =Alice Example Person: your numbers alone" in text
        assert source in text.replace(" ", "")
    elif form == "json":
        said = json.loads(made.path.read_text())
        assert said["who_looked"] == [{"at": AS_OF.isoformat(), "who": "=Alice Example", "what": seen[0].what}]
        assert said["statistics"][1]["read_from"] == source
    else:
        lines = list(csv.DictReader(io.StringIO(made.path.read_text(encoding="utf-8"), newline="")))
        beside = {line["record"]: line["note"] for line in lines}
        assert beside["look"] == "06:30 UTC, =Alice Example: Person: your numbers alone"
        assert f"Read from {source}." in beside["source"]


def test_a_workbook_of_more_rows_than_a_sheet_has_is_refused_before_anything_is_written(
    scope, request_, tmp_path, monkeypatch
):
    assert Worksheet().xls_rowmax - 1 == workbook._MOST_ROWS
    monkeypatch.setattr(workbook, "_MOST_ROWS", 10)
    monkeypatch.setattr(workbook, "_write", None)
    rows = sum(len(person.figures.starts) for person in gather(PresentReadings(scope), request_).people)
    with pytest.raises(WorkbookNotMade, match=f"would need {rows} rows, .* at most 10. There is no file; CSV and JSON"):
        review_files.make(PresentReadings(scope), request_, MAKER, lambda: LEDGER, form="xlsx", folder=tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("letter", ["w", "\U0001f334"])
def test_the_longest_note_that_fits_in_a_cell_comes_back_whole_and_a_longer_one_is_refused(
    scope, request_, tmp_path, letter
):
    packet = gather(PresentReadings(scope), request_)
    length = workbook._LONGEST // (1 if letter == "w" else 2)
    person = replace(packet.people[0], own_words=letter * length)
    fitting = replace(packet, people=(person, *packet.people[1:]))
    workbook.write(fitting, provenance(fitting, MAKER, LEDGER), tmp_path / "fits.xlsx")
    (contents,) = reading.read(tmp_path / "fits.xlsx")
    assert contents.is_unchanged
    assert contents.rows[0][canonical.LEAD.index("note")] == letter * length
    longer = replace(packet, people=(replace(person, own_words=letter * (length + 1)), *packet.people[1:]))
    with pytest.raises(WorkbookNotMade, match=r"There is no file; CSV, JSON and PDF hold all of them\.") as refusal:
        workbook.write(longer, provenance(longer, MAKER, LEDGER), tmp_path / "longer.xlsx")
    assert person.email in str(refusal.value)
    assert not (tmp_path / "longer.xlsx").exists()


@pytest.mark.parametrize("method", ["write_string", "write_number", "write_datetime", "add_sparkline", "insert_chart"])
def test_a_cell_that_is_not_written_as_it_was_given_leaves_no_workbook(scope, request_, tmp_path, monkeypatch, method):
    monkeypatch.setattr(Worksheet, method, lambda *_: -1)
    with pytest.raises(WorkbookNotMade, match="There is no file; CSV and JSON hold the same"):
        review_files.make(PresentReadings(scope), request_, MAKER, lambda: LEDGER, form="xlsx", folder=tmp_path)
    assert list(tmp_path.iterdir()) == []


def with_figures(packet, **changed):
    """The packet of its first person alone, with other figures."""
    (person, *_) = packet.people
    return replace(packet, people=(replace(person, figures=replace(person.figures, **changed)),))


def test_every_statistic_on_somebodys_page_has_its_definition(scope, request_):
    packet = gather(PresentReadings(scope), request_)
    nothing = dict.fromkeys(STAT, 0.0)
    before = nothing | {"pull_requests": 7.0}
    alone = with_figures(packet, totals=nothing | {"code_sessions": 3.0}, before=before, products=("code",))
    for each in (packet, alone):
        data = document.content(each, provenance(each, MAKER, LEDGER))
        shown = {row[0] for person in data["people"] for row in person["rows"]}
        defined = {words for words, _ in data["definitions"]}
        assert {f"{stat.label} ({stat.unit})." for stat in STATS if explanations.named(stat) in shown} == defined
    assert {"Commits", "Pull requests (PRs)"} <= shown


def test_who_used_everything_has_all_statistics_on_two_pages_and_the_second_says_whose_it_is(scope, request_, tmp_path):
    counts = {stat.key: 1000.0 + place for place, stat in enumerate(STATS)}
    packet = with_figures(
        gather(PresentReadings(scope), request_), totals=counts, before=counts, products=tuple(p.key for p in PRODUCTS)
    )
    document.write(packet, provenance(packet, MAKER, LEDGER), tmp_path / "all.pdf")
    first, second, third, *_ = (page.extract_text() for page in pypdf.PdfReader(tmp_path / "all.pdf").pages)
    name = packet.people[0].name
    lines = [" ".join(line.split()) for line in second.splitlines()]
    assert first.startswith(name)
    assert lines[0] == name
    assert [explanations.named(stat) for stat in STATS if explanations.named(stat) not in lines] == []
    assert third.startswith("Where these numbers come from")


def one_page(scope, email: str, period: Period, folder: Path) -> tuple[dict, str]:
    """What is said of one person, and the first page of the file."""
    request = Request(people.pasted(scope, email), period, chosen_stats(()))
    packet = gather(PresentReadings(scope), request)
    made = review_files.make(PresentReadings(scope), request, MAKER, lambda: LEDGER, form="pdf", folder=folder)
    (person,) = document.content(packet, provenance(packet, MAKER, LEDGER))["people"]
    return person, " ".join(pypdf.PdfReader(made.path).pages[0].extract_text().split())


GAPPED = Period(DAYS[personas.GAP - 3], DAYS[personas.GAP + 7])
ONE_DAY = "1 day of the period without data: left out, not counted as zero."


def test_days_without_data_are_told_in_the_file_of_one_person_too(scope, tmp_path):
    person, text = one_page(scope, personas.GRETA, GAPPED, tmp_path)
    assert ONE_DAY in text
    assert person["days"].startswith("Active on ")


@pytest.mark.parametrize(
    ("email", "why"), [(personas.HUGO, "No Claude account is matched"), (personas.DORA, "No Claude product was used")]
)
def test_a_day_without_data_is_not_the_reason_for_no_charts_where_others_have_some(scope, tmp_path, email, why):
    person, text = one_page(scope, email, GAPPED, tmp_path)
    assert person["nothing"].startswith(why)
    assert why in text
    assert ONE_DAY in text


def test_who_has_no_account_or_no_data_is_not_said_to_be_active_on_any_number_of_days(scope, tmp_path):
    for email, period in ((personas.HUGO, GAPPED), (personas.GRETA, Period(DAYS[personas.GAP], DAYS[personas.GAP]))):
        person, text = one_page(scope, email, period, tmp_path)
        assert person["days"] == "Days of the period, none of them counted"
        assert "Active on" not in text
        assert "with weekends" not in text
    assert text.count("No day of this period has data") == 1
    person, _ = one_page(scope, personas.DORA, GAPPED, tmp_path)
    assert person["days"] == "Active on 0 days"


def test_the_calendar_of_several_years_has_a_strip_for_each_and_no_cell_without_width():
    years = Period(dt.date(2022, 3, 3), dt.date(2031, 11, 15))
    marks = [ContextMark(1, 1, MarkKind.LEAVE, dt.date(2023, 12, 30), dt.date(2024, 1, 2), None, AS_OF)]
    axis, drawn = days_calendar.axis(years), days_calendar.content([True] * len(years), marks, years)
    assert [strip["year"] for strip in axis["strips"]] == [str(year) for year in range(2022, 2032)]
    assert axis["cell"] > 2
    widths = [float(wide) for strip in drawn["strips"] for wide in re.findall(r"h(-?[\d.]+)v", strip["svg"])]
    assert len(widths) == len(years) + 4  # and the frames of the marked days
    assert min(widths) == max(widths) == pytest.approx(axis["cell"], abs=0.01)
    places = [float(x) for strip in drawn["strips"] for x in re.findall(r"M([\d.]+) ", strip["svg"])]
    assert axis["left"] <= min(places) <= max(places) < axis["width"] - 20
    assert [len(strip["numbers"]) for strip in drawn["strips"]] == [0, 1, *[0] * 8]


@pytest.mark.parametrize("stats", [(), ("commits", "conversations")])
@pytest.mark.parametrize("grain", [Grain.WEEK, Grain.DAY])
def test_the_size_that_is_told_beforehand_is_about_that_of_the_file(scope, request_, tmp_path, grain, stats):
    request = replace(request_, grain=grain, stats=chosen_stats(stats))
    told = dict(re.findall(r"(CSV|XLSX|PDF|JSON) ([\d.]+ [kM]B)", review_files_page._estimate(request)))
    for form, words in review_files.FORMS.items():
        made = review_files.make(PresentReadings(scope), request, MAKER, lambda: LEDGER, form=form, folder=tmp_path)
        amount, unit = told[words].split()
        assert float(amount) * {"kB": 1e3, "MB": 1e6}[unit] == pytest.approx(made.path.stat().st_size, rel=0.25), form


def test_a_week_in_which_a_statistic_was_not_measured_every_day_is_faded_in_its_chart_alone(scope, request_):
    packet = gather(PresentReadings(scope), request_)
    data = document.content(packet, provenance(packet, MAKER, LEDGER))
    found = [{chart["title"]: chart["svg"] for chart in person["charts"]} for person in data["people"]]
    charts = next(each for each in found if "Claude in Slack" in each)

    def faded(name: str) -> int:
        paths = re.findall(r'<path d="([^"]+)" fill="[^"]+" opacity="0.4"', charts[name])
        return sum(path.count("M") for path in paths)

    assert DAYS[personas.SPAN // 2].weekday() > 0  # that counter is measured from this day on
    assert (faded("Claude Chat"), faded("Claude in Slack")) == (1, 2)


def test_who_uses_half_of_everything_has_one_page_in_a_file_of_their_own_too(scope, request_, tmp_path):
    rows = [("Statistic", "1", "2", "±0")] * 46
    ivy = people.pasted(scope, personas.IVY)
    packet = gather(PresentReadings(scope), Request(ivy, PERIOD, chosen_stats(()), Grain.DAY))
    content = document.content(packet, provenance(packet, MAKER, LEDGER))
    (page,) = content["people"]
    chart = page["charts"][0]
    page |= {"rows": rows, "charts": [chart] * 5, "cards": [page["cards"][0]] * 7}
    setting.write("review.typ", {"data": json.dumps(content), "attached": "{}"}, tmp_path / "review.pdf", "nothing")
    second = pypdf.PdfReader(tmp_path / "review.pdf").pages[1].extract_text()
    assert second.startswith("Where these numbers come from")
