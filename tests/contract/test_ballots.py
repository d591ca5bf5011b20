"""Only who holds the vote's key opens a sealed choice, and only as the office's that sealed it."""

import pytest

from server_sync.contract import ballots
from server_sync.contract.bodies import SEALED_CHOICE_BYTES, VoteChoice
from server_sync.contract.errors import NotAuthentic

VOTE = bytes(range(16))
PRIVATE = ballots.new_ballot_key()
PUBLIC = ballots.sealing_key(PRIVATE)


@pytest.mark.parametrize("choice", VoteChoice)
def test_a_sealed_choice_is_opened_with_the_key_of_the_vote(choice: VoteChoice) -> None:
    sealed = ballots.seal_choice(choice, PUBLIC, VOTE, "KG-C")
    assert ballots.open_choice(sealed, PRIVATE, VOTE, "KG-C") is choice


def test_no_choice_is_told_by_how_long_it_is_nor_by_being_the_same() -> None:
    sealed = [ballots.seal_choice(choice, PUBLIC, VOTE, "KG-C") for choice in (*VoteChoice, *VoteChoice)]
    assert {len(one) for one in sealed} == {SEALED_CHOICE_BYTES}
    assert len(set(sealed)) == 6


def test_a_choice_is_worth_nothing_in_another_office_vote_or_key_or_changed() -> None:
    sealed = ballots.seal_choice(VoteChoice.FOR, PUBLIC, VOTE, "KG-C")
    changed = bytes([*sealed[:-1], sealed[-1] ^ 1])
    for spoilt, private, vote, site_code in (
        (sealed, PRIVATE, VOTE, "KG-O"),
        (sealed, PRIVATE, bytes(16), "KG-C"),
        (sealed, ballots.new_ballot_key(), VOTE, "KG-C"),
        (changed, PRIVATE, VOTE, "KG-C"),
        (bytes(SEALED_CHOICE_BYTES), PRIVATE, VOTE, "KG-C"),
        (b"", PRIVATE, VOTE, "KG-C"),
    ):
        with pytest.raises(NotAuthentic, match="ballot_spoilt"):
            ballots.open_choice(spoilt, private, vote, site_code)


def test_a_key_that_gives_everybody_the_same_secret_seals_nothing() -> None:
    with pytest.raises(NotAuthentic, match="ballot_key_wrong"):
        ballots.seal_choice(VoteChoice.FOR, bytes(32), VOTE, "KG-C")
