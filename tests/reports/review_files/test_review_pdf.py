"""The PDF of a review: a page a person, complete, explained, and with texts as they are."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path

import pypdf
import pytest

from core.catalogue import PRODUCTS, STAT, STATS, Ratio, Stat
from core.reports.exports import days_calendar, document, explanations, review_files
from core.reports.exports import pdf as setting
from core.reports.exports.pdf import PdfNotMade
from core.reports.exports.provenance import LIMITS, provenance
from core.reports.people.person import person_usage
from core.reports.periods import DAY, Grain, Period
from core.reports.reviews import people
from core.reports.reviews.packet import Request, chosen_stats, gather
from core.reports.reviews.readings import PresentReadings
from core.visibility import ContextMark, MarkKind
from tests.reports.review_files.invented import AS_OF, LEDGER, MAKER, NOTE, PERIOD, with_figures
from tests.support import personas
from tests.support.personas import DAYS


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


def test_a_typesetter_that_fails_leaves_no_file(scope, request_, tmp_path, monkeypatch):
    monkeypatch.setattr(setting, "_SECONDS", 0.01)
    with pytest.raises(PdfNotMade, match="There is no file; XLSX, CSV and JSON hold the same figures."):
        review_files.make(PresentReadings(scope), request_, MAKER, lambda: LEDGER, form="pdf", folder=tmp_path)
    assert list(tmp_path.iterdir()) == []


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
