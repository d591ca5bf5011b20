"""Guides and lessons on the portal: whole in three languages, found, read with and without the videos."""

import json
import re
from html import unescape
from itertools import pairwise

import pytest
from django.conf import settings
from django.test import Client
from django.urls import Resolver404, resolve
from playwright.sync_api import Page, expect

from resources.compile_translations import merged
from server_sync.contract.errors import ContractError
from server_sync.contract.guides import (
    CAPTIONS,
    CITIZENS,
    CUE_MOST,
    FOLDER,
    MADE,
    NORMAL,
    POSTER,
    THIN,
    Guide,
    Lesson,
    cues_of,
    picture_of,
    read_guide,
    web_vtt,
)
from server_sync.contract.territory import LANGUAGES
from server_sync.portal.learning.reading import guides, lessons
from tests.server.pages.test_in_a_browser import BROKEN_WORDS, CONTRAST, NARROW, chromium, open_page

__all__ = ["chromium", "open_page"]

pytestmark = pytest.mark.django_db
KYRGYZ_ONLY = re.compile("[ңөү]")
QUOTED = re.compile("[«“]([^»”]+)[»”]")
HEAD = 'title = ["а", "б", "в"]\nabout = ["а", "б", "в"]'
LESSON = "write-from-a-telephone"


@pytest.fixture
def made(tmp_path, monkeypatch):
    """Files that stand where a lesson would, in Kyrgyz."""
    monkeypatch.setattr(settings, "LIAISON_HOME", tmp_path)
    folder = tmp_path / FOLDER / LESSON / "ky"
    folder.mkdir(parents=True)
    (folder / THIN).write_bytes(bytes(range(250)))
    (folder / NORMAL).write_bytes(bytes(2_000))
    (folder / POSTER).write_bytes(b"RIFF")
    (folder / picture_of("matter")).write_bytes(b"RIFF")
    for name in CAPTIONS.values():
        (folder / name).write_text(web_vtt(cues_of([("Саламатсызбы", 100, 900)])))
    told = {"version": "1", "voice": False, "ms": 61_000, "bytes": {NORMAL: 2_000, THIN: 250}}
    (folder / MADE).write_text(json.dumps(told))
    return folder


def read(address: str, language: str = "ky") -> str:
    client = Client()
    client.cookies["language"] = language
    answer = client.get(address)
    assert answer.status_code == 200, address
    return unescape(answer.content.decode())


def test_every_guide_and_lesson_is_read_whole_in_three_languages():
    assert {"follow", "terms", "visit-an-office", "the-recovery-key"} <= set(guides())
    assert len(lessons()) >= 6
    for language in LANGUAGES:
        index, taught = read("/guides", language), read("/lessons", language)
        for guide in guides().values():
            page = read(f"/guides/{guide.name}", language)
            assert guide.title.said_in(language) in index
            for names in guide.texts():
                assert names.said_in(language) in page, (guide.name, language)
            for part in guide.parts:
                assert part.link is None or part.link.words.said_in(language) in page
        for lesson in lessons().values():
            page = read(f"/lessons/{lesson.name}", language)
            assert lesson.title.said_in(language) in taught
            assert all(step.says.said_in(language) in page for step in lesson.steps)
    every: tuple[Guide | Lesson, ...] = (*guides().values(), *lessons().values())
    for told in every:
        assert KYRGYZ_ONLY.search(" ".join(names.ky for names in told.texts())), told.name


def test_what_guides_and_lessons_lead_to_is_there():
    for guide in guides().values():
        assert not guide.lesson or guide.lesson in lessons()
        for part in guide.parts:
            lesson, _, step = part.picture.partition("/")
            assert not lesson or step in {one.name for one in lessons()[lesson].steps}, (guide.name, part.picture)
            if part.link is not None:
                try:
                    resolve(part.link.address)
                except Resolver404:
                    pytest.fail(f"{guide.name} leads to {part.link.address}")
    assert all(lesson.guide in guides() for lesson in lessons().values())


def test_what_is_quoted_stands_so_on_a_screen():
    words: dict[str, set[str]] = {language: set() for language in LANGUAGES}
    for language in ("ky", "ru"):
        for message in merged(language):
            said = message.string
            words[language].update([said] if isinstance(said, str) else said or ())
            words["en"].update([message.id] if isinstance(message.id, str) else message.id)
    told_by: tuple[Guide | Lesson, ...] = (*guides().values(), *lessons().values())
    quoted = [
        (language, words_quoted)
        for told in told_by
        for names in told.texts()
        for language in LANGUAGES
        for words_quoted in QUOTED.findall(names.said_in(language))
    ]
    assert len(quoted) > 20
    assert [one for one in quoted if one[1] not in words[one[0]]] == []


