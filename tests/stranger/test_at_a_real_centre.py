"""The stranger's client at a real centre: what the page promises, he gets."""

import secrets
import socket
from copy import copy
from itertools import pairwise
from urllib.parse import urlsplit

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from proving.world import wait_until
from tests.stranger.client import Workplace, enrol, raw_event, statuses
from tests.stranger.encoding import pack, press, unpack
from tests.stranger.line import Refusal, send, verified
from tests.stranger.made_up import complaint, today
from tests.stranger.page import Message, the_page
from tests.stranger.suite import chain_over, h, seal, unseal
from tests.stranger.transparency import check_consistency, cosigned_at, read_checkpoint, verified_checkpoint
from tests.stranger.verifying import Proof, acknowledged, from_paper, on_paper, verdict

PIECE = 64 * 1024


def asked(office: Workplace, address: str) -> Message:
    """What the public log answers; it needs no sign-in."""
    answer = requests.get(office.server + address, timeout=60)
    assert answer.status_code == 200, answer.text
    told: Message = answer.json()
    return told


def proof_of(office: Workplace, event: bytes) -> Proof:
    return Proof.from_json(asked(office, f"/log/proof/inclusion?hash={event.hex()}"))


def as_a_backup_had_it(office: Workplace, events: int) -> Workplace:
    """The same PC with the store of an earlier day."""
    restored = copy(office)
    restored.events = office.events[:events]
    restored.acknowledged_seq = events
    restored.counter = sum(unpack("Header", header)["counter"] > 0 for header, _salt, _body in restored.events)
    return restored


def test_a_one_time_code_becomes_a_workplace_of_its_site(office):
    assert (office.certificate["number_code"], office.site_code) == ("ALA", "KG-C-ALA")
    assert asked(office, "/log/keys")["logs"][0]["origin"] == office.origin


def test_the_same_code_with_the_same_key_is_answered_the_same(handed, office):
    again = enrol(handed.address, handed.spent[office.epoch], "the same PC", office.key)
    assert again.raw_certificate == office.raw_certificate
    with pytest.raises(Refusal, match="code_used"):
        enrol(handed.address, handed.spent[office.epoch], "another PC", Ed25519PrivateKey.generate())


def test_the_common_feed_brings_every_key_and_every_workplace(office):
    told = asked(office, "/log/keys")
    rows = [name for name, _says in office.common]
    assert rows.count("KeyRow") == len(told["keys"])
    assert office.raw_certificate in [says["certificate"] for name, says in office.common if name == "WorkplaceRow"]


def test_a_registration_made_without_a_line_is_in_the_log_after_one_exchange(office):
    number, event = office.register(year=today().year, **complaint())
    paper = on_paper(office.portal, office.receipt(number, event))
    assert verdict(from_paper(paper), office.keyring) == "signed_not_yet_seen"
    assert statuses(office.deliver()[0])[-1] == "registered"
    assert verdict(from_paper(paper), office.keyring, proof_of(office, event)) == "in_log"
    confirmed = [says for name, says in office.feed if name == "Confirmed"]
    assert confirmed[-1]["seq_from"] + confirmed[-1]["count"] - 1 == len(office.events)


def test_the_acknowledgement_proves_custody_for_ever(office):
    office.register(year=today().year, **complaint())
    office.deliver()
    said = acknowledged(office.acknowledgements[-1], office.keyring)
    assert said["chain"] == chain_over(office.raw_certificate, office.hashes())
    assert said["ranges"][-1]["seq_to"] == len(office.events)


def test_what_follows_a_registration_is_registered_with_it(office):
    _number, event = office.register(year=today().year, **complaint())
    office.write("appeal_supplemented", appeal=event, text="Дагы бир сөз.")
    office.write("appeal_withdrawn", appeal=event, reason="Арыз ээсинин каалоосу", expressed="oral")
    assert statuses(office.exchange()) == ["registered"] * 3


def test_what_the_centre_decides_comes_down_and_can_be_read(office):
    _number, event = office.register(year=today().year, **complaint())
    office.deliver()
    wait_until(lambda: event in routed(office), 60, "the centre routes the request")


def routed(office: Workplace) -> set[bytes]:
    """The requests of which the centre said which body is to answer."""
    office.deliver()
    kind, structure = the_page().events["routed"]
    rows = [(unpack("Header", says["header"]), says["body"]) for name, says in office.feed if name == "EventRow"]
    return {
        header["appeal"] for header, body in rows if header["kind"] == kind and unpack(structure, body)["body_code"]
    }


