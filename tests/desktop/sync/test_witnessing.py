"""Whose word counts that others see the same public log, and what a log that shows two faces does here."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from liaison_desktop.domain.delivery import DeliveryState, Witnesses
from liaison_desktop.services import reading
from liaison_desktop.ui.delivery import telling
from liaison_desktop.workplace import words
from server_sync.contract.evidence.checkpoint import (
    WITNESSES_WANTED,
    Checkpoint,
    add_cosignatures,
    cosign,
    cosigner_name,
    sign_checkpoint,
)
from server_sync.contract.messages import ExchangeReply, RevokedRow, WitnessedCheckpoint, WorkplaceRow
from tests.contract.invented import DAY_MS, NOW_MS
from tests.contract.invented import Office as Other
from tests.desktop.sync.conftest import SyncingOffice
from tests.desktop.sync.paper_centre import PaperCentre

CODES = ("CHU", "TAL", "OSH", "BAT", "NAR", "ISK")


class Network:
    """The other offices, as this one hears of them through the centre."""

    def __init__(self, centre: PaperCentre) -> None:
        self.centre = centre
        self.others = {code: centre.keys.office(code) for code in CODES}
        centre.common.extend(WorkplaceRow(one.certificate.to_bytes()) for one in self.others.values())

    def line(self, other: Other, seen: Checkpoint, ago_ms: int = 0) -> str:
        return cosign(other.key, cosigner_name(other.epoch), seen, (self.centre.now_ms - ago_ms) // 1000)

    def at(self, size: int) -> Checkpoint:
        return Checkpoint(self.centre.origin, size, self.centre.tree.root(size))

    def witnessed(self, size: int, lines: list[str], seen: Checkpoint | None = None) -> WitnessedCheckpoint:
        note = sign_checkpoint(self.centre.keys.log, self.centre.origin, seen or self.at(size))
        proof = self.centre.tree.consistency_proof(size, self.centre.tree.size)
        return WitnessedCheckpoint(add_cosignatures(note, lines), proof)

    def tell(self, make: Callable[[], tuple[WitnessedCheckpoint, ...]]) -> None:
        """Let the centre's next answers carry this."""

        def change(reply: ExchangeReply) -> ExchangeReply:
            return replace(reply, witnessed=make())

        self.centre.change_reply = change


@pytest.fixture
def network(centre: PaperCentre) -> Network:
    centre.tree.append([bytes([at]) * 32 for at in range(5)])
    return Network(centre)


def seen_by(office: SyncingOffice) -> Witnesses:
    return reading.log_witnesses(office.office.desk)


def let_days_pass(office: SyncingOffice, centre: PaperCentre, days: float) -> None:
    for moving in (office.clock, centre):
        moving.now_ms += int(days * DAY_MS)
    office.clock.running_ms += int(days * DAY_MS)


def test_other_sites_that_saw_the_log_are_counted(office, network):
    def told() -> tuple[WitnessedCheckpoint, ...]:
        lines = [network.line(network.others[code], network.at(4)) for code in ("CHU", "TAL")]
        return network.witnessed(4, lines), network.witnessed(
            2, [network.line(network.others["OSH"], network.at(2), DAY_MS)]
        )

    network.tell(told)
    office.register()
    office.exchange()
    assert seen_by(office).sites == 3
    assert office.exchanging.news.hindrance == ""
    assert any(change.delivery for change in office.changes)


def test_a_site_counts_once_however_many_pcs_and_checkpoints_it_signed(office, network, centre):
    second = centre.keys.office("CHU", "B")
    centre.common.append(WorkplaceRow(second.certificate.to_bytes()))
    network.tell(
        lambda: (
            network.witnessed(4, [network.line(one, network.at(4)) for one in (network.others["CHU"], second)]),
            network.witnessed(3, [network.line(second, network.at(3))]),
        )
    )
    office.exchange()
    assert seen_by(office).sites == 1


def test_own_site_the_centre_withdrawn_and_unknown_pcs_do_not_count(office, network, centre):
    own = centre.keys.office("ALA", "B")
    web = centre.keys.office("WEB")
    withdrawn = centre.keys.office("TAL", "B")
    for one in (own, web, withdrawn):
        centre.common.append(WorkplaceRow(one.certificate.to_bytes()))
    centre.common.append(RevokedRow(centre.keys.revoke(withdrawn, 0)))
    stranger = centre.keys.office("JAL")
    network.tell(
        lambda: (network.witnessed(4, [network.line(one, network.at(4)) for one in (own, web, withdrawn, stranger)]),)
    )
    office.exchange()
    assert seen_by(office).sites == 0
    assert office.exchanging.news.hindrance == ""


