"""The gates over many files: which of them need the analysis, and meanwhile the import of what it needs.

The first gate asks the bytes of a file, the second one the tree of Python's `ast` and the modules that the file imports
(freezelint/sources/gate.py, load.py). Few files are only asked for their bytes: whoever analyses them does the rest.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from freezelint import observed, pool, rules
from freezelint.sources import gate
from freezelint.sources.load import from_text
from freezelint.sources.source import UnreadableSource

if TYPE_CHECKING:
    from collections.abc import Mapping

    from freezelint.observed import Observations, Sieve
    from freezelint.settings import Settings


class Verdict(NamedTuple):
    """Whether a file `waits` to be analysed, whether the gates are `over`, and what it rests on if it does not wait."""

    waits: bool
    over: bool = True
    seen: Observations = {}  # noqa: RUF012


def verdicts(
    files: Sequence[str], settings_of: Mapping[str, Settings], jobs: int | None, sieve: Sieve | None
) -> Iterator[Verdict]:
    """The verdict on each file, in their order; it tells what it rests on only with a `sieve`.

    Once enough files have passed the first gate that a pool will be used, this process imports what the processes of
    the pool will need. Other ones do both gates meanwhile, and the pool what they have not got to.
    """
    found: list[Verdict] = []
    passed = 0
    for filename in files:
        if passed == pool.WORTH_IT and pool.jobs_for(passed, jobs) > 1:
            break
        found.append(first(filename, settings_of[filename], sieve))
        passed += found[-1].waits
    else:
        yield from found
        return
    waiting = [number for number in range(len(files)) if number >= len(found) or found[number].waits]
    known = pool.beside(
        lambda number: both(files[number], settings_of[files[number]], sieve),
        waiting,
        pool.jobs_for(len(waiting), jobs) - 1,
        lambda: _import_all({id(each): each for each in settings_of.values()}.values()),
    )
    for number in range(len(files)):
        yield known.get(number) or (found[number] if number < len(found) else Verdict(True, False))


def first(filename: str, settings: Settings, sieve: Sieve | None) -> Verdict:
    """The first gate; a file that cannot be read passes, so that it is reported."""
    data = _read(filename)
    if data is None or gate.may_matter(data) or (settings.follow_imports and gate.may_act(data)):
        return Verdict(True, False)
    seen: Observations = {} if sieve is None else {os.path.abspath(filename): (observed.digest_of(data), set())}
    return Verdict(False, seen=seen)


def both(filename: str, settings: Settings, sieve: Sieve | None) -> Verdict:
    """Both gates."""
    data = _read(filename)
    if data is None:
        return Verdict(True, False)
    if sieve is None:
        return Verdict(_passes(data, filename, settings))
    with observed.recording() as seen:
        observed.read(os.path.abspath(filename), data)
        waits = _passes(data, filename, settings)
    return Verdict(waits, seen={} if waits else sieve.new(seen))


def _passes(data: bytes, filename: str, settings: Settings) -> bool:
    try:
        return from_text(data, filename, preview=settings.preview, follow=settings.follow_imports) is not None
    except UnreadableSource:
        return True  # it is reported


def _read(filename: str) -> bytes | None:
    try:
        with open(filename, "rb") as file:
            return file.read()
    except OSError:
        return None


def _import_all(settings: Iterable[Settings]) -> None:
    """Import what analyses a file, so that the processes of the pool are born with it."""
    import_module("libcst.native")  # only a parse would import it
    for name in ("sources.python", "sources.gate_bytes", "target.markers", "target.project", "timeline"):
        import_module(f"freezelint.{name}")
    for code in frozenset[str]().union(*(each.codes for each in settings)):
        with suppress(Exception):  # said of each file that needs it
            rules.load(code)