def test_a_recorded_request_sent_again_changes_nothing(office):
    office.deliver()
    body = press(pack("PersonRequest", login="nobody", password="wrong"))
    asked, headers = office.signed("POST", "/sync/v1/person", body)
    said = []
    for _ in range(2):
        with pytest.raises(Refusal) as refused:
            verified(send("POST", office.server + asked.path, body, headers), asked, office.keyring)
        said.append(refused.value.code)
    assert said == ["sign_in_wrong"] * 2


def test_the_same_exchange_again_changes_nothing(office):
    office.register(year=today().year, **complaint())
    sent = [raw_event(office.events[-1])]
    first = office.exchange()
    leaf = proof_of(office, office.hashes()[-1]).index
    again = office.exchange(events=sent)
    assert again["standing"] == "good"
    assert again["expects_seq"] == first["expects_seq"]
    assert proof_of(office, office.hashes()[-1]).index == leaf


def test_the_log_that_is_seen_is_the_beginning_of_the_log_seen_later(office):
    office.deliver()
    held = office.checkpoint
    for _ in range(3):
        office.register(year=today().year, **complaint())
        office.exchange()
    newest = office.checkpoint
    assert newest.size >= held.size + 3
    told = asked(office, f"/log/proof/consistency?from={held.size}&to={newest.size}")
    checkpoint = verified_checkpoint(told["checkpoint"], office.origin, office.keyring.log_keys())
    check_consistency(held.size, held.root, checkpoint.size, checkpoint.root, Proof.hashes(told["proof"]))


def test_a_cosignature_stands_under_the_checkpoint_it_is_about(office):
    office.deliver()
    held = office.checkpoint
    office.cosign()
    note = requests.get(f"{office.server}/log/checkpoint?size={held.size}", timeout=60).text
    seen = read_checkpoint(note)
    assert seen.text == held.text
    assert cosigned_at(seen, office.epoch, office.certificate["public_key"])


def test_another_office_that_saw_the_log_is_counted_as_a_witness(office, elsewhere):
    elsewhere.deliver()
    elsewhere.cosign()
    office.deliver()
    assert elsewhere.certificate["number_code"] in office.witnesses(office.cosign())


def test_an_attachment_goes_on_where_the_line_broke(office):
    content, key = secrets.token_bytes(3 * PIECE + 5), secrets.token_bytes(32)
    blob = seal(key, content)
    attachment = {
        "blob_id": h(blob),
        "blob_key": key,
        "name": "арыз.pdf",
        "media_type": "application/pdf",
        "size_bytes": len(content),
    }
    office.register(year=today().year, **complaint(attachments=[attachment]))
    assert statuses(office.exchange()) == ["registered"]
    assert office.blob_offset(h(blob)) == (0, False)
    office.send_blob(blob, pieces=1)
    hang_up_in_the_middle(office, f"/sync/v1/blob/{h(blob).hex()}?offset={PIECE}&size={len(blob)}")
    assert office.blob_offset(h(blob)) == (PIECE, False)
    reply = office.send_blob(blob)
    said = acknowledged(reply["acknowledgement"], office.keyring, "BlobAcknowledgement")
    assert (said["blob_id"], said["size_bytes"]) == (h(blob), len(blob))
    assert office.blob_offset(h(blob)) == (len(blob), True)
    assert unseal(key, office.read_blob(h(blob), len(blob))) == content


