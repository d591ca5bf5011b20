"""Does what nobody waits for: reads what a stop left unread, routes requests, sends complaints up, counts terms.

`run` starts it.
"""

import os
import signal
import threading
import time
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import close_old_connections
from django.utils import timezone
from typing_extensions import override

from server_sync.appeals.actions import HELD_S, read_on
from server_sync.appeals.erasing import note_what_is_missing, overwrite_what_is_due
from server_sync.appeals.routing import route_new
from server_sync.appeals.sending_up import send_up
from server_sync.appeals.terms import count_anew, keep_extended, put_right
from server_sync.appeals.understanding import interpret_waiting, understand_on
from server_sync.common.chores import do_chores
from server_sync.evidence.high_water import note_reached
from server_sync.letters.beside import Carrier
from server_sync.letters.sending import Postman, send_due
from server_sync.letters.texting import Texter, send_texts
from server_sync.workplaces.contacts import is_delivering

WHOLE_LOOK_S: Final = 60
"""How often all requests without a body are looked at again."""
REST: Final = 9
"""While an office delivers, the worker rests this many times as long as it has worked: it never keeps the one writer
of SQLite from the offices for more than a tenth of the time, and still gets on however long they deliver."""


class Command(BaseCommand):
    """Works until it is told to stop."""

    help = "Route requests, count changed terms, send letters, again and again; --once does what waits and ends."

    @override
    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what waits now and end")
        parser.add_argument("--beside", type=int, metavar="PID", help="end when this parent process is gone")
        parser.add_argument("--pause", type=float, default=1.0, help="seconds between two looks (default 1)")

    @override
    def handle(self, *_args: Any, **options: Any) -> None:
        stopped = threading.Event()
        if threading.current_thread() is threading.main_thread() and not options["once"]:
            for wanted in (signal.SIGTERM, signal.SIGINT):
                signal.signal(wanted, lambda *_: stopped.set())
        server, gateway = settings.LIAISON_MAIL, settings.LIAISON_SMS
        carriers: list[Carrier] = []
        if not options["once"]:
            carriers += [Postman(server, stopped, options["pause"])] if server is not None else []
            carriers += [Texter(gateway, stopped, options["pause"])] if gateway is not None else []
        for carrier in carriers:
            carrier.start()
        interpret_waiting(0)
        while not stopped.is_set() and understand_on():
            stopped.wait(HELD_S)
        after = terms_after = decreed_after = extended_after = complaints_after = 0
        noted_after = -1
        whole_look_at = chores_at = time.monotonic() + WHOLE_LOOK_S
        beside = options["beside"]
        while not stopped.is_set() and beside in (None, os.getppid()):
            while not stopped.is_set() and read_on():
                stopped.wait(HELD_S)  # an office's own exchange may be reading the same
            lost = [carrier.name for carrier in carriers if not carrier.is_alive()]
            if lost and not stopped.is_set():  # `run` starts it anew by itself
                raise CommandError(f"Nobody sends {' and '.join(lost)} any more. Start the worker again.")
            note_reached()
            noted_after = note_what_is_missing(noted_after)
            overwrite_what_is_due()
            reached = (after, terms_after, decreed_after, extended_after, complaints_after)
            begun = time.monotonic()
            _, after = route_new(after)
            _, terms_after = put_right(terms_after)
            _, decreed_after = count_anew(decreed_after)
            _, extended_after = keep_extended(extended_after)
            _, complaints_after = send_up(complaints_after)
            if not options["once"] and time.monotonic() > chores_at:  # however much there is to route
                chores_at = time.monotonic() + WHOLE_LOOK_S
                do_chores()
            if (after, terms_after, decreed_after, extended_after, complaints_after) != reached:
                if not options["once"] and is_delivering(timezone.now()):
                    stopped.wait(REST * (time.monotonic() - begun))
                continue
            if options["once"]:
                if server is not None:
                    send_due(server)
                if gateway is not None:
                    send_texts(gateway)
                do_chores()
                return
            if time.monotonic() > whole_look_at:  # what came back, no rule fitted, a day was decreed
                after = terms_after = decreed_after = extended_after = complaints_after = 0
                whole_look_at = time.monotonic() + WHOLE_LOOK_S
            close_old_connections()
            stopped.wait(options["pause"])
