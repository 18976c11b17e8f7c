"""Run generated programs and hold the plan against the verifier.

    python tests/generated/run.py --programs 10000 --seed 0 --keras 3 --resume programs3.jsonl

Works in chunks; with --resume each finished chunk is one line of the file, and a run that was stopped goes on behind
the last one. Smallest disagreeing programs are written to --cases. Exit status 1 when there is a disagreement.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--programs", type=int, default=300, help="how many different programs (default: 300)")
    parser.add_argument("--seed", type=int, default=0, help="the same seed draws the same programs (default: 0)")
    parser.add_argument("--keras", choices=["2", "3"], default="3", help="generation (default: 3)")
    parser.add_argument("--resume", type=Path, help="state file: what is done is not done again")
    parser.add_argument("--cases", type=Path, help="folder for programs in which the two disagree")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after the chunk that passes this")
    parser.add_argument("--minutely", action="store_true", help="print the counts once a minute")
    options = parser.parse_args()
    return 1 if run(options) else 0


def run(options: argparse.Namespace) -> int:
    """The number of programs in which plan and measurement disagree."""
    from generated.chunks import Chunk, grammar_digest, run_chunk
    from generated.measure import Bench
    from generated.state import append, load, summary

    header = {"seed": options.seed, "keras": options.keras, "grammar": grammar_digest()}
    chunks = load(options.resume, header) if options.resume else []
    known = {key for chunk in chunks for key in chunk["hashes"]}
    bench = Bench(options.keras)
    print(bench.engine, flush=True)
    started = said = time.monotonic()
    while len(known) < options.programs and time.monotonic() - started < options.seconds:
        number = len(chunks)
        seed = options.seed * 1_000_000 + number
        chunk: Chunk = run_chunk(bench, options.keras, number, seed, known, options.programs - len(known))
        chunks.append(chunk.to_dict())
        if options.resume:
            append(options.resume, chunks[-1])
        for case in _written(chunk.to_dict(), options):
            print(f"disagreement: {case}", flush=True)
        if options.minutely and time.monotonic() - said > 60:
            said = time.monotonic()
            print(summary(chunks), flush=True)
    print(summary(chunks))
    return sum(len(chunk["disagreements"]) + len(chunk["crashes"]) for chunk in chunks)


def _written(chunk: dict[str, object], options: argparse.Namespace) -> list[str]:
    """Write the disagreeing programs of a chunk; returns what to print about each."""
    told = []
    for index, entry in enumerate([*chunk["disagreements"], *chunk["crashes"]]):  # type: ignore[misc]
        text = entry.get("minimal") or entry["text"]
        why = entry.get("told") or [entry["error"]]
        name = f"keras{options.keras}_seed{chunk['seed']}_{index}.py"
        if options.cases:
            options.cases.mkdir(parents=True, exist_ok=True)
            whole = "".join(f"# {line}\n" for line in why) + text
            (options.cases / name).write_text(whole, encoding="utf-8")
        told.append(f"{name}: {why[0]}")
    return told


if __name__ == "__main__":
    sys.exit(main())
