"""Files side by side: a process pool, when enough files pass the first gate to be worth its start."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")
N = TypeVar("N")
Batch = list[int]

#: Fewer files than this are done before a second process has started.
WORTH_IT = 24
#: Files of this many bytes are worth a batch of their own, and are begun with: none of them is left for the end.
LARGE = 30_000
#: Other files go together, in their order: those of one folder share the modules that they import.
_TOGETHER = 4


def jobs_for(files: int, jobs: int | None) -> int:
    """How many processes to use for `files` files; `jobs` None means one for each core."""
    if files < WORTH_IT or not hasattr(os, "fork"):
        return 1
    return min(jobs or os.cpu_count() or 1, files // _TOGETHER)


def batches(sizes: Sequence[int]) -> list[Batch]:
    """The numbers of the files, by their sizes in bytes, in the batches and in the order in which to begin them."""
    large = sorted((number for number, size in enumerate(sizes) if size >= LARGE), key=lambda number: -sizes[number])
    rest = [number for number, size in enumerate(sizes) if size < LARGE]
    return [[number] for number in large] + [rest[n : n + _TOGETHER] for n in range(0, len(rest), _TOGETHER)]


def in_order(
    work: Callable[[str], T], files: Sequence[str], jobs: int, *, sizes: Sequence[int] | None = None
) -> Iterator[T]:
    """`work` of every file, in the order of the files. `work` is inherited by the processes, not sent to them.

    `sizes` are those of the files in bytes. An error in a process is raised here; an interrupt ends the processes.
    """
    if jobs <= 1:
        yield from map(work, files)
        return
    import multiprocessing

    global _work
    _work = lambda number: work(files[number])  # noqa: E731
    done: dict[int, T] = {}
    given = 0
    try:
        with multiprocessing.get_context("fork").Pool(jobs, _begin) as pool:
            for batch in pool.imap_unordered(_call, batches(sizes or [0] * len(files))):
                done.update(batch)  # type: ignore[arg-type]
                while given in done:
                    yield done.pop(given)
                    given += 1
    finally:
        _work = None


def beside(work: Callable[[N], T], items: Sequence[N], jobs: int, meanwhile: Callable[[], object]) -> dict[N, T]:
    """`work` of as many items, from the first one on, as `jobs` processes do while this one does something else."""
    import multiprocessing

    context = multiprocessing.get_context("fork")
    begun = context.Value("l", 0)

    def share(_: int) -> dict[N, T]:
        done: dict[N, T] = {}
        while True:
            with begun.get_lock():
                start = begun.value
                begun.value += 1
            if start >= len(items):
                return done
            done[items[start]] = work(items[start])

    global _work
    _work = share
    found: dict[N, T] = {}
    try:
        with context.Pool(jobs, _begin) as pool:
            others = [pool.apply_async(_call, ([number],)) for number in range(jobs)]
            meanwhile()
            with begun.get_lock():
                begun.value = len(items)
            for other in others:
                for _, done in other.get():
                    found.update(done)  # type: ignore[call-overload]
        return found
    finally:
        _work = None


_work: Callable[[int], object] | None = None


def _begin() -> None:
    """A process of the pool starts: the interrupt is for the one that waits for it, and what is there stays."""
    import gc
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.freeze()


def _call(batch: Batch) -> list[tuple[int, object]]:
    assert _work is not None
    return [(number, _work(number)) for number in batch]
