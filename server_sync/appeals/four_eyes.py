"""Demands that two people, not one, stand behind an act."""

from uuid import UUID

from server_sync.common.refusals import Refused
from server_sync.contract.workflow import Role
from server_sync.workplaces.people import grants_on, local_today


def demand_two(role: Role, person: bytes, second_person: bytes) -> None:
    """Raise Refused unless these are two different people who both hold a role today.

    Codes: `second_person_needed`, `role_missing`.
    """
    if person == second_person:
        raise Refused("second_person_needed")
    both = [UUID(bytes=person), UUID(bytes=second_person)]
    holding = set(grants_on(local_today()).filter(role=role, person__in=both).values_list("person_id", flat=True))
    if holding != set(both):
        raise Refused("role_missing", role=role.value)
