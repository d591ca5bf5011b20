"""One broadcast: `python -m server_sync.meetings.broadcast`, started by its keeper and told by it what to do.

It knows no database and no secret but a token of ten minutes. It ends when its pipe closes, also by a kill.
"""

import asyncio
import contextlib
import os
import sys
import threading
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Final

from server_sync.contract.errors import MalformedBytes
from server_sync.meetings.broadcast.orders import LINE_MOST, Caption, Order, Over, Token, Told, Word, read_told

POLITE: Final = 5
"""How far it stands back when the centre's other processes have something to do."""
EVERY_S: Final = 1.0


def main() -> int:
    """Read the order and carry it out; gives the exit code."""
    os.umask(0o077)
    with contextlib.suppress(OSError):  # where a service may not say how important it is
        os.nice(POLITE)
    order = _next()
    if not isinstance(order, Order):
        return 2
    sys.excepthook = lambda kind, _error, where: _say_fault(kind, where)
    threading.excepthook = _end_of_a_thread
    if order.finish:
        _finish(Path(order.finish), order)
    elif order.is_mix:
        asyncio.run(_mix(order))
    else:
        asyncio.run(_broadcast(order))
    return 0


def _finish(folder: Path, order: Order) -> None:
    """Put together what was recorded, beside the folder of its parts."""
    from server_sync.meetings.broadcast.recording import put_together

    put_together(folder, order.items, folder.with_suffix(".mp4"), order.decisions)


async def _broadcast(order: Order) -> None:
    from server_sync.meetings.broadcast.attending import Attending
    from server_sync.meetings.broadcast.labels import Labels
    from server_sync.meetings.broadcast.making import Making
    from server_sync.meetings.broadcast.mixing import Voices
    from server_sync.meetings.broadcast.mosaic import Mosaic

    voices, mosaic = Voices(), Mosaic(Labels(), order.title)
    making = Making(order, mosaic, voices)
    attending = Attending(order, mosaic, voices, making.go_to_item)
    over = asyncio.Event()
    loop = asyncio.get_running_loop()

    def hear(told: Told | None) -> None:
        match told:
            case Token(token):
                attending.take(token)
            case Caption():
                making.caption(told)
            case Over() | None:
                making.end(is_over=told is not None)
                over.set()
            case Order():
                pass  # there is one for the whole of a life

    _in_a_thread("orders", lambda: _listen(lambda told: loop.call_soon_threadsafe(partial(hear, told))))
    maker = _in_a_thread("making", making.run)
    room = loop.create_task(attending.attend())
    while not over.is_set():
        if room.done():
            room.result()  # it ends before that over a fault of ours alone
        made = making.made
        _say(Word(attending.is_in, made.frames, made.pieces, made.rate, made.fault))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(EVERY_S):
                await over.wait()
    await asyncio.to_thread(maker.join)
    await attending.leave()
    await room


async def _mix(order: Order) -> None:
    from server_sync.meetings.broadcast.attending import Attending
    from server_sync.meetings.broadcast.labels import Labels
    from server_sync.meetings.broadcast.mixing import Voices
    from server_sync.meetings.broadcast.mosaic import Mosaic
    from server_sync.meetings.broadcast.sending import KEPT_S, Sending

    voices, mosaic = Voices(KEPT_S), Mosaic(Labels(), order.title)
    sending = Sending(mosaic, voices)
    attending = Attending(order, mosaic, voices, lambda _item: None, sending.last)
    over = asyncio.Event()
    loop = asyncio.get_running_loop()

    def hear(told: Told | None) -> None:
        match told:
            case Token(token):
                attending.take(token)
            case Over() | None:
                over.set()
            case Caption() | Order():
                pass  # who is in the room is told captions by the centre

    _in_a_thread("orders", lambda: _listen(lambda told: loop.call_soon_threadsafe(partial(hear, told))))
    room = loop.create_task(attending.attend())
    while not over.is_set():
        if room.done():
            room.result()  # as above
        _say(Word(attending.is_in, sending.frames, rate=sending.rate))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(EVERY_S):
                await over.wait()
    await attending.leave()
    await room


def _in_a_thread(name: str, work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work, name=name, daemon=True)
    thread.start()
    return thread


def _listen(hear: Callable[[Told | None], object]) -> None:
    """Hand on what the keeper says, until it says no more."""
    with contextlib.suppress(RuntimeError):  # the loop was quicker than the pipe's end
        while (told := _next()) is not None:
            hear(told)
        hear(None)


def _next() -> Told | None:
    """The keeper's next line; None when there is none any more, or one that is none."""
    raw = sys.stdin.buffer.readline(LINE_MOST)
    try:
        return read_told(raw) if raw else None
    except MalformedBytes:
        return None


def _say(word: Word) -> None:
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.buffer.write(word.written())
        sys.stdout.buffer.flush()


def _end_of_a_thread(said: threading.ExceptHookArgs) -> None:
    """A thread that failed takes the whole with it: its keeper starts another."""
    _say_fault(said.exc_type, said.exc_traceback)
    os._exit(1)


def _say_fault(kind: type[BaseException], where: TracebackType | None) -> None:
    """Say what kind of error it was and the places it passed, never its text."""
    passed = tuple(f"{Path(one.filename).name}:{one.lineno}" for one in traceback.extract_tb(where))
    _say(Word(fault=kind.__name__, passed=passed[-8:]))


if __name__ == "__main__":
    sys.exit(main())
