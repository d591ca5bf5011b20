"""What the centre does with a PC that was put back, cloned or withdrawn: nothing is lost, nothing goes to a thief."""

from dataclasses import replace

import pytest
from django.db import transaction
from django.db.models.signals import post_init

from server_sync.appeals.applying import Decision
from server_sync.appeals.erasing import erase_request
from server_sync.appeals.models import Appeal, Link
from server_sync.appeals.rebuilding import rebuild
from server_sync.appeals.resolving import resolve
from server_sync.common.refusals import Refused
from server_sync.contract import frames
from server_sync.contract.bodies import AppealRegistered
from server_sync.contract.events import read_body, read_header
from server_sync.contract.evidence.chain import advance, event_hash_after_erasure
from server_sync.contract.evidence.checkpoint import read_unverified
from server_sync.contract.evidence.merkle import verify_inclusion
from server_sync.contract.messages import (
    READS_ERASED,
    Confirmed,
    EventRow,
    ExchangeReply,
    Quarantined,
    Released,
    Standing,
    Status,
)
from server_sync.contract.workflow import Role
from server_sync.evidence.keys import centre_keys
from server_sync.evidence.log import stand_of_log
from server_sync.exchange import exchanging
from server_sync.journal.custody import BRANCHES_MOST
from server_sync.journal.models import Event, Fork, Reading
from server_sync.workplaces.epochs import revoke_epoch
from server_sync.workplaces.models import Epoch, Person, RoleGrant
from tests.server.conftest import SINCE
from tests.server.exchange.offices import REQUEST, PlainOffice

pytestmark = pytest.mark.django_db


@pytest.fixture
def noor(centre) -> Person:
    """A second central operator."""
    person = Person.objects.create_person("noor", None, surname="Осмонова", given_name="Нур")
    RoleGrant.objects.create(person=person, role=Role.CENTRAL_OPERATOR, from_on=SINCE)
    return person


def answer_to(office: PlainOffice, **changes: object) -> ExchangeReply:
    status, raw = office.post(office.request(**changes))
    assert status == 200
    return frames.unpack(ExchangeReply, raw)


def revoke(office: PlainOffice, last_good_seq: int) -> None:
    with transaction.atomic():
        revoke_epoch(
            Epoch.objects.get(pk=office.epoch),
            last_good_seq,
            centre_keys().directory,
            by=None,
            reason="уурдалган",
            announce=lambda _epoch: None,
            log=stand_of_log,
        )


def give_back(office: PlainOffice, reply: ExchangeReply) -> list[int]:
    """Take back what came, whole or erased, and give the seqs; an erased one is verified against the log first."""
    assert reply.checkpoint
    newest = read_unverified(reply.checkpoint)
    given: dict[int, bytes] = {}
    for raw in reply.missing:
        given[read_header(raw.header).seq] = raw.event().hash
    for left in reply.missing_erased:
        named = event_hash_after_erasure(left.header, left.commitment)
        verify_inclusion(named, left.leaf, newest.size, left.proof, newest.root)
        given[read_header(left.header).seq] = named
    chain = office.chain_at(len(office.events))
    for seq in sorted(given):
        chain = advance(chain, given[seq])
    assert chain == bytes(Epoch.objects.get(pk=office.epoch).chain)
    return sorted(given)


def test_an_event_that_was_erased_meanwhile_comes_back_as_what_is_left_of_it(ala, administrator, second_administrator):
    for _ in range(4):
        ala.write(REQUEST)
    ala.exchange()
    erase_request(ala.events[2].hash, "сот", administrator.id.bytes, second_administrator.id.bytes)
    del ala.events[1:]
    reply = answer_to(ala, versions={"program": "1.1", READS_ERASED: 1}, checkpoint_size=0)
    assert reply.standing is Standing.ROLLED_BACK
    assert [len(reply.missing), len(reply.missing_erased)] == [2, 1]
    assert give_back(ala, reply) == [2, 3, 4]
    (left,) = reply.missing_erased
    body = read_body(read_header(left.header), left.remains)
    assert isinstance(body, AppealRegistered)
    assert (body.text, body.due.working_days) == ("", REQUEST.due.working_days)


def test_a_program_of_before_is_not_sent_a_key_that_it_does_not_know(ala, administrator, second_administrator):
    for _ in range(3):
        ala.write(REQUEST)
    ala.exchange()
    erase_request(ala.events[1].hash, "сот", administrator.id.bytes, second_administrator.id.bytes)
    del ala.events[1:]
    reply = answer_to(ala)
    assert not reply.missing_erased
    assert [read_header(raw.header).seq for raw in reply.missing] == [3]


