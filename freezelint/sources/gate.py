"""Can anything in this file lead to a finding? Two answers, each far cheaper than the rules' own tree.

`may_matter` looks at bytes, `ast_gate` at the standard library's tree. Both may say yes to a harmless file
and must never say no to a harmful one. Nothing is imported before the first needle is found.
"""

from __future__ import annotations

from freezelint.sources.gate_words import COMBINATIONS, CORES, NEEDLES, SUPPRESSIONS

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ast

_CORES = tuple(core.encode() for core in CORES)
_ROWS = tuple(tuple(tuple(needle.encode() for needle in group) for group in row) for row in COMBINATIONS)


def may_matter(data: bytes, *, alone: bool = True) -> bool:
    """Whether a file with these raw bytes (Python, notebook JSON or Markdown) can hold a finding.

    With `alone=False`: perhaps one that it does not hold by itself, but together with files that it imports or that
    import it.
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return True  # UTF-16: no needle would be found; the reader says what is wrong
    if b"freezelint" in data or _combined(data):
        return True
    if any(core in data for core in _CORES) or any(needle in data for needle in NEEDLES):
        from freezelint.sources import gate_bytes

        return gate_bytes.may_matter(data, alone=alone)
    return False


def _combined(data: bytes) -> bool:
    """Whether the needles of a row of COMBINATIONS occur; each needle is looked for once, however many rows have it."""
    known: dict[bytes, bool] = {}
    for row in _ROWS:
        for group in row:
            for needle in group:
                if needle not in known:
                    known[needle] = needle in data
                if known[needle]:
                    break
            else:
                break
        else:
            return True
    return False


def may_act(data: bytes) -> bool:
    """Whether a file with these bytes may use modules of its project to train something: "train", not "constraint"."""
    if b"import" not in data:
        return False
    acts = b".fit" in data or b"reez" in data or b"Train" in data
    return acts or data.count(b"train") > data.count(b"strain")


def parse(text: str) -> ast.Module | None:
    """The tree of `text`, or None where this Python cannot parse it; never a warning. Nobody changes it.

    The last text that was parsed is known: those who look at a file one after the other share its tree.
    """
    global _last
    if _last is None or _last[0] != text:
        _last = text, _parse(text)
    return _last[1]


_last: tuple[str, ast.Module | None] | None = None


def _parse(text: str) -> ast.Module | None:
    import ast
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None


def ast_gate(text: str) -> bool | None:
    """Whether this Python text can hold a finding; None when the standard `ast` cannot parse it."""
    from freezelint.sources.parts import parts

    found = parts(text)
    if not found:
        return None
    if any(needle in text for needle in SUPPRESSIONS):
        return True
    from freezelint.sources import gate_ast

    return gate_ast.may_matter(part.tree for part in found)
