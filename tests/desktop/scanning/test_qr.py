"""A receipt's code is read from whatever picture of it comes."""

import os
import struct
import zlib

import numpy as np
import pytest

from liaison_desktop.printing.content import Paper
from liaison_desktop.printing.receipt import receipt_pdf
from liaison_desktop.scanning.qr import PICTURE_LIMIT_BYTES, PictureRefused, _cv2, read_receipt_codes
from tests.desktop.printing.papers import QR_TEXT, picture_of, receipt

cv2 = _cv2()


@pytest.fixture(scope="module")
def scan():
    """A5 scanned at 200 dots per inch, grey."""
    png = picture_of(receipt_pdf(receipt(), Paper.A5), 200)
    return cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_GRAYSCALE)


def jpeg(pixels, quality=70):
    return cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()


@pytest.mark.parametrize("dpi", [72, 100, 203, 300])
@pytest.mark.parametrize("paper", list(Paper))
def test_a_scan_of_any_fineness_is_read(paper, dpi):
    assert read_receipt_codes(picture_of(receipt_pdf(receipt(), paper), dpi)) == (QR_TEXT,)


@pytest.mark.parametrize("angle", [3, 20, 45, 90, 140, 180, 270, 340])
def test_a_turned_paper_is_read(scan, angle):
    high, wide = scan.shape
    turn = cv2.getRotationMatrix2D((wide / 2, high / 2), angle, 1.0)
    side = int((wide**2 + high**2) ** 0.5)
    turn[:, 2] += (side - wide) / 2, (side - high) / 2
    assert read_receipt_codes(jpeg(cv2.warpAffine(scan, turn, (side, side), borderValue=200))) == (QR_TEXT,)


def test_a_blurred_picture_is_read(scan):
    assert read_receipt_codes(jpeg(cv2.GaussianBlur(scan, (0, 0), 1.8))) == (QR_TEXT,)


def test_a_photograph_at_a_slant_in_uneven_light_is_read(scan):
    high, wide = scan.shape
    corners = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    seen = np.array([[180, 90], [wide - 60, 160], [wide + 40, high - 20], [60, high + 80]], np.float32)
    slant = cv2.getPerspectiveTransform(corners, seen)
    photo = cv2.warpPerspective(scan, slant, (wide + 200, high + 200), borderValue=90)
    photo = photo * np.linspace(0.45, 1, photo.shape[1])[None, :]
    photo = photo + np.random.default_rng(1).normal(0, 8, photo.shape)
    photo = cv2.GaussianBlur(np.clip(photo, 0, 255).astype(np.uint8), (0, 0), 1.2)
    assert read_receipt_codes(jpeg(photo)) == (QR_TEXT,)


def test_a_picture_without_a_code_gives_none():
    assert read_receipt_codes(jpeg(np.full((600, 400), 255, np.uint8))) == ()


@pytest.mark.parametrize(
    "raw",
    [b"", b"GIF89a", b"%PDF-1.7", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n" + b"\0" * 40, b"\xff\xd8\xff\xe0" + b"\0" * 60],
)
def test_what_is_not_a_picture_is_refused_by_name(raw):
    with pytest.raises(PictureRefused) as refused:
        read_receipt_codes(raw)
    assert refused.value.code == "picture_unreadable"


def test_a_torn_file_is_refused_by_name(scan):
    raw = cv2.imencode(".png", scan)[1].tobytes()[:60]
    with pytest.raises(PictureRefused):
        read_receipt_codes(raw)


def _piece(name, content):
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def test_a_picture_bomb_is_refused_before_it_is_unpacked():
    head = _piece(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0))
    bomb = b"\x89PNG\r\n\x1a\n" + head + _piece(b"IDAT", zlib.compress(bytes(1_000_000))) + _piece(b"IEND", b"")
    for raw in (bomb, b"\x89PNG" + bytes(PICTURE_LIMIT_BYTES)):
        with pytest.raises(PictureRefused) as refused:
            read_receipt_codes(raw)
        assert refused.value.code == "picture_too_large"


def test_reading_leaves_no_settings_of_another_qt_behind(scan):
    read_receipt_codes(jpeg(scan))
    assert "QT_QPA_PLATFORM_PLUGIN_PATH" not in os.environ
    assert "QT_QPA_FONTDIR" not in os.environ
