"""Takes out of what the microphone hears what the speaker played, and the noise; by the media library."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from livekit import rtc

from liaison_desktop.media.sound import RATE

if TYPE_CHECKING:
    from liaison_desktop.media.sound import Samples

LOUDEST: Final = 32_767


class EchoCleaning:
    """Everything in hundredths of a second."""

    def __init__(self) -> None:
        self._module = rtc.AudioProcessingModule(
            echo_cancellation=True, noise_suppression=True, high_pass_filter=True, auto_gain_control=True
        )

    def played(self, samples: Samples) -> None:
        """This is given to the speaker now."""
        self._module.process_reverse_stream(_frame(samples))

    def delayed(self, delay_s: float) -> None:
        """So much later than given it is heard."""
        self._module.set_stream_delay_ms(round(delay_s * 1_000))

    def clean(self, samples: Samples) -> bytes:
        """What was heard, clean, as whole numbers of two bytes."""
        frame = _frame(samples)
        self._module.process_stream(frame)
        return bytes(frame.data.cast("B"))


def _frame(samples: Samples) -> rtc.AudioFrame:
    data = bytearray((samples * LOUDEST).astype(np.int16).tobytes())
    return rtc.AudioFrame(data, RATE, 1, len(samples))
