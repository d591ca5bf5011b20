"""The PC of a hall's wall comes in by its key alone, watches, asks for the floor and has it; all else is refused."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.utils import timezone
from typing_extensions import override

from server_sync.contract.meetings import NOBODY_THERE, OF_WALLS, MeetingAct, read_stage
from server_sync.evidence.keys import centre_keys
from server_sync.evidence.log import stand_of_log
from server_sync.meetings.conducting import welcome
from server_sync.meetings.live_models import Present, Seat
from server_sync.meetings.models import Invitation, Meeting
from server_sync.meetings.reconciling import reconcile
from server_sync.workplaces.epochs import revoke_epoch
from server_sync.workplaces.models import Epoch, Workplace
from tests.server.meetings.live.calling import ASKS, LEADS, Window
from tests.server.meetings.planning import NAME

pytestmark = pytest.mark.django_db
ELSEWHERE = "KG-O"


@dataclass
class Wall(Window):
    """A wall's PC: nobody sits before it."""

    @override
    def send(self, act: MeetingAct, **said: object) -> tuple[int, bytes]:
        return super().send(act, **({"person": NOBODY_THERE} | said))


HangUp = Callable[[str], Wall]


@pytest.fixture
def hang_up(seat_at: Callable[[str], Window]) -> HangUp:
    """Enrols the wall's PC of an office."""

    def one(site: str) -> Wall:
        window = seat_at(site)
        Workplace.objects.filter(epochs=window.office.epoch).update(is_wall=True)
        return Wall(window.office, site, window.person)

    return one


def test_a_wall_comes_in_by_itself_and_is_welcome_in_the_room(begun: Window, hang_up: HangUp) -> None:
    wall = hang_up(ASKS)
    way_in = wall.call(MeetingAct.ENTER)
    assert way_in.url
    assert way_in.token
    wall.call(MeetingAct.HERE)
    assert wall.who in welcome(NAME)
    reconcile(timezone.now())
    assert Present.objects.get(who=wall.who).is_let_in


def test_a_wall_of_any_office_does_nothing_that_is_a_person_s(begun: Window, hang_up: HangUp) -> None:
    for site in (LEADS, ASKS):
        wall = hang_up(site)
        for act in set(MeetingAct) - OF_WALLS:
            assert wall.refused(act) == (409, "not_for_walls"), act


def test_nobody_is_put_before_a_wall_whatever_their_role(begun: Window, hang_up: HangUp) -> None:
    wall = hang_up(LEADS)
    for act in OF_WALLS:
        assert wall.refused(act, person=begun.person.id.bytes) == (409, "not_for_walls")


def test_no_other_pc_comes_in_with_nobody_before_it(begun: Window, office: Window) -> None:
    assert office.refused(MeetingAct.ENTER, person=NOBODY_THERE) == (409, "person_unknown")
    assert office.refused(MeetingAct.LOOK, person=NOBODY_THERE) == (409, "person_unknown")


def test_the_wall_of_the_office_that_leads_is_no_desk_and_takes_no_seat_by_itself(
    desk: Window, hang_up: HangUp
) -> None:
    wall = hang_up(LEADS)
    wall.come()
    reply = wall.call(MeetingAct.LOOK)
    assert not reply.desk
    assert not Seat.objects.exists()
    desk.come()
    assert [seat.who for seat in Seat.objects.all()] == [desk.who]


def test_a_wall_raises_its_hand_is_called_and_thanked(begun: Window, hang_up: HangUp) -> None:
    wall = hang_up(ASKS)
    wall.come()
    wall.call(MeetingAct.RAISE_HAND, item=1)
    assert [hand.who for hand in begun.stage().hands] == [wall.who]
    begun.call(MeetingAct.CALL, who=wall.who)
    assert wall.who in {seat.who for seat in read_stage(wall.call(MeetingAct.HERE).stage).seats}
    begun.call(MeetingAct.THANK, who=wall.who)
    assert wall.who not in {seat.who for seat in begun.stage().seats}


def test_a_wall_that_is_put_out_withdrawn_or_not_invited_stays_out(begun: Window, hang_up: HangUp) -> None:
    out, stolen, stranger = hang_up(ASKS), hang_up(ASKS), hang_up(ELSEWHERE)
    for wall in (out, stolen):
        wall.come()
    begun.call(MeetingAct.PUT_OUT, who=out.who)
    epoch = Epoch.objects.get(pk=stolen.office.epoch)
    revoke_epoch(
        epoch, None, centre_keys().directory, by=None, reason="уурдалган", announce=lambda *_: None, log=stand_of_log
    )
    assert out.refused(MeetingAct.ENTER)[1] == "put_out"
    assert stolen.refused(MeetingAct.ENTER)[1] == "revoked"
    assert stranger.refused(MeetingAct.ENTER)[1] == "not_invited"
    assert welcome(NAME) == {begun.who}
    assert not Invitation.objects.filter(meeting=Meeting.objects.get(), site=ELSEWHERE).exists()
