"""What a measurement says: a figure, its unit, the limit it is held against, and on what machine it was taken."""

import math
import os
import platform
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

MEGABYTE: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Figure:
    """One promise measured. `at_most` tells on which side of the limit good lies; `more` is how it came about."""

    name: str
    value: float
    unit: str
    limit: float
    at_most: bool = True
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def met(self) -> bool:
        """Whether the figure is on the good side of its limit."""
        return self.value <= self.limit if self.at_most else self.value >= self.limit

    def told(self) -> dict[str, Any]:
        """The figure for JSON."""
        return {**asdict(self), "value": round(self.value, 3), "more": dict(self.more), "met": self.met}


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` of all do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def spread(values: Sequence[float]) -> dict[str, float]:
    """Minimum, median, 95 % and maximum, rounded."""
    return {
        "n": len(values),
        "min": round(min(values), 3),
        "median": round(percentile(values, 0.5), 3),
        "p95": round(percentile(values, 0.95), 3),
        "max": round(max(values), 3),
    }


def machine() -> dict[str, Any]:
    """What the figures were taken on."""
    return {
        "cores": os.cpu_count(),
        "load": [round(one, 2) for one in os.getloadavg()] if hasattr(os, "getloadavg") else [],
        "system": platform.platform(),
        "python": sys.version.split()[0],
    }


Measure = Callable[[], Sequence[Figure]]
