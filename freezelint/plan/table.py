"""A plan as text, readable at 100 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby

from freezelint.plan.rows import Plan, PlannedCall

WIDTH = 100
_LABELS = ("trains", "still", "unknown")


def table(plan: Plan) -> str:
    """Every training call with what it trains, what stays, what is not known, and why; equal neighbours as one."""
    blocks = ["\n".join(_wrapped(note, "") for note in plan.notes)] if plan.notes else []
    for first, members in groupby(plan.calls, key=_without_index):
        blocks.append("\n".join(_block(first, len(list(members)))))
    return "\n\n".join(blocks)


def _without_index(call: PlannedCall) -> PlannedCall:
    return replace(call, index=0)


def _block(call: PlannedCall, times: int) -> Iterator[str]:
    place = f"{call.filename}:{call.line}" if call.cell is None else f"{call.filename}:cell {call.cell}:{call.line}"
    often = "in a loop" if call.repeats else f"{times} times" if times > 1 else ""
    often = ", ".join(filter(None, ("perhaps" if call.perhaps else "", often)))
    model = f" of {call.model}" if call.model else ""
    yield f"{place}: {call.call}{model}{f' ({often})' if often else ''}"
    for label in _LABELS:
        paths = getattr(call, label)
        if paths:
            yield _wrapped(", ".join(path or "the model" for path in paths), label)
    for number, sentence in enumerate(call.why):
        yield _wrapped(sentence, "because" if number == 0 else " ")


def _wrapped(text: str, label: str) -> str:
    """A text in its column, on several lines where it is long."""
    head = f"  {label:<9}" if label else ""
    return textwrap.fill(
        text, WIDTH, initial_indent=head, subsequent_indent=" " * len(head), break_long_words=False,
        break_on_hyphens=False,
    )  # fmt: skip
