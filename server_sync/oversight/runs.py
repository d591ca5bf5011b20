"""Many events of one PC that are held for the same reason, decided at once, because nobody reads hundreds one by one.

A run begins with the event that people look at and goes on with those that the same PC wrote later and that the
register read alike, up to the last one that the first of the two people was told of: what comes after is not decided
unseen. An event about which somebody has proposed something of its own is left to that.
"""

from typing import Final

from server_sync.appeals.applying import Decision
from server_sync.contract.messages import Status
from server_sync.journal.models import Event, Reading
from server_sync.oversight.models import DoubtProposal, Stage
from server_sync.workplaces.models import CENTRE

AT_ONCE_MOST: Final = 500
"""So many events one decision covers; the next run begins after them."""
AT_ONCE: Final = frozenset({Decision.RELEASE, Decision.KEEP_OUT, Decision.LET_STAND})
"""What can be decided of many; a number given twice is looked at by itself."""


def after(event: Event, last_leaf: int | None = None) -> list[Event]:
    """The events of a run after its first, in order of custody; none when it stands alone."""
    reading = Reading.objects.filter(event=event).first()
    if reading is None or event.epoch.site_id == CENTRE:
        return []
    if reading.status == Status.REGISTERED and not reading.is_marked:
        return []
    alike = Event.custody.filter(
        epoch=event.epoch_id,
        leaf__gt=event.leaf,
        reading__status=reading.status,
        reading__code=reading.code,
        reading__doubt=reading.doubt,
        reading__is_marked=reading.is_marked,
    )
    if last_leaf is not None:
        alike = alike.filter(leaf__lte=last_leaf)
    alone = DoubtProposal.objects.filter(stage=Stage.OPEN).values("event")
    found = alike.exclude(hash__in=alone).select_related("epoch").defer("salt", "body", "remains")
    return list(found.order_by("leaf")[: AT_ONCE_MOST - 1])
