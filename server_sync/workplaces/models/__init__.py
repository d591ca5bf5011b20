"""The tables of the room, grouped by what they are about."""

from server_sync.workplaces.models.calendar import DecreedDay
from server_sync.workplaces.models.enrolled import (
    Contact,
    EnrolmentCode,
    Epoch,
    Familiar,
    LiftedStop,
    Revocation,
    RevocationInLog,
    Workplace,
)
from server_sync.workplaces.models.offices import OfficeDetails
from server_sync.workplaces.models.people import Person, RoleGrant, Throttle
from server_sync.workplaces.models.territory import CENTRE, Body, Site

__all__ = [
    "CENTRE",
    "Body",
    "Contact",
    "DecreedDay",
    "EnrolmentCode",
    "Epoch",
    "Familiar",
    "LiftedStop",
    "OfficeDetails",
    "Person",
    "Revocation",
    "RevocationInLog",
    "RoleGrant",
    "Site",
    "Throttle",
    "Workplace",
]
