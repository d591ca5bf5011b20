"""A program is told from its bytes, whatever it is called; letters, scans and their archives are none."""

import io
import zipfile

import pytest

from liaison_desktop.domain.programs import is_program


def archive(*names: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as opened:
        for name in names:
            opened.writestr(name, b"x")
    return made.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("арыз.pdf", b"MZ\x90\x00\x03\x00\x00\x00"),
        ("сурот.jpg", b"\x7fELF\x02\x01\x01"),
        ("кат.doc", b"#!/bin/sh\nrm -rf ~\n"),
        ("кат.txt", b"\xef\xbb\xbf@echo off\r\ndel *.*"),
        ("тиркеме", b"\xcf\xfa\xed\xfe\x07\x00\x00\x01"),
        ("кат.docx.lnk", b"L\x00\x00\x00\x01\x14\x02\x00"),
        ("кат.pdf.vbs", 'MsgBox "салам"'.encode()),
        ("Акт .EXE", b"anything"),
        ("архив.zip", archive("справка.pdf", "фото.jpg.exe")),
        ("программа.zip", archive("META-INF/MANIFEST.MF", "A.class")),
    ],
)
def test_programs_are_seen(name: str, content: bytes) -> None:
    assert is_program(content, name)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("арыз.pdf", b"%PDF-1.7\n"),
        ("сурот.jpg", b"\xff\xd8\xff\xe0"),
        ("кат.txt", "Мен powershell деген эмне экенин билбейм.".encode()),
        ("кат.docx", archive("word/document.xml", "[Content_Types].xml")),
        ("фото.zip", archive("1.jpg", "2.jpg")),
        ("бузук.zip", b"PK\x03\x04broken"),
        ("бош", b""),
    ],
)
def test_what_citizens_bring_is_no_program(name: str, content: bytes) -> None:
    assert not is_program(content, name)
