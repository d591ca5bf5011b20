"""A meeting with a crowd: a centre, a media server, and as many PCs as wanted that are enrolled and call like windows.

The media server is kept by whoever measures, and named to the centre as one elsewhere: so it can be halted for a
minute, as a line is cut for everybody, without the centre starting it anew.
"""

import contextlib
import json
import secrets
import shutil
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import requests

from proving.torture.forging import ForgingPc, enrol
from proving.world import START_S, Centre, ProgramFailed, wait_until
from server_sync.common.home import private_folder
from server_sync.config.logs import configure_structlog
from server_sync.contract import authentication, frames
from server_sync.contract.bodies import SEATS_MOST
from server_sync.contract.meetings import MEETING_PATH, MeetingAct, MeetingCall, MeetingReply, Stage, read_stage, who_of
from server_sync.contract.messages import Refusal
from server_sync.meetings.media_server import build
from server_sync.meetings.media_server.configuration import Pair, pair_of
from server_sync.meetings.media_server.running import Keeper, Pace
from server_sync.meetings.media_server.standing import Standing, standing
from server_sync.meetings.media_server.wanted import Kind, Wanted

MEETING: Final = bytes(range(16))
LEADS: Final = "KG-C"
"""The office whose desk leads."""
WINDOW: Final = "KG-C-ALA"
"""The office that has a window in the trial."""
PASSWORD: Final = "алты-сан 77"  # noqa: S105 (of a trial)
PATIENT: Final = Pace(silences=1_000_000)
"""How a media server is kept that is to be halted: its silence is not its end."""
AT_ONCE: Final = 4
AGAIN_S: Final = 0.6
AGAIN_MOST: Final = 60

_PLAN: Final = """
import json
from datetime import timedelta
from django.utils import timezone
from server_sync.contract.bodies import AgendaItem, Invited, MeetingPart, MeetingPlan, Words
from server_sync.contract.workflow import Role
from server_sync.meetings.acts import plan_meetings
from server_sync.workplaces.enrolment import make_enrolment_code
from server_sync.config.preparation import bring_up_to_date, prepare_centre
from server_sync.workplaces.models import CENTRE, Person, RoleGrant, Site
bring_up_to_date()
prepare_centre()
since = timezone.localdate() - timedelta(days=1)
sites = list(Site.objects.exclude(pk=CENTRE).order_by('code'))
def somebody(login, role, at):
    person = Person.objects.create_person(login, {password!r}, surname='Асанова', given_name='Айгүл')
    for site in at:
        RoleGrant.objects.create(person=person, role=role, site=site, from_on=since)
    return person.id
chair = somebody('trial-chair', Role.CHAIR_ASSISTANT, [Site.objects.get(pk={leads!r})])
clerk = somebody('trial-clerk', Role.CLERK, [Site.objects.get(pk={window!r})])
crowd = somebody('trial-crowd', Role.CLERK, sites)
plan = MeetingPlan(
    title=Words('Суу', 'Вода', 'Water'),
    starts_at_ms=int((timezone.now() + timedelta(minutes=5)).timestamp() * 1000),
    minutes=120,
    invited=tuple(
        Invited(site.code, MeetingPart.CHAIR if site.code == {leads!r} else MeetingPart.OFFICE) for site in sites
    ),
    agenda=(AgendaItem(Words('Суу', 'Вода', 'Water'), {window!r}, 20),),
    seats={seats},
    is_public={is_public},
)
plan_meetings(chair.bytes, bytes.fromhex({meeting!r}), [plan])
others = [site for site in sites if site.code not in ({leads!r}, {window!r})]
codes = [(site.code, make_enrolment_code(site).grouped) for site in (others * 2)[:{count}]]
desk = make_enrolment_code(Site.objects.get(pk={leads!r})).grouped
window = make_enrolment_code(Site.objects.get(pk={window!r})).grouped
print(json.dumps(dict(chair=chair.hex, crowd=crowd.hex, desk=desk, window=window, codes=codes)))
"""


class NotDone(Exception):
    """The centre refused an act; the text is the code."""


