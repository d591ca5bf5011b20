"""A meeting under every trouble; after each it must stand as before, and nobody have what is not theirs.

What must hold after each: who sits on stage, and nobody else, may be seen; the speaker is seen by the onlooker again;
the stage is the one the centre had, unless the trouble was about it.
"""

import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

from livekit import api

from proving.crowd import MEETING, NotDone, gathered, who
from proving.demo.showing import Shown
from proving.in_room import REFUSED_S, InRoom, NotLetIn, hall
from proving.torture.forging import ForgingPc
from proving.world import ProgramFailed, wait_until
from server_sync.contract.meetings import MeetingAct, Stage
from server_sync.meetings import rooms
from server_sync.meetings.media_server.configuration import Pair
from server_sync.meetings.media_server.standing import Reach
from server_sync.meetings.places import LIVE
from server_sync.meetings.tokens import sign_in

SEATS: Final = 20
SMALL_SEATS: Final = 4
RACERS: Final = 6
BACK_S: Final = 30.0
"""So soon everybody is seen again, after whatever it was."""
LOST_S: Final = 12.0
"""So long the library may try to come back by itself, as in a window."""
PUT_RIGHT_S: Final = 20.0
"""So soon the centre takes what somebody has in a room that is not theirs."""
SOON_S: Final = 20.0
YEAR_MS: Final = 365 * 86_400_000

Told = dict[str, Any]


class MeetingTrial:
    """One meeting: a speaker on stage, an onlooker who sees them, and a crowd."""

    def __init__(self, folder: Path, shown: Shown, troubles: Sequence[str], *, is_small: bool) -> None:
        self.broken: list[str] = []
        self.is_small = is_small
        self.seats = SMALL_SEATS if is_small else SEATS
        self._folder, self._shown, self._troubles = folder, shown, troubles
        self._done: list[str] = []
        self._took: dict[str, float] = {}
        self._began = time.monotonic()
        self._open = ExitStack()

    def run(self) -> None:
        """Gather the meeting, make trouble, and look after each."""
        self._shown.stage("A meeting gathers")
        self.crowd = self._open.enter_context(gathered(self._folder, self.seats + RACERS, self.seats, is_public=True))
        self.hall = self._open.enter_context(hall())
        self.desk, self.speaker, self.watcher = self.crowd.desk, self.crowd.pcs[0], self.crowd.pcs[1]
        self.racers = self.crowd.pcs[2:]
        self.performer, self.onlooker = self.come(self.speaker), self.come(self.watcher)
        self.crowd.seat([self.speaker])
        wait_until(lambda: self.performer.may_perform, BACK_S, "the speaker may be seen")
        self.performer.perform()
        self._shown.stage("Troubles")
        for number, name in enumerate(self._troubles):
            if self.broken:
                return
            begun = time.monotonic()
            self._try(name, TROUBLES[name])
            self._took[name] = round(time.monotonic() - begun, 1)
            self._done.append(name)
            self._shown.count(number + 1, len(self._troubles), name)

    def _try(self, name: str, trouble: "Trouble") -> None:
        try:
            trouble(self)
            self.hold(name)
        except (ProgramFailed, NotDone, NotLetIn) as failure:
            self.demand(False, f"{name}: {failure}")

    def hold(self, name: str) -> None:
        """What must be so after every trouble."""
        self.back(name)
        stage = self.crowd.stage()
        seated = {seat.who for seat in stage.seats}
        self.demand(who(self.speaker) in seated, f"{name}: the speaker lost the seat")
        self.demand(len(seated) <= self.seats, f"{name}: {len(seated)} sit on {self.seats} seats")
        wait_until(partial(self._all_is_right, stage), PUT_RIGHT_S, f"{name}: rights are as the stage says")

    def back(self, name: str) -> None:
        """Wait until the speaker is seen; who is lost, or waited in vain, comes anew, as a window does by itself."""
        begun = time.monotonic()
        while not self._is_seen():
            if time.monotonic() - begun > BACK_S:
                raise ProgramFailed(f"{name}: the speaker is not seen again")
            self.onlooker.leave()
            self.performer.leave()
            self.onlooker, self.performer = self.come(self.watcher), self.come(self.speaker)
            wait_until(lambda: self.performer.may_perform, BACK_S, f"{name}: the speaker may be seen again")
            self.performer.perform()

    def _is_seen(self) -> bool:
        """Whether pictures of the speaker come to the onlooker, as long as a window waits for them."""
        before, begun = self.onlooker.seen, time.monotonic()
        while time.monotonic() - begun < LOST_S and self.onlooker.is_in and self.performer.is_in:
            if self.onlooker.seen > before + 2:
                return True
            time.sleep(0.05)
        return False

    def come(self, pc: ForgingPc) -> InRoom:
        """Come into the room as a window does: a token, the room, a word that it is there."""
        end = time.monotonic() + BACK_S
        while True:
            way = self.crowd.call(pc, MeetingAct.ENTER)
            try:
                one = self.hall.join(way.url, way.token)
            except NotLetIn:
                if time.monotonic() > end:
                    raise
                time.sleep(1)
                continue
            self.crowd.call(pc, MeetingAct.HERE)
            return one

    def demand(self, holds: object, words: str) -> None:
        """Note what does not hold."""
        if not holds:
            self.broken.append(words)

    @property
    def reach(self) -> Reach:
        """The media server as the centre speaks with it."""
        now = self.crowd.media.now
        return Reach(now.address, now.client_url, self.crowd.media.pair)

    def _all_is_right(self, stage: Stage) -> bool:
        room = rooms.name_of(MEETING)
        there = rooms.people(self.reach, [room]).get(room)
        ours = [one for one in there or () if not one.who.startswith("bot-")]
        return bool(ours) and all(one.has(rooms.Rights.of(stage, one.who)) for one in ours)

    def told(self) -> Told:
        """What came of it."""
        return {
            "troubles": self._done,
            "took_s": self._took,
            "seats": self.seats,
            "broken": self.broken,
            "seconds": round(time.monotonic() - self._began, 1),
        }

    def close(self) -> None:
        """Stop every program."""
        self._open.close()


