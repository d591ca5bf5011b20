"""What is written in a meeting goes to everybody in the room, comes to whoever is late, and is kept at its end."""

import secrets

import pytest

from server_sync.contract import frames
from server_sync.contract.bodies import DecisionWithdrawn
from server_sync.contract.chat import LINES_MOST, TOPIC, ChatLine, read_lines
from server_sync.contract.events import BODY_LIMIT_BYTES, EventKind
from server_sync.contract.meetings import STAGE_LIMIT_CHARACTERS, MeetingAct
from server_sync.journal.models import Event
from server_sync.meetings import chatting, conducting
from server_sync.meetings.live_models import WrittenLine
from server_sync.meetings.models import KeptLine, MeetingDecision
from server_sync.meetings.pacing import SAYING, Calls
from tests.server.meetings.live.calling import LEADS, SPEAKS
from tests.server.meetings.live.guests import hall, wait_until
from tests.server.meetings.planning import DECISION, NAME, WHY, decision, due

pytestmark = pytest.mark.django_db
HELLO = "Саламатсызбы, <b>Алай</b> угуп жатат"


@pytest.fixture(autouse=True)
def _said_as_often_as_a_test_likes(_meetings_can_be_held, monkeypatch):
    monkeypatch.setattr(conducting, "_says", conducting._calls)


def chat(window, after: int = 1, act: MeetingAct = MeetingAct.LOOK) -> tuple[ChatLine, ...]:
    reply = window.call(act, chat_after=after)
    return read_lines(reply.chat) if reply.chat else ()


def test_a_line_reaches_everybody_in_the_room_and_whoever_comes_late(begun, speaker, office, viewer):
    for one in (speaker, viewer):
        one.come()
    with hall() as opened:
        reply = viewer.call(MeetingAct.ENTER)
        there = opened.join(reply.url, reply.token)
        heard: list[tuple[str, bytes, bool]] = []
        there.room.on("data_received", lambda one: heard.append((one.topic, one.data, one.participant is None)))
        wait_until(lambda: there.room.isconnected(), "in the room")
        speaker.call(MeetingAct.SAY, text=f"  {HELLO}\n")
        wait_until(lambda: heard, "the line")
        begun.call(MeetingAct.UNSAY, line=1)
        wait_until(lambda: len(heard) > 1, "that it was taken away")
    (topic, data, is_of_centre), (_, gone, _) = heard
    assert (topic, is_of_centre) == (TOPIC, True)
    (line,) = read_lines(data.decode())
    assert (line.number, line.who, line.text) == (1, speaker.who, HELLO)
    assert read_lines(gone.decode()) == (ChatLine(1, speaker.who, line.said_ms, ""),)
    speaker.call(MeetingAct.SAY, text="экинчи")
    assert [one.text for one in chat(office, act=MeetingAct.ENTER)] == ["экинчи"]


def test_marks_that_turn_a_direction_are_taken_out_of_a_line(begun, speaker):
    speaker.come()
    speaker.call(MeetingAct.SAY, text="\u202eСуу\u202c \u2067жок\u2069")
    assert [line.text for line in chat(begun)] == ["Суу жок"]
    assert speaker.refused(MeetingAct.SAY, text="\u202e") == (409, "text_empty")


def test_a_pc_that_asks_for_no_chat_is_told_none(begun, speaker):
    speaker.come().call(MeetingAct.SAY, text=HELLO)
    assert not speaker.call(MeetingAct.LOOK).chat


def test_only_what_is_new_comes_again_and_what_was_taken_away_since(begun, speaker):
    speaker.come()
    for text in ("бир", "эки", "үч"):
        speaker.call(MeetingAct.SAY, text=text)
    assert [one.text for one in chat(speaker)] == ["бир", "эки", "үч"]
    assert [one.text for one in chat(speaker, after=3)] == ["үч"]
    assert chat(speaker, after=4) == ()
    begun.call(MeetingAct.UNSAY, line=1)
    assert [(one.number, one.text) for one in chat(speaker, after=4)] == [(1, "")]
    assert [one.text for one in chat(speaker)] == ["эки", "үч"]


