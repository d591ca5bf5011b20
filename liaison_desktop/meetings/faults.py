"""What can be wrong with camera, microphone and speaker, each by its name; its words are chosen where it is shown."""

from enum import Enum


class Part(Enum):
    """What of the equipment is spoken of."""

    CAMERA = "camera"
    MICROPHONE = "microphone"
    SPEAKER = "speaker"


class Fault(Enum):
    """Why a part of the equipment is of no use now."""

    CAMERA_NONE = "camera_none"
    """There is no camera."""
    CAMERA_BUSY = "camera_busy"
    """It is there and cannot be opened: another program has it."""
    CAMERA_GONE = "camera_gone"
    """It gave pictures and was unplugged."""
    CAMERA_BLACK = "camera_black"
    """Its pictures are black: a cover, or no light."""
    CAMERA_FROZEN = "camera_frozen"
    """The same picture comes again and again, or none at all."""
    MICROPHONE_NONE = "microphone_none"
    MICROPHONE_BUSY = "microphone_busy"
    MICROPHONE_GONE = "microphone_gone"
    MICROPHONE_SILENT = "microphone_silent"
    """Not even the noise of a room comes: it is muted."""
    SPEAKER_NONE = "speaker_none"
    SPEAKER_BUSY = "speaker_busy"
    SPEAKER_GONE = "speaker_gone"
