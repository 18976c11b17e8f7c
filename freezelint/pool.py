"""Files side by side: a process pool, when enough files pass the first gate to be worth its start."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")

#: Fewer files than this are done before a second process has started.
WORTH_IT = 24
_CHUNK = 4


def jobs_for(files: int, jobs: int | None) -> int:
    """How many processes to use for `files` files; `jobs` None means one for each core."""
    if files < WORTH_IT or not hasattr(os, "fork"):
        return 1
    return min(jobs or os.cpu_count() or 1, files // _CHUNK)


def in_order(work: Callable[[str], T], files: Sequence[str], jobs: int) -> Iterator[T]:
    """`work` of every file, in the order of the files. `work` is inherited by the processes, not sent to them."""
    if jobs <= 1:
        yield from map(work, files)
        return
    import multiprocessing

    global _work
    _work = work
    try:
        with multiprocessing.get_context("fork").Pool(jobs) as pool:
            yield from pool.imap(_call, files, chunksize=_CHUNK)
    finally:
        _work = None


_work: Callable[[str], object] | None = None


def _call(file: str) -> object:
    assert _work is not None
    return _work(file)
