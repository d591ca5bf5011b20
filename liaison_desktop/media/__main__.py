"""Runs the media process; the office's program starts it with a token for the shared memory, nobody else does."""

from __future__ import annotations

import os
import sys
from typing import NoReturn


def main() -> NoReturn:
    """Work until the parent closes the pipe or is gone."""
    # Read by OpenCV when it is imported: without it a camera under Windows takes up to half a minute to open.
    os.environ.setdefault("OPENCV_VIDEOIO_MSMF_ENABLE_HW_TRANSFORMS", "0")
    os.environ.setdefault("OPENCV_LOG_LEVEL", "OFF")

    from liaison_desktop.media.pipe import Pipe
    from liaison_desktop.media.program import Program
    from liaison_desktop.meetings.memory import SharedMemory
    from liaison_desktop.meetings.ring import RING_BYTES, FrameRing

    pipe = Pipe()
    ring = FrameRing(SharedMemory.found(sys.argv[1], RING_BYTES))
    Program(pipe, ring, os.environ).run()


if __name__ == "__main__":
    main()
