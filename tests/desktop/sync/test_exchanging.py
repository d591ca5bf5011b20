"""What an office does when all goes well, and when it does not."""

import copy
import shutil
from dataclasses import replace
from random import Random

import pytest

from liaison_desktop.domain.delivery import DeliveryState, LineState
from liaison_desktop.domain.errors import NumberingStopped
from liaison_desktop.services.opening import open_desk
from liaison_desktop.store import delivery, feed
from liaison_desktop.store.epochs import open_epoch, standing_stop, stop_numbering, writing_epoch
from liaison_desktop.store.projecting import differences
from liaison_desktop.sync.line import RawAnswer
from liaison_desktop.sync.outcomes import Reason
from server_sync.contract.bodies import Routed, Words
from server_sync.contract.errors import ContractError, NotAuthentic
from server_sync.contract.events import read_header
from server_sync.contract.evidence.certificate import issue_workplace_certificate
from server_sync.contract.messages import Status
from tests.contract.invented import NOW_MS, phrase_key
from tests.desktop.services.faults import fill_disk, free_disk

SEALED = int(DeliveryState.SEALED)


def many_words(seed: int) -> str:
    """A text that does not compress well, the same in every run."""
    drawn = Random(seed)
    return " ".join("".join(drawn.choice("абвгдежзиклмнөңүпрст") for _ in range(7)) for _ in range(150))


def test_what_was_registered_offline_arrives_once_and_is_sealed(office, centre):
    for _ in range(5):
        office.register()
    office.exchange()
    assert [one.seq for one in centre.of_epoch(office.epoch)] == [1, 2, 3, 4, 5, 6]
    assert office.states() == [SEALED] * 6
    assert delivery.waiting(office.store).events == 0
    assert office.exchanging.news.state is LineState.ONLINE


def test_an_answer_lost_on_the_way_is_asked_for_again_and_nothing_arrives_twice(office, centre):
    office.register()
    office.line.faults = ["lost"]
    office.exchange()
    assert office.states() == [int(DeliveryState.SENT)] * 2
    office.register()
    office.wait()
    hashes = [one.event.hash for one in centre.kept]
    assert len(hashes) == len(set(hashes)) == 3
    assert office.states() == [SEALED] * 3


def test_a_quarantined_event_is_marked_and_the_next_go_on(office, centre):
    centre.results[2] = (Status.QUARANTINED, "category_unknown")
    office.register()
    office.register()
    office.exchange()
    assert office.states() == [SEALED, int(DeliveryState.QUARANTINED), SEALED]
    item = delivery.list_outbox(office.store)[0]
    assert item.code == "category_unknown"


def test_retries_wait_longer_each_time_and_at_most_a_quarter_of_an_hour(office):
    office.line.faults = [Reason.NO_ANSWER] * 40
    longest = 0
    for _ in range(40):
        office.wait()
        wait_ms = office.exchanging.next_step.at_ms - office.clock.monotonic_ms()
        longest = max(longest, wait_ms)
        assert 0 <= wait_ms <= 15 * 60 * 1000
    assert longest > 5 * 60 * 1000
    assert office.exchanging.news.state is LineState.OFFLINE


def test_send_now_waits_for_nothing(office):
    office.line.faults = [Reason.NO_ANSWER] * 6
    for _ in range(6):
        office.wait()
    office.exchange()
    assert office.states() == [SEALED]


def test_a_clock_wrong_by_years_is_signed_with_the_centres_time_and_nothing_is_dropped(office, centre):
    office.register()
    office.clock.now_ms -= 5 * 365 * 24 * 3600 * 1000
    office.register()
    office.exchange()
    assert office.states() == [SEALED] * 3
    assert [one.seq for one in centre.of_epoch(office.epoch)] == [1, 2, 3]