@dataclass
class Crowd:
    """A meeting that has begun, and who came to it."""

    centre: Centre
    media: "KeptMedia"
    desk: ForgingPc
    pcs: list[ForgingPc]
    window_code: str
    """By which the window's PC is enrolled."""

    def call(self, pc: ForgingPc, act: MeetingAct, **said: Any) -> MeetingReply:
        """Do an act; what comes too often is done again when it may. Raises NotDone."""
        call = MeetingCall(MEETING, pc.person, act, secrets.token_bytes(16), **said)
        code = ""
        for _ in range(AGAIN_MOST):
            answer = pc.post(MEETING_PATH, call)
            if answer.status_code == requests.codes.ok:
                return frames.unpack(MeetingReply, answer.content)
            code = frames.unpack(Refusal, answer.content).code
            if code not in ("too_often", "no_media_server"):
                raise NotDone(code)
            time.sleep(AGAIN_S)
        raise ProgramFailed(f"{pc.site} was not heard: {code}")

    def refusal(self, pc: ForgingPc, act: MeetingAct, **said: Any) -> str:
        """The code by which an act is refused; empty when it is done."""
        try:
            self.call(pc, act, **said)
        except NotDone as refused:
            return str(refused)
        return ""

    def refusal_at(self, pc: ForgingPc, act: MeetingAct, off_ms: int) -> str:
        """The code by which an act is refused that is signed by a clock so far off; empty when it is done."""
        body = frames.pack(MeetingCall(MEETING, pc.person, act, secrets.token_bytes(16)))
        at_ms = time.time_ns() // 1_000_000 + off_ms
        nonce = authentication.new_nonce()
        signed = authentication.sign_request(pc.key, "POST", MEETING_PATH, body, nonce, pc.epoch, at_ms)
        headers = {**signed, "Content-Type": frames.MEDIA_TYPE}
        answer = requests.post(pc.address + MEETING_PATH, body, headers=headers, timeout=START_S)
        return "" if answer.status_code == requests.codes.ok else frames.unpack(Refusal, answer.content).code

    def stage(self) -> Stage:
        """The stage as the centre has it."""
        return read_stage(self.call(self.desk, MeetingAct.LOOK).stage)

    def enter(self, pcs: list[ForgingPc]) -> list[MeetingReply]:
        """Let these come to the door; gives their ways in."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(lambda pc: self.call(pc, MeetingAct.ENTER), pcs))

    def seat(self, pcs: list[ForgingPc]) -> None:
        """Call these to the stage, one after another."""
        for pc in pcs:
            self.call(self.desk, MeetingAct.CALL, who=who(pc))


@dataclass
class KeptMedia:
    """A media server that whoever measures keeps."""

    home: Path
    pair: Pair

    @property
    def now(self) -> Standing:
        """How it is; raises ProgramFailed when there is none."""
        told = standing(self.home)
        if told is None:
            raise ProgramFailed("there is no media server")
        return told

    @property
    def surroundings(self) -> Mapping[str, str]:
        """By which settings a centre goes by it."""
        return {
            "DATABASE_URL": "",
            "LIAISON_MEDIA_SERVER": self.now.client_url,
            "LIAISON_MEDIA_API_KEY": self.pair.key,
            "LIAISON_MEDIA_API_SECRET": self.pair.secret,
        }


def who(pc: ForgingPc) -> str:
    """What a PC is called in the room."""
    return who_of(pc.site, pc.epoch)


def _tell(line: str) -> None:
    sys.stderr.write(f"{line}\n")


@contextlib.contextmanager
def kept_media(folder: Path, reached: Wanted | None = None) -> Iterator[KeptMedia]:
    """Keep a media server of our own, built once; its end is noticed, its silence is not.

    `reached` says where others than this computer's reach it.
    """
    configure_structlog()  # what the keeper has to say goes where warnings go, and not among the figures
    wanted = replace(reached or Wanted(), kind=Kind.NAMED, program=build.build(_tell))
    home = private_folder(folder)
    ending = threading.Event()
    thread = threading.Thread(target=Keeper(wanted, home, PATIENT).keep, args=(ending.is_set,), name="media")
    thread.start()
    try:
        wait_until(lambda: (told := standing(home)) and told.is_well, START_S, "the media server")
        yield KeptMedia(home, pair_of(wanted, home))
    finally:
        ending.set()
        thread.join()


@contextlib.contextmanager
def gathered(
    folder: Path, count: int, seats: int = SEATS_MOST, *, is_public: bool = False, reached: Wanted | None = None
) -> Iterator[Crowd]:
    """Have a meeting that has begun, with its desk and so many other PCs at the door of the centre."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with kept_media(folder / "media", reached) as media:
        centre = Centre(folder / "centre", environment=media.surroundings)
        centre.home.mkdir()
        centre.manage("make_keys")
        plan = _PLAN.format(
            password=PASSWORD,
            leads=LEADS,
            window=WINDOW,
            meeting=MEETING.hex(),
            count=count,
            seats=seats,
            is_public=is_public,
        )
        told = json.loads(centre.manage("shell", "--no-imports", "-c", plan).strip().splitlines()[-1])
        centre.start()
        try:
            wait_until(
                lambda: (seen := standing(centre.home)) and seen.is_well, START_S, "the centre sees the media server"
            )
            desk = enrol(centre.address, LEADS, told["desk"], bytes.fromhex(told["chair"]))
            person = bytes.fromhex(told["crowd"])
            pcs = [enrol(centre.address, site, code, person) for site, code in told["codes"]]
            crowd = Crowd(centre, media, desk, pcs, told["window"])
            crowd.call(desk, MeetingAct.ENTER)
            crowd.call(desk, MeetingAct.HERE)
            crowd.call(desk, MeetingAct.OPEN)
            yield crowd
        finally:
            centre.stop()
