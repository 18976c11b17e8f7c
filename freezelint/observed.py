"""What a verdict rested on outside of the file itself: files that were read, and questions that the disk answered.

A question is kept with its answer: asked again later, it tells whether a verdict that was kept still holds, also
where the answer was that there is no such file. Nothing is noted unless somebody records.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

#: A question about a path, with its answer: what was asked, a name, a number, and what came of it.
Question = tuple[str, str, int, object]
#: Per path the digest of what was read there ("": nothing could be; None: nobody read it) and the questions.
Observations = dict[str, tuple[str | None, set[Question]]]

_recorded: Observations | None = None


@contextmanager
def recording() -> Iterator[Observations]:
    """Note what is observed until the block ends, also for whoever records around it."""
    global _recorded
    around, _recorded = _recorded, {}
    try:
        yield _recorded
    finally:
        inner, _recorded = _recorded, around
        replay(inner or {})


def replay(seen: Observations) -> None:
    """Note again what was observed when something was worked out that is now kept in memory."""
    if _recorded is not None:
        for path, (digest, questions) in seen.items():
            _put(path, digest).update(questions)


def read(path: str, data: bytes | None) -> None:
    """These bytes were read from a file; None when it could not be read."""
    if _recorded is not None:
        _put(path, digest_of(data))


def is_recording() -> bool:
    """Whether anything that is observed is noted."""
    return _recorded is not None


def asked(path: str, question: str, name: str, number: int, answer: object) -> None:
    """The disk gave this answer to a question about a path."""
    if _recorded is not None:
        _put(path, None).add((question, name, number, answer))


def _put(path: str, digest: str | None) -> set[Question]:
    """The questions about a path, which has this digest if it is known."""
    assert _recorded is not None
    known = _recorded.get(path)
    if known is None or (known[0] is None and digest is not None):
        known = _recorded[path] = (digest, known[1] if known else set())
    return known[1]


class Sieve:
    """Lets every observation through once: where what is seen in one file is put to what is seen in others."""

    def __init__(self) -> None:
        self._sent: Observations = {}

    def new(self, seen: Observations) -> Observations:
        """The paths and digests of `seen`, with the questions that did not come through before."""
        fresh: Observations = {}
        for path, (digest, questions) in seen.items():
            _, sent = self._sent.setdefault(f"{path} {digest}", (None, set()))
            fresh[path] = (digest, questions - sent)
            sent |= questions
        return fresh


def digest_of(data: bytes | None) -> str:
    """The digest of a file's bytes."""
    if data is None:
        return ""
    from hashlib import blake2b

    return blake2b(data, digest_size=16).hexdigest()
