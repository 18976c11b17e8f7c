"""Places in files as they are on disk: what a notebook counts by cell becomes rows of its JSON."""

from __future__ import annotations

from collections.abc import Sequence

from freezelint.findings import Edit, Finding, Location
from freezelint.result import Result
from freezelint.sources.notebook_text import NotebookText, escape, read_notebook_text

START = Location(1, 1)
Span = tuple[Location, Location]


class Physical:
    """The places of one result; each notebook is read once, when the first of its places is asked for."""

    def __init__(self, result: Result) -> None:
        self._result = result
        self._notebooks: dict[str, NotebookText | None] = {}

    def place(self, filename: str, cell: int | None, location: Location) -> Location | None:
        """The row and column in the file; None where a cell is not to be found in the notebook's file."""
        if cell is None:
            return location
        notebook = self._notebook(filename)
        return notebook.locate(cell, location) if notebook else None

    def span(self, finding: Finding) -> Span | None:
        """Where a finding starts, and where it ends: the place behind its last character."""
        start = self.place(finding.filename, finding.cell, finding.location)
        end = self.place(finding.filename, finding.cell, finding.end_location)
        return (start, end or start) if start else None

    def edits(self, finding: Finding) -> tuple[Edit, ...]:
        """The edits of a finding's fix in its file; in a notebook they write JSON. Empty when a place is unknown.

        Applied they give the very text that the fix means, whether the JSON keeps a row or a cell in a string.
        """
        found = []
        for edit in finding.fix.edits if finding.fix else ():
            start = self.place(finding.filename, finding.cell, edit.location)
            end = self.place(finding.filename, finding.cell, edit.end_location)
            if start is None or end is None:
                return ()
            found.append(Edit(edit.content if finding.cell is None else escape(edit.content), start, end))
        return tuple(sorted(found, key=lambda edit: (edit.location, edit.end_location)))

    def line(self, filename: str, cell: int | None, row: int) -> str | None:
        """The text of a row of the file, None when it is not known; `cell` None for what is no notebook."""
        if cell is not None:
            notebook = self._notebook(filename)
            return notebook.line(row) if notebook else None
        lines: Sequence[str] = self._result.lines.get((filename, None), ())
        return lines[row - 1] if 1 <= row <= len(lines) else None

    def _notebook(self, filename: str) -> NotebookText | None:
        if filename not in self._notebooks:
            self._notebooks[filename] = self._read(filename)
        return self._notebooks[filename]

    def _read(self, filename: str) -> NotebookText | None:
        try:
            data = self._result.texts.get(filename)
            if data is None:
                with open(filename, "rb") as file:
                    data = file.read()
            return read_notebook_text(data)
        except (OSError, ValueError):
            return None