def test_whoever_comes_late_gets_the_newest_lines_that_an_answer_holds(begun, speaker):
    speaker.come()
    said = begun.call(MeetingAct.SAY, text="-") and WrittenLine.objects.get()
    long = [
        WrittenLine(meeting=NAME, number=n, who=speaker.who, site=SPEAKS, said_at=said.said_at, text='"' * 500)
        for n in range(2, 400)
    ]
    WrittenLine.objects.bulk_create(long)
    reply = speaker.call(MeetingAct.LOOK, chat_after=1)
    assert len(reply.chat) <= STAGE_LIMIT_CHARACTERS
    lines = read_lines(reply.chat)
    assert (len(lines) > 40, lines[-1].number) == (True, 399)
    WrittenLine.objects.filter(number__gt=1).update(text="кыска")
    assert [one.number for one in chat(speaker)] == list(range(400 - LINES_MOST, 400))


@pytest.mark.parametrize("text", ["", "   ", "\u2060", "\n\n"])
def test_a_line_that_says_nothing_is_refused(begun, text):
    assert begun.refused(MeetingAct.SAY, text=text) == (409, "text_empty")


def test_a_line_that_no_chat_holds_is_refused_by_name_and_nothing_is_written(begun, speaker, office, monkeypatch):
    assert office.refused(MeetingAct.SAY, text="а") == (409, "who_unknown")
    office.call(MeetingAct.ENTER)
    assert office.refused(MeetingAct.SAY, text="а") == (409, "not_in_room")
    assert begun.refused(MeetingAct.SAY, text="а\x00б") == (400, "control_character")
    assert begun.refused(MeetingAct.UNSAY, line=7) == (409, "line_unknown")
    monkeypatch.setattr(chatting, "KEPT_MOST", 0)
    assert begun.refused(MeetingAct.SAY, text="а") == (409, "chat_full")
    assert not WrittenLine.objects.exists()


def test_a_hundred_thousand_letters_are_refused_before_anything_else(begun):
    assert begun.refused(MeetingAct.SAY, text="а" * 501) == (400, "text_too_long")
    assert begun.refused(MeetingAct.SAY, text="а" * 100_000)[1] in {"text_too_long", "too_large"}
    assert not WrittenLine.objects.exists()


def test_before_the_meeting_begins_nobody_writes(desk):
    assert desk.come().refused(MeetingAct.SAY, text="а") == (409, "meeting_not_open")


def test_a_closed_chat_is_the_desks_alone_until_it_is_opened(begun, speaker):
    speaker.come()
    assert speaker.stage().is_chat_closed is False
    assert begun.stage(MeetingAct.CLOSE_CHAT).is_chat_closed
    assert speaker.stage().is_chat_closed
    assert speaker.refused(MeetingAct.SAY, text="а") == (409, "chat_closed")
    begun.call(MeetingAct.SAY, text="Суроолорду кол көтөрүп бериңиздер")
    assert not begun.stage(MeetingAct.OPEN_CHAT).is_chat_closed
    speaker.call(MeetingAct.SAY, text="а")
    assert WrittenLine.objects.count() == 2


def test_a_pc_that_writes_too_often_waits(begun, speaker, monkeypatch):
    speaker.come()
    monkeypatch.setattr(conducting, "_says", Calls(SAYING, clock=lambda: 0.0))
    for _ in range(SAYING.at_once):
        speaker.call(MeetingAct.SAY, text="а")
    assert speaker.refused(MeetingAct.SAY, text="а") == (429, "too_often")
    begun.call(MeetingAct.SAY, text="б")


def test_an_act_sent_again_writes_once(begun, speaker):
    act = secrets.token_bytes(16)
    speaker.come()
    for _ in range(2):
        speaker.call(MeetingAct.SAY, text="бир жолу", act_id=act)
    assert WrittenLine.objects.count() == 1


