"""What an office does with a centre, or a store, that comes from a backup: nothing is lost, and both say the same."""

import copy
import shutil
from dataclasses import replace
from datetime import date

import pytest

from liaison_desktop.domain.delivery import DeliveryState
from liaison_desktop.services.book import reference_book
from liaison_desktop.services.opening import open_desk
from liaison_desktop.services.reading import appeal_card
from liaison_desktop.store import delivery, feed, outbox
from liaison_desktop.store.events import erase_event, events_of
from liaison_desktop.store.projecting import differences
from server_sync.contract.bodies import Answered, AppealSupplemented, Outcome, Routed, Words
from server_sync.contract.erasure import remains_of
from server_sync.contract.events import Event, read_header
from server_sync.contract.evidence.chain import commitment
from server_sync.contract.messages import CalendarDay, Quarantined, Status, WrongField
from server_sync.contract.workflow import State
from tests.desktop.sync.test_attaching import file_of

SEALED = int(DeliveryState.SEALED)
ROUTE = Routed("AKIM@KG-C-ALA", "rule 1", Words("себеп", "причина"))


def backup_of(centre):
    return copy.deepcopy((centre.kept, centre.tree, centre.feed, centre.own_seq, centre.blobs, centre.whole))


def restore(centre, backup, *, blobs: bool = True) -> None:
    """Put a backup back and open the next server epoch."""
    kept_blobs = centre.blobs, centre.whole
    centre.kept, centre.tree, centre.feed, centre.own_seq, centre.blobs, centre.whole = backup
    if not blobs:
        centre.blobs, centre.whole = kept_blobs
    centre.server_epoch += 1
    centre.origin = f"kattar.gov.kg/log/{centre.server_epoch}"


def seen(office, appeal):
    return appeal_card(office.office.desk, appeal).seen


def erase(centre, event: Event) -> None:
    centre.erased[event.hash] = remains_of(read_header(event.header), event.body)


def set_back(office, tmp_path, what_happens) -> None:
    """Put the office's store back to what it is now, after something happened."""
    kept = tmp_path / "before.db"
    office.store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(office.store.path, kept)
    mark = office.office.home.mark / "high-water-mark"
    mark_before = mark.read_bytes()
    what_happens()
    key = office.store.key
    office.store.close()
    for name in ("-wal", "-shm"):
        office.store.path.with_name(office.store.path.name + name).unlink(missing_ok=True)
    shutil.copy(kept, office.store.path)
    mark.write_bytes(mark_before)
    office.office.desk = open_desk(office.office.place, key)
    office.start()


def lose_four_of_which_the_second_was_erased(office, centre, tmp_path) -> list[bytes]:
    """Give the hashes of four requests that the store has lost."""
    office.register()
    office.exchange()
    lost: list[bytes] = []

    def go_on() -> None:
        lost.extend(office.register(text="сөз").appeal for _ in range(4))
        office.exchange()
        erase(centre, next(one.event for one in centre.kept if one.hash == lost[1]))

    set_back(office, tmp_path, go_on)
    return lost


def test_a_store_set_back_gets_past_an_event_that_was_erased_meanwhile(office, centre, tmp_path):
    lost = lose_four_of_which_the_second_was_erased(office, centre, tmp_path)
    office.exchange()
    rows = office.store.connection.execute("SELECT seq, event_hash, body IS NULL FROM events ORDER BY seq").fetchall()
    assert [row[0] for row in rows] == [1, 2, 3, 4, 5, 6]
    assert [row[1] for row in rows[2:]] == lost
    assert [row[2] for row in rows[2:]] == [0, 1, 0, 0]
    assert seen(office, lost[1]).is_erased
    assert not seen(office, lost[2]).is_erased
    assert differences(office.store) == ()
    epoch = outbox.epoch_by_id(office.store.connection, office.epoch)
    assert (epoch.last_seq, epoch.acknowledged_seq, epoch.last_counter) == (6, 6, 5)
    office.exchange()  # and the chain that it signs from here on is the centre's
    assert centre.exchanges[-1].last_seq == 6


def test_what_is_left_of_an_event_is_taken_only_as_the_public_log_has_it(office, centre, tmp_path):
    lose_four_of_which_the_second_was_erased(office, centre, tmp_path)

    def forge(reply):
        forged = tuple(replace(left, commitment=commitment(b"s" * 16, b"b")) for left in reply.missing_erased)
        return replace(reply, missing_erased=forged)

    centre.change_reply = forge
    office.exchange()
    assert outbox.epoch_by_id(office.store.connection, office.epoch).last_seq == 3
    assert "not_in_log" in office.told()
    centre.change_reply = lambda reply: reply
    office.exchange()
    assert outbox.epoch_by_id(office.store.connection, office.epoch).last_seq == 6


