"""The sentences of `why`: what is frozen by which line, which flags count, and where knowledge ended."""

from __future__ import annotations

from collections.abc import Iterator

from freezelint.plan.moments import Moments
from freezelint.plan.verdicts import Verdict
from freezelint.sources.source import Program
from freezelint.timeline import Timeline
from freezelint.timeline.events import Site, Trained
from freezelint.timeline.syntax import text_of
from freezelint.timeline.values import Ref


class Words:
    """Words about one program's timeline."""

    def __init__(self, timeline: Timeline, program: Program, keras: str) -> None:
        self.timeline = timeline
        self.program = program
        self.keras = keras

    def place(self, site: Site) -> tuple[str | None, int | None, int]:
        """The other file that a site may be in, its cell and its line."""
        row, column, _, _ = self.timeline.span(site)
        elsewhere, segment = self.timeline.segment(site.segment)
        return elsewhere, segment.cell, segment.locate(row, column).row

    def remarks(self, planned: set[int]) -> Iterator[str]:
        """What concerns the whole program: text that was not followed, calls that it never makes."""
        for problem in self.timeline.problems:
            segment = self.program.segments[problem.segment]
            where = "" if segment.cell is None else f" of cell {segment.cell}"
            row = segment.locate(problem.row, problem.column).row
            yield f"line {row}{where} does not parse ({problem.message}): nothing of that piece was followed"
        if not self.timeline.complete:
            yield "The program is too large to follow to its end: later training calls are missing."
        missing = [event for event in self.timeline.of(Trained) if id(event) not in planned]
        lines = sorted({self.place(event.at.site)[2] for event in missing})
        if lines:
            word = "line" if len(lines) == 1 else "lines"
            yield (
                f"Not planned: training calls in functions that the program does not call "
                f"({word} {', '.join(map(str, lines[:6]))}{' and more' if len(lines) > 6 else ''})."
            )

    def model(self, id: int) -> str:
        """How the program names a model: by a variable that holds it rather than by `self` of its class."""
        label = self.timeline.label(id)
        if label != "self":
            return label
        store = self.timeline.machine.store
        names = [key[2] for key in store if key[0] == "name" and store.get(key) == Ref(id) and key[2] != "self"]
        return names[0] if names else label

    def at(self, site: Site) -> str:
        """`line 12`, in a notebook `line 2 of cell 4`, in another file `line 12 of models.py`."""
        elsewhere, cell, line = self.place(site)
        return f"line {line}" + (f" of cell {cell}" if cell is not None else f" of {elsewhere}" if elsewhere else "")

    def explain(self, found: list[Verdict], moments: Moments, event: Trained) -> tuple[str, ...]:
        """The sentences for one training call."""
        lines = [self._moment(moments, event)] if not moments.doubt else []
        return tuple(line for line in (*lines, *self.groups(found)) if line)

    def overlooked(self, wanted: list[Verdict]) -> Iterator[str]:
        """Writes that came too late for this call."""
        groups: dict[object, list[Verdict]] = {}
        for verdict in wanted:
            groups.setdefault(verdict.site.node if verdict.site else None, []).append(verdict)
        for members in groups.values():
            site = members[0].site
            if site is not None:
                names = _listed([verdict.path for verdict in members])
                yield f"{names}: `{text_of(site.node)}` at {self.at(site)} came later and is not looked at"

    def groups(self, found: list[Verdict]) -> tuple[str, ...]:
        """A sentence for everything that is still or not known for one reason."""
        groups: dict[tuple[str, str, object], list[Verdict]] = {}
        for verdict in found:
            if verdict.word == "trains" or (verdict.word == "still" and verdict.site is None and not verdict.reason):
                continue
            key = (verdict.word, verdict.reason, verdict.site.node if verdict.site else None)
            groups.setdefault(key, []).append(verdict)
        return tuple(self._group(members) for members in groups.values())

    def _moment(self, moments: Moments, event: Trained) -> str:
        if moments.how == "compile" and moments.site is not None:
            return f"Keras 2 uses the flags of the compile at {self.at(moments.site)}"
        if moments.how == "trace" and moments.site is not None:
            here = moments.site is event.at.site or moments.site.node is event.at.site.node
            where = "here" if here else f"at {self.at(moments.site)}"
            return f"Keras 3 uses the flags of its trace {where}"
        return "eager execution uses the flags of the moment" if moments.how == "live" else ""

    def _group(self, members: list[Verdict]) -> str:
        first = members[0]
        names = _listed([verdict.path for verdict in members])
        where = "" if first.site is None else f" at {self.at(first.site)}"
        if first.word == "unknown":
            return f"{names}: {first.reason}{f' ({where.strip()})' if where else ''}"
        if first.site is None:
            return f"{names}: {first.reason}"
        return f"{names}: frozen{where} by `{text_of(first.site.node)}`"


def _listed(paths: list[str]) -> str:
    shown = [path or "the model" for path in paths[:4]]
    more = len(paths) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")
