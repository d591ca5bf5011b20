"""What the Delivery screen may do, made of the services and the workbench."""

from __future__ import annotations

from collections.abc import Callable

from liaison_desktop.services import reading, stopping
from liaison_desktop.services.desk import Desk
from liaison_desktop.ui.delivery.notices import confirmed
from liaison_desktop.ui.delivery.presenter import DeliveryActs, DeliveryFacts
from liaison_desktop.ui.delivery.values import LineShown
from liaison_desktop.ui.workbench import Workbench

ROWS_MOST = 200
NOTICES_MOST = 12

Found = tuple[DeliveryFacts, int]


def delivery_acts(
    bench: Workbench,
    *,
    send_now: Callable[[], None],
    stop: Callable[[], None],
    show_top: Callable[[LineShown], None],
    show_count: Callable[[int, bool], None],
    read: Callable[[DeliveryFacts, int], None],
) -> DeliveryActs:
    """Everything the presenter of Delivery may ask for; ``read`` hears the facts and how many answers wait here."""

    def facts(done: Callable[[DeliveryFacts], None]) -> None:
        def job(desk: Desk) -> Found:
            medium = desk.second
            counted = reading.count_requests(desk)
            found = DeliveryFacts(
                waiting=reading.waiting(desk),
                items=reading.list_outbox(desk, ROWS_MOST),
                week=reading.delivery_week(desk),
                confirmed=tuple(confirmed(notice) for notice in reading.list_notices(desk, NOTICES_MOST)),
                witnesses=reading.log_witnesses(desk),
                second_medium_missing=medium is None or not medium.is_here,
                stop=stopping.stop_here(desk),
            )
            return found, counted.answered

        def told(found: Found) -> None:
            done(found[0])
            read(*found)

        bench.store(job, told)

    return DeliveryActs(facts=facts, send_now=send_now, stop=stop, show_top=show_top, show_count=show_count)
