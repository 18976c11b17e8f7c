"""`check --baseline` and `check --write-baseline`: what is held against a baseline, and what is said about it."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable

import click

from freezelint import baseline
from freezelint.cli import output
from freezelint.result import Result
from freezelint.settings import Resolver
from freezelint.settings.files import shown

_SHOWN = 5


class Held:
    """A baseline that was chosen for a run: read before the run, so that a wrong file costs no time."""

    def __init__(self, path: str, *, write: bool, extend: bool) -> None:
        self._path = shown(path)
        self._new = write and not os.path.exists(path)
        self._write = write
        self._extend = extend or self._new
        self._baseline = baseline.read(self._path, missing_ok=write)

    def applied(self, result: Result, paths: Iterable[str] | None, resolver: Resolver) -> Result:
        """The result with what exceeds the baseline, which is written if that was asked for.

        `paths` are what was checked, None for standard input, which is one file that says nothing about others.
        """
        compared = baseline.compare(result, self._baseline)
        left = self._baseline.counts - compared.found
        unneeded = compared.unneeded(self._judged(paths, resolver)) if left and paths is not None else Counter()
        if self._write:
            return self._written(compared, unneeded, result)
        if compared.held_back:
            _say(f"{_findings(compared.held_back)} held back by {self._path}")
        if unneeded:
            number = unneeded.total()
            _say(
                f"{_count(number, 'entry', 'entries')} of {self._path} {_be(number)} no longer needed "
                f"({_listed(unneeded)}); `--write-baseline {self._path}` takes out what is not needed"
            )
        return compared.result(result)

    def _written(self, compared: baseline.Comparison, unneeded: Counter[baseline.Key], result: Result) -> Result:
        old = self._baseline.counts
        updated = compared.updated(unneeded, extend=self._extend)
        if self._new or updated.counts != old:
            baseline.write(updated)
        before, after = old.total(), updated.counts.total()
        files = len({name for name, _, _ in updated.counts})
        if self._new:
            _say(f"{self._path} written: {_count(after, 'finding')} in {_count(files, 'file')}")
        elif updated.counts == old:
            _say(f"{self._path} stays as it is: {_count(after, 'finding')}")
        else:
            change = "grew" if after > before else "shrank" if after < before else "changed"
            _say(f"{self._path} {change} from {before} to {_count(after, 'finding')}")
        if self._extend:
            compared = baseline.compare(result, updated)
        new = sum(finding.code not in baseline.NEVER for finding in compared.new)
        if new:
            _say(
                f"a baseline does not grow by itself: {_findings(new)} new; repair, or add with "
                f"`--write-baseline {self._path} --extend-baseline`"
            )
        return compared.result(result)

    def _judged(self, paths: Iterable[str] | None, resolver: Resolver) -> _Judge:
        from freezelint.engine import files_of

        files = files_of(paths or (), resolver)[0]
        return _Judge(self._baseline, {self._baseline.name_of(file): file for file in files}, resolver)


class _Judge:
    """Whether a run looked for a rule in a file; of a file that is gone nothing is needed."""

    def __init__(self, held: baseline.Baseline, checked: dict[str, str], resolver: Resolver) -> None:
        self._root = held.root
        self._checked = checked
        self._resolver = resolver

    def __call__(self, name: str, code: str) -> bool:
        file = self._checked.get(name)
        if file is None:
            return not os.path.exists(os.path.join(self._root, name))
        return code in self._resolver.for_directory(os.path.dirname(file)).codes_for(file)


def chosen(options: dict[str, object], resolver: Resolver) -> Held | None:
    """The baseline of a run: --write-baseline, else --baseline, else the setting. BaselineError for a wrong file.

    Raises click.UsageError when two options contradict each other.
    """
    target = options["write_baseline"]
    if target is None:
        if options["extend_baseline"]:
            raise click.UsageError("--extend-baseline goes with --write-baseline FILE")
        path = resolver.for_directory(os.curdir).baseline_path
        return Held(path, write=False, extend=False) if path else None
    given = options["baseline"]
    if given is not None and os.path.realpath(str(given)) != os.path.realpath(str(target)):
        raise click.UsageError("--baseline and --write-baseline name two files; a run has one baseline")
    return Held(str(target), write=True, extend=bool(options["extend_baseline"]))


def _say(message: str) -> None:
    output.complain(message)


def _count(number: int, one: str, many: str | None = None) -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


def _findings(number: int) -> str:
    return f"{_count(number, 'finding')} {_be(number)}"


def _be(number: int) -> str:
    return "is" if number == 1 else "are"


def _listed(keys: Counter[baseline.Key]) -> str:
    """The first files and codes: `a.py: FRZ101, FRZ102; b.py: FRZ101; ...`."""
    codes: dict[str, set[str]] = {}
    for name, code, _ in sorted(keys):
        codes.setdefault(name, set()).add(code)
    shown = [f"{name}: {', '.join(sorted(own))}" for name, own in list(codes.items())[:_SHOWN]]
    return "; ".join(shown + ["..."] * (len(codes) > _SHOWN))
