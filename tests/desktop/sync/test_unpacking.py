"""What of an answer is believed, and what it changes here."""

from dataclasses import replace
from datetime import date

import pytest

from liaison_desktop.domain.delivery import DECIDED_AT_CENTRE, DeliveryState, LineState
from liaison_desktop.domain.errors import ExchangeFailed
from liaison_desktop.services import reading
from liaison_desktop.services.acts import supplement_appeal
from liaison_desktop.services.book import reference_book
from liaison_desktop.services.checking import check_receipt
from liaison_desktop.services.registering import register_appeal
from liaison_desktop.store import feed
from liaison_desktop.store.epochs import current_epoch
from liaison_desktop.store.events import events_of
from liaison_desktop.store.projecting import differences, seen_of
from liaison_desktop.sync.packing import Batch, pack
from liaison_desktop.sync.unpacking import unpack
from liaison_desktop.ui.delivery import telling
from liaison_desktop.ui.delivery.presenter import row_for
from liaison_desktop.workplace import words
from liaison_desktop.workplace.resources import resource
from server_sync.contract import codec
from server_sync.contract.bodies import (
    Address,
    AnswerBy,
    Answered,
    AppealForm,
    AppealKind,
    AppealRegistered,
    Applicant,
    DueTerm,
    Erased,
    Outcome,
    Routed,
    Words,
)
from server_sync.contract.erasure import remains_of
from server_sync.contract.errors import NotAuthentic
from server_sync.contract.events import Event, EventKind, Header, make_event, read_header
from server_sync.contract.evidence.certificate import KeyPurpose, issue_revocation
from server_sync.contract.evidence.chain import commitment
from server_sync.contract.evidence.checkpoint import Checkpoint, sign_checkpoint
from server_sync.contract.evidence.receipt import Verdict
from server_sync.contract.identifiers import new_salt
from server_sync.contract.messages import (
    CalendarDay,
    ErasedRow,
    EventRow,
    FeedPage,
    KeyRow,
    Quarantined,
    RawRow,
    ReferenceRow,
    Released,
    RevokedInLogRow,
    RevokedRow,
    Status,
    UnknownRow,
    Withdrawn,
    WorkplaceRow,
)
from server_sync.contract.shapes import to_plain
from server_sync.contract.workflow import State
from tests.contract.invented import NOW_MS, ORIGIN, phrase_key
from tests.desktop.office import make_draft

SEALED = int(DeliveryState.SEALED)
ANSWER = Answered(Outcome.SATISFIED, Words("Жол оңдолот", "Дорогу починят"), "AKIM@KG-C-ALA", "А. Акимов", bytes(16))


def seen(office, appeal):
    return seen_of(events_of(office.store.connection, appeal))


def erased(event: Event, number: str = "") -> ErasedRow:
    """An event's row in the feed after its erasure."""
    remains = remains_of(read_header(event.header), event.body)
    return ErasedRow(event.header, commitment(event.salt, event.body), remains, number, out_of_turn=False)


def packed_now(office):
    epoch = current_epoch(office.store.connection)
    return pack(office.store, epoch, Batch(), office.clock, versions={"program": "t"})


def reply_to(office, packed):
    outcome = office.calls.exchange(packed.signer, packed.body)
    return outcome.message


def dump(store):
    tables = ("outbox", "events", "appeals", "feed_rows", "cursors", "checkpoints", "acknowledgements", "directory")
    return {
        table: store.connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2, 3").fetchall()  # noqa: S608
        for table in tables
    }


def test_the_same_answer_taken_in_twice_changes_nothing(office, centre):
    appeal = office.register().appeal
    office.exchange()
    centre.say(ANSWER, appeal)
    office.register()
    packed = packed_now(office)
    reply = reply_to(office, packed)
    unpack(office.store, packed, reply, office.calls.ring, office.clock)
    before = dump(office.store)
    unpack(office.store, packed, reply, office.calls.ring, office.clock)
    assert dump(office.store) == before
    assert office.states() == [SEALED] * 3


