"""A file as pieces of text that can be edited: the file itself, or the code cells of a notebook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from freezelint.fixes import notebook
from freezelint.sources.gate import parse
from freezelint.sources.load import from_text, kind
from freezelint.sources.python import encoding_of
from freezelint.sources.source import UnreadableSource


@dataclass(frozen=True, slots=True)
class Document:
    """A file's text with its own line ends and byte order mark, its encoding, and its pieces by cell number.

    The only piece of a file that is no notebook has the number None.
    """

    filename: str
    text: str
    encoding: str
    pieces: Mapping[int | None, str]

    def with_pieces(self, new: Mapping[int | None, str]) -> bytes:
        """The bytes of the file with other pieces; UnicodeEncodeError when they do not fit its encoding."""
        text = new.get(None, self.text)
        cells = {number: piece for number, piece in new.items() if number is not None}
        if cells:
            text = notebook.replaced(text, cells)
        return text.encode(self.encoding, "surrogatepass" if self.encoding == "utf-8" else "strict")


def read(data: bytes, filename: str) -> Document:
    """The document of a file's bytes. UnreadableSource where they cannot be decoded."""
    notebooks = kind(filename) == "notebook"
    encoding = "utf-8" if notebooks else encoding_of(data)
    try:
        text = data.decode(encoding, "surrogatepass" if encoding == "utf-8" else "strict")
        if not notebooks:
            return Document(filename, text, encoding, {None: text})
        return Document(filename, text, encoding, {n: cell.text for n, cell in notebook.sources(text).items()})
    except (UnicodeDecodeError, LookupError, KeyError, IndexError, ValueError, TypeError) as error:
        raise UnreadableSource(f"cannot be edited: {error}") from error


def parsable(data: bytes, filename: str) -> int:
    """How many pieces of Python in a file parse."""
    try:
        source = from_text(data, filename, gated=False)
    except UnreadableSource:
        return 0
    programs = source.programs if source else ()
    return sum(parse(segment.text) is not None for program in programs for segment in program.segments)
