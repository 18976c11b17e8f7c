"""Python files: every encoding that Python takes, every row where it was."""

from __future__ import annotations

import codecs
import email
import json
from pathlib import Path

import pytest

from freezelint.findings import Location
from freezelint.sources.ipython import parses
from freezelint.sources.python import read_python
from freezelint.sources.source import Program, Segment, Source, UnreadableSource


def text_of(data: bytes) -> str:
    (program,) = read_python(data, "a.py").programs
    return program.segments[0].text


UNREADABLE = [
    (
        b"x = 1\ny = '\xff'\n",
        "cannot be decoded as utf-8: byte 0xff in row 2; save it as UTF-8 or declare its encoding in the first line",
    ),
    (b"# coding: klingon\n", "has a wrong encoding declaration: unknown encoding: klingon"),
    (b"# coding: hex\n00", "declares hex, which is not an encoding of text"),
    (
        codecs.BOM_UTF8 + b"# coding: latin-1\n",
        "has a wrong encoding declaration: encoding problem: utf-8",
    ),
    ("x = 1".encode("utf-16"), "is encoded as UTF-16, which Python does not read: save it as UTF-8"),
    (b"x = 1\n\n\0", "holds a NUL byte in row 3: Python does not read such a file"),
]


@pytest.mark.parametrize(("data", "message"), UNREADABLE)
def test_unreadable(data: bytes, message: str) -> None:
    with pytest.raises(UnreadableSource) as caught:
        read_python(data, "a.py")
    assert str(caught.value) == message


READABLE = [
    (b"", ""),
    (b"x = 1", "x = 1"),
    (codecs.BOM_UTF8 + b"x = 1\n", "x = 1\n"),
    (codecs.BOM_UTF8 + b"# coding: utf-8\n", "# coding: utf-8\n"),
    (b"a\r\nb\rc\n\rd", "a\nb\nc\n\nd"),
    (b"\x0cx = 1\n\x0c\ny = 2\n", "\x0cx = 1\n\x0c\ny = 2\n"),
    (b"# -*- coding: latin-1 -*-\nx = '\xe9'\n", "# -*- coding: latin-1 -*-\nx = 'é'\n"),
    (
        b"#!python\r# vim: set fileencoding=cp1252 :\rx = '\x80'",
        "#!python\n# vim: set fileencoding=cp1252 :\nx = '€'",
    ),
    ("# coding: koi8-r\nx = 'ж'".encode("koi8-r"), "# coding: koi8-r\nx = 'ж'"),
    (b"x = 1\ny = 2\n# coding: klingon\n", "x = 1\ny = 2\n# coding: klingon\n"),
    ("x = '\u2028\x0b\x85'\n".encode(), "x = '\u2028\x0b\x85'\n"),
]


@pytest.mark.parametrize(("data", "text"), READABLE)
def test_readable(data: bytes, text: str) -> None:
    assert read_python(data, "a.py") == Source("a.py", "python", (Program((Segment(text),)),))


def test_python_2_is_repaired_and_marked() -> None:
    segment = Segment("print('x')\nm.trainable = False\n", repaired=True)
    source = read_python(b"print 'x'\r\nm.trainable = False\r\n", "a.py")
    assert source == Source("a.py", "python", (Program((segment,)),))


def test_columns_are_characters() -> None:
    (program,) = read_python("é = 'ж🦊'; x = 1\n".encode(), "a.py").programs
    segment = program.segments[0]
    assert segment.locate(1, segment.text.index("x") + 1) == Location(1, 11)


STANDARD_LIBRARY = [
    path for package in (json, email) for path in sorted(Path(str(package.__file__)).parent.rglob("*.py"))
]


@pytest.mark.parametrize("path", STANDARD_LIBRARY, ids=lambda path: path.name)
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_rows_of_real_files_are_kept(path: Path, end: bytes) -> None:
    data = path.read_bytes()
    text = text_of(data.replace(b"\n", end))
    assert text.count("\n") == data.count(b"\n")
    assert parses(text)


NASTY = [
    "x = 1",
    "\tprint 'x'",
    "'''",
    "\x0c",
    "(",
    "#é\\",
    "\\",
    "",
    "!ls",
    "print x,",
    "f'{a!r:",
    "except A, e:",
]


def test_rows_of_nasty_files_are_kept() -> None:
    for first in NASTY:
        for second in NASTY:
            for third in NASTY:
                text = f"{first}\n{second}\n{third}"
                assert text_of(text.encode()).count("\n") == 2, text