def test_an_answer_from_the_centre_comes_down_and_a_screen_is_told(office, centre):
    appeal = office.register().appeal
    office.exchange()
    centre.say(Routed("AKIM@KG-C-ALA", "rule", Words()), appeal)
    centre.say(ANSWER, appeal)
    office.changes.clear()
    office.exchange()
    told = seen(office, appeal)
    assert told.state is State.ANSWERED
    assert told.answers[0].text.ky == "Жол оңдолот"
    assert office.changes[0].appeals == {appeal}
    assert EventKind.ANSWERED in office.changes[0].kinds
    assert "answered" in office.told()
    assert differences(office.store) == ()


def test_what_was_typed_meanwhile_stays_on_top_until_it_is_confirmed(office, centre):
    appeal = office.register().appeal
    office.exchange()
    office.line.during = lambda _method: None
    supplement_appeal(office.office.desk, appeal, "Дагы бир сөз")
    centre.say(Routed("AKIM@KG-C-ALA", "rule", Words()), appeal)
    centre.results[3] = (Status.STORED, "")
    office.exchange()
    assert [entry.is_pending for entry in seen(office, appeal).history] == [False, False, True]
    assert seen(office, appeal).supplements[0].text == "Дагы бир сөз"
    centre.feed.append(centre.of_epoch(office.epoch)[2])
    office.exchange()
    assert [entry.is_pending for entry in seen(office, appeal).history] == [False, False, False]
    assert office.states() == [SEALED] * 3


def test_a_page_with_a_gap_is_refused_and_custody_counts_all_the_same(office, centre):
    appeal = office.register().appeal
    centre.say(ANSWER, appeal)
    centre.change_reply = lambda reply: replace(reply, feed=replace(reply.feed, first=reply.feed.first + 1))
    office.exchange()
    assert office.exchanging.news.trouble == "feed_gap"
    assert feed.cursors(office.store.connection).site == 0
    assert not seen(office, appeal).answers
    assert office.states() == [SEALED] * 2
    centre.change_reply = lambda reply: reply
    office.exchange()
    assert seen(office, appeal).answers
    assert feed.cursors(office.store.connection).site == 3


def test_rows_come_in_pages_without_a_gap(office, centre):
    appeals = [office.register().appeal for _ in range(5)]
    office.exchange()
    centre.page_rows = 2
    for appeal in appeals:
        centre.say(ANSWER, appeal)
    office.exchange()
    assert all(seen(office, appeal).answers for appeal in appeals)


def test_a_row_of_the_future_is_kept_and_the_cursor_goes_on(office, centre):
    appeal = office.register().appeal
    centre.feed += [UnknownRow(999, b"\x01")]
    centre.common += [UnknownRow(998, b"\x02")]
    centre.say(ANSWER, appeal)
    office.exchange()
    assert seen(office, appeal).answers
    rows = office.store.connection.execute(
        "SELECT feed, n, kind, raw FROM feed_rows WHERE is_understood = 0"
    ).fetchall()
    assert rows == [(1, 1, 999, b"\x01"), (2, 1, 998, b"\x02")]


def test_a_row_that_cannot_be_read_is_kept_like_one_of_the_future(office, centre):
    broken = RawRow(2, b"\xff\xff")
    centre.change_reply = lambda reply: replace(reply, feed=FeedPage(reply.feed.first, (broken, *reply.feed.rows)))
    office.register()
    office.exchange()
    assert feed.cursors(office.store.connection).site == 3


