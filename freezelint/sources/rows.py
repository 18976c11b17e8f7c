"""Where logical lines start and what in them is code: a lexer that never fails, for text of any kind."""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r"""
    (?P<comment>\#.*)
  | (?P<triple>'{3}|\"{3})
  | (?P<string>'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")
  | (?P<broken>['"].*)
  | (?P<open>[(\[{])
  | (?P<close>[)\]}])
    """,
    re.VERBOSE,
)


class Scanner:
    """Reads rows one by one and knows whether the next one continues a string, a bracket or a backslash."""

    __slots__ = ("_continued", "_depth", "_flat", "_quote")

    def __init__(self, *, flat: bool = True) -> None:
        self._flat = flat
        self._continued = False
        self._depth = 0
        self._quote = ""

    @property
    def at_start(self) -> bool:
        """Whether the next row starts a logical line."""
        return not (self._quote or self._depth or self._continued)

    def feed(self, row: str) -> str:
        """Read one row (without its line end) and return it masked, column for column.

        Strings become `"`, comments `#`, a continuing backslash a blank and, if `flat`, brackets with all
        that is in them `(`; what is left is code.
        """
        masked: list[str] = []
        position = 0
        self._continued = row.endswith("\\") and not self._quote
        if self._quote:
            position = self._end_of_quote(row, 0)
            masked.append('"' * position)
        while not self._quote and (token := _TOKEN.search(row, position)):
            self._keep(masked, row[position : token.start()])
            position = token.end()
            if token["triple"]:
                self._quote = token["triple"]
                position = self._end_of_quote(row, position)
            elif token["comment"]:
                self._continued = False
            self._depth = max(0, self._depth + bool(token["open"]) - bool(token["close"]))
            bracket = token["open"] or token["close"]
            if token["comment"]:
                masked.append("#" * (position - token.start()))
            elif self._flat and (bracket or self._depth):
                masked.append("(" * (position - token.start()))
            else:
                masked.append(bracket or '"' * (position - token.start()))
        self._keep(masked, row[position:])
        if self._quote:
            self._continued = False
        return "".join(masked)

    def _keep(self, masked: list[str], code: str) -> None:
        masked.append("(" * len(code) if self._flat and self._depth else code.replace("\\", " "))

    def _end_of_quote(self, row: str, position: int) -> int:
        """The column after the end of the open triple-quoted string, or the end of the row."""
        while (end := row.find(self._quote, position)) >= 0:
            before = row[:end]
            if (len(before) - len(before.rstrip("\\"))) % 2 == 0:
                end += len(self._quote)
                self._quote = ""
                return end
            position = end + 1
        return len(row)


def mask(text: str, *, flat: bool = True) -> str:
    """The text as `Scanner.feed` masks it, with line ends only where a logical line ends."""
    scanner = Scanner(flat=flat)
    masked: list[str] = []
    for row in text.split("\n"):
        masked.append(scanner.feed(row))
        masked.append("\n" if scanner.at_start else " ")
    return "".join(masked[:-1])