def test_a_pc_put_back_by_far_gets_its_events_back_over_several_exchanges(ala, monkeypatch):
    monkeypatch.setattr(exchanging, "MISSING_MOST_BYTES", 1500)
    for _ in range(9):
        ala.write(REQUEST)
    ala.exchange()
    whole = list(ala.events)
    del ala.events[2:]
    ala.sent = 2
    rounds = 0
    while True:
        reply = ala.exchange()
        if reply.standing is Standing.GOOD:
            break
        assert reply.standing is Standing.ROLLED_BACK
        assert 0 < len(reply.missing) < 7
        ala.events += [raw.event() for raw in reply.missing]
        rounds += 1
    assert rounds > 1
    assert ala.events == whole


def test_a_fork_is_told_to_both_branches_from_then_on(ala):
    ala.write(REQUEST)
    ala.exchange()
    clone = ala.clone()
    ala.write(replace(REQUEST, subject="биринчи"))
    ala.exchange()
    for subject in ("экинчи", "үчүнчү", "төртүнчү"):  # the clone's branch grows longer than the true one
        clone.write(replace(REQUEST, subject=subject), random=77)
        reply = answer_to(clone)
        assert reply.standing is Standing.FORKED
        assert reply.expects_seq == len(clone.events) + 1
        clone.sent = len(clone.events)
    assert answer_to(ala).standing is Standing.FORKED
    ala.write(replace(REQUEST, subject="бешинчи"))
    assert answer_to(ala).standing is Standing.FORKED
    held = {"үчүнчү", "төртүнчү"}  # ahead of the trunk
    assert set(Appeal.objects.values_list("subject", flat=True)) == {REQUEST.subject, "биринчи", "экинчи", "бешинчи"}
    assert Reading.objects.filter(code="counter_wrong").count() == len(held)
    assert Fork.objects.get().event.seq == 2
    assert rebuild(keep=False).is_equal


def test_after_a_fork_own_events_come_whole_because_a_seq_names_two(ala):
    ala.write(REQUEST)
    clone = ala.clone()
    ala.write(replace(REQUEST, subject="биринчи"))
    ala.exchange()
    clone.write(replace(REQUEST, subject="экинчи"), random=77)
    reply = answer_to(clone)
    assert [(run.seq_from, run.count, run.status) for run in reply.results] == [
        (1, 1, Status.REGISTERED),
        (2, 1, Status.FORK),
    ]
    assert answer_to(clone).results == reply.results
    entries = [row.entry() for row in answer_to(ala, feed_read=0).feed.rows]
    assert entries[0] == Confirmed(1, 1)
    assert [entry.event() for entry in entries[1:] if isinstance(entry, EventRow)] == [ala.events[1], clone.events[1]]


def test_one_number_on_two_events_is_a_doubt_until_people_link_them(ala, nur, noor):
    ala.write(REQUEST)
    ala.exchange()
    clone = ala.clone()
    ala.write(replace(REQUEST, subject="биринчи"), random=5)
    ala.exchange()
    twin = clone.write(replace(REQUEST, subject="экинчи"), random=5)
    reply = answer_to(clone)
    assert [(run.status, run.code) for run in reply.results] == [(Status.QUARANTINED, "number_taken")]
    assert Reading.objects.filter(status=Status.QUARANTINED).count() == 1
    resolve(twin.hash, Decision.LINK, "бир кайрылуу", person=nur.id.bytes, second_person=noor.id.bytes)
    assert not Reading.objects.filter(status=Status.QUARANTINED).exists()
    assert Link.objects.get().other_hash == twin.hash
    assert Link.objects.get().appeal.subject == "биринчи"
    assert rebuild(keep=False).is_equal


def test_a_withdrawn_pc_goes_on_into_custody_and_learns_nothing(ala, plain, enrolled):
    other = plain(enrolled("KG-C-ALA"))
    ala.write(REQUEST)
    ala.exchange()
    revoke(ala, 1)
    other.write(replace(REQUEST, text="канарейка-үнү"))
    other.exchange()
    late = ala.write(REQUEST)
    reply = answer_to(ala, feed_read=0)
    assert reply.standing is Standing.REVOKED
    assert [(run.status, run.count) for run in reply.results] == [(Status.AFTER_REVOCATION, 1)]
    assert reply.feed.rows == ()
    assert reply.acknowledgement
    assert Event.custody.filter(hash=late.hash).exists()
    assert Appeal.objects.count() == 2
    assert rebuild(keep=False).is_equal


