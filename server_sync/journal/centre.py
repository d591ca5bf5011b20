"""Writes the centre's own events: the acts of officers, of the portal and of its rules, in a chain like any other."""

import secrets
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Generic, TypeVar, cast

import structlog
from django.db.models import Exists, Q
from django.utils import timezone

from server_sync.common.refusals import NotSetUp
from server_sync.contract.bodies import AppealRegistered, Body
from server_sync.contract.errors import ContractError
from server_sync.contract.events import KIND_OF, NO_PERSON, EventKind, Header, make_event, read_body, read_header
from server_sync.contract.evidence.chain import advance, commitment, event_hash_after_erasure, sign_head
from server_sync.contract.identifiers import new_salt
from server_sync.evidence.keys import centre_keys
from server_sync.evidence.log import current_log
from server_sync.journal.custody import Framed, store
from server_sync.journal.models import ChainHead, Event
from server_sync.workplaces.models import CENTRE, Epoch

log = structlog.get_logger(__name__)
B = TypeVar("B", bound=Body)

BOOT: Final = secrets.token_bytes(8)
"""Names this run of the program in the headers it writes."""

RANDOM: Final = 100
"""A number ends with a draw below this, before its check digits."""


@dataclass(frozen=True, slots=True)
class Act:
    """Something the centre has to say about an appeal: what, by whom, knowing which events."""

    body: Body
    appeal: bytes | None
    person: bytes = NO_PERSON
    follows: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Done(Generic[B]):
    """An act of the centre that took effect: its event, and what that says."""

    event: Event
    header: Header
    body: B


def acts_of(kind: type[B], newest: int | None = None, only: Q | Exists | None = None) -> Iterator[Done[B]]:
    """Read the centre's own acts of one kind that took effect, the newest first; all, or so many of some.

    What only looks like one, because an office wrote it, is none. Bytes that this program cannot read are passed over
    and named in the log, as at the border: one row must not keep the centre from starting.
    """
    number = KIND_OF[cast("type[Body]", kind)]
    acts = Event.accepted.filter(only or Q(), kind=number, epoch__site=CENTRE).select_related("epoch").order_by("-leaf")
    for event in acts[:newest] if newest is not None else acts.iterator(500):
        try:
            header = read_header(bytes(event.header))
            body = read_body(header, event.said)
        except ContractError as refused:
            log.warning("act_not_readable", code=refused.code, leaf=event.leaf)
            continue
        if isinstance(body, kind):
            yield Done(event, header, body)


def centre_epoch() -> Epoch:
    """Find and lock the centre's own newest epoch; call inside a transaction."""
    keys = centre_keys()
    found = Epoch.objects.select_for_update().filter(site_id=CENTRE, public_key=keys.centre.public.raw)
    epoch = found.order_by("-opened_at").first()
    if epoch is None:
        advice = "The centre has no chain of its own yet. Start the server once: ./liaison server run"
        raise NotSetUp("centre_not_open", advice=advice)
    return epoch


def write(acts: Sequence[Act], now: datetime) -> list[Event]:
    """Write acts as the centre's next events and take them into custody. Call inside a transaction, feeds locked.

    A registration gets the next number of the epoch: the counter goes on under the epoch's lock, without a gap.
    """
    if not acts:
        return []
    epoch = centre_epoch()
    counter = _counter_of(epoch) if any(isinstance(act.body, AppealRegistered) for act in acts) else 0
    anchor = current_log().size
    wall_ms = int(now.timestamp() * 1000)
    framed, chains = [], []
    seq, chain = epoch.last_seq, bytes(epoch.chain)
    for act in acts:
        seq += 1
        gives_number = isinstance(act.body, AppealRegistered)
        counter += gives_number
        header = Header(
            epoch=bytes(epoch.id),
            seq=seq,
            kind=KIND_OF[type(act.body)],
            wall_ms=wall_ms,
            monotonic_ms=time.monotonic_ns() // 1_000_000,
            boot=BOOT,
            year=timezone.localdate(now).year if gives_number else 0,
            counter=counter if gives_number else 0,
            random=secrets.randbelow(RANDOM) if gives_number else 0,
            appeal=act.appeal,
            follows=act.follows[:8],
            person=act.person,
            anchor=anchor,
            server_time_ms=wall_ms,
        )
        made = make_event(header, act.body, new_salt())
        held = commitment(made.salt, made.body)
        item = Framed(made, header, held, event_hash_after_erasure(made.header, held))
        chain = advance(chain, item.hash)
        framed.append(item)
        chains.append(chain)
    signature = sign_head(centre_keys().centre, bytes(epoch.id), seq, chain)
    ChainHead.objects.create(epoch=epoch, seq=seq, chain=chain, signature=signature)
    stored = store(epoch, framed, chains, now)
    epoch.last_seq, epoch.chain = seq, chain
    epoch.save(update_fields=["last_seq", "chain"])
    return stored


def _counter_of(epoch: Epoch) -> int:
    """The last number that an epoch of the centre gave, whatever became of its request; 0 before the first."""
    given = Event.custody.filter(epoch=epoch, kind=EventKind.APPEAL_REGISTERED).only("header").order_by("-seq").first()
    return 0 if given is None else read_header(bytes(given.header)).counter
