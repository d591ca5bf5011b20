"""The sync API against everybody: only an enrolled PC's own key opens it, and a withdrawn one's opens custody alone."""

from hashlib import sha256

import pytest
from django.db import transaction

from server_sync.blobs.models import Blob
from server_sync.contract import frames
from server_sync.contract.messages import BLOB_PATH, ENROL_PATH, EXCHANGE_PATH, PERSON_PATH, PersonRequest, Refusal
from server_sync.evidence.keys import centre_keys
from server_sync.evidence.log import stand_of_log
from server_sync.workplaces.epochs import revoke_epoch
from server_sync.workplaces.models import Epoch
from tests.server.conftest import PASSWORD
from tests.server.exchange.offices import REQUEST

pytestmark = pytest.mark.django_db

PICTURE = b"a sealed picture" * 100
BLOB = BLOB_PATH + sha256(PICTURE).hexdigest()
PIECE = f"{BLOB}?offset=0&size={len(PICTURE)}"
OWN, OTHER, REVOKED = "Alim's PC", "another site's PC", "a withdrawn PC"

TABLE = {
    ("POST", EXCHANGE_PATH): {OWN: 200, OTHER: 200, REVOKED: 200},
    ("POST", PERSON_PATH): {OWN: 200, OTHER: 400, REVOKED: 409},
    ("HEAD", BLOB): {OWN: 200, OTHER: 404, REVOKED: 404},
    ("GET", BLOB): {OWN: 200, OTHER: 404, REVOKED: 409},
    ("PATCH", PIECE): {OWN: 200, OTHER: 200, REVOKED: 409},
    ("POST", ENROL_PATH): {OWN: 400, OTHER: 400, REVOKED: 400},
}

SIGNED = [asked for asked in TABLE if asked[1] != ENROL_PATH]
"""Enrolment is opened by its one-time code, not by a key."""


@pytest.fixture
def pcs(ala, chuy, plain, enrolled):
    assert ala.ask("PATCH", PIECE, PICTURE).status_code == 200
    withdrawn = plain(enrolled("KG-J"))
    with transaction.atomic():
        epoch = Epoch.objects.get(pk=withdrawn.epoch)
        keys = centre_keys()
        revoke_epoch(
            epoch, 0, keys.directory, by=None, reason="уурдалган", announce=lambda _epoch: None, log=stand_of_log
        )
    return {OWN: ala, OTHER: chuy, REVOKED: withdrawn}


def body_of(office, method: str, path: str) -> bytes:
    if path == EXCHANGE_PATH:
        office.write(REQUEST)
        return frames.pack(office.request())
    if path == PERSON_PATH:
        return frames.pack(PersonRequest("alim", PASSWORD))
    return PICTURE if method == "PATCH" else b""


@pytest.mark.parametrize(("method", "path"), TABLE, ids=lambda part: part.split("?")[0][:17])
def test_each_pc_gets_what_is_its_own(pcs, alim, method, path):
    expected = dict(TABLE[method, path])
    if path == PERSON_PATH:
        expected[OTHER] = 409  # Alim has no role at another site
    for name, office in pcs.items():
        answer = office.ask(method, path, body_of(office, method, path))
        assert answer.status_code == expected[name], name


@pytest.mark.parametrize(("method", "path"), TABLE, ids=lambda part: part.split("?")[0][:17])
def test_nobody_and_no_browser_gets_in(pcs, nobody, browser_of, alim, vera, nur, administrator, method, path):
    body = body_of(pcs[OWN], method, path)
    visitors = [nobody, *(browser_of(person) for person in (alim, vera, nur, administrator))]
    for visitor in visitors:
        answer = visitor.generic(method, path, body, content_type=frames.MEDIA_TYPE)
        assert answer.status_code == (400 if path == ENROL_PATH else 401)
        if method != "HEAD":
            code = frames.unpack(Refusal, answer.content).code
            assert code in ("request_unsigned", "malformed_zstd", "malformed_cbor")


@pytest.mark.parametrize(("method", "path"), SIGNED, ids=lambda part: part.split("?")[0][:17])
def test_a_key_that_is_not_the_epochs_opens_nothing(pcs, method, path):
    thief = pcs[OWN].clone()
    thief.key = pcs[OTHER].key
    answer = thief.ask(method, path, body_of(pcs[OWN], method, path))
    assert answer.status_code == 401


def test_what_another_site_sent_under_the_same_name_is_its_own_copy(pcs):
    pcs[OTHER].ask("PATCH", PIECE, PICTURE)
    assert Blob.objects.count() == 2
