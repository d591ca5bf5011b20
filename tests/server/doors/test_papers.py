"""The page that the desk shows to all: guests who are in get its picture, so does who watches; nobody anything else."""

import io
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image

from server_sync.common.refusals import Refused
from server_sync.contract.bodies import MeetingPaperWithdrawn, MeetingPart, Words
from server_sync.contract.meetings import MeetingAct, MeetingState
from server_sync.contract.workflow import Role
from server_sync.meetings import guests
from server_sync.meetings.door_models import GuestLink
from server_sync.meetings.models import Meeting, MeetingPaper
from server_sync.meetings.pacing import Calls, Pace
from server_sync.meetings.papers import adding, keeping, picturing, reading
from server_sync.meetings.papers.adding import NewPaper
from server_sync.workplaces.models import Person
from tests.server.doors.test_guests import act, come, make
from tests.server.meetings.live.calling import Window, somebody
from tests.server.meetings.pdfs import pdf
from tests.server.meetings.planning import NAME

pytestmark = pytest.mark.django_db
PAPER, OTHER = bytes(range(48, 64)), bytes(range(64, 80))
TITLE = Words("Көмүр", "Уголь")
GUEST, LIVE = "/meetings/guest/page/", f"/live/{NAME.hex()}/page/"


@pytest.fixture(autouse=True)
def _nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(guests, "_pages", Calls(Pace(at_once=10_000, a_second=10_000)))
    picturing.forget()
    yield
    picturing.forget()


@pytest.fixture
def shown(begun: Window, assistant: Person) -> Window:
    """The desk that shows the first page of a paper to all, of three that it has; and there is another paper."""
    for name, pages in ((PAPER, 3), (OTHER, 1)):
        adding.add_paper(assistant.id.bytes, NAME, NewPaper(name, TITLE, 1, pdf(pages)))
    begun.call(MeetingAct.SHOW_PAPER, paper=PAPER, page=1)
    return begun


@pytest.fixture
def guest(shown: Window, assistant: Person) -> Client:
    """A guest who was let in."""
    who, secret = make(assistant)
    client = come(secret)
    act(client, "enter")
    shown.call(MeetingAct.LET_IN, who=who)
    return client


def asked(client: Client, begins: str = GUEST, paper: bytes = PAPER, page: int = 1) -> int:
    return client.get(f"{begins}{paper.hex()}/{page}").status_code


def public(**changes: object) -> None:
    Meeting.objects.filter(pk=NAME).update(**({"is_public": True} | changes))


