"""A computer becomes a workplace by one code, however often it is cut short; wrong codes change nothing."""

from dataclasses import replace
from pathlib import Path

import pytest
from typing_extensions import override

from liaison_desktop.domain.errors import WorkplaceError
from liaison_desktop.services.opening import unattended_key
from server_sync.contract.enrolment import EnrolmentCode
from server_sync.contract.errors import ContractError, InvalidField, NotAuthentic
from server_sync.contract.messages import Sealed
from tests.desktop.office import (
    StandInCentre,
    StandInClock,
    StandInMachine,
    StandInVault,
    enrol,
    make_place,
)


@pytest.fixture
def place(tmp_path: Path):
    return make_place(tmp_path / "home", StandInClock(), StandInMachine(), StandInVault())


def test_a_code_makes_a_workplace_that_opens_without_a_person_until_one_comes(place):
    enrolled = enrol(place, StandInCentre())
    enrolment = place.file.read().enrolled()
    assert enrolment.site_code == "KG-C-ALA"
    assert unattended_key(place) == enrolled.desk.store.key
    assert len(enrolled.recovery_key) == 29
    enrolled.desk.store.close()


def test_a_lost_answer_is_asked_for_again_with_the_same_key(place):
    centre = StandInCentre(lose_answers=2)
    for _ in range(2):
        with pytest.raises(ContractError):
            enrol(place, centre)
        assert place.file.read().enrolment is None
    enrolled = enrol(place, centre)
    assert centre.asked == 3
    enrolled.desk.store.close()


def test_a_second_enrolment_is_refused(place):
    centre = StandInCentre()
    enrol(place, centre).desk.store.close()
    with pytest.raises(WorkplaceError) as refused:
        enrol(place, centre)
    assert refused.value.code == "already_enrolled"


def test_a_code_is_read_as_people_type_it_and_a_malformed_one_asks_nobody(place):
    centre = StandInCentre()
    typed = str(centre.code).lower().replace("-", " ")
    with pytest.raises(InvalidField) as malformed:
        enrol(place, replace_code(centre, "123"))
    assert malformed.value.code == "code_malformed"
    assert centre.asked == 0
    enrol(place, replace_code(centre, typed)).desk.store.close()


def test_an_unknown_code_changes_nothing_and_another_may_be_tried(place):
    centre = StandInCentre()
    with pytest.raises(ContractError) as unknown:
        enrol(place, replace_code(centre, str(EnrolmentCode.generate())))
    assert unknown.value.code == "code_unknown"
    assert place.file.read().enrolment is None
    enrol(place, centre).desk.store.close()


def test_a_used_code_is_refused_by_name(place):
    with pytest.raises(ContractError) as used:
        enrol(place, StandInCentre(used_key=bytes(32)))
    assert used.value.code == "code_used"


def test_an_answer_of_somebody_else_is_not_believed(place):
    class Impostor(StandInCentre):
        @override
        def enrol(self, request: Sealed) -> Sealed:
            return replace(super().enrol(request), mac=bytes(32))

    with pytest.raises(NotAuthentic):
        enrol(place, Impostor())
    assert place.file.read().enrolment is None


def test_a_certificate_for_a_site_that_is_not_on_the_map_is_refused(place):
    with pytest.raises(InvalidField) as refused:
        enrol(place, StandInCentre(site_code="KG-X-NEW"))
    assert refused.value.code == "site_unknown"


def replace_code(centre: StandInCentre, typed: str):
    """The same centre, asked with another code as typed."""

    class Asked:
        code = typed

        def enrol(self, request: Sealed) -> Sealed:
            return centre.enrol(request)

    return Asked()
