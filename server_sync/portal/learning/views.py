"""Pages that teach: written guides, and lessons with their videos where they were made."""

from typing import Any, Final

from csp.constants import SELF
from csp.decorators import csp_update
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from server_sync.contract.guides import CAPTIONS, CITIZENS, NORMAL, OFFICES, POSTER, THIN, Part, holds_words, picture_of
from server_sync.pages.language import without_words
from server_sync.pages.ranges import answer_with
from server_sync.pages.wording import language_now
from server_sync.portal.learning.reading import folder_of, guides, has_picture, lessons, types_of, video_of

QUERY_MOST: Final = 100
KEPT_S: Final = 3600
"""So long a file of a lesson is kept by browsers: it changes when lessons are made anew."""


@require_safe
def guides_page(request: HttpRequest) -> HttpResponse:
    """All guides, or those that hold the words that are searched."""
    query = request.GET.get("q", "")[:QUERY_MOST].strip()
    language = language_now()
    found = [
        {
            "name": guide.name,
            "readers": guide.readers,
            "title": guide.title.said_in(language),
            "about": guide.about.said_in(language),
        }
        for guide in guides().values()
        if not query or holds_words(guide, query)
    ]
    told = {
        "here": "guides",
        "query": query,
        "count": len(found),
        "for_citizens": [one for one in found if one["readers"] == CITIZENS],
        "for_offices": [one for one in found if one["readers"] == OFFICES],
    }
    return render(request, "portal/learning/guides.html", told)


@require_safe
def guide_page(request: HttpRequest, name: str) -> HttpResponse:
    """One guide, with the pictures of lessons that were made."""
    guide = guides().get(name)
    if guide is None:
        raise Http404
    language = language_now()
    lesson = lessons().get(guide.lesson)
    told = {
        "here": "guides",
        "title": guide.title.said_in(language),
        "about": guide.about.said_in(language),
        "parts": [_part(part, language) for part in guide.parts],
        "lesson": lesson and {"name": lesson.name, "title": lesson.title.said_in(language)},
    }
    return render(request, "portal/learning/guide.html", told)


@require_safe
def lessons_page(request: HttpRequest) -> HttpResponse:
    """All lessons, how long they are and what they cost on the line."""
    language = language_now()
    found = []
    for lesson in lessons().values():
        video = video_of(lesson.name, language)
        found.append(
            {
                "name": lesson.name,
                "readers": lesson.readers,
                "title": lesson.title.said_in(language),
                "about": lesson.about.said_in(language),
                "lasts": video and _clock(video.ms),
                "thin_kb": video and _kb(video.thin_bytes),
            }
        )
    told = {
        "here": "guides",
        "are_made": any(one["lasts"] for one in found),
        "for_citizens": [one for one in found if one["readers"] == CITIZENS],
        "for_offices": [one for one in found if one["readers"] == OFFICES],
    }
    return render(request, "portal/learning/lessons.html", told)


@require_safe
def lesson_page(request: HttpRequest, name: str) -> HttpResponseBase:
    """One lesson: its video where one was made, and all that is said in it."""
    lesson = lessons().get(name)
    if lesson is None:
        raise Http404
    language = language_now()
    video = video_of(name, language)
    is_normal = request.GET.get("video") == "normal"
    guide = guides().get(lesson.guide)
    told = {
        "here": "guides",
        "name": name,
        "title": lesson.title.said_in(language),
        "about": lesson.about.said_in(language),
        "says": [step.says.said_in(language) for step in lesson.steps],
        "guide": guide and {"name": guide.name, "title": guide.title.said_in(language)},
        "video": video and {
            "lasts": _clock(video.ms),
            "has_voice": video.has_voice,
            "is_normal": is_normal,
            "now": _address(name, language, NORMAL if is_normal else THIN),
            "normal": _address(name, language, NORMAL),
            "thin": _address(name, language, THIN),
            "normal_kb": _kb(video.normal_bytes),
            "thin_kb": _kb(video.thin_bytes),
            "poster": _address(name, language, POSTER),
            "tracks": [
                {"language": code, "name": spoken, "address": _address(name, language, CAPTIONS[code])}
                for code, spoken in settings.LANGUAGES
            ],
        },
    }  # fmt: skip

    def answer(request: HttpRequest) -> HttpResponse:
        return render(request, "portal/learning/lesson.html", told)

    return csp_update({"media-src": [SELF]})(answer)(request)


@require_safe
def lesson_file(request: HttpRequest, name: str, language: str, file: str) -> HttpResponseBase:
    """A file of a lesson, or the part of it that a player asks for."""
    lesson = lessons().get(name)
    kind = None if lesson is None or language not in CAPTIONS else types_of(lesson).get(file)
    if kind is None:
        raise Http404
    try:
        response = answer_with(request, folder_of(name, language) / file, kind)
    except OSError as failure:  # it was not made, or is being made anew
        raise Http404 from failure
    patch_cache_control(response, public=True, max_age=KEPT_S)
    without_words(response)
    return response


def _part(part: Part, language: str) -> dict[str, Any]:
    lesson, _, step = part.picture.partition("/")
    found = lessons().get(lesson)
    shown = [one for one in found.steps if one.name == step] if found is not None else []
    is_there = bool(shown) and has_picture(lesson, step, language)
    return {
        "title": part.title.said_in(language),
        "says": [one.said_in(language) for one in part.says],
        "steps": [one.said_in(language) for one in part.steps],
        "link": part.link and {"address": part.link.address, "words": part.link.words.said_in(language)},
        "picture": _address(lesson, language, picture_of(step)) if is_there else "",
        "is_tall": is_there and shown[0].screen == "telephone",
        "shows": shown[0].says.said_in(language) if is_there else "",
    }


def _address(name: str, language: str, file: str) -> str:
    return reverse("lesson_file", args=(name, language, file))


def _clock(ms: int) -> str:
    seconds = round(ms / 1000)
    return f"{seconds // 60}:{seconds % 60:02}"


def _kb(size: int) -> int:
    return -(-size // 1000)
