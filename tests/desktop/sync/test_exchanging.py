"""What an office does when all goes well, and when it does not."""

from liaison_desktop.domain.delivery import DeliveryState, LineState
from liaison_desktop.store import delivery
from liaison_desktop.sync.outcomes import Reason
from server_sync.contract.messages import Status

SEALED = int(DeliveryState.SEALED)


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
