"""Sets the centre up as a site of its own: the log it writes, the epoch in which its own acts are events."""

from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from server_sync.common.home import write_private
from server_sync.common.refusals import NotSetUp
from server_sync.evidence.keys import centre_keys
from server_sync.evidence.log import current_log, newest_checkpoint
from server_sync.evidence.models import Log
from server_sync.workplaces.enrolment import Authority
from server_sync.workplaces.epochs import Announce, open_epoch
from server_sync.workplaces.given import note_given
from server_sync.workplaces.models import CENTRE, Epoch, Site, Workplace

FIRST_SERVER_EPOCH: Final = 1
ADDRESS: Final = "address"
"""The file beside the keys that tells for which address they were made."""


def kept_address(folder: Path) -> str:
    """The address this centre was begun for or moved to; empty for keys of before it was kept."""
    path = folder / ADDRESS
    return path.read_text(encoding="utf-8").strip() if path.is_file() else ""


def keep_address(folder: Path, address: str) -> None:
    """Keep the centre's address beside its keys."""
    if kept_address(folder) != address:
        write_private(folder / ADDRESS, f"{address}\n".encode(), replace=True)


def log_origin_of(address: str, server_epoch: int = FIRST_SERVER_EPOCH) -> str:
    """The origin of the log that a server epoch opens under an address."""
    return f"{urlsplit(address).netloc or 'localhost'}/log/{server_epoch}"[-100:]


def open_log() -> Log:
    """Find the public log, or open it: its origin carries the portal's name and the server's epoch for ever."""
    known = Log.objects.order_by("-server_epoch").first()
    if known is not None:
        return known
    log, _ = Log.objects.get_or_create(
        server_epoch=FIRST_SERVER_EPOCH, defaults={"origin": log_origin_of(settings.LIAISON_PUBLIC_URL)}
    )
    return log


def enrol_centre(announce: Announce) -> Epoch:
    """Find the epoch in which the centre writes its own events, or open it for the key `centre.key`.

    A new key opens a new epoch with a new slot. Raises NotSetUp `reference_missing`.
    """
    keys = centre_keys()
    known = Epoch.objects.select_related("workplace", "site").filter(public_key=keys.centre.public.raw).first()
    if known is not None:
        return known
    with transaction.atomic():
        site = Site.objects.select_for_update().filter(pk=CENTRE).first()
        if site is None:
            advice = "The sites are not loaded yet. Load them with: ./liaison server load_reference"
            raise NotSetUp("reference_missing", advice=advice)
        previous = Epoch.objects.filter(site=site, next=None).order_by("-opened_at").first()
        workplace = previous.workplace if previous else Workplace.objects.create(site=site, name="centre")
        epoch = open_epoch(workplace, keys.centre.public, keys.directory, current_log().server_epoch, previous)
        announce(epoch)
    note_given()
    return epoch


def centre_epoch() -> Epoch:
    """Find the epoch in which the centre writes, or raise NotSetUp `centre_not_enrolled`."""
    epoch = Epoch.objects.filter(public_key=centre_keys().centre.public.raw).first()
    if epoch is None:
        advice = "The centre is not a site yet. Start the server once by: ./liaison server run"
        raise NotSetUp("centre_not_enrolled", advice=advice)
    return epoch


def authority() -> Authority:
    """Gather what the centre vouches with when it enrols a PC."""
    keys = centre_keys()
    log = current_log()
    return Authority(
        directory=keys.directory,
        roots=keys.root_bytes,
        certificates=keys.certificate_bytes,
        server_epoch=log.server_epoch,
        log_origin=log.origin,
        portal=settings.LIAISON_PUBLIC_URL,
        checkpoint=newest_checkpoint(log).text,
    )
