"""The second look at bytes: is there a write, a comparison or a call, or are the flags only read?

Also runs on the raw JSON of a notebook, where a line end is `\\n` and a quote `\\"`. Every occurrence of a
flag-like word is judged by the few bytes around it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from freezelint.sources.gate_words import CORES, FREEZERS, MUTATORS, ORDERS, is_flag

_CORES = tuple(core.encode() for core in CORES)
_ORDERS = tuple(order.encode() for order in ORDERS)
_FROZEN = (*(freezer.encode() for freezer in FREEZERS), b"frozen")
_IDENTIFIER = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"
_NOQA = re.compile(rb"FRZ\d")

# Blanks, line ends, a continuing backslash; the same as JSON spells it, and the step to its next string.
_SPACE = rb"(?:[\s\\]|(?<=\\)[nrt]|\",\s*\")*"
_OPERATOR = rb"(?:[-+*/%&|^@]|//|\*\*|<<|>>)?=(?!=)"
_STORE = re.compile(_SPACE + rb"(?:%s|:[^=\n]{1,80}=(?!=)|[,)\]][^=]{0,400}?=(?!=)|[!=]=|is\b|in\b)" % _OPERATOR)
# The word ends a target that stands before it: `for x.trainable in`, `as x.trainable`, `del x.trainable`.
_TARGET = re.compile(rb"(?:\b|\\[nrt])(?:for|as|del)\s(?:(?!\sin\s)[^:=\n])*$")
_COMPARED = re.compile(rb"(?:==|\bis)\s[^\n=]{0,80}$|==[^\n=]{0,80}$")
_DOTTED = re.compile(rb"\." + _SPACE + rb"\w*$")
_QUOTED = re.compile(rb"[\"'][\w.]*$")
_DEFINED = re.compile(rb"(?:\b|\\[nrt])(?:def|class)\s+\w*$")
_CALL = re.compile(_SPACE + rb"\(")
_KEYWORD = re.compile(_SPACE + rb"=(?!=)")
_CLOSED = re.compile(rb"\\?[\"']" + _SPACE + rb"[:,)\]}]")
# Something is done to a list of weights or to its elements: `[0] = v`, `.clear(`.
_MUTATED = re.compile(
    rb"(?:%(space)s\[[^\n\]]{0,80}\])*%(space)s\.%(space)s(?:%(method)s)%(space)s\("
    rb"|(?:%(space)s\[[^\n\]]{0,80}\])+%(space)s%(operator)s"
    % {
        b"space": _SPACE,
        b"method": "|".join(MUTATORS).encode(),
        b"operator": _OPERATOR,
    }
)


def may_matter(data: bytes, *, alone: bool = True) -> bool:
    """Whether a flag-like word in `data` stands where something may happen to it.

    What is only given to a constructor can be wrong by its order alone: in a file that is `alone` it counts beside
    something that compiles or trains.
    """
    if _NOQA.search(data):
        return True
    given = not alone or any(needle in data for needle in _ORDERS)
    if any(_flag_matters(data, match, given) for match in _words(data, _CORES)):
        return True
    return any(_freeze_matters(data, match) for match in _words(data, _FROZEN))


def _words(data: bytes, beginnings: tuple[bytes, ...]) -> Iterator[re.Match[bytes]]:
    """Every word from one of its `beginnings` on; a pattern of those alone that occur, mostly one, is far quicker."""
    present = [beginning for beginning in beginnings if beginning in data]
    return re.finditer(rb"(?:%s)\w*" % b"|".join(present), data) if present else iter(())


def _flag_matters(data: bytes, match: re.Match[bytes], given: bool) -> bool:
    left = data[max(0, match.start() - 160) : match.start()]
    right = data[match.end() : match.end() + 480]
    if _MUTATED.match(right):
        return True
    if _DOTTED.search(left) and (_STORE.match(right) or _TARGET.search(left) or _COMPARED.search(left)):
        return True
    head = left[len(left.rstrip(_IDENTIFIER)) :]
    if not is_flag((head + match[0]).decode("ascii", "replace")):
        return False
    if _CALL.match(right):
        return not _DEFINED.search(left)
    if _QUOTED.search(left):
        return _CLOSED.match(right) is not None
    return given and _KEYWORD.match(right) is not None


def _freeze_matters(data: bytes, match: re.Match[bytes]) -> bool:
    left = data[max(0, match.start() - 160) : match.start()]
    right = data[match.end() : match.end() + 480]
    if _DOTTED.search(left) and (_STORE.match(right) or _TARGET.search(left) or _COMPARED.search(left)):
        return True
    return not match[0].startswith(b"frozen") and bool(_CALL.match(right)) and not _DEFINED.search(left)
