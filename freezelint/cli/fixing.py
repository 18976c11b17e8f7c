"""`freezelint check --fix` and `--diff`: apply the fixes, or show them."""

from __future__ import annotations

import contextlib
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from freezelint import engine
from freezelint.cli import output
from freezelint.fixes.apply import fix_data
from freezelint.fixes.diff import diff
from freezelint.fixes.run import Outcome, fix_paths

if TYPE_CHECKING:
    from freezelint.result import Result
    from freezelint.settings import Resolver


def fix_files(paths: Sequence[str], resolver: Resolver, *, only_diff: bool, jobs: int | None) -> Outcome:
    """Fix files and folders in place, or with `only_diff` print what that would change."""
    outcome = fix_paths(paths, resolver, write=not only_diff, progress=output.Progress(), jobs=jobs)
    if only_diff:
        for name, (before, after) in sorted(outcome.changed.items()):
            sys.stdout.write(diff(before, after, name))
    return outcome


def fix_standard_input(name: str, resolver: Resolver, *, only_diff: bool) -> Outcome:
    """Fix standard input; the text, or the diff, goes to standard output."""
    data = sys.stdin.buffer.read()
    settings = resolver.for_directory(name.rpartition("/")[0])
    found = engine.check_text(data, name, resolver)
    fixed = fix_data(data, name, settings, unsafe=settings.unsafe_fixes, findings=found.findings)
    changed = {name: (data, fixed.data)} if fixed.data != data else {}
    if only_diff:
        sys.stdout.write(diff(data, fixed.data, name))
        return Outcome(found, fixed.codes, changed)
    sys.stdout.flush()
    sys.stdout.buffer.write(fixed.data)
    return Outcome(engine.check_text(fixed.data, name, resolver), fixed.codes, changed)


def run(
    paths: Sequence[str], resolver: Resolver, options: dict[str, object], review: Callable[[Result], Result]
) -> int:
    """`check` with fixes: its exit status. `review` is done with what is left, before it is reported."""
    only_diff, from_input = bool(options["diff"]), "-" in paths
    if from_input:
        outcome = fix_standard_input(str(options["stdin_filename"] or "<stdin>"), resolver, only_diff=only_diff)
    else:
        jobs: int | None = options["jobs"]  # type: ignore[assignment]
        outcome = fix_files(paths, resolver, only_diff=only_diff, jobs=jobs)
    status = conclude(outcome, only_diff=only_diff)
    if status is not None:
        return status
    # Standard output holds the fixed text.
    with contextlib.redirect_stdout(sys.stderr) if from_input else contextlib.nullcontext():
        return output.conclude(review(outcome.result), resolver, options)


def conclude(outcome: Outcome, *, only_diff: bool) -> int | None:
    """Say on standard error what was fixed, or would be; the exit status of `--diff`, None when findings decide it."""
    if only_diff:
        for error in outcome.result.errors:
            output.complain(f"error: {error}")
        output.complain(f"would fix {counted(outcome.codes)}" if outcome.changed else "no fix would change a file")
        return 2 if not outcome.result.complete else int(bool(outcome.changed))
    if outcome.codes:
        output.complain(f"fixed {counted(outcome.codes)}")
    return None


def counted(codes: Counter[str]) -> str:
    """`3 findings (2 FRZ102, 1 FRZ601)`."""
    total = codes.total()
    listed = ", ".join(f"{count} {code}" for code, count in sorted(codes.items()))
    return f"{total} finding{'' if total == 1 else 's'} ({listed})"
