"""Only the PC that wished for the key of a closed meeting opens it, and only from an enrolled office that leads."""

from dataclasses import replace

import pytest

from server_sync.contract import closed
from server_sync.contract.closed import KeyBox, KeyGiven
from server_sync.contract.errors import NotAuthentic
from server_sync.contract.signing import PrivateKey

MEETING, EPOCH, WHO = bytes(range(16)), bytes(16), "KG-N-00000000"
STAY, GIVER, PC = closed.new_stay_key(), PrivateKey.generate(), PrivateKey.generate()
SECRET = closed.new_meeting_key()
WISH = closed.wish_key(STAY, PC, MEETING, EPOCH)


def given(box: KeyBox, number: int = 1) -> KeyGiven:
    return KeyGiven(number, "KG-HALL-00000001", b"", box.sealed, box.signature)


def test_the_key_comes_to_the_pc_that_wished_for_it() -> None:
    closed.check_wish(WISH.public, WISH.signature, PC.public, MEETING, EPOCH)
    box = closed.seal_key(SECRET, 1, WISH.public, GIVER, MEETING, WHO)
    assert len(box.sealed) == closed.SEALED_KEY_BYTES
    assert closed.open_key(given(box), STAY, GIVER.public, MEETING, WHO) == SECRET


def test_a_box_is_worth_nothing_to_another_pc_meeting_number_or_stay() -> None:
    box = closed.seal_key(SECRET, 1, WISH.public, GIVER, MEETING, WHO)
    for number, stay, meeting, who in (
        (2, STAY, MEETING, WHO),
        (1, closed.new_stay_key(), MEETING, WHO),
        (1, STAY, bytes(16), WHO),
        (1, STAY, MEETING, "KG-O-00000000"),
    ):
        with pytest.raises(NotAuthentic):
            closed.open_key(given(box, number), stay, GIVER.public, meeting, who)


def test_what_the_centre_would_put_in_its_place_is_not_believed() -> None:
    forged = closed.seal_key(SECRET, 1, WISH.public, PrivateKey.generate(), MEETING, WHO)
    with pytest.raises(NotAuthentic, match="signature_wrong"):
        closed.open_key(given(forged), STAY, GIVER.public, MEETING, WHO)
    other = closed.wish_key(closed.new_stay_key(), PrivateKey.generate(), MEETING, EPOCH)
    with pytest.raises(NotAuthentic, match="signature_wrong"):
        closed.check_wish(other.public, other.signature, PC.public, MEETING, EPOCH)
    with pytest.raises(NotAuthentic, match="signature_wrong"):
        closed.check_wish(WISH.public, WISH.signature, PC.public, bytes(16), EPOCH)


def test_a_public_key_that_is_none_is_named_and_a_changed_box_too() -> None:
    with pytest.raises(NotAuthentic, match="meeting_key_spoilt"):
        closed.seal_key(SECRET, 1, bytes(32), GIVER, MEETING, WHO)
    box = closed.seal_key(SECRET, 1, closed.wish_key(STAY, PC, MEETING, EPOCH).public, GIVER, MEETING, WHO)
    changed = replace(box, sealed=bytes([*box.sealed[:-1], box.sealed[-1] ^ 1]))
    with pytest.raises(NotAuthentic):
        closed.open_key(given(changed), STAY, GIVER.public, MEETING, WHO)
