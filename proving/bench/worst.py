"""The worst requests of at most a mebibyte that were thought of, and what each costs the server that answers it."""

import os
import re
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import quote

import zstandard

from proving.bench.figures import MEGABYTE, percentile
from server_sync.contract import authentication
from server_sync.contract.signing import PrivateKey

EXCHANGE: Final = "/sync/v1/exchange"
ANSWER_S: Final = 120.0
TIMES: Final = 3
MOST_BYTES: Final = 1_000_000
OPENED_BYTES: Final = 16 * MEGABYTE

_TOKEN: Final = "a" * 32
PASS: Final = {"Cookie": f"csrftoken={_TOKEN}", "X-CSRFToken": _TOKEN}
"""What makes the server read a form of ours at all."""

_LIST_OF_NUMBERS: Final = b"\x9a\x00\xff\xff\xf0"


@dataclass(frozen=True, slots=True)
class Cost:
    """What one request took: the longest wait of a few is not counted, the greatest memory is."""

    name: str
    status: str
    seconds: float
    megabytes: float


def exchange_bodies() -> dict[str, bytes]:
    """Bodies of an exchange that are small on the wire and large, deep or many when opened."""
    squeeze = zstandard.ZstdCompressor(level=19)
    unsized = zstandard.ZstdCompressor(level=3, write_content_size=False)
    room = OPENED_BYTES - 16
    return {
        "16 million numbers": squeeze.compress(_LIST_OF_NUMBERS + bytes(0xFFFFF0)),
        "5 million maps of one": squeeze.compress(b"\x9a\x00\x4f\xff\xff" + b"\xa1\x00\x00" * 0x4FFFFF),
        "16 million empty lists": squeeze.compress(b"\x9a\x00\xff\xff\xf0" + b"\x80" * 0xFFFFF0),
        "as many empty lists as are read": squeeze.compress(b"\x9a\x00\x01\xff\xff" + b"\x80" * 0x1FFFF),
        "lists in lists": squeeze.compress(b"\x81" * room + b"\x01"),
        "maps in maps": squeeze.compress(b"\xa1\x00" * (room // 2) + b"\x01"),
        "tags on tags": squeeze.compress(b"\xc6" * room + b"\x01"),
        "one text of 16 MiB": squeeze.compress(b"\x7a" + (room).to_bytes(4) + b"a" * room),
        "one byte string of 16 MiB": squeeze.compress(b"\x5a" + (room).to_bytes(4) + bytes(room)),
        "a gigabyte announced": squeeze.compress(bytes(1024 * MEGABYTE // 8)),
        "a gigabyte not announced": unsized.compress(bytes(1024 * MEGABYTE // 8)),
        "a mebibyte of noise": os.urandom(MOST_BYTES),
        "a mebibyte of zeros": bytes(MOST_BYTES),
    }


def form_bodies() -> dict[str, tuple[str, bytes]]:
    """Bodies of forms: their type and their bytes."""
    plain = "application/x-www-form-urlencoded"
    parts = b"".join(b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n' for _ in range(MOST_BYTES // 54))
    file = b'--b\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n' + bytes(MOST_BYTES - 200)
    return {
        "a form of many fields": (plain, b"a=1&" * (MOST_BYTES // 4)),
        "a form of one long field": (plain, b"login=" + b"a" * (MOST_BYTES - 6)),
        "a form of percent signs": (plain, b"login=" + b"%D0%96" * ((MOST_BYTES - 6) // 6)),
        "a form in many parts": ("multipart/form-data; boundary=b", parts + b"--b--\r\n"),
        "a form with a file": ("multipart/form-data; boundary=b", file + b"\r\n--b--\r\n"),
        "a form without an end": ("multipart/form-data; boundary=b", b"--b\r\n" + b"x" * (MOST_BYTES - 10)),
    }


def addresses() -> dict[str, str]:
    """Questions that anybody may ask, each as dear as it can be made."""
    common = quote("жол суу көчө мектеп арыз өтүнүч айыл район облус жер үй бала")
    return {
        "the first page": "/",
        "all figures": "/totals",
        "a search for common words": f"/requests?q={common}",
        "a search for one common word": f"/requests?q={quote('бул')}&page=50",
        "a search for three letters": f"/requests?q={quote('кыр')}",
        "a long search": "/requests?q=" + quote("ы " * 200),
        "a search of marks": "/requests?q=" + quote("а" + "\u0301\u0316" * 320),
        "a search for nothing": "/requests?q=%00",
        "a page far away": "/requests?page=999999",
        "a long receipt": "/Q/" + "A" * 3_900,
        "a pasted receipt": "/verify?receipt=" + "A" * 3_800,
        "a long number": "/a?number=" + "9" * 3_800,
        "all keys": "/log/keys",
        "a proof far back": "/log/proof/consistency?from=1",
        "a size without end": "/log/proof/consistency?from=1&to=" + "9" * 18,
    }


def requests(epoch: bytes, key: PrivateKey) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Every one of them by name, written anew each time: a signed request counts only once."""
    for name, body in exchange_bodies().items():
        yield f"exchange: {name}", partial(_signed, epoch, key, body)
        yield f"enrol: {name}", partial(_raw, "POST", "/sync/v1/enrol", body)
    for name, (kind, body) in form_bodies().items():
        for path in ("/sign-out", "/a/ALA-26-A-00001-0181"):  # a password takes 100 MB by itself, few at a time
            yield (
                f"{path[:8]}: {name}",
                partial(_raw, "POST", path, body, {"Content-Type": kind, **PASS}),
            )
    for name, path in addresses().items():
        yield name, partial(_raw, "GET", path)
    headers = {f"X-{place}": "y" * 500 for place in range(90)}
    yield "many headers", partial(_raw, "GET", "/requests", b"", headers)
    cookies = {"Cookie": "; ".join(f"a{at}=b" for at in range(900))}
    yield "many cookies", partial(_raw, "GET", "/requests", b"", cookies)


def costs(address: str, server_pid: int, epoch: bytes, key: PrivateKey) -> list[Cost]:
    """Send each a few times, all of them once before, and look at the memory of the server's processes."""
    host, port = address.removeprefix("http://").split(":")
    target = host, int(port)
    asked = list(requests(epoch, key))
    for _, written in asked:
        _answer(target, written())
    return [_cost(name, target, server_pid, written) for name, written in asked]


def _cost(name: str, target: tuple[str, int], server_pid: int, written: Callable[[], bytes]) -> Cost:
    took, grew, status = [], [], ""
    for _ in range(TIMES):
        raw = written()
        pids = _family(server_pid)
        before = {pid: _memory(pid, "VmRSS") for pid in pids}
        for pid in pids:
            Path(f"/proc/{pid}/clear_refs").write_text("5", encoding="ascii")  # the peak begins anew
        begun = time.perf_counter()
        status = _answer(target, raw)
        took.append(time.perf_counter() - begun)
        grew.append(sum(max(0.0, _memory(pid, "VmHWM") - kept) for pid, kept in before.items()))
    return Cost(name, status, percentile(took, 0.5), max(grew))


def _answer(target: tuple[str, int], raw: bytes) -> str:
    """Send a request and hear the answer out; its status, or nothing."""
    heard = b""
    with socket.create_connection(target, ANSWER_S) as line:
        try:
            line.sendall(raw)
            while said := line.recv(256 * 1024):
                heard = heard or said
        except OSError:
            return heard[9:12].decode("latin-1")  # the server closed before all was sent
    return heard[9:12].decode("latin-1")


def _family(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [pid, *(one for child in listed for one in _family(int(child)))]


def _memory(pid: int, what: str) -> float:
    """A figure of a process's memory in megabytes."""
    found = re.search(rf"{what}:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(encoding="utf-8"))
    return int(found[1]) / 1024 if found else 0.0


def _signed(epoch: bytes, key: PrivateKey, body: bytes) -> bytes:
    nonce, now_ms = authentication.new_nonce(), time.time_ns() // 1_000_000
    return _raw("POST", EXCHANGE, body, authentication.sign_request(key, "POST", EXCHANGE, body, nonce, epoch, now_ms))


def _raw(method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> bytes:
    told = {"Host": "127.0.0.1", "Connection": "close", "Content-Length": str(len(body)), **(headers or {})}
    head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode("latin-1") + body