def test_a_line_of_another_key_or_for_another_root_does_not_count(office, network):
    chuy, talas = network.others["CHU"], network.others["TAL"]

    def told() -> tuple[WitnessedCheckpoint, ...]:
        in_anothers_name = cosign(talas.key, cosigner_name(chuy.epoch), network.at(4), network.centre.now_ms // 1000)
        of_another_root = network.line(talas, Checkpoint(network.centre.origin, 4, bytes(32)))
        return (network.witnessed(4, [in_anothers_name, of_another_root]),)

    network.tell(told)
    office.exchange()
    assert seen_by(office).sites == 0


def test_only_the_last_seven_days_count(office, network, centre):
    ages = dict(zip(CODES, (8 * DAY_MS, 7 * DAY_MS + 1000, 6 * DAY_MS, 0, -DAY_MS // 2, -3 * DAY_MS), strict=True))
    network.tell(
        lambda: (
            network.witnessed(
                4, [network.line(network.others[code], network.at(4), age) for code, age in ages.items()]
            ),
        )
    )
    office.exchange()
    assert seen_by(office).sites == 3
    centre.change_reply = lambda reply: reply
    let_days_pass(office, centre, 2)
    assert seen_by(office).sites == 2
    let_days_pass(office, centre, 6)
    assert seen_by(office).sites == 0


def test_what_was_seen_is_not_forgotten_by_older_news(office, network):
    network.tell(lambda: (network.witnessed(4, [network.line(network.others["CHU"], network.at(4))]),))
    office.exchange()
    network.tell(lambda: (network.witnessed(4, [network.line(network.others["CHU"], network.at(4), 5 * DAY_MS)]),))
    office.exchange()
    row = office.store.connection.execute("SELECT signed_at_ms FROM witnesses").fetchone()
    assert row[0] > NOW_MS - DAY_MS


def test_a_note_the_log_did_not_sign_is_left_out_and_nothing_else(office, network):
    stranger = network.others["OSH"].key

    def told() -> tuple[WitnessedCheckpoint, ...]:
        note = sign_checkpoint(stranger, network.centre.origin, network.at(4))
        lines = [network.line(network.others["CHU"], network.at(4))]
        return (WitnessedCheckpoint(add_cosignatures(note, lines), ()),)

    network.tell(told)
    office.register()
    office.exchange()
    assert seen_by(office).sites == 0
    assert office.exchanging.news.trouble == "checkpoint_wrong"
    assert office.states() == [int(DeliveryState.SEALED)] * 2


@pytest.mark.parametrize("wrong", ["root", "proof", "origin"])
def test_a_log_that_shows_others_another_face_alarms_and_stops_sealing(office, network, centre, wrong):
    office.register()
    office.exchange()

    def told() -> tuple[WitnessedCheckpoint, ...]:
        other = network.at(4)
        if wrong == "root":
            other = Checkpoint(centre.origin, 4, bytes(range(32)))
        shown = network.witnessed(4, [network.line(network.others["CHU"], other)], other)
        if wrong == "proof":
            return (replace(shown, consistency=shown.consistency[:-1]),)
        if wrong == "origin":
            other = Checkpoint("elsewhere/log/1", 4, network.at(4).root)
            note = sign_checkpoint(centre.keys.log, other.origin, other)
            return (replace(shown, note=add_cosignatures(note, [network.line(network.others["CHU"], other)])),)
        return (shown,)

    network.tell(told)
    office.register()
    office.exchange()
    assert office.exchanging.news.hindrance == "log_contradicts_itself"
    assert "log_contradicts_itself" in office.told()
    assert seen_by(office).sites == 0
    kept = office.store.connection.execute("SELECT size, is_consistent FROM checkpoints").fetchall()
    assert (centre.tree.size, 1) in kept
    assert (4, 0) in kept
    sealed, registered = int(DeliveryState.SEALED), int(DeliveryState.REGISTERED)
    assert office.states() == [sealed, sealed, registered]
    centre.change_reply = lambda reply: reply
    office.register()
    office.exchange()
    assert office.states() == [sealed, sealed, registered, registered]


def test_missing_witnesses_ask_for_attention_after_a_week_at_work(office, network, centre):
    assert not seen_by(office).are_missing
    let_days_pass(office, centre, 8)
    assert seen_by(office).are_missing
    network.tell(
        lambda: (
            network.witnessed(
                4, [network.line(network.others[code], network.at(4)) for code in CODES[:WITNESSES_WANTED]]
            ),
        )
    )
    office.exchange()
    assert not seen_by(office).are_missing


@pytest.mark.parametrize("language", ["ky", "ru", "en"])
def test_delivery_says_in_one_line_who_saw_the_log(language):
    before = words.current()
    words.set_language(language)
    try:
        said = [telling.witnesses(Witnesses(sites, 5, is_settled=True))() for sites in (0, 1, 3, 5, 6)]
    finally:
        words.set_language(before)
    assert all("5" in line and "7" in line for line in said)
    assert len(set(said)) == 4
    assert "3" in said[2]
