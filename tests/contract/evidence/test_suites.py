"""A structure of another suite is refused as such before anything else in it is looked at."""

from typing import Any

import pytest

from server_sync.contract import codec
from server_sync.contract.errors import ContractError
from server_sync.contract.events import read_header
from server_sync.contract.evidence.acknowledgement import Acknowledgement, open_acknowledgement, sign_acknowledgement
from server_sync.contract.evidence.certificate import KeyCertificate, Revocation, WorkplaceCertificate
from server_sync.contract.signing import SUITE
from tests.contract import make_vectors
from tests.contract.invented import NOW_MS, Centre

CENTRE = Centre()
OFFICE = CENTRE.office("ALA")
LONGER = bytes(400)
"""A public key as a suite of the future may have it."""


def taken_apart(raw: bytes) -> Any:
    return codec.decode(raw, 2_000)


@pytest.mark.parametrize(
    ("read", "raw", "suite", "key"),
    [
        (KeyCertificate.from_bytes, CENTRE.keys[0], 0, 2),
        (WorkplaceCertificate.from_bytes, OFFICE.certificate.to_bytes(), 0, 5),
        (Revocation.from_bytes, CENTRE.revoke(OFFICE, 3), 0, 1),
    ],
)
def test_a_certificate_of_another_suite_may_have_other_fields(read, raw, suite, key):
    plain = taken_apart(raw)
    with pytest.raises(ContractError, match="suite_unknown"):
        read(codec.encode({**plain, suite: SUITE + 1, key: LONGER}))


def test_a_header_of_another_suite_may_have_other_fields():
    plain = taken_apart(make_vectors._events()[0].header)
    with pytest.raises(ContractError, match="suite_unknown"):
        read_header(codec.encode({**plain, 16: SUITE + 1, 23: LONGER}))


def test_an_acknowledgement_of_another_suite_may_have_other_fields():
    said = sign_acknowledgement(CENTRE.reply, Acknowledgement(SUITE, 1, OFFICE.epoch, (), bytes(32), NOW_MS))
    message, signer, signature = taken_apart(said)
    newer = codec.encode([SUITE + 1, *taken_apart(message)[1:], "more"])
    with pytest.raises(ContractError, match="suite_unknown"):
        open_acknowledgement(codec.encode([newer, signer, signature]), CENTRE.ring())
