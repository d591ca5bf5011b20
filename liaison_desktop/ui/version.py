"""The version of this program, as Settings shows it and the exchange tells it."""

from __future__ import annotations

from typing import Final

VERSION: Final = "0.1.0"
PROGRAM: Final = f"liaison/{VERSION}"
