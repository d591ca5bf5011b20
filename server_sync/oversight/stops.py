"""Lists the PCs that give no numbers any more, by what they last said of themselves; no texts, no citizens."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from server_sync.contract.messages import CLERK_SAID_NO
from server_sync.workplaces.models import Contact, Epoch, LiftedStop


@dataclass(frozen=True, slots=True)
class Stopped:
    """One PC: why it stopped, how far it says it has numbered, and how far its events have come here."""

    stop: bytes
    code: str
    site_code: str
    workplace: str
    epoch: Epoch
    last_seq: int
    said_at: datetime

    @property
    def is_behind(self) -> bool:
        """Whether the PC has fewer events than came from it: then its store lost some, and people lift nothing."""
        return self.last_seq < self.epoch.last_seq

    @property
    def is_liftable(self) -> bool:
        """Whether two people may let it number on: a person stopped it, and its store is sound."""
        return self.code == CLERK_SAID_NO and not self.is_behind and not hasattr(self.epoch, "fork")


def list_stopped(only: frozenset[str] | None) -> list[Stopped]:
    """List the stopped PCs of these offices (None: of all), the longest unheard first.

    Those that were lifted are left out, and those that were withdrawn: nobody numbers on them any more.
    """
    stopped = Contact.objects.exclude(stopped_code="").filter(stop__isnull=False)
    stopped = stopped.exclude(stop__in=LiftedStop.objects.values("stop"))
    if only is not None:
        stopped = stopped.filter(workplace__site__in=only)
    numbering = Epoch.objects.filter(next=None, revocation=None, workplace__in=stopped.values("workplace"))
    current = {epoch.workplace_id: epoch for epoch in numbering.select_related("fork").order_by("opened_at")}
    return [
        Stopped(
            stop=contact.stop or b"",
            code=contact.stopped_code,
            site_code=contact.workplace.site_id,
            workplace=contact.workplace.name,
            epoch=current[contact.workplace_id],
            last_seq=contact.last_seq,
            said_at=contact.last_contact_at,
        )
        for contact in stopped.select_related("workplace").order_by(F("last_contact_at"))
        if contact.workplace_id in current
    ]


def find_stopped(typed: str, only: frozenset[str] | None) -> Stopped | None:
    """Find the stop that an address names; None when it is none, lifted, or of an office out of reach."""
    return next((one for one in list_stopped(only) if one.stop.hex() == typed), None)