def test_an_event_of_a_newer_kind_is_kept_whole(office, centre):
    appeal = office.register().appeal
    header = Header(bytes(16), 1, 777, NOW_MS, 1, bytes(8), appeal=appeal)
    event = Event(codec.encode(to_plain(header)), new_salt(), b"\x01 of the future")
    centre.feed.append(EventRow(event.header, event.salt, event.body, "", False))
    office.exchange()
    row = office.store.connection.execute(
        "SELECT body, is_understood FROM events WHERE event_hash = ?", (event.hash,)
    ).fetchone()
    assert row == (event.body, 0)
    assert not seen(office, appeal).answers


def test_an_acknowledgement_that_is_not_signed_for_this_batch_changes_nothing(office, centre):
    office.register()
    stranger = replace(centre.keys, reply=phrase_key("a stranger"))

    def forge(reply):
        kept = centre.of_epoch(office.epoch)
        with_stranger = centre.keys
        centre.keys = stranger
        try:
            forged = centre.acknowledge(office.epoch, kept, bytes(32))
        finally:
            centre.keys = with_stranger
        return replace(reply, acknowledgement=forged)

    centre.change_reply = forge
    office.exchange()
    assert office.exchanging.news.trouble == "acknowledgement_wrong"
    assert office.states() == [int(DeliveryState.SENT)] * 2
    for wrong in (
        lambda reply: replace(reply, acknowledgement=b""),
        lambda reply: replace(
            reply, acknowledgement=centre.acknowledge(office.epoch, centre.of_epoch(office.epoch)[:1], bytes(32))
        ),
        lambda reply: replace(
            reply, acknowledgement=centre.acknowledge(bytes(16), centre.of_epoch(office.epoch), bytes(32))
        ),
    ):
        centre.change_reply = wrong
        office.exchange()
        assert office.states() == [int(DeliveryState.SENT)] * 2
    centre.change_reply = lambda reply: reply
    office.exchange()
    assert office.states() == [SEALED] * 2


def test_a_log_that_contradicts_itself_stops_sealing_and_not_the_counter(office, centre):
    office.register()
    office.exchange()
    held = feed.held_checkpoint(office.store.connection)
    assert held is not None
    other = sign_checkpoint(centre.keys.log, centre.origin, Checkpoint(centre.origin, 3, bytes(range(32))))
    centre.change_reply = lambda reply: replace(reply, checkpoint=other)
    office.register()
    office.exchange()
    assert office.exchanging.news.hindrance == "log_contradicts_itself"
    assert "log_contradicts_itself" in office.told()
    rows = office.store.connection.execute("SELECT size, root, is_consistent FROM checkpoints").fetchall()
    assert (held.size, held.root, 1) in rows
    assert (3, bytes(range(32)), 0) in rows
    centre.change_reply = lambda reply: reply
    office.register()
    office.exchange()
    assert office.states() == [SEALED, SEALED, int(DeliveryState.REGISTERED), int(DeliveryState.REGISTERED)]


def test_the_log_is_watched_from_the_enrolment_on(office, centre):
    """A PC that joins a centre at work holds that centre's checkpoint before its first exchange."""
    centre.tree.append([bytes([number]) * 32 for number in range(11)])
    with office.store.transaction() as connection:
        size, root = centre.tree.size, centre.tree.root()
        feed.keep_checkpoint(connection, centre.origin, size, root, centre.checkpoint(), NOW_MS)
    office.register()
    office.exchange()
    assert centre.exchanges[0].checkpoint_size == 11
    assert office.exchanging.news.hindrance == ""
    assert office.states() == [SEALED] * 2


def test_a_checkpoint_nobody_known_signed_is_left_out(office, centre):
    stranger = phrase_key("another log")
    note = sign_checkpoint(stranger, centre.origin, Checkpoint(centre.origin, 2, bytes(32)))
    centre.change_reply = lambda reply: replace(reply, checkpoint=note)
    office.register()
    office.exchange()
    assert office.exchanging.news.trouble == "checkpoint_wrong"
    assert office.states() == [int(DeliveryState.REGISTERED)] * 2


