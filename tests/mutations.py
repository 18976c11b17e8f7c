"""Good programs with one line removed or moved, and what goes wrong then.

    python tests/mutations.py FOLDER      write the mutated programs there, with their harm as evidence
    python tests/run_fixtures.py FOLDER   run them: does the harm really show?

tests/mutations.toml is the table; tests/test_mutations.py asks whether the right rule fires.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evidence import FIXTURES

from freezelint import toml


@dataclass(frozen=True)
class Mutation:
    """One edit of one good fixture.

    `old` occurs once in the fixture `path` and becomes `new`; `code` must then fire on the line that holds `line`,
    for each generation in `keras`. `harm` are the facts that running it shows, `keras2: …` or `keras3: …`, in the
    notation of fixtures/README.md. `silent` says why no rule fires although something goes wrong.
    """

    what: str
    path: str
    old: str
    new: str
    code: str
    line: str
    keras: str = "23"
    silent: str = ""
    harm: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.code}_{self.path.partition('/')[2]}_{self.what.replace(' ', '_')}"


def _load() -> list[Mutation]:
    rows: Any = toml.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))["mutation"]
    return [Mutation(**{**row, "harm": tuple(row.get("harm", ()))}) for row in rows]


MUTATIONS = _load()


def mutated(mutation: Mutation) -> str:
    """The text of the fixture after the edit; ValueError when `old` is not there exactly once."""
    text = (FIXTURES / f"{mutation.path}.py").read_text(encoding="utf-8")
    if text.count(mutation.old) != 1:
        raise ValueError(f"{mutation.path}: {text.count(mutation.old)} places hold {mutation.old!r}")
    return text.replace(mutation.old, mutation.new)


def write(folder: Path) -> int:
    """Write every mutated program whose harm is stated, with that as its evidence; how many there are."""
    folder.mkdir(parents=True, exist_ok=True)
    stated = [mutation for mutation in MUTATIONS if mutation.harm]
    for mutation in stated:
        lines = [line for line in mutated(mutation).splitlines() if not line.startswith("# evidence[")]
        facts = [fact.replace("keras", "# evidence[keras", 1) for fact in mutation.harm]
        head = [f"{fact[:17]}]{fact[17:]}" for fact in facts]
        (folder / f"{mutation.name}.py").write_text("\n".join([*head, *lines, ""]), encoding="utf-8")
    return len(stated)


if __name__ == "__main__":
    print(f"{write(Path(sys.argv[1]))} programs")