def test_a_stolen_clone_gets_no_feed_although_it_is_a_fork_too(ala, plain, enrolled):
    ala.write(REQUEST)
    ala.exchange()
    clone = ala.clone()
    ala.write(replace(REQUEST, text="канарейка-үнү"))
    ala.exchange()
    revoke(ala, 1)
    clone.write(REQUEST, random=44)
    reply = answer_to(clone, feed_read=0)
    assert reply.standing is Standing.REVOKED
    assert reply.feed.rows == ()
    assert reply.missing == ()


def test_two_operators_let_a_late_event_in_and_one_alone_cannot(ala, nur, noor, registrar):
    revoke_at = ala.write(REQUEST)
    ala.exchange()
    revoke(ala, 1)
    late = ala.write(replace(REQUEST, subject="кеч келген"))
    follow = ala.write(replace(REQUEST, subject="андан кийин"))
    answer_to(ala)
    assert read_header(revoke_at.header).seq == 1
    for second, code in ((nur, "second_person_needed"), (registrar, "role_missing")):
        with pytest.raises(Refused, match=code):
            resolve(late.hash, Decision.RELEASE, "", person=nur.id.bytes, second_person=second.id.bytes)
    resolve(late.hash, Decision.RELEASE, "кагазы бар", person=nur.id.bytes, second_person=noor.id.bytes)
    resolve(follow.hash, Decision.KEEP_OUT, "кагазы жок", person=nur.id.bytes, second_person=noor.id.bytes)
    assert set(Appeal.objects.values_list("subject", flat=True)) == {REQUEST.subject, "кеч келген"}
    assert Reading.objects.get(event__hash=follow.hash).code == "kept_out"
    assert rebuild(keep=False).is_equal


def test_the_other_pcs_of_a_site_see_what_is_held_and_what_is_let_in(ala, plain, enrolled, nur, noor):
    other = plain(enrolled("KG-C-ALA"))
    ala.write(REQUEST)
    ala.exchange()
    revoke(ala, 1)
    late = ala.write(replace(REQUEST, subject="кеч келген"))
    answer_to(ala)
    other.exchange()
    assert other.feed[-1] == Quarantined(late.hash, "after_revocation")
    resolve(late.hash, Decision.RELEASE, "кагазы бар", person=nur.id.bytes, second_person=noor.id.bytes)
    other.exchange()
    assert Released(late.hash) in other.feed
    assert late in [entry.event() for entry in other.feed if isinstance(entry, EventRow)]


def emptied(office: PlainOffice) -> PlainOffice:
    """The same PC with nothing in its store."""
    lost = office.clone()
    lost.events.clear()
    lost.sent = 0
    return lost


def test_a_pc_has_so_many_histories_and_no_more(ala):
    ala.write(REQUEST, random=1)
    ala.exchange()
    others = [emptied(ala) for _ in range(2, BRANCHES_MOST + 1)]
    for branch, other in enumerate(others, 2):
        other.write(REQUEST, random=branch)
        assert answer_to(other).standing is Standing.FORKED
    held = Event.custody.count()
    beyond = emptied(ala)
    beyond.write(REQUEST, random=99)
    assert beyond.refused().code == "too_many_branches"
    assert Event.custody.count() == held
    others[-1].write(REQUEST, random=50)
    assert answer_to(others[-1]).standing is Standing.FORKED  # those that are there go on
    assert rebuild(keep=False).is_equal


def test_what_an_office_lost_is_measured_before_it_is_read(ala, monkeypatch):
    for at in range(6):
        ala.write(replace(REQUEST, text=chr(ord("а") + at) * 4_000))
    ala.exchange()
    monkeypatch.setattr(exchanging, "MISSING_MOST_BYTES", 20_000)
    read: list[int] = []
    post_init.connect(lambda instance, **_: read.append(instance.seq), sender=Event, weak=False, dispatch_uid="read")
    try:
        answer = answer_to(emptied(ala))
    finally:
        post_init.disconnect(sender=Event, dispatch_uid="read")
    assert 0 < len(answer.missing) < 4
    assert len(read) == len(answer.missing)
