"""A lesson is really made, small, and what was made is looked into and played."""

import json
import re
from itertools import pairwise

import av
import numpy as np
import pytest
from django.conf import settings

from liaison_desktop.ui import names
from proving.lessons import __main__ as command
from proving.lessons import speech
from proving.lessons.counting import count_guides, count_made
from proving.lessons.drawing import Shot
from proving.lessons.filming import THIN as THIN_FILM
from proving.lessons.filming import Film
from proving.lessons.making import PICTURE_MOST_BYTES, make, time_steps
from server_sync.contract.guides import CAPTIONS, FOLDER, MADE, NORMAL, POSTER, THIN, Lesson, Step, picture_of
from server_sync.contract.territory import LANGUAGES, Names
from server_sync.portal.learning.reading import lessons
from tests.server.pages.test_in_a_browser import chromium, open_page

__all__ = ["chromium", "open_page"]

MINUTE_MOST_BYTES = 1_000_000
CUE = re.compile(r"(\d\d):(\d\d):(\d\d\.\d{3}) --> (\d\d):(\d\d):(\d\d\.\d{3})")
PLAYED = """video => new Promise((done) => {
  video.ontimeupdate = () => {
    if (video.currentTime <= 0.5) return;
    const showing = [...video.textTracks].filter((track) => track.mode === "showing").map((track) => track.language);
    done({ size: [video.videoWidth, video.videoHeight], showing });
  };
  video.muted = true;
  video.play();
})"""
"""Plays half a second and tells what was to be seen."""
NAME = "delivery"
TEXT = Names("Өң үч", "Да", "Yes")
LESSON = Lesson(
    name=NAME,
    place=1,
    readers="citizens",
    title=Names("Сабак", "Урок", "Lesson"),
    about=TEXT,
    guide="",
    steps=(
        Step("waits", "telephone", (), "x", TEXT),
        Step("done", "office", (), "", Names("Дагы бир кадам.", "Ещё шаг.", "One more step.")),
    ),
)


@pytest.fixture
def shots() -> list[Shot]:
    noisy = np.random.default_rng(1).integers(0, 255, (740, 360, 3), np.uint8)
    return [Shot(noisy, (20, 300, 200, 40)), Shot(np.full((768, 1366, 3), 200, np.uint8), None)]


@pytest.mark.django_db(transaction=True)
def test_a_lesson_is_made_read_back_and_played(qapp, shots, tmp_path, monkeypatch, open_page):
    monkeypatch.setattr(settings, "LIAISON_HOME", tmp_path)
    folder = tmp_path / FOLDER / NAME / "ky"
    told = make(LESSON, "ky", shots, folder, "1")
    assert json.loads((folder / MADE).read_text()) == told
    for name, size in ((NORMAL, (1280, 720)), (THIN, (480, 270))):
        with av.open(str(folder / name)) as video:
            assert [one.codec_context.name for one in video.streams] == ["h264", "aac"]
            seconds = (video.duration or 0) / av.time_base
            assert abs(seconds - told["ms"] / 1000) < 0.3
            pictures = [(frame.time, frame.width, frame.height) for frame in video.decode(video=0)]
            assert {one[1:] for one in pictures} == {size}
            assert all(before[0] < after[0] for before, after in pairwise(pictures))
        assert told["bytes"][name] == (folder / name).stat().st_size
    assert told["bytes"][THIN] * 60_000 / told["ms"] <= MINUTE_MOST_BYTES
    for file in (POSTER, *(picture_of(step.name) for step in LESSON.steps)):
        assert (folder / file).stat().st_size <= PICTURE_MOST_BYTES
    ends = [one.ends_ms for one in time_steps(LESSON, "ky")]
    for language, file in CAPTIONS.items():
        text = (folder / file).read_text()
        times = [_seconds(found) for found in CUE.findall(text)]
        assert len(times) == len(LESSON.steps)
        assert all(begin < end for begin, end in times)
        assert times[0][1] <= ends[0] / 1000 <= times[1][0] < times[1][1] <= ends[1] / 1000
        assert all(step.says.said_in(language) in text for step in LESSON.steps)

    page = open_page()
    page.goto(f"/lessons/{NAME}?language=ky")
    assert page.locator("video").evaluate(PLAYED) == {"size": [480, 270], "showing": ["ky"]}
    assert not page.complaints


def _seconds(found):
    hours, minutes, seconds, hours_, minutes_, seconds_ = map(float, found)
    return hours * 3600 + minutes * 60 + seconds, hours_ * 3600 + minutes_ * 60 + seconds_


def test_pictures_that_come_in_one_moment_are_shown_one_after_the_other(tmp_path):
    film = Film(tmp_path / "x.mp4", THIN_FILM)
    for at_s in (0.0, 0.0001, 0.5, 0.4996):
        film.show(np.zeros((720, 1280, 3), np.uint8), at_s, is_key=at_s == 0)
    film.hear([np.zeros(speech.RATE, np.int16)])
    film.end()
    with av.open(str(tmp_path / "x.mp4")) as video:
        assert [round((frame.time or 0) * 1000) for frame in video.decode(video=0)] == [0, 1, 500, 501]


def test_where_nobody_speaks_a_language_there_is_silence_as_long_as_its_words(monkeypatch):
    monkeypatch.setattr(speech, "speaks", lambda _language: False)
    quiet = speech.speak("Т" * speech.CHARACTERS_A_S * 2, "ky")
    assert len(quiet) == 2 * speech.RATE
    assert not quiet.any()


def test_a_lesson_of_this_version_is_not_made_again(tmp_path, monkeypatch):
    version = command.version_of_screens()
    assert not command._is_made(LESSON, tmp_path, version)
    for language in LANGUAGES:
        folder = tmp_path / NAME / language
        folder.mkdir(parents=True)
        (folder / MADE).write_text(json.dumps({"version": version}))
        assert command._is_made(LESSON, tmp_path, version) is (language == LANGUAGES[-1])
    assert count_made(tmp_path) == 1
    assert count_guides() >= 12
    assert not command._is_made(LESSON, tmp_path, "another")


def test_what_hands_do_in_the_offices_window_names_controls_that_are_there():
    known = {value.partition("{")[0] for value in vars(names).values() if isinstance(value, str)}
    named = {
        target
        for lesson in lessons().values()
        for step in lesson.steps
        if step.screen == "office"
        for target in (step.at, *(act[1] for act in step.acts if act[0] in {"fill", "choose", "click"}))
        if target
    }
    assert len(named) > 20
    stems = {stem.rstrip(".") for stem in known}
    whole_parts = {name: {name.rsplit(".", cut)[0] for cut in range(3)} for name in named}
    assert {name for name, parts in whole_parts.items() if not parts & stems} == set()
    for lesson in lessons().values():
        for step in lesson.steps:
            played = [act[1] for act in step.acts if act[0] == "play"]
            assert all(one in lessons() for one in played), (lesson.name, step.name)
