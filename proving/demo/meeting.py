"""The meeting of a demonstration: planned on a page, come down by the feed, attended in three windows and by a crowd.

The windows are real, so is the media server between them; a guest and a viewer sit at a real browser where there is
one, and a captioner types on the page for it. Who fills the stage to its last seat are PCs that are enrolled and call
like any other, and send neither picture nor sound.
"""

import json
import secrets
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import requests

from proving.demo.behind_doors import ClosedMeeting
from proving.demo.conversing import Conversation
from proving.demo.doors import Doors, Guest, Viewer, fetch_broadcast, open_doors, why_nobody_comes
from proving.files import paper_of
from proving.line import Line
from proving.officers import Browser
from proving.planners import CLOSED, Captioner, invite_guest, lay_paper, plan_meeting
from proving.torture.forging import ForgingPc, enrol
from proving.world import Centre, Office, ProgramFailed, wait_until
from server_sync.contract import frames
from server_sync.contract.meetings import MEETING_PATH, MeetingAct, MeetingCall, MeetingReply
from server_sync.contract.messages import Refusal

Told = dict[str, Any]

HALL: Final = "KG-HALL"
SEATS: Final = 20
TONES: Final = (440, 660, 880)
"""What each window's microphone hears, in Hz: the hall's, then the offices'."""

TONE_WITHIN_HZ: Final = 10
BISHKEK: Final = ZoneInfo("Asia/Bishkek")
AT_ONCE: Final = 4
CLOSED_AFTER: Final = timedelta(minutes=20)
"""So long after the meeting that all watch the closed one begins; its door is open already."""

GUEST: Final = "Асан Үсөнов, гидролог"
LINES: Final = (
    {
        "ky": "Биринчи маселе: айылдарды ичүүчү суу менен камсыздоо.",
        "ru": "Первый вопрос: обеспечение сёл питьевой водой.",
    },
    {
        "ky": "Аламүдүн району: быйыл үч айылга суу түтүгү тартылат.",
        "ru": "Аламудунский район: в этом году водопровод проведут в три села.",
    },
    {
        "ky": "Чүй облусу: изилдөө бүттү, жер казуу жазында башталат.",
        "ru": "Чуйская область: изыскания закончены, земляные работы начнутся весной.",
    },
)
"""What is spoken, as a captioner types it, in both languages."""

LINE_EVERY_S: Final = 8.0
DECISION: Final[Told] = {
    "ky": "Аламүдүн районунун үч айылына ичүүчү суу тартылсын",
    "ru": "Провести питьевую воду в три села Аламудунского района",
    "due": "30",
}
"""What is decided, to be carried out within so many working days."""

PAPER: Final = {
    "ky": "Айылдарды ичүүчү суу менен камсыздоо",
    "ru": "Обеспечение сёл питьевой водой",
    "en": "Drinking water for villages",
}
PAGES: Final = (
    ("Биринчи барак. Азыркы абал.", "Суу түтүгү бар айылдар: 31.", "Суусу ташылып келген айылдар: 12."),
    ("Экинчи барак. Эмне сунушталат.", "2027-жылы үч айылга суу түтүгү тартылсын.", "Баасы: 148 миллион сом."),
    (
        "Үчүнчү барак. Мөөнөттөр.",
        "Изилдөө: март. Жер казуу: май. Суу: октябрь.",
    ),
)
"""A paper that the planner lays to the first item."""

RECORD_S: Final = 60.0
"""So long it may take after a meeting until its record can be watched."""

_SITES: Final = """
import json
from server_sync.workplaces.models import CENTRE, Site
print(json.dumps(list(Site.objects.exclude(pk=CENTRE).order_by('code').values_list('code', flat=True))))
"""
_CODES: Final = """
import json
from datetime import date
from server_sync.workplaces.enrolment import make_enrolment_code
from server_sync.workplaces.models import Person, RoleGrant, Site
names = dict(surname='Көпчүлүк', given_name='Көп', password='!')
person, _ = Person.objects.get_or_create(login='crowd', defaults=names)
sites = Site.objects.in_bulk({sites!r})
for site in sites.values():
    RoleGrant.objects.get_or_create(person=person, role='clerk', site=site, defaults=dict(from_on=date(2020, 1, 1)))
codes = {{code: make_enrolment_code(site).grouped for code, site in sites.items()}}
print(json.dumps(dict(person=person.id.hex, codes=codes)))
"""

