"""The workbook of a review: typed cells, no formula, and read back as it was written."""

from __future__ import annotations

import datetime as dt
import zipfile
from dataclasses import replace

import openpyxl
import pytest
from xlsxwriter.worksheet import Worksheet

from core.catalogue import STAT
from core.reports.exports import canonical, explanations, reading, review_files, workbook
from core.reports.exports.provenance import provenance
from core.reports.exports.reading import NotAnExport
from core.reports.exports.workbook_charts import WorkbookNotMade
from core.reports.reviews.packet import gather
from core.reports.reviews.readings import PresentReadings
from tests.reports.review_files.invented import LEDGER, MAKER
from tests.support import personas

pytestmark = pytest.mark.filterwarnings("ignore:Sparkline Group extension")  # openpyxl drops what it does not know


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
