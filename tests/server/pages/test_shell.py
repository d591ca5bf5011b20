"""What every page keeps: small styles, a strict policy, words for every trouble."""

import re
import zlib
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.test.utils import override_settings
from django.urls import path

from server_sync.config import urls
from server_sync.workplaces.models import RoleGrant
from tests.server.counter import Counter, routed

pytestmark = pytest.mark.django_db

ROOMS = Path(urls.__file__).resolve().parents[1]
PAGE_STYLES = {
    "public": ["pages/shared.css", "pages/public.css"],
    "board": ["pages/shared.css", "pages/work.css", "monitoring/board.css"],
    "oversight": ["pages/shared.css", "pages/work.css", "oversight/oversight.css"],
    "officers": ["pages/shared.css", "pages/work.css", "casework/work.css"],
}


def styles(name: str) -> bytes:
    found = finders.find(name)
    assert found is not None
    return Path(found).read_bytes()


def test_the_shared_styles_fit_into_5_kb():
    assert len(styles("pages/shared.css")) <= 5 * 1024


@pytest.mark.parametrize("page", PAGE_STYLES)
def test_the_styles_of_a_page_fit_into_11_kb_and_4_kb_compressed(page):
    whole = b"".join(styles(name) for name in PAGE_STYLES[page])
    assert len(whole) <= 11 * 1024
    assert len(zlib.compress(whole, 9)) <= 4 * 1024


def test_no_template_holds_a_style_a_script_or_a_handler_inline():
    for template in ROOMS.glob("*/templates/**/*.html"):
        if template.parent.name == "letters":
            continue  # mail programs know no other styles
        text = template.read_text(encoding="utf-8")
        assert not re.search(r'\sstyle="|<style|\son\w+="', text), template
        assert not re.search(r"<script(?![^>]*\ssrc=)", text), template


def test_no_page_leaves_the_order_of_day_and_month_to_the_browser():
    for file in [*ROOMS.glob("*/templates/**/*.html"), *ROOMS.glob("*/*.py")]:
        text = file.read_text(encoding="utf-8")
        own = re.search(r"""type["']?[=:] ?["'](?:date|datetime-local|month|week)["']|forms\.Date|DateInput""", text)
        assert not own, f"{file}: pages.typed.DayField reads a day as people here write it"


def test_pages_may_run_nothing_but_our_own_files(centre):
    policy = Client().get("/").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("address", ["/nothing", "/board/..%2f", "/work/a/%00"])
def test_a_wrong_address_is_told_in_words(centre, address):
    answer = Client().get(address, follow=True)
    assert answer.status_code in {200, 404}
    if answer.status_code == 404:
        assert "Мындай барак жок" in answer.content.decode()


@pytest.mark.expects_log("Forbidden")
def test_a_form_without_its_token_is_told_in_words(vera):
    browser = Client(enforce_csrf_checks=True)
    answer = browser.post("/sign-in", {"login": "vera", "password": "x"})
    assert answer.status_code == 403
    assert "Форма эскирип калды" in answer.content.decode()


def _break(_request):
    raise ZeroDivisionError


class Broken:
    """Addresses of a server with a bug."""

    urlpatterns = [*urls.urlpatterns, path("broken", _break)]
    handler500 = urls.handler500


@pytest.mark.expects_log("/broken")
def test_a_bug_is_told_in_words_and_shows_nothing_of_the_inside(centre):
    with override_settings(ROOT_URLCONF=Broken):
        browser = Client(raise_request_exception=False)
        answer = browser.get("/broken?language=ru")
    assert answer.status_code == 500
    text = answer.content.decode()
    assert "Сервер ошибся" in text
    assert "ZeroDivisionError" not in text


@pytest.mark.parametrize(
    ("address", "status"), [("/board", 403), ("/nothing", 404), ("/work/a/ALA-26-A-00042-7114", 404)]
)
def test_somebody_signed_in_is_led_back_to_their_own_work_from_a_page_that_is_not_theirs(
    vera, browser_of, address, status
):
    answer = browser_of(vera).get(address, headers={"accept-language": "en"})
    assert answer.status_code == status
    text = answer.content.decode()
    assert '<body class="work">' in text
    assert vera.full_name in text
    assert '<a href="/work">' in text
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_stranger_is_led_to_the_first_page(centre, nobody):
    text = nobody.get("/nothing").content.decode()
    assert '<body class="public">' in text
    assert 'class="who"' not in text


@pytest.mark.parametrize(
    ("role", "words"),
    [
        ("clerk", "desktop program at the office"),
        ("press_officer", "There are no pages for this work here yet."),
        ("", "No role is open to you today."),
    ],
)
def test_the_own_page_contradicts_itself_for_nobody(alim, browser_of, role, words):
    if role:
        RoleGrant.objects.filter(person=alim).update(role=role)
    else:
        RoleGrant.objects.filter(person=alim).update(until_on="2021-01-01")
    text = browser_of(alim).get("/me?language=en").content.decode()
    told = [
        "desktop program at the office",
        "There are no pages for this work here yet.",
        "No role is open to you today.",
    ]
    assert [one for one in told if one in text] == [words]


def test_a_script_that_asks_whether_the_session_lives_takes_no_words_from_the_next_page(vera, office_a, browser_of):
    appeal, browser = routed(Counter(office_a).register()), browser_of(vera)
    browser.post(f"/work/a/{appeal.number}/accept")
    assert 'role="status"' not in browser.get("/me?bare").content.decode()
    assert 'role="status"' in browser.get(f"/work/a/{appeal.number}").content.decode()


def test_every_field_of_a_page_has_its_label(centre, nobody):
    for address in ("/", "/sign-in", "/requests", "/a", "/verify", "/a/ALA-26-A-00042-7114"):
        text = nobody.get(address).content.decode()
        labelled = set(re.findall(r'<label[^>]*\sfor="([^"]+)"', text))
        fields = re.findall(r"<(?:input|textarea|select)\b[^>]*>", text)
        named = {
            found for field in fields if 'type="hidden"' not in field for found in re.findall(r'\sid="([^"]+)"', field)
        }
        assert named <= labelled, address


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/write",
        "/requests",
        "/totals",
        "/figures",
        "/figures/place/KG-C",
        "/report",
        "/offices",
        "/verify",
        "/log",
        "/kept",
        "/a",
        "/api",
        "/sign-in",
        "/my/sign-in",
    ],
)
def test_a_page_has_one_title_one_main_part_and_headings_in_order(centre, nobody, address):
    text = nobody.get(address).content.decode()
    assert text.count("<h1") == 1
    assert text.count('<main id="main"') == 1
    levels = [int(level) for level in re.findall(r"<h([1-6])", text)]
    assert all(after <= before + 1 for before, after in zip([0, *levels], levels, strict=False)), (address, levels)


def test_a_page_with_the_map_travels_in_8_kb_and_a_file_stays_as_it_is(centre):
    browser = Client(headers={"accept-encoding": "gzip"})
    page = browser.get("/")
    assert page.headers["Content-Encoding"] == "gzip"
    assert len(page.content) <= 8_000
    assert "Content-Encoding" not in browser.get("/log/checkpoint").headers
