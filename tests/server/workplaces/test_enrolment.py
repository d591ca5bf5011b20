"""A PC becomes a workplace by a one-time code, exactly once, and both sides know each other by it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from server_sync.common.refusals import NotSetUp, Refused
from server_sync.contract import codec
from server_sync.contract.enrolment import check_reply, seal_request
from server_sync.contract.errors import ContractError, InvalidField
from server_sync.contract.evidence.certificate import WorkplaceCertificate
from server_sync.contract.evidence.chain import genesis
from server_sync.contract.evidence.checkpoint import open_checkpoint
from server_sync.contract.messages import EnrolReply, EnrolRequest, Sealed
from server_sync.contract.shapes import from_plain, to_plain
from server_sync.contract.signing import PrivateKey, random_bytes
from server_sync.evidence.centre import authority
from server_sync.evidence.keys import key_ring
from server_sync.workplaces.enrolment import enrol, make_enrolment_code
from server_sync.workplaces.epochs import find_epoch
from server_sync.workplaces.models import EnrolmentCode, Epoch, Site, Workplace

LIMIT = 1024 * 1024


def said(request: EnrolRequest) -> bytes:
    return codec.encode(to_plain(request))


def request_of(key: PrivateKey, name: str = "Терезе 1") -> EnrolRequest:
    return EnrolRequest(public_key=key.public.raw, workplace_name=name, nonce=random_bytes(16))


def sealed_with(code, message: bytes) -> Sealed:
    return Sealed(message, seal_request(code.mac_key, message), code.id)


def quietly(_epoch: Epoch) -> None:
    """Nobody is told."""


@pytest.fixture
def code(centre):
    return make_enrolment_code(Site.objects.get(pk="KG-C-ALA"))


@pytest.fixture
def key() -> PrivateKey:
    return PrivateKey.generate()


def test_a_code_makes_a_workplace_of_its_site(centre, code, key):
    message = said(request_of(key))
    answer = enrol(sealed_with(code, message), authority(), announce=quietly)
    check_reply(code.mac_key, message, answer.message, answer.mac)
    reply = from_plain(EnrolReply, codec.decode(answer.message, LIMIT))
    certificate = WorkplaceCertificate.from_bytes(reply.certificate)
    assert (reply.site_code, certificate.number_code, certificate.slot) == ("KG-C-ALA", "ALA", "A")
    assert certificate.public_key == key.public.raw
    assert key_ring().workplace(certificate.epoch) == certificate
    epoch = find_epoch(certificate.epoch)
    assert (epoch.last_seq, epoch.chain) == (0, genesis(reply.certificate))
    assert epoch.workplace.name == "Терезе 1"
    checkpoint = open_checkpoint(reply.checkpoint, centre.keys.log.public, reply.log_origin)
    assert checkpoint.origin == centre.log.origin
    assert reply.portal == "https://kattar.test"


def test_the_same_code_and_key_are_answered_the_same_for_ever(centre, code, key):
    asked = sealed_with(code, said(request_of(key)))
    first = enrol(asked, authority(), announce=quietly)
    EnrolmentCode.objects.filter(pk=code.id).update(expires_at=timezone.now() - timedelta(days=400))
    assert enrol(asked, authority(), announce=quietly) == first
    other_nonce = sealed_with(code, said(request_of(key)))
    assert enrol(other_nonce, authority(), announce=quietly).message == first.message
    assert Workplace.objects.filter(site_id="KG-C-ALA").count() == 1


def test_a_used_code_makes_no_second_workplace(centre, code, key):
    enrol(sealed_with(code, said(request_of(key))), authority(), announce=quietly)
    with pytest.raises(Refused) as refused:
        enrol(sealed_with(code, said(request_of(PrivateKey.generate()))), authority(), announce=quietly)
    assert refused.value.code == "code_used"
    assert Workplace.objects.filter(site_id="KG-C-ALA").count() == 1


def test_an_expired_code_is_refused(centre, key):
    code = make_enrolment_code(Site.objects.get(pk="KG-C-ALA"), valid=timedelta(seconds=-1))
    with pytest.raises(Refused) as refused:
        enrol(sealed_with(code, said(request_of(key))), authority(), announce=quietly)
    assert refused.value.code == "code_expired"
    assert not Workplace.objects.filter(site_id="KG-C-ALA").exists()


def test_a_wrong_mac_is_answered_like_an_unknown_code(centre, code, key):
    message = said(request_of(key))
    with pytest.raises(Refused) as wrong:
        enrol(Sealed(message, bytes(32), code.id), authority(), announce=quietly)
    with pytest.raises(Refused) as unknown:
        enrol(Sealed(message, bytes(32), bytes(16)), authority(), announce=quietly)
    assert wrong.value.code == unknown.value.code == "code_unknown"


def test_a_changed_request_is_not_the_one_that_was_sealed(centre, code, key):
    sealed = sealed_with(code, said(request_of(key)))
    changed = said(request_of(PrivateKey.generate()))
    with pytest.raises(Refused) as refused:
        enrol(Sealed(changed, sealed.mac, code.id), authority(), announce=quietly)
    assert refused.value.code == "code_unknown"


def test_guessing_codes_gets_slower_and_disturbs_nobody_else(centre, code, key):
    message = said(request_of(key))
    refusals = []
    for guess in range(12):
        with pytest.raises(Refused) as refused:
            enrol(Sealed(message, bytes(32), bytes([guess]) * 16), authority(), announce=quietly, caller="there")
        refusals.append(refused.value)
    assert refusals[0].code == "code_unknown"
    assert refusals[-1].code == "code_wait"
    assert int(refusals[-1].params["wait_s"]) > 0
    enrol(sealed_with(code, message), authority(), announce=quietly, caller="here")
    assert Workplace.objects.filter(site_id="KG-C-ALA").count() == 1


def test_slots_go_up_and_are_never_given_twice(centre):
    site = Site.objects.get(pk="KG-C-ALA")
    slots = []
    for _ in range(3):
        enrol(
            sealed_with(make_enrolment_code(site), said(request_of(PrivateKey.generate()))),
            authority(),
            announce=quietly,
        )
        slots.append(Epoch.objects.filter(site=site).latest("opened_at").slot)
    assert slots == ["A", "B", "C"]


def test_a_key_that_has_an_epoch_gets_no_second_one(centre, key):
    site = Site.objects.get(pk="KG-C-ALA")
    enrol(sealed_with(make_enrolment_code(site), said(request_of(key))), authority(), announce=quietly)
    with pytest.raises(Refused) as refused:
        enrol(sealed_with(make_enrolment_code(site), said(request_of(key))), authority(), announce=quietly)
    assert refused.value.code == "key_known"


def test_other_offices_are_told_in_the_same_transaction(centre, code, key):
    def fails(_epoch: Epoch) -> None:
        raise Refused("busy")

    with pytest.raises(Refused):
        enrol(sealed_with(code, said(request_of(key))), authority(), announce=fails)
    assert not Workplace.objects.filter(site_id="KG-C-ALA").exists()
    enrol(sealed_with(code, said(request_of(key))), authority(), announce=quietly)
    assert Workplace.objects.filter(site_id="KG-C-ALA").exists()


@pytest.mark.parametrize("message", [b"", b"\xff", b"\xa2\x00\x01\x00\x02", b"\x80"])
def test_a_malformed_request_is_refused_by_name(centre, code, message):
    with pytest.raises(ContractError) as refused:
        enrol(sealed_with(code, message), authority(), announce=quietly)
    assert refused.value.code in {"malformed_cbor", "not_canonical", "wrong_type", "missing"}
    assert not Workplace.objects.filter(site_id="KG-C-ALA").exists()


def test_a_workplace_name_with_control_characters_is_refused(centre, code, key):
    with pytest.raises(InvalidField) as refused:
        enrol(sealed_with(code, said(request_of(key, name="a\x00b"))), authority(), announce=quietly)
    assert refused.value.params == {"field": "workplace_name"}


def test_the_code_itself_is_nowhere_in_the_database(centre, code):
    kept = EnrolmentCode.objects.get(pk=code.id)
    stored = bytes(kept.sealed_mac_key) + kept.id
    assert code.mac_key not in stored
    assert code.text.encode() not in stored


def test_codes_made_under_another_secret_key_say_what_is_wrong(centre, code, key, settings):
    settings.SECRET_KEY = "another"
    with pytest.raises(NotSetUp) as told:
        enrol(sealed_with(code, said(request_of(key))), authority(), announce=quietly)
    assert told.value.code == "secret_key_changed"
