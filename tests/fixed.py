"""Bad fixtures after their fixes, run: is the harm gone?

    python tests/fixed.py FOLDER                 write the fixed programs of both generations there, and run them
    python tests/fixed.py FOLDER --keras 3 FRZ1  one generation, some rules

Per generation every bad fixture is linted for that generation and all its fixes, unsafe ones too, are applied. The
fixed program must end without an exception and must contradict its own evidence: what moved is still, what was still
moves, what raised does not. Where the fix is meant for something else that can be seen, the fixture says so in its
header, in the notation of fixtures/README.md:

    # fixed[keras3]: still base/**

Prints a table (rule, applicability, programs verified of those that have a fix), and what could not be verified;
exit status 1 when a fixed program does not show what it should.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path

from evidence import FIXTURES, Fact, facts_for
from run_fixtures import Recorder, both_generations, judge, run, start_recorder

from freezelint import Settings, check_paths
from freezelint.fixes.run import fix_paths

FIXED = re.compile(r"# fixed\[(keras[23])\](?: ([\w.]+(?:\[-?\d+\])?))?: (.+)")


@dataclass(frozen=True)
class Case:
    """One bad fixture of one generation: where its fixed copy lies, and what its fixes were."""

    path: Path
    copy: Path
    code: str
    applicability: frozenset[str]
    left: int


def settings_for(generation: str) -> Settings:
    return Settings.of(
        select=["ALL"], preview=True, keras_version=generation, backend="tensorflow", unsafe_fixes=True, fix=True
    )


def bad_fixtures(prefixes: list[str]) -> list[Path]:
    """Bad programs: files, and folders of several files."""
    found = [p for p in sorted(FIXTURES.glob("*/bad_*")) if p.suffix == ".py" or p.is_dir()]
    return [p for p in found if not prefixes or p.parent.name.startswith(tuple(prefixes))]


def write(folder: Path, generation: str, prefixes: list[str]) -> list[Case]:
    """Fixed copies of the bad fixtures that have a finding of their own rule with a fix, in `folder`."""
    cases = []
    settings = settings_for(generation)
    for path in bad_fixtures(prefixes):
        code = path.parent.name.partition("-")[0]
        copy = folder / f"keras{generation}" / code / path.name
        copy.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            shutil.copytree(path, copy, dirs_exist_ok=True)
        else:
            shutil.copy(path, copy)
        for file in [copy] if copy.is_file() else copy.glob("*.py"):
            text = file.read_text(encoding="utf-8")
            file.write_text(re.sub(r"  # expect[^\n]*", "", text), encoding="utf-8")
        own = [f for f in check_paths([copy], settings).findings if f.code == code and f.fix and f.fix.edits]
        if not own:
            continue
        outcome = fix_paths([copy], settings)
        left = sum(f.code == code for f in outcome.result.findings)
        kinds = frozenset(f.fix.applicability for f in own if f.fix)
        cases.append(Case(path, copy if copy.is_file() else copy / "main.py", code, kinds, left))
    return cases


def wanted(text: str, engine: str) -> list[Fact]:
    """What the header says that the fixed program shows; nothing when that follows from its evidence."""
    found = (FIXED.fullmatch(line.strip()) for line in text.splitlines())
    return [Fact(m[1], m[2] or "model", m[3].strip()) for m in found if m and m[1] == engine]


def opposite(fact: Fact) -> list[Fact]:
    """The facts of which one must hold once this one, which was the harm, is gone."""
    word, _, rest = fact.claim.partition(" ")
    swapped = {"moved": "still", "still": "moved", "like": "unlike", "unlike": "like"}
    if word in swapped:
        return [replace(fact, claim=f"{swapped[word]} {rest}")]
    return [replace(fact, claim="runs")] if word == "raises" else []


def verify(case: Case, engine: str, recorder: Recorder) -> tuple[bool, str]:
    """Run one fixed program: whether it shows what it should, and what it shows."""
    main = case.path if case.path.is_file() else case.path / "main.py"
    text = main.read_text(encoding="utf-8")
    error = run(case.copy, recorder)
    said = wanted(text, engine)
    if error is not None and not any(fact.claim.startswith("raises ") for fact in said):
        return False, f"raises {type(error).__name__}: {error}"[:160]
    if said:
        shown = [(fact, *judge(fact, recorder, error)) for fact in said]
        return all(holds for *_, holds in shown), "; ".join(f"{f.subject}: {f.claim}: {m}" for f, m, _ in shown)
    gone = []
    for fact in facts_for(text, engine) or []:
        if fact.claim == "nothing moved":
            measured, holds = judge(fact, recorder, error)
            gone += [] if holds else [f"{fact.subject}: {measured}"]
        for other in opposite(fact):
            measured, holds = judge(other, recorder, error)
            gone += [f"{other.subject}: {other.claim}"] if holds else []
    return bool(gone), "; ".join(gone) or "the evidence of the bad program still holds"


def check(folder: Path, generation: str, prefixes: list[str], *, quiet: bool) -> int:
    """Write, run and judge for one generation; how many fixed programs do not show what they should."""
    cases = write(folder, generation, prefixes)
    engine = f"keras{generation}"
    recorder, title = start_recorder(engine)
    failed = 0
    table: dict[str, list[tuple[Case, bool]]] = defaultdict(list)
    for case in cases:
        holds, shown = verify(case, engine, recorder)
        ended = holds and not case.left
        failed += not ended
        table[case.code].append((case, ended))
        if not quiet or not ended:
            rest = f"; {case.left} findings left" if case.left else ""
            print(
                f"{'gone ' if ended else 'FAILS'}  {case.code}/{case.path.name}  |  {title}  |  {shown}{rest}",
                flush=True,
            )
    print(f"\nrule    applicability  fixed programs verified, {title}")
    for code, row in sorted(table.items()):
        kinds = ", ".join(sorted(frozenset().union(*(case.applicability for case, _ in row))))
        every = len(bad_fixtures([code]))
        print(f"{code}  {kinds:13}  {sum(ended for _, ended in row)} of {len(row)} ({every} bad programs)")
    print(f"{title}: {len(cases) - failed} of {len(cases)} fixed programs verified, {len(table)} rules\n")
    return failed


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, help="where the fixed programs go")
    parser.add_argument("prefixes", nargs="*", help="rules, by prefix (default: all)")
    parser.add_argument("--keras", choices=["2", "3"], help="one generation (default: both, one process each)")
    parser.add_argument("--quiet", action="store_true", help="print only the table, and what is not verified")
    options = parser.parse_args()
    if options.keras is None:
        return both_generations()
    return min(check(options.folder, options.keras, options.prefixes, quiet=options.quiet), 1)


if __name__ == "__main__":
    sys.exit(main())