def test_at_the_end_what_was_written_is_kept_and_what_was_taken_away_is_not(begun, speaker):
    speaker.come()
    for text in ("бир", "эки"):
        speaker.call(MeetingAct.SAY, text=text)
    begun.call(MeetingAct.UNSAY, line=1)
    begun.call(MeetingAct.SAY, text="үч")
    begun.call(MeetingAct.CLOSE)
    assert list(KeptLine.objects.values_list("place", "site", "text")) == [(1, SPEAKS, "эки"), (2, LEADS, "үч")]
    assert not WrittenLine.objects.exists()
    assert begun.refused(MeetingAct.SAY, text="а") == (409, "meeting_over")


def test_a_long_chat_is_kept_in_pieces_that_each_fit_into_an_event(begun):
    said = begun.call(MeetingAct.SAY, text="-") and WrittenLine.objects.get()
    lines = [
        WrittenLine(meeting=NAME, number=n, who=begun.who, site=LEADS, said_at=said.said_at, text="😀" * 500)
        for n in range(2, 302)
    ]
    WrittenLine.objects.bulk_create(lines)
    begun.call(MeetingAct.CLOSE)
    pieces = Event.custody.filter(kind=EventKind.MEETING_SAID)
    sizes = [len(bytes(body or b"")) for body in pieces.values_list("body", flat=True)]
    assert len(sizes) > 2
    assert max(sizes) <= chatting.PIECE_BYTES + 2_000 < BODY_LIMIT_BYTES
    assert list(KeptLine.objects.values_list("place", flat=True)) == list(range(1, 302))


def test_a_decision_is_taken_at_the_desk_once_and_the_desk_sees_it(begun, speaker):
    act = secrets.token_bytes(16)
    for name in (act, act, secrets.token_bytes(16)):  # sent again by the line, and by a person who saw no answer
        begun.call(MeetingAct.TAKE_DECISION, decision=decision(), act_id=name)
    assert MeetingDecision.objects.count() == 1
    (noted,) = begun.desk().decisions
    assert (noted.decision, noted.item, noted.text) == (DECISION.hex(), 1, "Суу түтүгүн оңдосун")
    assert (noted.executors, noted.due) == ((SPEAKS,), due().isoformat())
    gone = DecisionWithdrawn(DECISION, NAME, WHY)
    for _ in range(2):
        begun.call(MeetingAct.WITHDRAW_DECISION, withdrawal=gone)
    assert begun.desk().decisions == ()
    assert MeetingDecision.objects.get().withdrawn_at is not None


def test_a_decision_that_is_missing_or_of_another_meeting_is_refused_by_name(begun):
    other = secrets.token_bytes(16)
    assert begun.refused(MeetingAct.TAKE_DECISION) == (400, "missing")
    assert begun.refused(MeetingAct.WITHDRAW_DECISION) == (400, "missing")
    stray = type(decision())(DECISION, other, decision().text)
    assert begun.refused(MeetingAct.TAKE_DECISION, decision=stray) == (400, "missing")
    assert begun.refused(MeetingAct.TAKE_DECISION, decision=decision(item=9)) == (409, "item_unknown")
    assert begun.refused(MeetingAct.TAKE_DECISION, decision=decision(executors=("KG-ZZ",))) == (409, "site_unknown")
    gone = DecisionWithdrawn(DECISION, NAME, WHY)
    assert begun.refused(MeetingAct.WITHDRAW_DECISION, withdrawal=gone) == (409, "no_such_decision")
    assert not MeetingDecision.objects.exists()


def test_the_largest_decision_fits_into_a_call(begun):
    from server_sync.contract.bodies import Words
    from server_sync.contract.meetings import MeetingCall
    from server_sync.exchange.calling_meetings import CALL_LIMIT_BYTES

    whole = decision(text=Words("ө" * 2_000, "ж" * 2_000, "w" * 2_000), executors=("KG-C-ALA",) * 70)
    call = MeetingCall(NAME, bytes(16), MeetingAct.TAKE_DECISION, bytes(16), decision=whole)
    assert len(frames.pack(call)) <= CALL_LIMIT_BYTES
    begun.call(MeetingAct.TAKE_DECISION, decision=decision(text=whole.text))
