"""Anybody watches a public meeting, and nobody learns of another one; a broadcast is served and nothing beside it."""

import os
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from server_sync.contract.bodies import Words
from server_sync.contract.meetings import MeetingState
from server_sync.doors import live
from server_sync.meetings.acts import cancel_meeting, close_meeting, open_meeting, plan_meetings
from server_sync.meetings.models import Meeting
from server_sync.workplaces.models import Person
from tests.server.meetings.planning import NAME, plan

pytestmark = pytest.mark.django_db
PAGE = f"/live/{NAME.hex()}"
LIST = "#EXTM3U\n"


@pytest.fixture
def _shown(assistant: Person) -> None:
    plan_meetings(assistant.id.bytes, NAME, [plan(timezone.now() + timedelta(minutes=30), is_public=True)])


@pytest.fixture
def folder(_shown: None) -> Iterator[Path]:
    where = live.folder_of(NAME)
    where.mkdir(parents=True)
    yield where
    shutil.rmtree(where.parent)


def state() -> str:
    answer = Client().get(f"{PAGE}/state")
    assert answer.status_code == 200
    return str(answer.json()["state"])


def test_the_page_says_where_the_meeting_stands(folder, assistant):
    assert state() == "planned"
    open_meeting(assistant.id.bytes, NAME)
    assert state() == "waiting"
    (folder / "index.m3u8").write_text(LIST)
    (folder / "picture.m3u8").write_text(LIST)
    assert state() == "live"
    for name in ("index.m3u8", "picture.m3u8"):
        os.utime(folder / name, (0, 0))
    assert state() == "waiting", "the broadcaster is gone"
    os.utime(folder / "picture.m3u8")
    assert state() == "live", "the index is written once, the lists of the renditions all the time"
    close_meeting(assistant.id.bytes, NAME)
    assert state() == "ended"
    assert Client().get(PAGE).status_code == 200


@pytest.mark.parametrize("change", [{"is_public": False}, {"is_closed": True}, {"state": MeetingState.CANCELLED}])
def test_of_a_meeting_that_is_not_public_nobody_learns_that_there_is_one(folder, change):
    (folder / "index.m3u8").write_text(LIST)
    Meeting.objects.filter(pk=NAME).update(**change)
    for address in (PAGE, f"{PAGE}/state", f"{PAGE}/hls/index.m3u8"):
        assert Client().get(address).status_code == 404


@pytest.mark.usefixtures("_shown")
def test_a_meeting_that_was_cancelled_is_shown_no_more(assistant):
    cancel_meeting(assistant.id.bytes, NAME, Words("Себеп"))
    assert Client().get(PAGE).status_code == 404


@pytest.mark.parametrize("address", ["0" * 32, NAME.hex().upper().replace("0", "A"), "x", "..", "0" * 31, "%00" * 16])
def test_what_is_no_meeting_is_not_found(folder, address):
    for rest in ("", "/state", "/hls/index.m3u8"):
        assert Client().get(f"/live/{address}{rest}").status_code == 404


@pytest.mark.parametrize(
    ("name", "kind", "cached"),
    [
        ("index.m3u8", "application/vnd.apple.mpegurl", "no-cache"),
        ("picture-000001.ts", "video/mp2t", "immutable"),
        ("captions-ky-000001.vtt", "text/vtt; charset=utf-8", "immutable"),
        ("hi/init.mp4", "video/mp4", "immutable"),
    ],
)
def test_lists_are_asked_for_anew_and_pieces_are_kept(folder, name, kind, cached):
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"#EXTM3U")
    answer = Client().get(f"{PAGE}/hls/{name}")
    assert (answer.status_code, answer["Content-Type"]) == (200, kind)
    assert cached in answer["Cache-Control"]
    assert b"".join(answer) == b"#EXTM3U"
    assert "Set-Cookie" not in answer
    assert "Vary" not in answer, "a shared cache keeps it once for everybody"
    assert Client().post(f"{PAGE}/hls/{name}").status_code == 405


@pytest.mark.parametrize(
    "name",
    [
        "../secret.m3u8",
        "..%2fsecret.m3u8",
        "hi/../../secret.m3u8",
        "%2e%2e/secret.m3u8",
        "./index.m3u8",
        "hi/hi/a.ts",
        "/etc/passwd",
        "window.json",
        "index",
        ".m3u8",
        "a%00.ts",
        "a%5c..%5cb.ts",
        "ы.ts",
        "a" * 300 + ".ts",
        "link.ts",
        "folder.ts",
        "whole.ts",
        "gone.ts",
    ],
)
def test_nothing_but_pieces_and_lists_of_this_broadcast_is_given(folder, name):
    (folder / "index.m3u8").write_text(LIST)
    (folder / "window.json").write_text("{}")
    (folder.parent / "secret.m3u8").write_text(LIST)
    (folder / "link.ts").symlink_to(folder.parent / "secret.m3u8")
    (folder / "folder.ts").mkdir()
    with (folder / "whole.ts").open("wb") as large:
        large.truncate(live.LARGEST_BYTES + 1)
    assert Client().get(f"{PAGE}/hls/{name}").status_code == 404
