"""Draws the pictures of a lesson: a screen on a board, a pointer, a ring around what is spoken of, a camera."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPainterPath, QPen

Pixels = npt.NDArray[np.uint8]
Box = tuple[int, int, int, int]
"""Left, top, width, height."""

WIDTH: Final = 1280
HEIGHT: Final = 720
TWICE: Final = 2
"""Boards are drawn at this scale, so that the camera can go near."""
MOVING_S: Final = 1 / 12
"""Between two pictures while something moves."""
STILL_S: Final = 1.0
FADE_S: Final = 0.4
LOOKS_AT_S: Final = 1.2
"""So long the whole screen is seen before the camera goes near."""
GOES_S: Final = 0.8
NEAR: Final = {"telephone": 1.9, "page": 1.5, "office": 1.5}
BESIDE: Final = 1040
"""How wide words stand beside a telephone: the camera that is near does not see them."""
CANVAS: Final = QColor("#F4F5F3")
RAIL: Final = QColor("#12312F")
TEXT: Final = QColor("#16211C")
MUTED: Final = QColor("#55615B")
PRIMARY: Final = QColor("#0F5C5A")
RING: Final = QColor("#E0A100")
EDGE: Final = QColor("#7A8580")
FAMILIES: Final = ["Inter", "Noto Sans", "DejaVu Sans"]


@dataclass(frozen=True, slots=True)
class Shot:
    """A screen as it was, and where on it is what is spoken of; None for all of it."""

    picture: Pixels
    box: Box | None


@dataclass(frozen=True, slots=True)
class Board:
    """A shot laid out, without and with the ring.

    `at` is the middle of what is spoken of, where the pointer goes; the camera goes as `near` to `looks_at`, which is
    the middle of a telephone, so that the words beside it are seen whole or not at all.
    """

    plain: Pixels
    ringed: Pixels
    at: tuple[float, float] | None = None
    looks_at: tuple[float, float] = (0, 0)
    near: float = 1.0


def lay_out(shot: Shot, screen: str, title: str, said: str, place: str) -> Board:
    """Lay a screen on a board; a telephone stands beside the words, other screens fill it."""
    image = QImage(WIDTH * TWICE, HEIGHT * TWICE, QImage.Format.Format_RGB888)
    image.fill(CANVAS)
    painter = QPainter(image)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    height, width = shot.picture.shape[:2]
    if screen == "telephone":
        tall = HEIGHT * TWICE - 64
        wide = round(tall * width / height)
        where = QRectF(WIDTH * TWICE * 0.72 - wide / 2, 32, wide, tall)
        _write_beside(painter, title, said, place)
    else:
        scale = min(WIDTH * TWICE / width, HEIGHT * TWICE / height)
        where = QRectF(0, 0, width * scale, height * scale)
        where.moveCenter(QPointF(WIDTH * TWICE / 2, HEIGHT * TWICE / 2))
    _draw_screen(painter, shot.picture, where, is_round=screen == "telephone")
    painter.end()
    plain = _pixels(image)
    if shot.box is None:
        return Board(plain, plain)
    left, top, wide_box, tall_box = (side * where.width() / width for side in shot.box)
    box = QRectF(where.left() + left, where.top() + top, wide_box, tall_box).intersected(where)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(TEXT, 4))
    painter.drawRoundedRect(box.adjusted(-6, -6, 6, 6), 14, 14)
    painter.setPen(QPen(RING, 10))
    painter.drawRoundedRect(box.adjusted(-14, -14, 14, 14), 20, 20)
    painter.end()
    fits = min(WIDTH * TWICE / (box.width() + 80), HEIGHT * TWICE / (box.height() + 80))
    at = (box.center().x(), box.center().y())
    looks_at = (where.center().x(), at[1]) if screen == "telephone" else at
    return Board(plain, _pixels(image), at, looks_at, max(1.0, min(NEAR[screen], fits)))


def title_card(title: str, about: str) -> Board:
    """What stands before the first step."""
    image = QImage(WIDTH * TWICE, HEIGHT * TWICE, QImage.Format.Format_RGB888)
    image.fill(RAIL)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QColor("#FFFFFF"))
    painter.setFont(_font(116, QFont.Weight.DemiBold))
    area = QRect(200, 380, WIDTH * TWICE - 400, 420)
    wraps = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom) | int(Qt.TextFlag.TextWordWrap)
    painter.drawText(area, wraps, title)
    painter.setPen(QColor("#DCE9E6"))
    painter.setFont(_font(64))
    area = QRect(200, 850, WIDTH * TWICE - 400, 420)
    painter.drawText(area, int(Qt.AlignmentFlag.AlignLeft) | int(Qt.TextFlag.TextWordWrap), about)
    painter.end()
    pixels = _pixels(image)
    return Board(pixels, pixels)


def frames(
    board: Board, before: Pixels | None, hand: tuple[float, float], lasts_s: float
) -> Iterator[tuple[float, Pixels]]:
    """The pictures of a step and when each is shown, in seconds from its beginning.

    `before` is the last picture of the step before, which fades; `hand` where the pointer came to rest then.
    """
    at = board.at
    until = FADE_S if at is None else LOOKS_AT_S + GOES_S
    now = 0.0
    while now < min(until, lasts_s):
        picture = _look(board, at, hand, now)
        if before is not None and now < FADE_S:
            part = now / FADE_S
            picture = cv2.addWeighted(before, 1 - part, picture, part, 0).astype(np.uint8)
        yield now, picture
        now += MOVING_S
    still = _look(board, at, hand, until)
    while now < lasts_s:
        yield now, still
        now += STILL_S


def _look(board: Board, at: tuple[float, float] | None, hand: tuple[float, float], now: float) -> Pixels:
    """The board as the camera sees it at a moment."""
    if at is None:
        return _resized(board.plain)
    goes = _eased((now - FADE_S) / (LOOKS_AT_S - FADE_S))
    pointer = (hand[0] + (at[0] - hand[0]) * goes, hand[1] + (at[1] - hand[1]) * goes)
    whole = (board.ringed if goes >= 1 else board.plain).copy()
    _draw_pointer(whole, pointer)
    near = 1 + (board.near - 1) * _eased((now - LOOKS_AT_S) / GOES_S)
    wide, tall = WIDTH * TWICE / near, HEIGHT * TWICE / near
    left = min(max(board.looks_at[0] - wide / 2, 0), WIDTH * TWICE - wide)
    top = min(max(board.looks_at[1] - tall / 2, 0), HEIGHT * TWICE - tall)
    scale = WIDTH / wide
    moved = np.array([[scale, 0, -left * scale], [0, scale, -top * scale]], np.float32)
    if near == 1:
        return _resized(whole)
    return cv2.warpAffine(whole, moved, (WIDTH, HEIGHT), flags=cv2.INTER_AREA).astype(np.uint8)


def picture_for_a_guide(shot: Shot, screen: str, most_bytes: int) -> bytes:
    """A screen small enough to stand in a guide, with the ring around what is spoken of."""
    height, width = shot.picture.shape[:2]
    wide = 360 if screen == "telephone" else 960
    scale = wide / width
    small = cv2.resize(shot.picture, (wide, round(height * scale)), interpolation=cv2.INTER_AREA)
    if shot.box is not None:
        left, top, across, down = (round(side * scale) for side in shot.box)
        cv2.rectangle(small, (left - 4, top - 4), (left + across + 4, top + down + 4), (0, 161, 224), 3, cv2.LINE_AA)
    return as_webp(small.astype(np.uint8), most_bytes)


def poster(board: Board) -> Pixels:
    """The picture that stands where a video is not played yet."""
    return cv2.resize(board.plain, (WIDTH // 2, HEIGHT // 2), interpolation=cv2.INTER_AREA).astype(np.uint8)


def as_webp(picture: Pixels, most_bytes: int) -> bytes:
    """A picture as WebP of at most so many bytes: the finest that fits, or else a smaller one."""
    for quality in (80, 65, 50, 35, 20):
        content = cv2.imencode(".webp", picture, [cv2.IMWRITE_WEBP_QUALITY, quality])[1].tobytes()
        if len(content) <= most_bytes:
            return content
    smaller = cv2.resize(picture, None, fx=0.7, fy=0.7, interpolation=cv2.INTER_AREA)
    return as_webp(smaller.astype(np.uint8), most_bytes)


def _resized(whole: Pixels) -> Pixels:
    return cv2.resize(whole, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA).astype(np.uint8)


def _eased(part: float) -> float:
    bounded = min(max(part, 0.0), 1.0)
    return bounded * bounded * (3 - 2 * bounded)


def _draw_screen(painter: QPainter, picture: Pixels, where: QRectF, *, is_round: bool) -> None:
    height, width = picture.shape[:2]
    shown = QImage(np.ascontiguousarray(picture).tobytes(), width, height, width * 3, QImage.Format.Format_BGR888)
    if is_round:
        painter.setPen(QPen(EDGE, 6))
        painter.setBrush(CANVAS)
        painter.drawRoundedRect(where.adjusted(-10, -10, 10, 10), 44, 44)
        path = QPainterPath()
        path.addRoundedRect(where, 36, 36)
        painter.setClipPath(path)
    painter.drawImage(where, shown)
    painter.setClipping(False)


def _write_beside(painter: QPainter, title: str, said: str, place: str) -> None:
    wraps = int(Qt.TextFlag.TextWordWrap)
    painter.setPen(PRIMARY)
    painter.setFont(_font(60, QFont.Weight.DemiBold))
    painter.drawText(QRect(100, 120, BESIDE, 240), wraps, title)
    painter.setPen(MUTED)
    painter.setFont(_font(44))
    painter.drawText(QRect(100, 380, BESIDE, 80), 0, place)
    painter.setPen(TEXT)
    painter.setFont(_font(66))
    painter.drawText(QRect(100, 470, BESIDE, HEIGHT * TWICE - 500), wraps, said)


def _draw_pointer(whole: Pixels, at: tuple[float, float]) -> None:
    x, y = at
    shape = [(0, 0), (0, 68), (16, 53), (27, 80), (39, 75), (28, 49), (50, 49)]
    points = np.array([(round(x + dx), round(y + dy)) for dx, dy in shape], np.int32)
    cv2.fillPoly(whole, [points], (28, 33, 22), cv2.LINE_AA)
    cv2.polylines(whole, [points], isClosed=True, color=(255, 255, 255), thickness=5, lineType=cv2.LINE_AA)


def _font(size: int, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    font = QFont(FAMILIES)
    font.setPixelSize(size)
    font.setWeight(weight)
    return font


def _pixels(image: QImage) -> Pixels:
    """An image as OpenCV has it: blue, green, red."""
    width, height = image.width(), image.height()
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(height, image.bytesPerLine())[:, : width * 3]
    return cv2.cvtColor(rows.reshape(height, width, 3), cv2.COLOR_RGB2BGR).astype(np.uint8)