def test_a_batch_that_times_out_is_halved_and_one_that_goes_well_doubled(office, centre):
    for number in range(60):
        office.register(text=many_words(number))
    office.line.faults = [Reason.TIMEOUT, Reason.TIMEOUT]
    office.wait()
    first = office.line.calls[0][2]
    office.wait()
    office.wait()
    sizes = [size for _, _, size in office.line.calls]
    assert sizes[1] <= first
    assert sizes[2] < first * 0.8
    assert office.states() == [SEALED] * 61
    assert len(sizes) > 3


def test_an_unsigned_413_halves_until_it_fits(office, centre):
    for _ in range(20):
        office.register()
    office.line.faults = [RawAnswer(413, {}, b""), RawAnswer(413, {}, b"")]
    office.exchange()
    assert [len(one.events) for one in centre.exchanges[:2]] == [5, 10]
    assert office.states() == [SEALED] * 21


def test_after_five_server_errors_the_batch_is_halved_to_isolate_the_cause(office, centre):
    for _ in range(20):
        office.register()
    office.line.faults = [RawAnswer(500, {}, b"oops")] * 5
    for _ in range(5):
        office.wait()
    sizes = [size for _, _, size in office.line.calls]
    assert max(sizes) - min(sizes) < 50
    office.wait()
    assert len(centre.exchanges[0].events) == 10
    assert office.states() == [SEALED] * 21


def test_the_wait_a_busy_centre_asks_for_is_kept(office):
    office.line.faults = [RawAnswer(503, {"Retry-After": "300"}, b"")]
    office.wait()
    assert office.exchanging.next_step.at_ms - office.clock.monotonic_ms() >= 300_000


def test_a_captive_portal_is_named_and_gets_nothing_but_a_signed_request(office):
    office.register()
    office.line.faults = [RawAnswer(200, {"Content-Type": "text/html"}, b"<html>sign in</html>")]
    office.exchange()
    news = office.exchanging.news
    assert (news.state, news.trouble) == (LineState.FOREIGN, "foreign_answer")
    assert news.waiting.events == 2
    office.wait()
    assert office.exchanging.news.state is LineState.ONLINE
    assert office.exchanging.news.trouble == ""


def test_an_event_the_centre_cannot_read_stays_and_a_person_is_told(office, centre):
    office.register()
    office.register()

    def refuse(reply):
        raise ContractError("malformed_cbor")

    centre.change_reply = refuse
    office.exchange()
    assert office.exchanging.news.hindrance == "refused"
    assert office.exchanging.news.trouble == "malformed_cbor"
    assert len(office.line.calls) <= 16
    assert set(office.states()) <= {int(DeliveryState.REGISTERED_HERE), int(DeliveryState.SENT)}
    centre.change_reply = lambda reply: reply
    office.exchange()
    assert office.states() == [SEALED] * 3
    assert office.exchanging.news.hindrance == ""


def test_a_history_that_parts_from_the_centres_before_what_was_acknowledged_is_sent_from_its_beginning(office, centre):
    for _ in range(3):
        office.register()
    office.exchange()
    once = iter([NotAuthentic("chain_wrong", seq=4, expects_seq=1)])

    def refuse(reply):
        for refusal in once:
            raise refusal
        return reply

    centre.change_reply = refuse
    office.register()
    office.exchange()
    assert [read_header(raw.header).seq for raw in centre.exchanges[-1].events] == [1, 2, 3, 4, 5]
    assert office.states() == [SEALED] * 5
    assert office.exchanging.news.hindrance == ""


@pytest.mark.parametrize("code", ["chain_wrong", "signature_wrong"])
def test_a_head_that_is_refused_again_is_told_to_a_person_and_nothing_is_dropped(office, centre, code):
    office.register()
    refusals = []

    def refuse(reply):
        refusals.append(1)
        raise NotAuthentic(code, expects_seq=1)

    centre.change_reply = refuse
    office.exchange()
    assert len(refusals) == 1  # signing with the centre's time cannot help
    assert (office.exchanging.news.hindrance, office.exchanging.news.trouble) == ("refused", code)
    centre.change_reply = lambda reply: reply
    office.exchange()
    assert office.states() == [SEALED] * 2