def test_events_without_a_proof_in_the_log_are_registered_and_not_sealed(office, centre):
    centre.change_reply = lambda reply: replace(reply, range_proof=(bytes(32),))
    office.register()
    office.exchange()
    assert office.states() == [int(DeliveryState.REGISTERED)] * 2
    assert "not_in_log" in office.told()


def test_a_quarantine_told_by_the_feed_and_its_end(office, centre):
    appeal = office.register().appeal
    office.exchange()
    centre.feed.append(Quarantined(appeal, "number_taken"))
    office.register()
    other = register_appeal(office.office.desk, make_draft()).appeal
    centre.feed.append(Quarantined(other, "number_taken"))
    office.exchange()
    states = dict(office.store.connection.execute("SELECT event_hash, state FROM outbox").fetchall())
    assert states[appeal] == SEALED  # what is proved stays proved
    centre.feed.append(Released(other))
    office.exchange()
    states = dict(office.store.connection.execute("SELECT event_hash, state FROM outbox").fetchall())
    assert states[other] in (int(DeliveryState.REGISTERED), SEALED)


@pytest.mark.parametrize("code", sorted(DECIDED_AT_CENTRE))
def test_what_two_people_at_the_centre_decide_asks_nothing_of_the_clerk(office, centre, code):
    """The beginning of the clerk's work is held for the same reason, and is over when the request was let in."""
    words.set_language("en")
    appeal = office.register().appeal
    office.exchange()
    office.store.connection.execute("UPDATE outbox SET state = 8, code = ?", (code,))
    desk = office.office.desk
    waiting = reading.waiting(desk)
    assert (waiting.quarantined, waiting.to_correct) == (2, 0)
    shown = telling.line(LineState.ONLINE, waiting, None, running=False)
    assert (shown.tone, shown.short_icon) == ("primary", telling.LINE_ICONS[LineState.ONLINE])
    items = reading.list_outbox(desk)
    assert {item.appeal for item in items} == {None, appeal}
    assert all(telling.waiting_row(item, LineState.ONLINE).tone == "warning" for item in items)
    (row,) = (row_for(item) for item in items if item.appeal is not None)
    assert not row.may_correct
    assert "There is nothing to do here." in row.body()
    assert reading.appeal_row(desk, appeal).delivery is DeliveryState.HELD
    office.store.connection.execute("UPDATE outbox SET state = 5, code = '' WHERE appeal IS NOT NULL")
    assert reading.list_outbox(desk) == ()
    assert reading.waiting(desk).to_correct == 0


def test_what_the_office_can_put_right_is_asked_of_the_clerk(office, centre):
    office.register()
    office.exchange()
    office.store.connection.execute("UPDATE outbox SET state = 8, code = 'subject_empty' WHERE appeal IS NOT NULL")
    waiting = reading.waiting(office.office.desk)
    assert (waiting.quarantined, waiting.to_correct) == (1, 1)
    (item,) = reading.list_outbox(office.office.desk)
    assert row_for(item).may_correct


def test_a_request_passed_on_leaves_only_what_was_written_here(office, centre):
    appeal = office.register().appeal
    office.exchange()
    answer = centre.say(ANSWER, appeal)
    office.exchange()
    centre.feed.append(Withdrawn(appeal))
    office.exchange()
    rows = dict(office.store.connection.execute("SELECT event_hash, body FROM events").fetchall())
    assert rows[answer.hash] is None
    assert rows[appeal] is not None
    gone = office.store.connection.execute("SELECT is_withdrawn_from_here FROM appeals").fetchone()[0]
    assert gone == 1


def test_an_erasure_takes_the_words_and_leaves_chain_and_proofs(office, centre):
    appeal = office.register(subject="Эч ким билбесин").appeal
    office.exchange()
    centre.say(Erased(appeal, "court", bytes(16)), appeal)
    office.exchange()
    row = office.store.connection.execute(
        "SELECT salt, body, commitment FROM events WHERE event_hash = ?", (appeal,)
    ).fetchone()
    assert row[0] is None
    assert row[1] is None
    assert row[2] is not None
    assert seen(office, appeal).is_erased
    words = office.store.connection.execute("SELECT subject FROM appeals").fetchone()[0]
    assert words == ""


