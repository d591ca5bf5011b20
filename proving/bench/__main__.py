"""`./liaison bench`: measures everything, or the figures named, and prints JSON with each figure beside its limit."""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from proving.bench.counter_speed import registering_speed, search_speed
from proving.bench.cut_off import cut_off
from proving.bench.echo import echo_loss
from proving.bench.figures import Figure, machine
from proving.bench.line_speed import bytes_per_request, exchange_speed
from proving.bench.meeting_load import SMALL, Size, meeting_load
from proving.bench.meeting_speed import meeting_speed
from proving.bench.portal_speed import SMALL as SMALL_PORTAL
from proving.bench.portal_speed import Size as PortalSize
from proving.bench.portal_speed import portal_speed
from proving.bench.privacy import privacy
from proving.bench.siege import siege
from proving.bench.thin_sound import HEARD_S, thin_sound
from proving.bench.window_speed import window_speed

FULL: Final = {
    "window": 100_000,
    "register": 100_000,
    "search": 200_000,
    "exchange": 6_000,
    "meetings": 500,
    "siege": 30_000,
}
QUICK: Final = {"window": 500, "register": 500, "search": 1_000, "exchange": 300, "meetings": 50, "siege": 60}


def benches(folder: Path, sizes: dict[str, int]) -> dict[str, Callable[[], Sequence[Figure]]]:
    """What can be measured, by name."""
    is_quick = sizes is QUICK
    return {
        "window": lambda: window_speed(folder, sizes["window"], 2 if is_quick else 5),
        "register": lambda: registering_speed(folder, sizes["register"], 20 if is_quick else 300),
        "search": lambda: search_speed(folder, sizes["search"]),
        "exchange": lambda: exchange_speed(folder, sizes["exchange"]),
        "bytes": lambda: bytes_per_request(folder),
        "meetings": lambda: [
            *meeting_speed(folder, sizes["meetings"]),
            *echo_loss(),
            *thin_sound(folder / "thin", 6 if is_quick else HEARD_S),
            *meeting_load(folder, SMALL if is_quick else Size()),
            *cut_off(folder / "cut", SMALL.cut_s if is_quick else Size().cut_s, 1 if is_quick else 3),
        ],
        "portal": lambda: portal_speed(folder, SMALL_PORTAL if is_quick else PortalSize()),
        "privacy": privacy,
        "siege": lambda: siege(folder, sizes["siege"], 10 if is_quick else 200, 3 if is_quick else 60),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; the exit code says whether every limit was met."""
    parser = argparse.ArgumentParser(prog="./liaison bench", description=__doc__)
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help="window, register, search, exchange, bytes, meetings, portal, privacy, siege (default: all)",
    )
    parser.add_argument("--json", type=Path, nargs="?", metavar="FILE", help="write the figures there as well")
    parser.add_argument("--quick", action="store_true", help="small sizes: whether it runs, not how fast")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep the offices made here for the next run")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="liaison-bench-") as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        measures = benches(folder, QUICK if options.quick else FULL)
        unknown = [name for name in options.names if name not in measures]
        if unknown:
            parser.error(f"not known: {', '.join(unknown)}")
        figures = _measured({name: measures[name] for name in options.names or measures})
    told = {"machine": machine(), "figures": {figure.name: figure.told() for figure in figures}}
    written = json.dumps(told, ensure_ascii=False, indent=1)
    print(written)
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(written + "\n", encoding="utf-8")
    return 0 if options.quick or all(figure.met for figure in figures) else 1


def _measured(measures: dict[str, Callable[[], Sequence[Figure]]]) -> list[Figure]:
    figures: list[Figure] = []
    for name, measure in measures.items():
        begun = time.perf_counter()
        print(f"bench: {name} …", file=sys.stderr, flush=True)
        found = measure()
        for figure in found:
            verdict = "met" if figure.met else "NOT MET"
            told = f"{figure.name} {figure.value:.3g} {figure.unit}, limit {figure.limit:g}: {verdict}"
            print(f"bench: {told} ({time.perf_counter() - begun:.0f} s)", file=sys.stderr, flush=True)
        figures += found
    return figures


if __name__ == "__main__":
    sys.exit(main())
