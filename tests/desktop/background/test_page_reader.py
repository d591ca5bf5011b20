"""Pages of papers are drawn by a process of their own; what a paper does to it, the window outlives."""

import os
import signal
import struct
import sys
from pathlib import Path

import pytest
from fpdf import FPDF

from liaison_desktop.background import page_reader
from liaison_desktop.background.page_reader import PIXELS_MOST, PageReader


def pdf(pages: int = 2, size: tuple[float, float] = (210, 297)) -> bytes:
    paper = FPDF(format=size, unit="mm")
    paper.set_font("helvetica", size=24)
    for number in range(1, pages + 1):
        paper.add_page()
        paper.cell(0, 20, f"Coal {number}")
    return bytes(paper.output())


@pytest.fixture
def reader(qtbot):
    one = PageReader()
    one.seen = []  # type: ignore[attr-defined]  # what a test looks at
    one.drawn.connect(lambda place, picture: one.seen.append((place, picture)))  # type: ignore[attr-defined]
    one.failed.connect(lambda place: one.seen.append((place, None)))  # type: ignore[attr-defined]
    yield one
    one.close()


def wait_for(qtbot, reader, count: int = 1):
    qtbot.waitUntil(lambda: len(reader.seen) >= count, timeout=60_000)
    return reader.seen[-1]


def test_a_page_is_drawn_as_large_as_it_fits(qtbot, reader):
    reader.open(pdf())
    reader.ask(1, 1_000, 1_000)
    place, picture = wait_for(qtbot, reader)
    assert (place, picture.height()) == (1, 1_000)
    assert 700 <= picture.width() <= 710
    assert picture.pixelColor(0, 0).name() == "#ffffff"
    reader.ask(0, 4_096, 4_096)
    picture = wait_for(qtbot, reader, 2)[1]
    assert picture.width() * picture.height() <= PIXELS_MOST


@pytest.mark.skipif(sys.platform != "linux", reason="the system says here what a process may do")
def test_the_reader_may_write_and_start_nothing_and_knows_nothing_of_its_surroundings(qtbot, reader, monkeypatch):
    monkeypatch.setenv("SECRET_OF_THE_WINDOW", "4711")
    reader.open(pdf())
    reader.ask(0, 200, 200)
    assert wait_for(qtbot, reader)[1] is not None
    known = Path(f"/proc/{reader.pid}/environ").read_bytes().split(b"\0")
    assert {one.partition(b"=")[0].decode() for one in known if one} <= {"PYTHONPATH", *page_reader.SURROUNDINGS}
    limits = Path(f"/proc/{reader.pid}/limits").read_text("ascii").splitlines()
    held = {line[:26].strip(): line[26:].split()[:2] for line in limits}
    assert held["Max processes"] == held["Max file size"] == held["Max core file size"] == ["0", "0"]


def test_of_several_pages_asked_for_the_newest_is_drawn(qtbot, reader):
    reader.open(pdf(9))
    for place in range(9):
        reader.ask(place, 200, 200)
    wait_for(qtbot, reader, 2)
    assert [place for place, _ in reader.seen] == [0, 8]


@pytest.mark.parametrize("content", [b"%PDF-1.7 and nothing further", b"PK\x03\x04", b"\x00" * 3_000_000])
def test_what_cannot_be_read_is_a_page_that_cannot_be_shown(qtbot, reader, content):
    reader.open(content)
    reader.ask(0, 500, 500)
    assert wait_for(qtbot, reader) == (0, None)


def test_a_page_that_is_not_there_is_told_and_the_next_is_drawn(qtbot, reader):
    reader.open(pdf())
    reader.ask(7, 500, 500)
    assert wait_for(qtbot, reader) == (7, None)
    reader.ask(1, 500, 500)
    assert wait_for(qtbot, reader, 2)[1] is not None


def test_a_reader_that_is_killed_is_begun_again_with_the_next_page(qtbot, reader):
    reader.open(pdf())
    reader.ask(0, 300, 300)
    wait_for(qtbot, reader)
    first = reader.pid
    os.kill(first, signal.SIGKILL)
    qtbot.waitUntil(lambda: reader.pid == 0, timeout=60_000)
    reader.ask(1, 300, 300)
    assert wait_for(qtbot, reader, 2)[1] is not None
    assert reader.pid not in (0, first)


def test_a_reader_that_ends_in_the_middle_of_a_page_is_told(qtbot, reader):
    reader.open(pdf())
    reader.ask(0, 300, 300)
    os.kill(reader.pid, signal.SIGKILL)
    assert wait_for(qtbot, reader) == (0, None)


def test_a_reader_that_hangs_is_ended_after_a_while(qtbot, reader, monkeypatch):
    reader._patience.setInterval(300)
    monkeypatch.setattr(sys, "executable", "/bin/cat")  # says nothing of its own
    monkeypatch.setattr(page_reader, "PROGRAM", "/dev/zero")
    reader.open(pdf())
    reader.ask(0, 300, 300)
    assert wait_for(qtbot, reader) == (0, None)
    assert reader.pid == 0


@pytest.mark.parametrize(
    ("header", "more"),
    [
        ((0, 1, 60_000, 60_000, 4), b"abcd"),
        ((0, 1, 10, 10, 2**32 - 1), b""),
        ((0, 1, 10, 10, 400), b"x" * 800),
        ((0, 1, 0, 0, 0), b""),
    ],
)
def test_an_answer_that_nobody_asked_for_is_no_picture(qtbot, reader, monkeypatch, tmp_path, header, more):
    liar = tmp_path / "liar.py"
    said = struct.pack("<IIIII", *header) + more
    liar.write_text(
        f"import sys, time\nsys.stdin.buffer.read(4)\nsys.stdout.buffer.write({said!r})\n"
        "sys.stdout.flush()\ntime.sleep(30)",
        encoding="utf-8",
    )
    shell = tmp_path / "python"
    shell.write_text(f"#!/bin/sh\nexec {sys.executable} {liar}\n", encoding="utf-8")
    shell.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(shell))
    reader.open(pdf())
    reader.ask(0, 300, 300)
    assert wait_for(qtbot, reader) == (0, None)


def test_a_paper_that_is_closed_leaves_no_process(qtbot, reader):
    reader.open(pdf())
    reader.ask(0, 300, 300)
    pid = reader.pid
    reader.close()
    assert reader.pid == 0
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    reader.ask(0, 300, 300)
    assert reader.seen == []