Trouble = Callable[[MeetingTrial], None]


def media_server_killed(trial: MeetingTrial) -> None:
    """The media server dies; it is started again, the centre makes the room anew, and everybody finds back."""
    before = trial.crowd.media.now.pid
    os.kill(before, signal.SIGKILL)
    wait_until(lambda: (now := trial.crowd.media.now).is_well and now.pid != before, BACK_S, "another media server")


def cut_for_all(trial: MeetingTrial) -> None:
    """Nothing comes from the media server for a while; whoever was in stays, or comes back, with the seat."""
    pid = trial.crowd.media.now.pid
    os.kill(pid, signal.SIGSTOP)
    try:
        time.sleep(3 if trial.is_small else 60)
    finally:
        os.kill(pid, signal.SIGCONT)
    wait_until(lambda: trial.crowd.media.now.is_well, BACK_S, "the media server answers")


def reconciling_killed(trial: MeetingTrial) -> None:
    """Who puts rooms right dies; the next one takes a right that nobody gave."""
    _kill_companion(trial, "reconcile_meetings")
    room = rooms.name_of(MEETING)
    rights = rooms.Rights(is_on_stage=True)
    rooms.carry_out(trial.reach, [rooms.giving_rights(room, who(trial.watcher), rights)])
    wait_until(lambda: trial.onlooker.may_perform, SOON_S, "the right is there")
    wait_until(lambda: not trial.onlooker.may_perform, PUT_RIGHT_S, "the right is taken")


def broadcast_killed(trial: MeetingTrial) -> None:
    """The broadcast dies, with its keeper or alone; another goes on in the same list, and the room notices nothing."""
    list_of = trial.crowd.centre.home / LIVE / MEETING.hex() / "picture.m3u8"
    wait_until(list_of.exists, BACK_S, "a broadcast")
    _kill(trial, "server_sync.meetings.broadcast", "the broadcast")
    written = list_of.stat().st_mtime_ns
    wait_until(lambda: list_of.stat().st_mtime_ns > written, BACK_S, "the broadcast goes on")
    trial.demand(trial.performer.is_in and trial.onlooker.is_in, "broadcast: somebody was sent away with it")


def centre_killed(trial: MeetingTrial) -> None:
    """The centre dies with all it started; the pictures go on, and the stage is what it was."""
    before = trial.crowd.stage()
    trial.crowd.centre.kill()
    seen = trial.onlooker.seen
    wait_until(lambda: trial.onlooker.seen > seen + 2, SOON_S, "pictures go on without the centre")
    trial.crowd.centre.start()
    after = trial.crowd.stage()
    trial.demand(
        [seat.who for seat in before.seats] == [seat.who for seat in after.seats] and before.state == after.state,
        f"centre: the stage was {before} and is {after}",
    )


def clock_jumps(trial: MeetingTrial) -> None:
    """A PC's clock is a year off, either way: what it signs is refused and changes nothing; put right, it is heard."""
    before = trial.crowd.stage()
    for off_ms in (-YEAR_MS, YEAR_MS):
        refused = trial.crowd.refusal_at(trial.watcher, MeetingAct.RAISE_HAND, off_ms)
        trial.demand(refused, f"clock: an act signed {off_ms} ms off was done")
    trial.demand(trial.crowd.stage().hands == before.hands, "clock: a refused act raised a hand")
    trial.crowd.call(trial.watcher, MeetingAct.RAISE_HAND)
    trial.crowd.call(trial.watcher, MeetingAct.LOWER_HAND)