def test_a_guest_who_is_in_gets_the_picture_of_the_page_and_hears_how_it_is_called(guest):
    answer = guest.get(f"{GUEST}{PAPER.hex()}/1")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    assert "private" in answer["Cache-Control"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    with Image.open(io.BytesIO(answer.content)) as picture:
        assert picture.format == "WEBP"
        assert max(picture.size) <= picturing.SIDE_MOST
        assert picture.width < picture.height, "a page of A4"
        shades = picture.convert("L").histogram()
        assert any(shades[:64]), "words"
        assert any(shades[240:]), "on white"
    told = act(guest, "look")[1]["paper"]
    assert told == {
        "paper": PAPER.hex(),
        "titles": {"ky": "Көмүр", "ru": "Уголь", "en": ""},
        "page": 1,
        "pages": 3,
    }


def test_nobody_gets_a_page_or_a_paper_that_is_not_shown_now_nor_the_paper_itself(guest, shown):
    assert asked(guest, page=2) == 404
    assert asked(guest, paper=OTHER) == 404
    assert asked(guest, paper=bytes(16)) == 404
    for address in (f"{GUEST}x/1", f"{GUEST}{PAPER.hex()}/0", f"{GUEST}{PAPER.hex()}/99999999999999999999"):
        assert guest.get(address).status_code == 404
    assert guest.get(f"/meetings/{NAME.hex()}/papers/{PAPER.hex()}").status_code in (302, 403, 404)
    shown.call(MeetingAct.SHOW_PAPER, paper=PAPER, page=2)
    assert (asked(guest, page=1), asked(guest, page=2)) == (404, 200)
    shown.call(MeetingAct.SHOW_PAPER)
    assert asked(guest, page=2) == 404
    assert act(guest, "look")[1]["paper"] is None


def test_a_paper_that_was_withdrawn_is_seen_no_more_though_its_picture_was_drawn(guest, assistant):
    assert asked(guest) == 200
    adding.withdraw_paper(assistant.id.bytes, MeetingPaperWithdrawn(PAPER, NAME, Words("Ката", "Ошибка")))
    assert asked(guest) == 404
    assert act(guest, "look")[1]["paper"] is None


def test_whoever_is_not_in_gets_no_page_and_is_not_told_that_there_is_one(shown, assistant):
    assert asked(Client()) == 401
    who, secret = make(assistant)
    client = come(secret)
    assert asked(client) == 409, "before the door"
    act(client, "enter")
    assert asked(client) == 409, "at the door"
    assert act(client, "look")[1]["paper"] is None
    shown.call(MeetingAct.LET_IN, who=who)
    assert asked(client) == 200
    shown.call(MeetingAct.PUT_OUT, who=who)
    assert asked(client) == 403
    shown.call(MeetingAct.LET_IN, who=who)
    link = GuestLink.objects.get()
    guests.withdraw(Meeting.objects.get(pk=NAME), link.pk, timezone.now())
    assert asked(client) == 403


@pytest.mark.parametrize("part", [MeetingPart.SPEAKER, MeetingPart.VIEWER])
def test_a_guest_sees_it_whatever_part_they_have_and_also_on_stage(shown, assistant, part):
    who, secret = make(assistant, part=part)
    client = come(secret)
    act(client, "enter")
    shown.call(MeetingAct.LET_IN, who=who)
    assert asked(client) == 200
    if part is MeetingPart.SPEAKER:
        shown.call(MeetingAct.CALL, who=who)
        assert asked(client) == 200


def test_a_guest_of_another_meeting_a_meeting_closed_since_and_one_that_is_over_show_nothing(guest, shown):
    link = GuestLink.objects.get()
    GuestLink.objects.filter(pk=link.pk).update(meeting=bytes(reversed(NAME)))
    assert asked(guest) == 403
    GuestLink.objects.filter(pk=link.pk).update(meeting=NAME)
    Meeting.objects.filter(pk=NAME).update(is_closed=True)
    assert asked(guest) == 403
    Meeting.objects.filter(pk=NAME).update(is_closed=False)
    shown.call(MeetingAct.CLOSE)
    assert asked(guest) == 403


def test_staff_has_no_way_to_pages_by_the_guests_door(shown):
    for role in Role:
        client = Client()
        client.force_login(somebody(f"one-{role.value}", role))
        assert asked(client) == 401


def test_who_watches_a_public_meeting_sees_the_page_and_its_title(shown):
    public()
    answer = Client().get(f"{LIVE}{PAPER.hex()}/1")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    assert "public" in answer["Cache-Control"]
    told = Client().get(f"/live/{NAME.hex()}/state").json()["paper"]
    assert (told["paper"], told["page"], told["pages"]) == (PAPER.hex(), 1, 3)
    assert (asked(Client(), LIVE, page=2), asked(Client(), LIVE, paper=OTHER)) == (404, 404)


@pytest.mark.parametrize(
    "changes",
    [
        {"is_public": False},
        {"is_closed": True},
        {"state": MeetingState.PLANNED},
        {"state": MeetingState.CLOSED},
        {"state": MeetingState.CANCELLED},
    ],
)
def test_of_a_meeting_that_is_not_public_or_does_not_go_on_nobody_sees_a_page(shown, changes):
    public(**changes)
    assert asked(Client(), LIVE) == 404
    state = Client().get(f"/live/{NAME.hex()}/state")
    assert state.status_code == 404 or state.json()["paper"] is None


def test_a_page_is_drawn_once_for_all_who_ask_and_only_the_newest_are_kept(guest, monkeypatch):
    drawn: list[int] = []
    real = picturing._pixels

    def counted(content: bytes, page: int) -> tuple[int, int, bytes] | None:
        drawn.append(page)
        return real(content, page)

    monkeypatch.setattr(picturing, "_pixels", counted)
    public()
    assert [asked(guest), asked(guest), asked(Client(), LIVE)] == [200] * 3
    assert drawn == [1]
    paper = MeetingPaper.objects.get(pk=PAPER)
    monkeypatch.setattr(picturing, "_pixels", lambda _content, _page: (1, 1, bytes(4)))
    for page in range(2, picturing.KEPT + 10):
        picturing.picture_of(paper, page)
    assert len(picturing._kept) == picturing.KEPT


def test_who_asks_while_a_page_is_drawn_waits_for_nobody_and_asks_again(guest, monkeypatch):
    begun_to_draw, may_end = threading.Event(), threading.Event()

    def slow(_content: bytes, _page: int) -> tuple[int, int, bytes]:
        begun_to_draw.set()
        may_end.wait(10)
        return 1, 1, bytes(4)

    monkeypatch.setattr(picturing, "_pixels", slow)
    monkeypatch.setattr(keeping, "plain", lambda _paper: b"")
    paper = MeetingPaper.objects.get(pk=PAPER)
    drawing = threading.Thread(target=picturing.picture_of, args=(paper, 1))
    drawing.start()
    assert begun_to_draw.wait(10)
    answer = guest.get(f"{GUEST}{PAPER.hex()}/1")
    assert (answer.status_code, answer["Retry-After"], answer["Cache-Control"]) == (429, "1", "no-store")
    may_end.set()
    drawing.join()
    assert asked(guest) == 200


def test_a_page_that_cannot_be_drawn_is_said_so_and_not_tried_by_everybody(guest, monkeypatch):
    tried: list[int] = []
    monkeypatch.setattr(picturing, "_pixels", lambda _content, page: tried.append(page))
    assert [asked(guest), asked(guest)] == [404, 404]
    assert tried == [1]
    paper = MeetingPaper.objects.get(pk=PAPER)
    with pytest.raises(Refused, match="page_unreadable"):
        picturing.picture_of(paper, 1)
    monkeypatch.setattr(picturing, "UNREADABLE_S", 0.0)
    assert asked(guest) == 404
    assert tried == [1, 1]


def _reader(folder: Path, body: str) -> Path:
    """A module in the place of the reader of papers."""
    (folder / "reader_of_tests.py").write_text(f"import sys, os, struct, time\npdf = sys.stdin.buffer.read()\n{body}\n")
    return folder


@pytest.mark.parametrize(
    "body",
    [
        "",
        "os._exit(1)",
        "os.kill(os.getpid(), 11)",
        "sys.stdout.buffer.write(b'xx')",
        "sys.stdout.buffer.write(struct.pack('<II', 2, 2) + bytes(15))",
        "sys.stdout.buffer.write(struct.pack('<II', 2, 2) + bytes(17))",
        "sys.stdout.buffer.write(struct.pack('<II', 100_000, 1) + bytes(400_000))",
        "sys.stdout.buffer.write(struct.pack('<II', 0, 0))",
        "time.sleep(60)",
        "while True: sys.stdout.buffer.write(bytes(1_000_000))",
    ],
)
def test_whatever_a_reader_does_no_more_than_a_picture_is_taken_of_it_and_it_is_gone(tmp_path, monkeypatch, body):
    monkeypatch.setattr(picturing, "ROOT", _reader(tmp_path, body))
    monkeypatch.setattr(picturing, "PROGRAM", "reader_of_tests")
    monkeypatch.setattr(picturing, "PATIENCE_S", 2.0)
    began = time.monotonic()
    assert picturing._pixels(b"%PDF-", 1) is None
    assert time.monotonic() - began < 20


def test_a_reader_that_reads_nothing_holds_nobody_up(tmp_path, monkeypatch):
    (tmp_path / "reader_of_tests.py").write_text("import time\ntime.sleep(60)\n")
    monkeypatch.setattr(picturing, "ROOT", tmp_path)
    monkeypatch.setattr(picturing, "PROGRAM", "reader_of_tests")
    monkeypatch.setattr(picturing, "PATIENCE_S", 1.0)
    assert picturing._pixels(bytes(10_000_000), 1) is None


@pytest.mark.parametrize("page", [0, -1, 4, 10**6])
def test_a_page_that_a_paper_has_not_is_not_drawn(page):
    assert picturing._pixels(pdf(3), page) is None


def test_the_reader_is_told_nothing_of_the_centre():
    assert set(reading.surroundings()) <= set(reading.SURROUNDINGS)


def test_a_guest_asks_for_pages_at_a_bounded_pace(guest, monkeypatch):
    monkeypatch.setattr(guests, "_pages", Calls(Pace(at_once=2, a_second=0.001)))
    assert [asked(guest) for _ in range(3)] == [200, 200, 429]
