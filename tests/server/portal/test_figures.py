"""Everybody sees how each body, official, place and topic stands, with what may be said of it and no more."""

import csv
import io
import json
import re

import pytest
from django.test import Client
from openpyxl import load_workbook

from server_sync.appeals import counting
from server_sync.appeals.small import SMALL
from server_sync.portal.figure_files import COLUMNS
from server_sync.workplaces.models import Person
from tests.server.conftest import BODY, Office
from tests.server.counter import Counter, routed

pytestmark = pytest.mark.django_db

SLOW, FEW = "MIN-HEALTH", "MIN-EDU"
NOW, BEFORE = "2026-11-03", "2026-08-03"


def counted(site: str, body: str, given_on: str, count: int, late: int = 0, outcome: int = 3) -> None:
    """Let so many requests have been given and answered, as if the register had them."""
    gathered = counting.Gathered()
    for at in range(count):
        answers = [[body, given_on, outcome, int(at < late), 0]]
        gathered.count([site, body, body, given_on, 2, 1, ["01"], "answered", 0, "", 0, 0, 0, answers, []], 1)
    counting.add_figures(gathered.figures())


@pytest.fixture
def year(centre: object) -> None:
    """A country of which two bodies can be compared and one cannot; one office has few."""
    counted("KG-C-ALA", BODY, NOW, 403, late=8)
    counted("KG-C", SLOW, NOW, 201, late=90)
    counted("KG-B", SLOW, BEFORE, 101, late=2)
    counted("KG-GO", FEW, NOW, 13)
    counted("KG-B", BODY, NOW, 3, outcome=4)


def text_of(address: str, language: str = "en") -> str:
    answer = Client().get(f"{address}{'&' if '?' in address else '?'}language={language}")
    assert answer.status_code == 200, address
    return re.sub(r"\s+", " ", answer.content.decode().replace("\u00a0", " "))


def test_bodies_are_compared_only_where_enough_is_known_and_by_more_than_chance(year):
    page = text_of("/figures")
    above, below = page.index("above the country"), page.index("below the country")
    few = page.index("Too few answers to be compared")
    links = {code: page.index(f'href="/figures/body/{code}"') for code in (BODY, SLOW, FEW)}
    assert above < links[BODY] < below < links[SLOW] < few < links[FEW]
    assert f"<title>{'Alamudun District'}" in page or "KG-C-ALA" in page
    for language, words in (("ky", "өлкө боюнчадан төмөн"), ("ru", "ниже, чем по стране")):
        assert words in text_of("/figures", language)


def test_a_page_says_a_share_with_its_sample_and_between_what_it_may_lie(year):
    page = text_of(f"/figures/body/{SLOW}?period=2026-Q4")
    assert "Of 200 answers 110 came in time; with so many it may be between 48 and 62 %." in page
    assert "and not by chance" in page
    few = text_of(f"/figures/body/{FEW}")
    assert "Fewer than 20 answers: too few to say." in few
    assert " 13 " not in few
    assert "10" in few
    assert f"/requests.atom?body={FEW}" in few
    for address in (f"/figures/official/{BODY}", "/figures/topic/01", "/figures/place/KG-C?show=kept"):
        assert "came in time" in text_of(address)


def test_no_figure_of_any_page_or_file_is_other_than_a_full_five(year):
    for address in ("/figures", f"/figures/body/{BODY}", "/figures/place/KG-B", "/report?period=2026-Q4"):
        cells = re.findall(r'<td class="n">(?:<span class="muted">)?([\d,]+)(?:</span>)?</td>', text_of(address))
        counts = [int(one.replace(",", "")) for one in cells]
        assert counts, address
        assert [count for count in counts if count % SMALL] == [], address
    refused = json.loads(Client().get(f"/figures.json?about=body&code={BODY}").content)["tables"]["outcomes"]["refused"]
    assert refused is None


FOR_PROGRAMS = ("/figures.csv", "/figures.json")