def seat_raced_for(trial: MeetingTrial) -> None:
    """All seats but one are taken, and several are called at once: one sits down, the others are refused by name."""
    trial.crowd.enter(trial.racers)
    free = trial.seats - len(trial.crowd.stage().seats)
    seated, racing = trial.racers[: free - 1], trial.racers[free - 1 :][:RACERS]
    trial.crowd.seat(seated)
    call = partial(trial.crowd.refusal, trial.desk, MeetingAct.CALL)
    with ThreadPoolExecutor(len(racing)) as pool:
        said = list(pool.map(lambda pc: call(who=who(pc)), racing))
    trial.demand(sorted(said) == ["", *["stage_full"] * (len(racing) - 1)], f"seat: the calls were answered {said}")
    sitting = {seat.who for seat in trial.crowd.stage().seats}
    trial.demand(len(sitting) == trial.seats, f"seat: {len(sitting)} sit on {trial.seats} seats")
    late = next(pc for pc in racing if who(pc) not in sitting)
    refused = trial.come(late)
    trial.demand(not refused.perform(REFUSED_S), "seat: whoever found no seat is seen")
    refused.leave()
    for pc in [*seated, *racing]:
        if who(pc) in sitting:
            trial.crowd.call(trial.desk, MeetingAct.THANK, who=who(pc))


def tokens_of_others(trial: MeetingTrial) -> None:
    """An expired, a forged and a stolen token: the first two open nothing, the third brings no right."""
    room, reach = rooms.name_of(MEETING), trial.reach
    victim = trial.racers[-1]
    grants = api.VideoGrants(room_join=True, room=room, can_publish=True)
    made = api.AccessToken(reach.pair.key, reach.pair.secret).with_identity(who(victim)).with_grants(grants)
    expired = made.with_ttl(timedelta(minutes=-10)).to_jwt()
    trial.demand(not trial.hall.lets_in(reach.client_url, expired), "token: an expired one opened the room")
    forged = sign_in(Pair(reach.pair.key, "x" * 48), room, who(victim))
    trial.demand(not trial.hall.lets_in(reach.client_url, forged), "token: a forged one opened the room")
    way = trial.crowd.call(victim, MeetingAct.ENTER)
    elsewhere = sign_in(reach.pair, bytes(16).hex(), who(victim))
    trial.demand(not trial.hall.lets_in(reach.client_url, elsewhere), "token: one of another room opened one")
    thief = trial.hall.join(way.url, way.token)
    trial.demand(not thief.perform(REFUSED_S), "token: whoever stole one is seen")
    owner = trial.come(victim)
    wait_until(lambda: not thief.is_in, SOON_S, "token: the thief is out when the owner comes")
    owner.leave()


def removed_comes_back(trial: MeetingTrial) -> None:
    """Somebody is sent out and tries every way back: the old token, a new one, a word that they are there."""
    pc = trial.racers[-2]
    way = trial.crowd.call(pc, MeetingAct.ENTER)
    one = trial.come(pc)
    trial.crowd.call(trial.desk, MeetingAct.PUT_OUT, who=who(pc))
    wait_until(lambda: not one.is_in, SOON_S, "removed: they are out")
    for act in (MeetingAct.ENTER, MeetingAct.HERE, MeetingAct.RAISE_HAND):
        said = trial.crowd.refusal(pc, act)
        trial.demand(said == "put_out", f"removed: {act.name} was answered {said!r}")
    try:
        again = trial.hall.join(way.url, way.token)
    except NotLetIn:
        pass
    else:
        trial.demand(not again.perform(REFUSED_S), "removed: they are seen again")
        wait_until(lambda: not again.is_in, PUT_RIGHT_S, "removed: they are put out again")
    trial.crowd.call(trial.desk, MeetingAct.LET_IN, who=who(pc))
    trial.come(pc).leave()


TROUBLES: Final[dict[str, Trouble]] = {
    "seat": seat_raced_for,
    "token": tokens_of_others,
    "removed": removed_comes_back,
    "clock": clock_jumps,
    "reconcile": reconciling_killed,
    "broadcast": broadcast_killed,
    "cut": cut_for_all,
    "media_server": media_server_killed,
    "centre": centre_killed,
}


def _kill_companion(trial: MeetingTrial, name: str) -> None:
    _kill(trial, name, name)


def _kill(trial: MeetingTrial, words: str, what: str) -> None:
    """Kill a program of this centre by what stands in its command, and wait for the next."""
    process = trial.crowd.centre.process
    if process is None:
        raise ProgramFailed("the centre is not running")
    killed = set(_below(process.pid, words))
    if not killed:
        raise ProgramFailed(f"{what} does not run")
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: set(_below(process.pid, words)) - killed, BACK_S, f"{what} is started again")


def _below(parent: int, words: str) -> Iterator[int]:
    """The processes that a process started, and those they started, in whose command these words stand."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                above = int((folder / "stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[1])
            except OSError:
                continue
            children.setdefault(above, []).append(int(folder.name))
    waiting = [parent]
    while waiting:
        for pid in children.get(waiting.pop(), ()):
            waiting.append(pid)
            try:
                command = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
            except OSError:
                continue
            if words in command:
                yield pid
