"""How quick the counter is: registering beyond the disk's own fsync, and search as it is typed."""

import os
import time
from pathlib import Path
from typing import Final

from liaison_desktop.services import reading, registering
from proving.bench.figures import Figure, percentile, spread
from proving.bench.offices import drafts, office_of
from proving.counter import opened

REGISTER_LIMIT_MS: Final = 50.0
SEARCH_LIMIT_MS: Final = 50.0
BLOCK_BYTES: Final = 4_096
QUERIES: Final = (
    "Асанов",
    "өмүрбеков",
    "омурбеков",
    "токтогулова үсөн",
    "жээн",
    "мал уурулугу",
    "пенсия",
    "дорога",
    "ala-26-a-0042",
    "АЛА-26-А-00777",
    "12345",
    "суу түтүгү",
    "учитель",
    "asanov",
    "лекарств",
)


def registering_speed(folder: Path, count: int, times: int) -> list[Figure]:
    """Register one request after another in a full store, and fsync a block of the same disk as often."""
    home, person = office_of(folder, count)
    took: list[float] = []
    with opened(home, "http://127.0.0.1:9") as pc:
        pc.sign_in(person["login"], person["password"])
        for draft in list(drafts(pc.desk, times)):
            begun = time.perf_counter()
            registering.register_appeal(pc.desk, draft)
            took.append((time.perf_counter() - begun) * 1000)
    disk = fsync_ms(folder, times)
    beyond = percentile(took, 0.95) - percentile(disk, 0.95)
    more = {"requests_in_store": count, "register_ms": spread(took), "fsync_ms": spread(disk)}
    return [Figure("register_p95_beyond_fsync", max(beyond, 0.0), "ms", REGISTER_LIMIT_MS, more=more)]


def fsync_ms(folder: Path, times: int) -> list[float]:
    """How long the disk takes to make one block durable, again and again."""
    took = []
    path = folder / "fsync.probe"
    with path.open("wb") as probe:
        for _ in range(times):
            begun = time.perf_counter()
            probe.write(os.urandom(BLOCK_BYTES))
            probe.flush()
            os.fsync(probe.fileno())
            took.append((time.perf_counter() - begun) * 1000)
    path.unlink()
    return took


def search_speed(folder: Path, count: int) -> list[Figure]:
    """Search letter by letter, as typed, in a full store."""
    home, person = office_of(folder, count)
    took: list[float] = []
    slowest = (0.0, "")
    with opened(home, "http://127.0.0.1:9") as pc:
        pc.sign_in(person["login"], person["password"])
        for query in QUERIES:
            for end in range(1, len(query) + 1):
                begun = time.perf_counter()
                reading.list_requests(pc.desk, query[:end])
                spent = (time.perf_counter() - begun) * 1000
                took.append(spent)
                slowest = max(slowest, (spent, query[:end]))
    more = {"requests_in_store": count, "search_ms": spread(took), "slowest": slowest[1]}
    return [Figure("search_p95_as_typed", percentile(took, 0.95), "ms", SEARCH_LIMIT_MS, more=more)]
