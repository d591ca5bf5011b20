"""How smoothly the window goes on while the own picture runs, and how soon it is back when its process is killed."""

from pathlib import Path
from typing import Final

from proving.bench.figures import Figure, percentile, spread
from proving.bench.offices import office_of
from proving.bench.window_speed import told_by

LAG_LIMIT_MS: Final = 15.0
BACK_LIMIT_S: Final = 3.0
CPU_LIMIT: Final = 0.5
"""Of one core, both processes together, for one picture of 565×317 drawn, scaled and shown twenty times a second."""


def meeting_speed(folder: Path, count: int) -> list[Figure]:
    """Try a drawn camera in a window of its own process; Linux alone tells the processor's time."""
    home, person = office_of(folder, count)
    told = told_by("one_lobby", str(home), person["login"], password=person["password"], timeout_s=300)
    lags = {
        "typing_before_ms": spread(told["alone_ms"]),
        "with_picture_ms": spread(told["picture_ms"]),
        "typing_after_three_kills_and_leaving_ms": spread(told["left_ms"]),
        "with": "how much later than due a timer of 10 ms came in the window's thread",
    }
    work = {
        "desktop": round(told["desktop_cpu"], 3),
        "media_process": round(told["media_cpu"], 3),
        "media_process_mb": round(told["media_mb"], 1),
        "pictures_a_second": round(told["pictures_a_second"], 1),
    }
    back = {"first_picture_s": round(told["picture_s"], 3), "back_s": spread(told["back_s"])}
    return [
        Figure("lag_with_picture_p99", percentile(told["picture_ms"], 0.99), "ms", LAG_LIMIT_MS, more=lags),
        Figure("picture_back_after_kill", max(told["back_s"]), "s", BACK_LIMIT_S, more=back),
        Figure("picture_cpu", told["desktop_cpu"] + told["media_cpu"], "cores", CPU_LIMIT, more=work),
    ]
