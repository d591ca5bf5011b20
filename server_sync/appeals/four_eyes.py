"""Demands that two people, not one, stand behind an act."""

from uuid import UUID

from server_sync.common.refusals import Refused
from server_sync.contract.workflow import Role
from server_sync.workplaces.people import grants_on, local_today
from server_sync.workplaces.reach import reach_of


def demand_two(role: Role, person: bytes, second_person: bytes, office: str) -> None:
    """Raise Refused unless these are two different people who both hold a role today that reaches this office.

    Codes: `second_person_needed`, `role_missing`.
    """
    if person == second_person:
        raise Refused("second_person_needed")
    both = [UUID(bytes=person), UUID(bytes=second_person)]
    held = list(grants_on(local_today()).filter(role=role, person__in=both))
    if not all(reach_of(grant for grant in held if grant.person_id == one).covers(office) for one in both):
        raise Refused("role_missing", role=role.value)