def test_a_revoked_pc_stops_numbering_and_goes_on_uploading(office, centre):
    office.register()
    centre.revoked.add(office.epoch)
    office.exchange()
    assert office.exchanging.news.hindrance == "revoked"
    with pytest.raises(NumberingStopped) as stopped:
        office.register()
    assert stopped.value.code == "revoked"
    assert len(centre.of_epoch(office.epoch)) == 2
    assert "revoked" in office.told()


def test_a_store_set_back_is_seen_at_the_first_exchange_and_gets_its_events_back(office, centre, tmp_path):
    office.register()
    office.exchange()
    copy = tmp_path / "before.db"
    office.store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(office.store.path, copy)
    mark = office.office.home.mark / "high-water-mark"
    mark_before = mark.read_bytes()
    lost = [office.register().number for _ in range(3)]
    office.exchange()
    key = office.store.key
    office.store.close()
    for name in ("-wal", "-shm"):
        office.store.path.with_name(office.store.path.name + name).unlink(missing_ok=True)
    shutil.copy(copy, office.store.path)
    mark.write_bytes(mark_before)  # else the mirror itself tells, before any line
    office.office.desk = open_desk(office.office.place, key)
    office.start()
    assert office.store.connection.execute("SELECT count(*) FROM events").fetchone()[0] == 2
    office.exchange()
    numbers = [row[0] for row in office.store.connection.execute("SELECT number FROM appeals ORDER BY number")]
    assert set(lost) < set(numbers)
    assert office.exchanging.news.hindrance == "rolled_back"
    with pytest.raises(NumberingStopped):
        writing_epoch(office.store.connection)
    assert differences(office.store) == ()
    assert all(state >= DeliveryState.STORED for state in office.states())


def test_a_restored_centre_gets_again_what_it_lost(office, centre):
    office.register()
    office.exchange()
    backup = copy.deepcopy((centre.kept, centre.tree, centre.feed))
    for _ in range(3):
        office.register()
    office.exchange()
    assert office.states() == [SEALED] * 5
    centre.kept, centre.tree, centre.feed = backup
    centre.server_epoch = 2
    centre.origin = "kattar.gov.kg/log/2"
    office.exchange()
    assert [one.seq for one in centre.of_epoch(office.epoch)] == [1, 2, 3, 4, 5]
    assert "sent_again" in office.told()
    assert "server_renewed" in office.told()
    assert "log_contradicts_itself" not in office.told()
    assert office.states() == [SEALED] * 5
    assert feed.cursors(office.store.connection).server_epoch == 2


def test_events_of_the_epoch_before_are_still_uploaded_under_its_own_key(office, centre):
    office.register()
    stop_numbering(office.store, "other_machine")
    fresh = phrase_key("the fresh epoch")
    certificate = issue_workplace_certificate(
        centre.keys.directory,
        workplace=b"w" * 16,
        epoch=b"e" * 16,
        number_code="ALA",
        slot="B",
        public_key=fresh.public.raw,
        not_before_ms=NOW_MS,
        server_epoch=1,
        previous_epoch=office.epoch,
    ).to_bytes()
    old = office.epoch
    open_epoch(office.store, certificate, fresh, NOW_MS + 1)
    centre.know(certificate)
    office.exchange()
    assert len(centre.of_epoch(old)) == 2
    assert centre.exchanges[-1].epoch == b"e" * 16


