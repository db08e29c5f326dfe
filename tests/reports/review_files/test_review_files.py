"""The files of a review say the same in every form, are safe to open, and show when they were changed."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import re
from dataclasses import replace

import openpyxl
import pypdf
import pytest

from core.catalogue import STAT, sources_of
from core.reports.exports import canonical, reading, review_files
from core.reports.exports.reading import NotAnExport
from core.reports.measures.tiers import DEFINITIONS_VERSION
from core.reports.periods import Grain, Period
from core.reports.reviews import people
from core.reports.reviews.packet import Request, chosen_stats, gather
from core.reports.reviews.readings import PresentReadings
from core.reports.wording.looks import LookInWords
from core.ui.reviews import review_files as review_files_page
from tests.reports.review_files.invented import AS_OF, LEDGER, MAKER, NOTE, PERIOD
from tests.support import personas
from tests.support.personas import DAYS

pytestmark = pytest.mark.filterwarnings("ignore:Sparkline Group extension")  # openpyxl drops what it does not know


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


def test_a_period_without_data_gives_files_that_say_so(scope, tmp_path):
    nothing = Period(dt.date(2026, 2, 1), dt.date(2026, 2, 28))
    request = Request(people.chain(scope, 0, PERIOD), nothing, chosen_stats(["commits"]))
    for form in review_files.FORMS:
        review_files.make(PresentReadings(scope), request, MAKER, lambda: LEDGER, form=form, folder=tmp_path)
        assert reading.read(tmp_path / f"review.{form}")[0].said.days_missing == 28
    text = " ".join(pypdf.PdfReader(tmp_path / "review.pdf").pages[0].extract_text().split())
    assert "No day of this period has data, so there are no figures." in text
    assert openpyxl.load_workbook(tmp_path / "review.xlsx")["Data"]["C2"].value == "No day of this period has data."


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


@pytest.mark.parametrize("stats", [(), ("commits", "conversations")])
@pytest.mark.parametrize("grain", [Grain.WEEK, Grain.DAY])
def test_the_size_that_is_told_beforehand_is_about_that_of_the_file(scope, request_, tmp_path, grain, stats):
    request = replace(request_, grain=grain, stats=chosen_stats(stats))
    told = dict(re.findall(r"(CSV|XLSX|PDF|JSON) ([\d.]+ [kM]B)", review_files_page._estimate(request)))
    for form, words in review_files.FORMS.items():
        made = review_files.make(PresentReadings(scope), request, MAKER, lambda: LEDGER, form=form, folder=tmp_path)
        amount, unit = told[words].split()
        assert float(amount) * {"kB": 1e3, "MB": 1e6}[unit] == pytest.approx(made.path.stat().st_size, rel=0.25), form