_CALLED_OFF: Final = """
from datetime import datetime, timezone
from server_sync.contract.bodies import Words
from server_sync.contract.meetings import MeetingState
from server_sync.meetings import acts, conducting
from server_sync.meetings.models import Meeting
from server_sync.workplaces.models import Person
person = Person.objects.get(login={login!r}).id.bytes
for left in Meeting.objects.filter(pk__in=[bytes.fromhex(name) for name in {names!r}]):
    if left.state == MeetingState.PLANNED:
        acts.cancel_meeting(person, bytes(left.pk), Words(*3 * ("Демонстрация / Demonstration",)))
    elif left.state == MeetingState.OPEN:
        conducting.close(bytes(left.pk), person, datetime.now(timezone.utc))
"""


def call_off(centre: Centre, names: Sequence[str]) -> None:
    """End what an interrupted demonstration left of its meetings, so that the windows offer the next one alone."""
    if names:
        login = centre.person("chair_assistant")["login"]
        centre.manage("shell", "--no-imports", "-c", _CALLED_OFF.format(login=login, names=list(names)))


def devices(place: int) -> dict[str, str]:
    """What stands in for the devices of a window, so that its picture and its sound can be told from the others'."""
    return {
        "LIAISON_CAMERA": f"synthetic:{place + 1}",
        "LIAISON_MICROPHONE": f"tone:{TONES[place]}",
        "LIAISON_SPEAKER": "synthetic",
    }