def test_what_the_centre_lost_of_its_own_counts_no_more_and_both_show_the_same(office, centre):
    kept = office.register().appeal
    young = office.register().appeal
    office.exchange()
    centre.say(ROUTE, kept)
    office.exchange()
    backup = backup_of(centre)
    answer = centre.say(Answered(Outcome.EXPLAINED, Words("жооп", "ответ"), "AKIM@KG-C-ALA", "", bytes(16)), kept)
    centre.say(ROUTE, young)
    office.exchange()
    assert seen(office, kept).state is State.ANSWERED
    assert seen(office, young).state is State.WITH_BODY
    restore(centre, backup)
    office.exchange()
    assert seen(office, kept).state is State.WITH_BODY
    assert seen(office, young).state is State.REGISTERED
    assert differences(office.store) == ()
    assert office.told().count("lost_at_centre") == 1
    assert office.told().count("routed") == 2  # nothing that was known is told again
    assert answer.hash not in seen(office, kept).heads
    again = centre.say(ROUTE, young)
    office.exchange()
    assert (seen(office, young).state, seen(office, young).has_doubt) == (State.WITH_BODY, False)
    assert again.hash in seen(office, young).heads
    # its bytes are kept as they came
    assert office.store.connection.execute("SELECT 1 FROM events WHERE event_hash = ?", (answer.hash,)).fetchone()
    assert len(events_of(office.store.connection, kept)) == 2


def test_what_an_applicant_said_on_the_portal_and_the_centre_lost_counts_no_more(office, centre):
    kept = office.register().appeal
    office.exchange()
    centre.say(ROUTE, kept)
    office.exchange()
    backup = backup_of(centre)
    centre.say(AppealSupplemented("дагы"), kept)
    office.exchange()
    assert [one.text for one in seen(office, kept).supplements] == ["дагы"]
    assert "appeal_supplemented" in office.told()
    restore(centre, backup)
    office.exchange()
    assert seen(office, kept).supplements == ()
    assert differences(office.store) == ()


def test_an_attachment_that_a_restored_centre_lacks_is_sent_again(office, centre):
    file = file_of(office, 200_000)
    backup = backup_of(centre)
    office.register(attachments=(file,))
    office.exchange()
    assert list(centre.whole) == [file.blob_id]
    restore(centre, backup)
    assert not centre.whole
    office.exchange()
    assert list(centre.whole) == [file.blob_id]
    assert office.states() == [SEALED] * 2


def test_one_that_it_still_has_is_acknowledged_anew_without_being_sent(office, centre):
    file = file_of(office, 200_000)
    backup = backup_of(centre)
    office.register(attachments=(file,))
    office.exchange()
    restore(centre, backup, blobs=False)
    office.start()
    sent = len(centre.pieces)
    office.exchange()
    assert len(centre.pieces) <= sent + 1
    assert office.states() == [SEALED] * 2
    assert not delivery.waiting(office.store).blobs


def test_a_new_server_epoch_is_believed_only_with_a_checkpoint_of_its_log(office, centre):
    office.register()
    office.exchange()
    restore(centre, backup_of(centre))
    centre.change_reply = lambda reply: replace(reply, checkpoint="")
    office.exchange()
    assert office.exchanging.news.trouble == "checkpoint_wrong"
    assert feed.cursors(office.store.connection).server_epoch == 1
    centre.change_reply = lambda reply: reply
    office.exchange()
    assert feed.cursors(office.store.connection).server_epoch == 2
    office.register()
    office.exchange()
    assert office.exchanging.news.hindrance == ""
    assert "log_contradicts_itself" not in office.told()
    assert office.states() == [SEALED] * 3


def test_an_erased_event_that_the_centre_lost_goes_up_without_its_words(office, centre):
    office.register()
    office.exchange()
    backup = backup_of(centre)
    gone = office.register().appeal
    office.register()
    office.exchange()
    erase(centre, next(one.event for one in centre.kept if one.hash == gone))
    with office.store.transaction() as connection:
        assert erase_event(connection, gone)
    restore(centre, backup)
    office.exchange()
    assert [one.seq for one in centre.of_epoch(office.epoch)] == [1, 2, 3, 4]
    assert [one.hash for one in centre.of_epoch(office.epoch)][2] == gone
    assert office.states() == [SEALED] * 4


@pytest.mark.parametrize(("code", "field"), [("category_unknown", "categories"), ("number_taken", "")])
def test_the_field_that_the_centre_names_is_kept_beside_its_code(office, centre, code, field):
    centre.results[2] = (Status.QUARANTINED, code)
    appeal = office.register().appeal
    centre.feed.append(Quarantined(appeal, code))
    if field:
        centre.feed.append(WrongField(appeal, field))
    office.exchange()
    item = delivery.list_outbox(office.store)[0]
    assert (item.code, item.field) == (code, field)
    card = appeal_card(office.office.desk, appeal)
    assert (card.quarantine_code, card.quarantine_field) == (code, field)


def test_a_day_that_a_restored_centre_does_not_know_counts_no_more_and_the_clerk_is_told(office, centre):
    """Of two decrees the backup has the first; of one taken back since, that it was taken back."""
    first, second, third = (
        CalendarDay(date(2026, 12, on), 1, "Токтом", "Распоряжение", "Decree") for on in (10, 14, 15)
    )
    centre.common += [first, third]
    office.exchange()
    backup, common = backup_of(centre), list(centre.common)
    centre.common += [second, replace(third, kind=0)]
    office.exchange()
    assert days_off(office) == [first.day, second.day]
    restore(centre, backup)
    centre.common = common
    office.exchange()
    assert days_off(office) == [first.day, third.day]
    assert office.told().count("decree_lost") == 1
    office.exchange()
    assert office.told().count("decree_lost") == 1
    centre.common.append(second)  # written down again
    office.exchange()
    assert days_off(office) == [first.day, second.day, third.day]


def days_off(office) -> list[date]:
    days = (date(2026, 12, 10), date(2026, 12, 14), date(2026, 12, 15))
    calendar = reference_book(office.store).calendar
    return [day for day in days if not calendar.is_working(day)]