@pytest.mark.parametrize(
    ("asked", "found"),
    [("кошумча ачкычы сейфке", False), ("калыбына келтируу ачкычы", True), ("ключ сейф", True), ("SAFE key", True)],
)
def test_a_guide_is_found_by_words_without_special_letters(asked, found):
    page = read(f"/guides?q={asked}")
    assert ("/guides/the-recovery-key" in page) is found
    assert "/guides/watch-a-meeting" not in page


def test_without_videos_the_words_are_there_and_with_them_their_size_is_said_first(made):
    assert "<video" not in read(f"/lessons/{LESSON}", "ru")
    page = read(f"/lessons/{LESSON}")
    assert 'preload="none"' in page
    assert f"/lessons/{LESSON}/ky/{THIN}" in page
    assert re.search(r"1:01.*\b1 кБ", page)
    assert page.count("<track") == len(LANGUAGES)
    assert re.search(r'srclang="ky"[^>]* default', page)
    assert "үнсүз" in page
    assert f'<source src="/lessons/{LESSON}/ky/{NORMAL}"' in read(f"/lessons/{LESSON}?video=normal")
    assert picture_of("matter") in read("/guides/write-from-the-country")
    assert picture_of("matter") not in read("/guides/write-from-the-country", "en")


def test_a_player_gets_the_part_it_asks_for_and_nobody_another_file(made):
    def get(file, **headers):
        return Client().get(f"/lessons/{LESSON}/ky/{file}", headers=headers)

    part = get(THIN, Range="bytes=10-19")
    assert part.status_code == 206
    assert part["Content-Range"] == "bytes 10-19/250"
    assert b"".join(part.streaming_content) == bytes(range(10, 20))
    assert get(THIN, Range="bytes=300-").status_code == 416
    assert get(CAPTIONS["ru"])["Content-Type"] == "text/vtt; charset=utf-8"
    for other in (MADE, "..%2f..%2fdb.sqlite3", "step-none.webp", picture_of("home")):
        assert get(other).status_code == 404, other
    for address in (f"/lessons/none/ky/{THIN}", f"/lessons/{LESSON}/xx/{THIN}", "/lessons/none", "/guides/none"):
        assert Client().get(address).status_code == 404, address


def test_captions_follow_one_another_and_each_can_be_read():
    for lesson in lessons().values():
        for language in LANGUAGES:
            says = [(step.says.said_in(language), 5_000 * n, 5_000 * n + 4_000) for n, step in enumerate(lesson.steps)]
            cues = cues_of(says)
            assert " ".join(cue.words for cue in cues) == " ".join(text for text, _, _ in says)
            assert all(cue.begins_ms < cue.ends_ms for cue in cues)
            assert all(one.ends_ms <= other.begins_ms for one, other in pairwise(cues))
            assert max(len(cue.words) for cue in cues) <= CUE_MOST + 20
    assert web_vtt(cues_of([("a < b & c", 0, 3_661_001)])).endswith("00:00:00.000 --> 01:01:01.001\na &lt; b &amp; c\n")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("title = [", "not_toml"),
        (f'for = "{CITIZENS}"\n{HEAD}\n[[part]]\ntitle = ["а", "б"]', "a_language_is_missing"),
        (f'for = "{CITIZENS}"\n{HEAD}', "no_parts"),
        (f'for = "x"\n{HEAD}\n[[part]]\ntitle = ["а", "б", "в"]', "unknown_word"),
    ],
)
def test_a_guide_that_is_not_whole_is_refused_by_name(text, code):
    with pytest.raises(ContractError) as refused:
        read_guide("x", text)
    assert refused.value.code == code


@pytest.mark.django_db(transaction=True)
def test_every_page_can_be_read_on_a_narrow_screen(made, open_page):
    for language, theme in (("ky", "light"), ("ru", "dark")):
        page: Page = open_page(color_scheme=theme, java_script_enabled=True, **NARROW)
        for address in ("/guides", "/guides/follow", "/lessons", f"/lessons/{LESSON}"):
            page.goto(f"{address}?language={language}")
            expect(page.locator("h1")).to_be_visible()
            assert page.evaluate(CONTRAST) == [], address
            assert page.evaluate(BROKEN_WORDS) == [], address
            assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        assert not page.complaints  # type: ignore[attr-defined]
