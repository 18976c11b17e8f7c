"""Python files: bytes to text, with every row and column where it was."""

from __future__ import annotations

import codecs

from freezelint.sources.gate import parse
from freezelint.sources.source import Program, Segment, Source, UnreadableSource


def read_python(data: bytes, filename: str) -> Source:
    """A Python file as one program of one segment.

    Raises UnreadableSource where Python itself could not read the file: an unknown or contradictory
    encoding, bytes that do not fit it, NUL bytes.
    """
    text = decode(data)
    return python_source(text, filename, parsed=parse(text) is not None)


def python_source(text: str, filename: str, *, parsed: bool) -> Source:
    """A Source of normalised text; where `ast` did not take it (`parsed`), Python 2 is repaired."""
    repaired = None
    if not parsed:
        from freezelint.sources.python2 import repair

        repaired = repair(text)
    segment = Segment(text if repaired is None else repaired, repaired=repaired is not None)
    return Source(filename, "python", (Program((segment,)),))


def decode(data: bytes) -> str:
    """Decode by byte order mark, PEP 263 cookie or UTF-8, and normalise line ends to "\\n".

    Raises UnreadableSource with a sentence that names the encoding and the row.
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise UnreadableSource("is encoded as UTF-16, which Python does not read: save it as UTF-8")
    encoding = encoding_of(data)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        byte = data[error.start]
        raise UnreadableSource(
            f"cannot be decoded as {encoding}: byte 0x{byte:02x} in row {row}; "
            "save it as UTF-8 or declare its encoding in the first line"
        ) from error
    except (LookupError, ValueError) as error:
        raise UnreadableSource(f"declares {encoding}, which is not an encoding of text") from error
    return normalise(text)


def normalise(text: str) -> str:
    """Text without byte order mark and with "\\n" line ends; UnreadableSource where it holds a NUL byte."""
    text = text.removeprefix("\ufeff")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        row = text.count("\n", 0, text.index("\0")) + 1
        raise UnreadableSource(f"holds a NUL byte in row {row}: Python does not read such a file")
    return text


def encoding_of(data: bytes) -> str:
    """The encoding that byte order mark and cookie declare; UnreadableSource where they contradict each other."""
    # The cookie may only stand in the first two lines: nearly no file needs the tokenize import.
    head = data[:2048].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    lines = head.split(b"\n", 2)[:2]
    marked = data.startswith(codecs.BOM_UTF8)
    if not any(b"coding" in line for line in lines):
        return "utf-8"
    import tokenize

    iterator = iter([line + b"\n" for line in lines])
    try:
        encoding, _ = tokenize.detect_encoding(lambda: next(iterator, b""))
    except SyntaxError as error:
        if "utf-8" in str(error) and not marked:
            return "utf-8"  # the bytes of the first line do not decode: the caller says where
        raise UnreadableSource(f"has a wrong encoding declaration: {error.msg or error}") from error
    return "utf-8" if encoding == "utf-8-sig" else encoding
