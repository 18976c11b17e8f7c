"""Run generated programs and hold the plan against the verifier.

    python tests/generated/run.py --programs 10000 --seed 0 --keras 3 --resume programs3.jsonl

Runs the programs first, in chunks. With --resume, what each did is kept in the file, one line a chunk: a run that was
stopped goes on behind the last one. Then the plans are made, always anew. The programs in which the two differ are
shrunk, printed, and written to --cases. Exit status 1 when there is one.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[level]) for level in (1, 2)]

from generated.chunks import Chunk, grammar_digest, run_chunk, seed_of, shrink  # noqa: E402
from generated.measure import Bench, Outcome  # noqa: E402
from generated.state import append, load  # noqa: E402
from generated.verdicts import Kind, Verdicts, kinds_of, tally_of  # noqa: E402

#: Programs before the process begins anew: TensorFlow keeps the graphs of each, some ten megabytes, for good.
FRESH = 200


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--programs", type=int, default=300, help="how many different programs (default: 300)")
    parser.add_argument("--seed", type=int, default=0, help="the same seed draws the same programs (default: 0)")
    parser.add_argument("--keras", choices=["2", "3"], default="3", help="generation (default: 3)")
    parser.add_argument("--resume", type=Path, help="state file: what is there is not run again")
    parser.add_argument("--cases", type=Path, help="folder for the programs in which the two differ")
    parser.add_argument("--shrink-seconds", type=float, default=60.0, help="per kind of difference (0: do not shrink)")
    options = parser.parse_args()
    if options.resume is None:
        options.resume = Path(tempfile.mkdtemp()) / "programs.jsonl"
        sys.argv += ["--resume", str(options.resume)]
    verdicts = Run(options).all()
    print(verdicts.summary())
    return 1 if verdicts.differing or verdicts.crashed else 0


class Run:
    """One command: its options, what was run before, and a TensorFlow that starts when it is needed."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.verdicts = Verdicts(options.keras)
        self.shrunk: set[Kind] = set()
        self._bench: Bench | None = None

    @property
    def bench(self) -> Bench:
        if self._bench is None:
            self._bench = Bench(self.options.keras)
            print(self._bench.engine, flush=True)
        return self._bench

    def all(self) -> Verdicts:
        """Run so many programs, then judge them."""
        measured: list[tuple[Chunk, str, Outcome]] = []
        for chunk in self.measure():
            self.verdicts.seconds += chunk.seconds
            measured += [(chunk, text, outcome) for text, outcome in chunk.measured]
        for chunk, text, outcome in measured[: self.options.programs]:
            self.judge(chunk, text, outcome)
        return self.verdicts

    def measure(self) -> list[Chunk]:
        """The chunks that hold so many programs; those that the state file lacks are run."""
        options = self.options
        header = {"seed": options.seed, "keras": options.keras, "grammar": grammar_digest()}
        chunks = [Chunk.from_dict(data) for data in load(options.resume, header)]
        known = {text for chunk in chunks for text, _ in chunk.measured}
        before = len(known)
        while len(known) < options.programs:
            if len(known) - before >= FRESH:
                print(f"{len(known)} programs were run", flush=True)
                os.execv(sys.executable, [sys.executable, *sys.argv])
            chunk = run_chunk(
                self.bench, options.keras, options.seed, len(chunks), known, options.programs - len(known)
            )
            append(options.resume, chunk.to_dict())
            chunks.append(chunk)
        return chunks

    def judge(self, chunk: Chunk, text: str, outcome: Outcome) -> None:
        """Hold the plan of a program against its outcome; the first of each new kind of difference is shrunk."""
        name = f"keras{self.options.keras}_{self.verdicts.programs}.py"
        for kind in kinds_of(self.verdicts.judge(text, outcome)):
            if kind not in self.shrunk:
                self.shrunk.add(kind)
                self.tell(chunk, text, kind, name)
        if text in self.verdicts.crashed:
            self.write(name, text, self.verdicts.crashed[text])

    def tell(self, chunk: Chunk, text: str, kind: Kind, name: str) -> None:
        """Print and write a disagreeing program, as small as it gets."""
        outcomes = dict(chunk.measured)
        if self.options.shrink_seconds:
            seed, seconds = seed_of(self.options.seed, chunk.number), self.options.shrink_seconds
            text = shrink(self.options.keras, seed, self.has(kind, outcomes), seconds=seconds) or text
        found = tally_of(text, outcomes[text], self.options.keras).disagreements
        self.write(name, text, *map(str, found))

    def has(self, kind: Kind, outcomes: dict[str, Outcome]) -> Callable[[str], bool]:
        """Whether the two halves of a program differ in this way; `outcomes` grows."""

        def differs(text: str) -> bool:
            if text not in outcomes:
                outcomes[text] = self.bench.run(text)
            return kind in kinds_of(tally_of(text, outcomes[text], self.options.keras).disagreements)

        return differs

    def write(self, name: str, text: str, *told: str) -> None:
        if self.options.cases:
            self.options.cases.mkdir(parents=True, exist_ok=True)
            (self.options.cases / name).write_text("".join(f"# {line}\n" for line in told) + text, encoding="utf-8")
        print(f"disagreement: {name}: {told[0]}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