def test_a_request_erased_before_this_office_read_it_keeps_its_number_and_its_course(office, centre):
    number = "ALA-26-B-00001-0000"
    header = Header(centre.keys.office("ALA", "B").epoch, 1, EventKind.APPEAL_REGISTERED, NOW_MS, 1, bytes(8))
    body = AppealRegistered(
        kind=AppealKind.COMPLAINT,
        form=AppealForm.ORAL,
        language="ky",
        applicant=Applicant("Канарейкина"),
        address=Address(),
        answer_by=AnswerBy.PHONE,
        addressee_code="PM",
        categories=("11.04",),
        subject="Эч ким билбесин",
        text="Эч ким билбесин",
        registered_on=date(2026, 11, 23),
        due=DueTerm(date(2026, 12, 14), 14),
    )
    registered = make_event(header, body, new_salt())
    centre.feed.append(erased(registered, number))
    routed = centre.say(Routed("AKIM@KG-C-ALA", "", Words("эч ким")), registered.hash)
    centre.feed[-1] = erased(routed)
    office.exchange()
    appeal = seen(office, registered.hash)
    assert (appeal.is_erased, appeal.number, appeal.subject) == (True, number, "")
    assert (appeal.state, appeal.body_code, appeal.kind) == (State.WITH_BODY, "AKIM@KG-C-ALA", body.kind)
    assert [entry.is_erased for entry in appeal.history] == [True, True]
    assert differences(office.store) == ()
    assert not office.store.connection.execute("SELECT 1 FROM feed_rows WHERE is_understood = 0").fetchall()


def test_words_that_lie_here_go_when_the_feed_comes_again_without_them(office, centre):
    appeal = office.register(subject="Эч ким билбесин").appeal
    office.exchange()
    centre.say(Routed("AKIM@KG-C-ALA"), appeal)
    answer = centre.say(ANSWER, appeal)
    office.exchange()
    centre.feed.append(erased(answer))
    office.exchange()
    told = seen(office, appeal)
    assert [(one.is_erased, one.text) for one in told.answers] == [(True, Words())]
    assert told.state is State.ANSWERED


def test_an_erased_row_that_cannot_be_read_is_kept_aside_and_the_feed_goes_on(office, centre):
    centre.feed.append(ErasedRow(b"\xff", bytes(32), b"", "", out_of_turn=False))
    office.exchange()
    assert feed.cursors(office.store.connection).site == len(centre.feed)
    assert office.store.connection.execute("SELECT count(*) FROM feed_rows WHERE is_understood = 0").fetchone() == (1,)


def test_keys_workplaces_and_revocations_come_by_the_common_feed(office, centre):
    second = phrase_key("the next reply key")
    other = centre.keys.office("BIS", "C")
    centre.common += [
        KeyRow(centre.keys.certify(KeyPurpose.REPLY, second)),
        WorkplaceRow(other.certificate.to_bytes()),
        RevokedRow(centre.keys.revoke(other, 5)),
        RevokedInLogRow(centre.keys.revoke(other, 5, (ORIGIN, 40))),
    ]
    office.exchange()
    ring = office.office.desk.ring()
    assert len(ring.keys(KeyPurpose.REPLY)) == 2
    assert ring.is_revoked(other.epoch, 6)
    assert [ring.came_too_late(other.epoch, ORIGIN, leaf) for leaf in (39, 40)] == [False, True]
    assert "key_not_believed" not in office.told()
    assert office.changes[-1].directory
    centre.keys = replace(centre.keys, reply=second)
    office.register()
    office.exchange()
    assert office.states() == [SEALED] * 2