@dataclass
class Meeting:
    """One meeting with all who come to it."""

    centre: Centre
    hall: Office
    offices: Sequence[Office]
    draws: bool = False
    pages: Path | None = None
    """Where pictures of pages go; None when none are taken."""

    line: Line | None = None
    """That of the first office, which reads the paper while it is down."""

    conversation: Conversation | None = None
    """Of a citizen at the first office, with whom a browser brings."""

    name: bytes = b""
    closed: bytes = b""
    sign_in: Callable[[Office], object] = lambda _office: None
    """Lets the person of an office in again, after its power was cut."""

    _said: list[str] = field(default_factory=list)
    _papers: int = 0
    _strangers: list[ForgingPc] = field(default_factory=list)

    def plan(self) -> None:
        """Let the chair's assistant plan it on the centre's pages, with a crowd of offices, to begin in some minutes.

        A paper is laid to it, and a closed one of two offices is planned after it.
        """
        starts = datetime.now(BISHKEK) + timedelta(minutes=10)
        others = self._others()
        invited = {HALL: "1", **{office.site: "2" for office in self.offices}, **dict.fromkeys(others, "3")}
        address, assistant = self.centre.address, self.centre.person("chair_assistant")
        self.name = plan_meeting(address, assistant, starts, invited, SEATS)
        self._papers = lay_paper(address, assistant, self.name, PAPER, paper_of(PAPER["ky"], PAGES))
        behind_doors = {HALL: "1", self.offices[-1].site: "2", others[0]: "3"}
        self.closed = plan_meeting(address, assistant, starts + CLOSED_AFTER, behind_doors, SEATS, CLOSED)

    def attend(self) -> Told:
        """Hold it in the windows, and in a browser where there is one, and give the figures."""
        why_not = why_nobody_comes()
        browser: AbstractContextManager[Doors | None] = nullcontext() if why_not else open_doors(self.centre.address)
        with browser as doors:
            told = self._attend(doors)
        return {**told, **({"without_browser": why_not} if why_not else {})}

    def _attend(self, doors: Doors | None) -> Told:
        windows = [self.hall, *self.offices]
        for window in windows:
            window.ask("exchange")
            window.ask("meet", step="lobby")
        read = self._read_without_line()
        viewer = None
        if doors is not None:
            viewer = doors.viewer()
            viewer.watch(f"{self.centre.address}/live/{self.name.hex()}")
        entered = [window.ask("meet", step="enter") for window in windows]
        self.hall.ask("meet", step="begin")
        self.hall.ask("meet", step="microphone")
        first = [self._bring_on_stage(office) for office in self.offices]
        met = [window.ask("meet", step="seen", whos=_others_of(entered, k)) for k, window in enumerate(windows)]
        guest = None if doors is None else doors.guest()
        came = {} if guest is None else {"guest": self._receive(guest, len(windows))}
        decided = self.hall.ask("meet", step="decide", site=self.offices[0].site, **DECISION)
        if viewer is not None:
            viewer.see()
        shown = self._show_paper(viewer, guest)
        watched = self._be_read(viewer, guest)
        if guest is not None:
            guest.leave()
            self.hall.ask("meet", step="gone", who=came["guest"]["who"])
        full = self._fill_the_stage([one["who"] for one in entered])
        self.hall.ask("meet", step="thank_speaker")
        self.offices[-1].ask("meet", step="off_stage")
        interpreted = self._interpret(entered[-1]["who"])
        voted = self._vote()
        made = fetch_broadcast(self.centre.address, self.name)
        self.hall.ask("meet", step="end")
        for office in self.offices[:-1]:
            office.ask("meet", step="over")
        arrived = self._find_decision(self.offices[0])
        with ThreadPoolExecutor(1) as beside:
            closed = beside.submit(self._meet_behind_doors)
            spoken = self._converse(doors)
        return {
            "join_s": max(one["join_s"] for one in entered),
            "picture_s": max(first),
            "frames_seen": [one["frames"] for one in met],
            "frame_size": [one["sizes"] for one in met],
            "tone_heard": [_known_tones(one["tones"]) for one in met],
            **came,
            **full,
            **voted,
            "decisions_taken": decided["decisions"],
            "decisions_arrived": arrived,
            "captions": len(self._said),
            **made,
            **watched,
            "papers": {"added": self._papers, **read, **shown},
            "interpreting": interpreted,
            "closed": closed.result(),
            "conversation": spoken,
            "record_bytes": self._find_record(),
        }

    def _read_without_line(self) -> Told:
        """Let the first office read the paper while its line is down; gives how large a page was drawn."""
        reader, line = self.offices[0], self.line
        for window in (self.hall, *self.offices):  # on stage nobody fetches files
            window.ask("meet", step="paper_is_here")
        if line is not None:
            line.down()
        read = reader.ask("meet", step="read_paper")
        if line is not None:
            line.up()
        return {"read_offline": read["size"]}

    def _show_paper(self, viewer: Viewer | None, guest: Guest | None) -> Told:
        """Let the desk show the paper to all, page by page; gives how large each office and each browser saw it."""
        self.hall.ask("meet", step="show_paper")
        seen = [office.ask("meet", step="sees_paper")["size"] for office in self.offices]
        browsers = {
            name: one.see_paper(self._picture(f"{name}-paper"))
            for name, one in (("guest", guest), ("viewer", viewer))
            if one is not None
        }
        self.hall.ask("meet", step="put_paper_away")
        return {"shown": seen, **browsers}

    def _picture(self, name: str) -> Path | None:
        """Where the picture of a page goes; None where none is taken."""
        if self.pages is None:
            return None
        self.pages.mkdir(parents=True, exist_ok=True)
        return self.pages / f"{name}.png"

    def _interpret(self, who: str) -> Told:
        """Let the last office, which is off the stage, interpret, and the first hear it; gives how soon it did."""
        interpreter, listener = self.offices[-1], self.offices[0]
        refused = self.hall.ask("meet", step="let_interpret", who=who, into="ru")["refused"]
        if refused:
            raise ProgramFailed(f"nobody interprets: {refused}")
        interpreter.ask("meet", step="interpret")
        heard = listener.ask("meet", step="hear_interpreter", into="ru", hz=TONES[-1])
        self.hall.ask("meet", step="let_interpret", who=who, into="")
        return {"into": "ru", "tone": TONES[-1], **heard}

    def _meet_behind_doors(self) -> Told:
        """Hold the closed meeting between the hall and the last office."""
        return ClosedMeeting(self.hall, self.offices[-1]).attend(
            self._strangers[0], lambda pc, act: self._refusal(pc, act, self.closed)
        )

    def _converse(self, doors: Doors | None) -> Told | None:
        """Hold the conversation of a citizen, where a body has a request to speak about."""
        if self.conversation is None:
            return None
        return self.conversation.hold(datetime.now(BISHKEK), None if doors is None else doors.guest)

    def _receive(self, guest: Guest, others: int) -> Told:
        """Let a guest come by a link, let them in and call them to the stage; gives what the hall saw of them."""
        guest.come(invite_guest(self.centre.address, self.centre.person("chair_assistant"), self.name, GUEST))
        who = self.hall.ask("meet", step="let_in", name=GUEST)["who"]
        guest.be_let_in()
        refused = self.hall.ask("meet", step="call", who=who)["refused"]
        if refused:
            raise ProgramFailed(f"the guest is not called to the stage: {refused}")
        guest.be_on_stage()
        seen = self.hall.ask("meet", step="seen", whos=[who])
        return {"who": who, "frames": seen["frames"][who], "size": seen["sizes"][who], "sees": guest.sees(others)}

    def _be_read(self, viewer: Viewer | None, guest: Guest | None) -> Told:
        """Let what is spoken be typed, and read in windows and browsers; draw what is seen; gives what a viewer saw."""
        watched: Told = {}
        with Browser(self.centre.address) as browser:
            captioner = Captioner(browser, self.centre.person("captioner"), self.name)
            for lines, window in zip(LINES, (None, self.offices[0], self.hall), strict=True):
                for reader, (language, line) in zip(self.offices, lines.items(), strict=True):
                    captioner.type_line(language, line)
                    reader.ask("meet", step="read_caption", text=line, language=language)
                    self._said.append(line)
                if window is None:
                    watched = self._be_read_in_browsers(captioner, viewer, guest, lines["ky"])
                elif self.draws:
                    with _speaking_on(captioner):
                        window.ask("meet", step="draw")
                        if window is not self.hall:
                            window.ask("meet", step="draw_grid")
        return watched

    def _be_read_in_browsers(self, captioner: Captioner, viewer: Viewer | None, guest: Guest | None, line: str) -> Told:
        """Wait until guest and viewer, who is some seconds behind, read this line, and take pictures of both."""
        if guest is not None:
            guest.read(line, self._picture("guest"))
        if viewer is None:
            return {}
        with _speaking_on(captioner):
            viewer.read(line, self._picture("viewer"))
        return {"viewer": viewer.leave(self._said)}

    def _find_decision(self, office: Office) -> int:
        """How often the decision stands at the office that carries it out; waited for until it is there."""
        office.ask("exchange")
        return int(office.ask("meet", step="has_to_do", text=DECISION["ky"])["decisions"])

    def _find_record(self) -> int:
        """The size of the film that the meeting's page offers after its end, waited for."""
        path = f"/meetings/{self.name.hex()}/record"
        with Browser(self.centre.address) as browser:
            browser.sign_in(self.centre.person("chair_assistant"))
            wait_until(lambda: browser.size(path), RECORD_S, "the record of the meeting")
            return browser.size(path)

    def _vote(self) -> Told:
        """Let all windows vote; the power of the last one is cut between its vote and the delivery of it."""
        self.hall.ask("meet", step="ask_vote", question="Принять план отопительного сезона?", seconds=600)
        last = self.offices[-1]
        voting = [self.hall, *self.offices]
        for window in voting:
            window.ask("meet", step="vote", choice="against" if window is last else "for", is_cut=window is last)
        last.kill()
        for window in voting[:-1]:
            window.ask("exchange")
        last.start()
        self.sign_in(last)
        last.ask("exchange")
        counted = self.hall.ask("meet", step="count")
        last.ask("exchange")
        here = last.ask("votes", meeting=self.name.hex())["votes"][-1]
        return {
            "votes_cast": len(voting),
            "votes_counted": counted["voted"],
            "votes": counted["counts"],
            "vote_of_killed": here["own"],
        }

    def _bring_on_stage(self, office: Office) -> float:
        """Let an office ask for the floor and the desk give it; gives the seconds until the hall saw its picture."""
        who = office.ask("meet", step="raise_hand")["who"]
        return float(self.hall.ask("meet", step="give_floor", who=who)["seen_s"])

    def _fill_the_stage(self, seated: Sequence[str]) -> Told:
        """Let a crowd come, and call one after another until the stage is full; then their seats are taken back."""
        crowd = self._strangers = self._crowd(SEATS - len(seated) + 1)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            whos = [one.who for one in pool.map(lambda pc: self._call(pc, MeetingAct.ENTER), crowd)]
        called = [self.hall.ask("meet", step="call", who=who)["refused"] for who in whos]
        seats = self.hall.ask("meet", step="on_stage")["whos"]
        for who, refused in zip(whos, called, strict=True):
            if not refused:
                self.hall.ask("meet", step="thank", who=who)
        return {"seats": len(seats), "refused_seats": [refused for refused in called if refused]}

    def _others(self) -> list[str]:
        """Offices whose PCs stand in for all the others of the country."""
        own = {HALL, *(office.site for office in self.offices)}
        told: list[str] = json.loads(self.centre.manage("shell", "--no-imports", "-c", _SITES))
        return [code for code in told if code not in own]

    def _crowd(self, count: int) -> list[ForgingPc]:
        sites = self._others()[:count]
        told = json.loads(self.centre.manage("shell", "--no-imports", "-c", _CODES.format(sites=sites)))
        person = bytes.fromhex(told["person"])
        return [enrol(self.centre.address, site, code, person) for site, code in told["codes"].items()]

    def _call(self, pc: ForgingPc, act: MeetingAct) -> MeetingReply:
        answer = pc.post(MEETING_PATH, MeetingCall(self.name, pc.person, act, secrets.token_bytes(16)))
        if answer.status_code != requests.codes.ok:
            raise ProgramFailed(f"{pc.site} cannot come to the meeting: {frames.unpack(Refusal, answer.content).code}")
        return frames.unpack(MeetingReply, answer.content)

    def _refusal(self, pc: ForgingPc, act: MeetingAct, meeting: bytes) -> str:
        """The code by which an act in a meeting is refused; empty when it is done."""
        answer = pc.post(MEETING_PATH, MeetingCall(meeting, pc.person, act, secrets.token_bytes(16)))
        return "" if answer.status_code == requests.codes.ok else frames.unpack(Refusal, answer.content).code


def has_camera() -> bool:
    """Whether this computer has a camera that windows could show; asked where asking costs nothing."""
    return sys.platform != "linux" or any(Path("/dev").glob("video*"))


@contextmanager
def _speaking_on(captioner: Captioner) -> Iterator[None]:
    """Let lines be typed again and again meanwhile, so that some stand there whenever one looks."""
    is_over = threading.Event()

    def type_on() -> None:
        for lines in cycle(LINES):
            if is_over.wait(LINE_EVERY_S):
                return
            for language, line in lines.items():
                captioner.type_line(language, line)

    with ThreadPoolExecutor(1) as pool:
        typed = pool.submit(type_on)
        try:
            yield
        finally:
            is_over.set()
        typed.result()


def _known_tones(heard: Sequence[int]) -> list[int]:
    """Which of the windows' pitches are among those that were heard."""
    return [tone for tone in TONES if any(abs(tone - hz) <= TONE_WITHIN_HZ for hz in heard)]


def _others_of(entered: Sequence[Told], k: int) -> list[str]:
    """What the others are called in the room."""
    return [one["who"] for place, one in enumerate(entered) if place != k]