def hang_up_in_the_middle(office: Workplace, path: str) -> None:
    """Begin to send a piece and lose the line after half of it."""
    place = urlsplit(office.server)
    assert place.hostname is not None
    piece = secrets.token_bytes(PIECE)
    _asked, headers = office.signed("PATCH", path, piece)
    lines = [f"PATCH {path} HTTP/1.1", f"Host: {place.netloc}", f"Content-Length: {PIECE}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    with socket.create_connection((place.hostname, place.port), 60) as line:
        line.sendall("\r\n".join([*lines, "", ""]).encode() + piece[: PIECE // 2])


def test_what_a_restored_store_lost_comes_back_page_by_page(office):
    _number, event = office.register(year=today().year, **complaint())
    seq = len(office.events)
    for _ in range(12):
        office.write("appeal_supplemented", appeal=event, text=secrets.token_hex(20_000))
    office.deliver()
    restored = as_a_backup_had_it(office, seq)
    replies = restored.take_back()
    assert [reply["standing"] for reply in replies[:-1]] == ["rolled_back"] * (len(replies) - 1)
    assert len(replies) > 2
    assert restored.events == office.events
    pages = [reply["missing"] for reply in replies]
    assert sum(len(page) for page in pages) == 12
    heads = [unpack("Header", page[0]["header"])["seq"] for page in pages if page]
    assert all(before < after for before, after in pairwise(heads))


def test_an_event_that_was_erased_meanwhile_comes_back_as_the_log_has_it_and_the_chain_goes_on(handed):
    office = handed.signed_in()
    gone = [office.register(year=today().year, **complaint())[1] for _ in range(3)][1]
    office.deliver()
    handed.centre.erase(gone)
    restored = as_a_backup_had_it(office, 1)
    replies = restored.take_back()
    assert sum(len(reply["missing_erased"]) for reply in replies) == 1
    assert restored.hashes() == office.hashes()
    assert replies[-1]["standing"] == "good"
    header, _commitment, body = restored.events[office.hashes().index(gone)]
    assert (unpack("Header", header)["epoch"], body) == (office.epoch, None)


def test_two_stores_that_wrote_on_under_one_epoch_are_both_kept(handed):
    office = handed.signed_in()
    office.register(year=today().year, **complaint())
    office.deliver()
    twin = as_a_backup_had_it(office, len(office.events))
    office.draw_digits, twin.draw_digits = lambda: 11, lambda: 12
    _number, first = office.register(year=today().year, **complaint(subject="Биринчи бутак"))
    _number, second = twin.register(year=today().year, **complaint(subject="Экинчи бутак"))
    assert statuses(office.exchange()) == ["registered"]
    reply = twin.exchange()
    assert reply["standing"] == "forked"
    assert statuses(reply) == ["fork"]
    for branch, event in ((office, first), (twin, second)):
        number = [unpack("Header", branch.events[-1][0])[part] for part in ("year", "counter", "random")]
        assert number[1] == 2
        assert proof_of(branch, event).size >= 2
    assert office.exchange()["standing"] == "forked"


def test_a_number_that_both_stores_gave_stands_on_the_first_and_the_other_waits_for_people(handed):
    office = handed.signed_in()
    office.register(year=today().year, **complaint())
    office.deliver()
    twin = as_a_backup_had_it(office, len(office.events))
    office.draw_digits = twin.draw_digits = lambda: 7
    assert len({branch.register(year=today().year, **complaint())[0] for branch in (office, twin)}) == 1
    assert statuses(office.exchange()) == ["registered"]
    reply = twin.exchange()
    assert reply["standing"] == "forked"
    assert [(row["status"], row["code"]) for row in reply["results"]] == [("quarantined", "number_taken")]


def test_a_withdrawn_pc_gets_no_feed_and_everybody_learns_of_it(handed, office, elsewhere):
    lost = elsewhere
    lost.deliver()
    slot = f"{lost.certificate['number_code']}-{lost.certificate['slot']}"
    handed.centre.manage("revoke_workplace", "--slot", slot, "--last-good", "0", "--reason", "stolen")
    lost.write("session_opened", role="clerk", program="stranger")
    reply = lost.exchange()
    assert reply["standing"] == "revoked"
    assert statuses(reply) == ["after_revocation"]
    assert not reply["feed"]["rows"]
    office.deliver()
    assert office.keyring.last_good[lost.epoch] == 0
    receipt = lost.receipt(*lost.register(year=today().year, **complaint()))
    assert verdict(receipt, office.keyring) == "key_withdrawn"


def test_what_a_thief_signs_after_the_withdrawal_is_withdrawn_by_its_leaf_whatever_its_seq(handed, office):
    stolen = handed.signed_in()
    thief = as_a_backup_had_it(stolen, len(stolen.events))
    honest = [stolen.register(year=today().year, **complaint()) for _ in range(3)]
    stolen.deliver()
    slot = f"{stolen.certificate['number_code']}-{stolen.certificate['slot']}"
    handed.centre.manage("revoke_workplace", "--slot", slot, "--reason", "stolen")
    number, late = thief.register(year=today().year, **complaint(subject="Ууру жазды"))
    reply = thief.exchange()
    assert (reply["standing"], statuses(reply)) == ("revoked", ["after_revocation"])
    office.deliver()
    assert unpack("Header", thief.events[-1][0])["seq"] <= office.keyring.last_good[stolen.epoch]
    for printed, event in honest:
        receipt = stolen.receipt(printed, event)
        assert verdict(receipt, office.keyring) == "key_withdrawn"
        assert verdict(receipt, office.keyring, proof_of(office, event)) == "in_log"
    assert verdict(thief.receipt(number, late), office.keyring, proof_of(office, late)) == "key_withdrawn"
