"""Reads the QR codes of receipts from pictures: a scan, a photograph, a page drawn from a PDF.

OpenCV is imported when the first picture comes (0.7 s) and never at start. Its Linux wheel points Qt at its own plugins
on import, which would break the program's windows: those two settings are taken back at once.
"""

import os
from collections.abc import Iterator
from struct import unpack_from
from types import ModuleType
from typing import TYPE_CHECKING, Final

from liaison_desktop.domain.errors import LiaisonError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

PICTURE_LIMIT_BYTES: Final = 40 * 1024 * 1024
PICTURE_LIMIT_PIXELS: Final = 60_000_000
LONG_SIDE_PIXELS: Final = 2_400
SHORT_SIDE_PIXELS: Final = 600
QT_SETTINGS_OF_CV2: Final = ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR")
PNG: Final = b"\x89PNG\r\n\x1a\n"
JPEG: Final = b"\xff\xd8\xff"
# JPEG (ITU-T T.81, table B.1): start-of-frame markers hold the size; the others in this range do not.
NOT_A_FRAME: Final = frozenset({0xC4, 0xC8, 0xCC})
WITHOUT_LENGTH: Final = frozenset({0x01, *range(0xD0, 0xD8)})


class PictureRefused(LiaisonError):
    """The bytes are no picture that can be read: `picture_unreadable`, `picture_too_large`."""


def read_receipt_codes(picture: bytes) -> tuple[str, ...]:
    """Give the texts of all QR codes found in a PNG or JPEG, in the order found; empty when there are none.

    What a text means is not judged here. Raises PictureRefused for what is not a picture, and before anything is
    unpacked for one larger than the limits. Takes tens of milliseconds to seconds: not for the UI thread.
    """
    pixels = _opened(picture)
    cv2 = _cv2()
    # Two ways to find the corners: the second reads small and cleanly printed codes that the first misses.
    detectors = (cv2.QRCodeDetector(), cv2.QRCodeDetectorAruco())
    for tried in _tries(cv2, pixels):
        for detector in detectors:
            texts = _codes(detector, cv2, tried)
            if texts:
                return texts
    return ()


def _cv2() -> ModuleType:
    before = {name: os.environ.get(name) for name in QT_SETTINGS_OF_CV2}
    import cv2

    for name, value in before.items():
        if value is None or "cv2" in value:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
    return cv2


def _opened(picture: bytes) -> "Pixels":
    if len(picture) > PICTURE_LIMIT_BYTES:
        raise PictureRefused("picture_too_large", limit_bytes=PICTURE_LIMIT_BYTES)
    wide, high = _declared_size(picture)
    if wide < 1 or high < 1:
        raise PictureRefused("picture_unreadable")
    if wide * high > PICTURE_LIMIT_PIXELS:
        raise PictureRefused("picture_too_large", limit_pixels=PICTURE_LIMIT_PIXELS)
    cv2 = _cv2()
    import numpy as np

    try:
        pixels: Pixels | None = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_GRAYSCALE)
    except cv2.error as failure:
        raise PictureRefused("picture_unreadable") from failure
    if pixels is None:
        raise PictureRefused("picture_unreadable")
    return pixels


def _declared_size(picture: bytes) -> tuple[int, int]:
    """Read width and height from the head of the file, without unpacking it; (0, 0) when it is no PNG or JPEG."""
    if picture.startswith(PNG) and len(picture) >= 24:
        wide, high = unpack_from(">II", picture, 16)
        return wide, high
    if picture.startswith(JPEG):
        return _jpeg_size(picture)
    return 0, 0


def _jpeg_size(picture: bytes) -> tuple[int, int]:
    place = 2
    while place + 9 <= len(picture):
        if picture[place] != 0xFF:
            return 0, 0
        marker = picture[place + 1]
        if marker == 0xFF or marker in WITHOUT_LENGTH:
            place += 1 if marker == 0xFF else 2
            continue
        if 0xC0 <= marker <= 0xCF and marker not in NOT_A_FRAME:
            high, wide = unpack_from(">HH", picture, place + 5)
            return wide, high
        place += 2 + int(unpack_from(">H", picture, place + 2)[0])
    return 0, 0


def _tries(cv2: ModuleType, pixels: "Pixels") -> "Iterator[Pixels]":
    """Offer the picture as it is, then in the ways that help: another size, sharper, levelled light, turned."""
    long_side = max(pixels.shape)
    if long_side > LONG_SIDE_PIXELS:
        pixels = _resized(cv2, pixels, LONG_SIDE_PIXELS / long_side)
    elif min(pixels.shape) < SHORT_SIDE_PIXELS:
        pixels = _resized(cv2, pixels, min(2.5, 2 * LONG_SIDE_PIXELS / long_side))
    pixels = cv2.copyMakeBorder(pixels, 24, 24, 24, 24, cv2.BORDER_CONSTANT, value=255)
    yield pixels
    soft = cv2.GaussianBlur(pixels, (0, 0), 2.0)
    sharp = cv2.addWeighted(pixels, 2.2, soft, -1.2, 0)
    yield sharp
    yield _resized(cv2, sharp, 1.6)
    yield cv2.adaptiveThreshold(pixels, 255, cv2.ADAPTIVE_THRESH_GAUSSIAN_C, cv2.THRESH_BINARY, 51, 7)
    yield _resized(cv2, pixels, 0.6)
    for angle in (15, 30, 45, 60, 75):
        yield _turned(cv2, pixels, angle)
        yield _turned(cv2, sharp, angle)


def _resized(cv2: ModuleType, pixels: "Pixels", factor: float) -> "Pixels":
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    resized: Pixels = cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=how)
    return resized


def _turned(cv2: ModuleType, pixels: "Pixels", angle: float) -> "Pixels":
    high, wide = pixels.shape[:2]
    turn = cv2.getRotationMatrix2D((wide / 2, high / 2), angle, 1.0)
    side = int((wide**2 + high**2) ** 0.5) + 1
    turn[0, 2] += (side - wide) / 2
    turn[1, 2] += (side - high) / 2
    turned: Pixels = cv2.warpAffine(pixels, turn, (side, side), flags=cv2.INTER_CUBIC, borderValue=255)
    return turned


def _codes(detector: object, cv2: ModuleType, pixels: "Pixels") -> tuple[str, ...]:
    try:
        found, texts, _, _ = detector.detectAndDecodeMulti(pixels)  # type: ignore[attr-defined]
    except (cv2.error, UnicodeDecodeError):  # an odd shape taken for a code, or a code that holds no text
        return ()
    return tuple(dict.fromkeys(text for text in texts if text)) if found else ()
