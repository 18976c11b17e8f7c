"""Small programs in which plan and verifier once differed, or the plan did not know: cases/*.py.

Each ends with what running it showed, one comment per training call and generation:

    # measured[keras3] line 24 fit of model: moved d0/kernel d0/bias; still out/kernel out/bias

    python tests/generated/cases.py --keras 3           measure all cases again, exit status 1 if one differs
    python tests/generated/cases.py --keras 3 --write   write what was measured
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[level]) for level in (1, 2)]

from generated.measure import Bench, Call, Outcome, Weight  # noqa: E402

FOLDER = Path(__file__).parent / "cases"
LINE = re.compile(r"# measured\[keras([23])\] line (\d+) (\w+) of (\w+): (.*)")
KINDS = ("moved", "still", "idle")


def outcome_of(text: str, keras: str) -> Outcome:
    """What the comments at the end of a case say of one generation."""
    found = [m for m in map(LINE.fullmatch, text.splitlines()) if m and m[1] == keras]
    return Outcome(tuple(_call(m[3], int(m[2]), m[4], _weights(m[5])) for m in found))


def _call(call: str, line: int, model: str, weights: list[Weight]) -> Call:
    """The layers are those that hold the weights."""
    names = (weight.path.split("/") for weight in weights)
    layers = {"/".join(parts[:depth]) for parts in names for depth in range(1, len(parts))}
    return Call(call, line, model, tuple(weights), frozenset(layers))


def _weights(told: str) -> list[Weight]:
    lists = (part.split() for part in told.split("; "))
    return [Weight(path, kind == "moved", kind == "idle") for kind, *paths in lists for path in paths]


def comments(outcome: Outcome, keras: str) -> list[str]:
    """The comments for one generation."""
    lines = []
    for call in outcome.calls:
        told = call.to_dict()
        lists = "; ".join(" ".join([kind, *told[kind]]) for kind in KINDS if told[kind])
        lines.append(f"# measured[keras{keras}] line {call.line} {call.call} of {call.model}: {lists}")
    return lines


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--keras", choices=["2", "3"], default="3")
    parser.add_argument("--write", action="store_true", help="write what was measured")
    options = parser.parse_args()
    bench, wrong = Bench(options.keras), 0
    for path in sorted(FOLDER.glob("*.py")):
        lines = path.read_text(encoding="utf-8").splitlines()
        mine = [line for line in lines if line.startswith(f"# measured[keras{options.keras}]")]
        outcome = bench.run("\n".join(lines) + "\n")
        found = comments(outcome, options.keras)
        if outcome.error:
            print(f"{path.name}: {outcome.error}")
        if options.write:
            kept = [line for line in lines if line not in mine]
            path.write_text("\n".join([*kept, *found]) + "\n", encoding="utf-8")
        elif mine != found:
            wrong += 1
            print(f"{path.name}:", *found, sep="\n  ")
    print(f"{bench.engine}: {wrong} cases differ from what they say")
    return min(wrong, 1)


if __name__ == "__main__":
    sys.exit(main())
