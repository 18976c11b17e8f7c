"""What is shown where: the answers about all open documents, brought together by the document that they speak of.

A finding of one file may lie in a module that it imports; two files may find the same defect in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from freezelint.file_check import once, order
from freezelint.findings import Finding
from freezelint.server.documents import Document, uri_of
from freezelint.server.messages import Answer

Lines = dict[tuple[str, int | None, int], str]


@dataclass(frozen=True, slots=True)
class Shown:
    """A finding in a document, and the rows that it names."""

    finding: Finding
    lines: Lines


class Board:
    """The latest answer about each open document."""

    def __init__(self) -> None:
        self._answers: dict[str, tuple[Document, Answer]] = {}

    def put(self, document: Document, answer: Answer) -> None:
        """A new answer takes the place of the older one."""
        self._answers[document.key] = document, answer

    def document(self, key: str) -> Document | None:
        """The text that the latest answer is about."""
        known = self._answers.get(key)
        return known[0] if known else None

    def remove(self, key: str) -> None:
        """A document was closed."""
        self._answers.pop(key, None)

    def edited(self, filename: str) -> list[str]:
        """A file was edited: what others found in it is void. The keys of the documents that rest on it."""
        resting = []
        for key, (document, answer) in self._answers.items():
            if document.filename != filename and filename in answer.modules:
                resting.append(key)
                kept = tuple(finding for finding in answer.findings if finding.filename != filename)
                self._answers[key] = document, replace(answer, findings=kept)
        return resting

    def uri(self, filename: str, cell: int | None) -> str:
        """Where a finding is shown: the open document of that file, the cell of a notebook, or the file."""
        for document, _ in self._answers.values():
            if document.filename == filename:
                if cell is not None and cell <= len(document.cells):
                    return document.cells[cell - 1][0]
                return document.key
        return uri_of(filename)

    def shown(self) -> dict[str, list[Shown]]:
        """Everything by URI, in order; each open document and cell is there, also without findings."""
        found: dict[str, list[Shown]] = {uri: [] for document, _ in self._answers.values() for uri in uris(document)}
        excused = {place for _, answer in self._answers.values() for place in answer.excused}
        lines: Lines = {}
        for _, answer in self._answers.values():
            lines |= answer.lines
        for finding in once(sorted(self._findings(), key=order)):
            if finding.code == "FRZ901" and (finding.filename, finding.location) in excused:
                continue  # the comment is needed by another open file
            found.setdefault(self.uri(finding.filename, finding.cell), []).append(Shown(finding, lines))
        return found

    def _findings(self) -> Iterable[Finding]:
        return (finding for _, answer in self._answers.values() for finding in answer.findings)


def uris(document: Document) -> Iterator[str]:
    """Under which URIs the findings of a document are shown."""
    if document.cells:
        yield from (uri for uri, _ in document.cells)
    else:
        yield document.key
