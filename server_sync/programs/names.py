"""What groups of addresses are called."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from server_sync.programs.operations import Group

GROUPS: Final[dict[Group, Promise]] = {
    Group.REQUESTS: _("Published requests"),
    Group.FIGURES: _("Figures"),
    Group.OPEN311: _("Open311: read and write as the programs of cities do"),
    Group.EVIDENCE: _("Receipts and the public log"),
    Group.ABOUT: _("About these addresses"),
}