def test_of_a_withdrawn_pc_even_a_receipt_that_was_sealed_here_is_asked_about_at_the_centre(office, centre):
    made = office.register()
    office.exchange()
    assert check_receipt(office.office.desk, made.qr_text).verdict is Verdict.IN_LOG
    said = (centre.keys.directory, office.epoch, 1, NOW_MS)
    centre.common += [
        RevokedRow(issue_revocation(*said).to_bytes()),
        RevokedInLogRow(issue_revocation(*said, (centre.origin, centre.tree.size)).to_bytes()),
    ]
    office.exchange()
    assert check_receipt(office.office.desk, made.qr_text).verdict is Verdict.KEY_WITHDRAWN


def test_a_key_that_no_root_certified_is_not_believed(office, centre):
    stranger = phrase_key("a stranger's root")
    forged = replace(centre.keys, root=stranger).certify(KeyPurpose.REPLY, phrase_key("x"))
    centre.common.append(KeyRow(forged))
    office.exchange()
    assert "key_not_believed" in office.told()
    with pytest.raises(NotAuthentic):
        office.calls.ring.key_not_ended(phrase_key("x").public.key_id, KeyPurpose.REPLY, 0)
    assert feed.cursors(office.store.connection).common == 1


def test_decreed_days_and_newer_tables_are_laid_over_the_shipped_ones(office, centre):
    centre.common += [
        CalendarDay(date(2026, 12, 4), 1, "Кар күнү", "День снега", "Snow day"),
        ReferenceRow("notes.csv", "a,b\n1,2\n"),
    ]
    office.exchange()
    book = reference_book(office.store)
    assert not book.calendar.is_working(date(2026, 12, 4))
    assert office.store.connection.execute("SELECT text FROM reference_texts").fetchone()[0] == "a,b\n1,2\n"


def test_the_tables_are_read_again_only_when_one_of_them_is_another(office, centre):
    book = reference_book(office.store)
    assert reference_book(office.store) is book
    shipped = resource("reference", "terms.csv").read_text(encoding="utf-8")
    centre.common.append(ReferenceRow("terms.csv", shipped + "\n"))
    office.exchange()
    newer = reference_book(office.store)
    assert newer is not book
    assert newer.terms == book.terms


def test_a_day_that_is_taken_back_is_again_what_it_was_and_each_news_is_told_once(office, centre):
    off = CalendarDay(date(2026, 12, 4), 1, "Кар күнү", "День снега", "Snow day")
    worked_off = CalendarDay(date(2026, 12, 5), 2, "Кар күнү", "День снега", "Snow day")
    centre.common += [off, worked_off, off]
    office.exchange()
    assert office.told().count("calendar_changed") == 2
    book = reference_book(office.store)
    assert (book.calendar.is_working(off.day), book.calendar.is_working(worked_off.day)) == (False, True)
    centre.common += [replace(off, kind=0), replace(worked_off, kind=0)]
    office.exchange()
    book = reference_book(office.store)
    assert (book.calendar.is_working(off.day), book.calendar.is_working(worked_off.day)) == (True, False)
    assert office.told().count("calendar_changed") == 4


def test_a_centre_that_went_back_behind_its_own_epoch_is_not_believed(office, centre):
    centre.server_epoch = 3
    office.exchange()
    centre.server_epoch = 2
    office.register()
    office.exchange()
    assert office.exchanging.news.trouble == "server_epoch_went_back"
    assert int(DeliveryState.SENT) in office.states()


def test_unpacking_outside_a_run_names_what_is_wrong(office, centre):
    office.register()
    packed = packed_now(office)
    reply = reply_to(office, packed)
    with pytest.raises(ExchangeFailed) as wrong:
        unpack(office.store, packed, replace(reply, acknowledgement=b"\x80"), office.calls.ring, office.clock)
    assert wrong.value.code == "acknowledgement_wrong"
    assert not wrong.value.permanent