def test_a_thing_that_is_not_there_is_not_found(year):
    for address in ("/figures/body/X", "/figures/place/MIN-EDU", "/figures/country/KG-C", "/figures/x/y"):
        assert Client().get(address).status_code == 404, address
    for query in ("about=x", "about=body&code=X", "about=country&code=KG-C", "about=topic&code=01.01"):
        for path in ("/figures.csv", "/figures.json", "/report", "/report.pdf", "/report.xlsx"):
            found = Client().get(f"{path}?{query}").status_code
            # what is no sort at all is said to programs by name
            assert found == (400 if query == "about=x" and path in FOR_PROGRAMS else 404), (path, query)
    assert Client().get("/figures?period=%00&q=%00%00&show=x").status_code == 200


def test_whatever_has_figures_is_found_by_folded_words(year):
    for query, address in (("бишкек", "/figures/place/KG-GB"), ("ысык кол", "/figures/place/KG-Y")):
        assert f'href="{address}"' in text_of(f"/figures?q={query}"), query
    assert "/figures/official/MIN-HEALTH" in text_of("/figures?q=здравоохранения")


def test_a_table_has_the_columns_that_are_described_and_the_figures_of_the_pages(year):
    written = Client().get("/figures.csv?about=body&period=2026").content.decode("utf-8-sig")
    rows = {row["code"]: row for row in csv.DictReader(io.StringIO(written))}
    assert list(next(iter(rows.values()))) == list(COLUMNS)
    slow = rows[SLOW]
    assert (slow["requests"], slow["answers"], slow["answers_in_time"]) == ("300", "300", "210")
    assert (slow["in_time_percent"], rows[FEW]["in_time_percent"], rows[FEW]["requests"]) == ("70", "", "10")
    of_one = json.loads(Client().get(f"/figures.json?about=body&code={SLOW}&period=2026").content)
    months = {row["period"]: row["requests"] for row in of_one["rows"]}
    assert (months["2026"], months["2026-11"], months["2026-08"], months["2026-01"]) == (300, 200, 100, None)
    for language in ("ky", "ru", "en"):
        page = text_of("/figures/columns", language)
        assert all(f"<code>{column}</code>" in page for column in COLUMNS)


def test_a_report_is_read_back_from_its_workbook_and_says_what_changed(year):
    address = f"about=body&code={SLOW}&period=2026-Q4"
    lines: list[list[object]] = []
    for language, title in (("ky", "отчет"), ("ru", "Отчёт"), ("en", "Report")):
        answer = Client().get(f"/report.xlsx?{address}&language={language}")
        sheet = load_workbook(io.BytesIO(answer.content))["2026-Q4"]
        assert title in str(sheet["A1"].value)
        lines = [[cell.value for cell in row] for row in sheet.iter_rows()]
        assert any(line[1:] == [200, 100, 100] for line in lines)  # given, as numbers
    assert any(line[0] == "share in time" and line[3] == "less than before" for line in lines)
    paper = Client().get(f"/report.pdf?{address}&language=ky")
    assert paper.content.startswith(b"%PDF-")
    assert paper["Content-Disposition"].endswith('report-2026-q4-body-min-health-ky.pdf"')
    assert "less than before" in text_of(f"/report?{address}")


def test_officers_see_exact_figures_of_their_own_body_and_nobody_else_does(year, vera: Person, browser_of):
    mine = browser_of(vera).get("/work/report?period=2026-Q4&language=en").content.decode()
    assert re.search(r'class="n">406<', mine)
    assert not re.search(r'class="n">406<', text_of(f"/report?about=body&code={BODY}&period=2026-Q4"))
    assert browser_of(vera).get(f"/work/report?of=body:{SLOW}").status_code == 404


def test_figures_change_with_the_request_that_is_registered_last(office_a: Office):
    counter = Counter(office_a)

    def told() -> object:
        rows = json.loads(Client().get("/figures.json?about=place&code=KG-C-ALA").content)["rows"]
        return rows[0]["requests"]

    for _ in range(4):
        routed(counter.register())
    assert told() is None
    counter.register()
    assert told() == SMALL