def test_an_old_epoch_the_centre_does_not_know_does_not_silence_the_new_one(office, centre):
    office.register()
    fresh = phrase_key("the fresh epoch")
    certificate = issue_workplace_certificate(
        centre.keys.directory,
        workplace=b"w" * 16,
        epoch=b"e" * 16,
        number_code="ALA",
        slot="B",
        public_key=fresh.public.raw,
        not_before_ms=NOW_MS,
        server_epoch=1,
    ).to_bytes()
    centre.certificates.clear()
    open_epoch(office.store, certificate, fresh, NOW_MS + 1)
    centre.know(certificate)
    office.exchange()
    assert centre.exchanges[-1].epoch == b"e" * 16
    assert office.exchanging.news.state is LineState.ONLINE
    assert delivery.waiting(office.store).events == 2


def test_a_full_disk_takes_nothing_in_and_loses_nothing(office, centre):
    office.register()
    centre.say(Routed("AKIM@KG-C-ALA", "rule 1", Words("к" * 30_000, "п" * 30_000)), bytes(32))
    office.line.during = lambda _method: fill_disk(office.store)
    office.exchange()
    assert office.exchanging.news.hindrance == "disk_full"
    free_disk(office.store)
    office.line.during = lambda _method: None
    office.exchange()
    assert office.states() == [SEALED] * 2
    assert office.exchanging.news.hindrance == ""
    assert len(centre.of_epoch(office.epoch)) == 2


def test_what_is_written_while_an_answer_is_awaited_goes_in_the_same_run(office, centre):
    office.register()
    written: list[object] = []

    def write_once(_method: str) -> None:
        if not written:
            written.append(office.register())
            office.exchanging.something_waits()

    office.line.during = write_once
    office.exchange()
    assert office.states() == [SEALED] * 3


def test_after_hours_without_a_line_what_is_registered_is_tried_within_a_minute(office):
    office.line.faults = [Reason.NO_ANSWER] * 60
    for _ in range(40):
        office.wait()
    for _ in range(20):
        office.register()
        office.exchanging.something_waits()
        left_ms = office.exchanging.next_step.at_ms - office.clock.monotonic_ms()
        assert 0 <= left_ms <= 60_000
        office.wait()
    office.exchanging.line_is_back()
    office.wait()
    assert office.states() == [SEALED] * 21


def test_a_run_can_be_stopped_and_goes_on_where_it_was(office, centre):
    centre.page_rows = 1
    for _ in range(4):
        office.register()
    calls = []

    def stop_after_two(_method: str) -> None:
        calls.append(1)
        if len(calls) == 2:
            office.exchanging.stop()

    office.line.during = stop_after_two
    office.exchange()
    assert office.exchanging.news.trouble == "stopped_here"
    assert not office.exchanging.is_running
    office.line.during = lambda _method: None
    office.exchange()
    assert office.states() == [SEALED] * 5


def test_nothing_to_send_takes_one_round_trip_of_less_than_a_kilobyte(office):
    office.exchange()
    before = len(office.line.calls)
    office.exchange()
    assert len(office.line.calls) == before + 1
    assert office.line.calls[-1][2] < 1_000


def test_a_stop_by_a_clerks_word_goes_to_the_centre_and_is_lifted_by_its_answer(office, centre):
    office.register()
    stop_numbering(office.store, "clerk_said_no")
    stop = standing_stop(office.store.connection)
    assert stop is not None
    centre.change_reply = lambda reply: replace(reply, lifted_stop=bytes(16))
    office.exchange()
    with pytest.raises(NumberingStopped):
        office.register()
    centre.change_reply = lambda reply: replace(reply, lifted_stop=stop.stop)
    office.exchange()
    assert office.register().number
    assert "stop_lifted" in office.told()


def test_a_stop_by_the_state_of_the_store_is_not_lifted_by_any_answer(office, centre):
    office.register()
    stop_numbering(office.store, "mirror_ahead")
    stop = standing_stop(office.store.connection)
    assert stop is not None
    centre.change_reply = lambda reply: replace(reply, lifted_stop=stop.stop)
    office.exchange()
    with pytest.raises(NumberingStopped):
        office.register()
