"""The report of `ecosystem.py`: Markdown for a pull request, what is worst first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from ecosystem_findings import Difference, Finding, Repository, SlowFile

#: So many of the slowest files are listed, however fast they are.
SLOWEST = 10
_PYTHON = (".py", ".pyw", ".ipynb")


def render(repositories: Sequence[Repository], *, old: str, new: str, target: str, slow: float | None = None) -> str:
    """The whole report. `old` and `new` name the versions; `slow` is the limit in CPU seconds for one file."""
    differences = [(repository, repository.difference) for repository in repositories]
    blocks = [
        f"# freezelint ecosystem check\n\n{_summary(differences, old, new, target)}",
        _crashes(repositories),
        _codes(differences),
        *(_repository(repository, difference) for repository, difference in differences if difference),
        *([] if slow is None else [_slow(repositories, slow)]),
        _times(repositories),
    ]
    return "\n\n".join(blocks) + "\n"


def _summary(differences: Sequence[tuple[Repository, Difference]], old: str, new: str, target: str) -> str:
    files = sum((repository.files for repository, _ in differences), Counter[str]())
    python = sum(files[suffix] for suffix in _PYTHON)
    before = [f for repository, _ in differences for f in repository.old.findings or ()]
    after = [f for repository, _ in differences for f in repository.new.findings or ()]
    counts = {
        kind: sum(len(getattr(difference, kind)) for _, difference in differences)
        for kind in ("came", "went", "changed", "moved")
    }
    return (
        f"Old: {old}. New: {new}. {target}. {len(differences)} repositories, {python} Python files and notebooks, "
        f"{files.total() - python} Markdown files.\n\n"
        f"**{', '.join(f'{number} {kind}' for kind, number in counts.items())}** "
        f"({len(before)} findings before, {len(after)} now)."
    )


def _crashes(repositories: Iterable[Repository]) -> str:
    lines = [
        f"- {version}: {repository.name}: {run.crash}"
        for version in ("new", "old")
        for repository in repositories
        if (run := getattr(repository, version)).crash
    ]
    return "## Crashes\n\n" + ("\n".join(lines) or "None.")


def _codes(differences: Iterable[tuple[Repository, Difference]]) -> str:
    """How often each code is reported, and how that changed."""
    columns: dict[str, Counter[str]] = {name: Counter() for name in ("old", "new", "came", "went", "changed", "moved")}
    for repository, difference in differences:
        columns["old"].update(f.code for f in repository.old.findings or ())
        columns["new"].update(f.code for f in repository.new.findings or ())
        columns["came"].update(f.code for f in difference.came)
        columns["went"].update(f.code for f in difference.went)
        columns["changed"].update(f.code for f, _ in difference.changed)
        columns["moved"].update(f.code for f, _ in difference.moved)
    codes = sorted(set().union(*columns.values()))
    rows = [[code, *(str(column[code] or "") for column in columns.values())] for code in codes]
    return "## Codes\n\n" + _table(["code", *columns], rows)


def _repository(repository: Repository, difference: Difference) -> str:
    """A diff: what came, went, and reads differently. What only moved is folded away."""
    lines = [f"+ {_line(finding)}" for finding in difference.came]
    lines += [f"- {_line(finding)}" for finding in difference.went]
    for old, new in difference.changed:
        lines += [f"! {_line(old)}", f"!   now: {_words(new)}"]
    counts = f"+{len(difference.came)} -{len(difference.went)} !{len(difference.changed)}"
    parts = [f"### {repository.name} ({counts})", *(["```diff\n" + "\n".join(lines) + "\n```"] if lines else [])]
    if difference.moved:
        moved = "\n".join(f"{_line(old)}\n  now: {new.place}" for old, new in difference.moved)
        parts.append(_folded(f"{len(difference.moved)} moved", f"```text\n{moved}\n```"))
    return "\n\n".join(parts)


def _line(finding: Finding) -> str:
    return f"{finding.place}: {finding.code} {_words(finding)}"


def _words(finding: Finding) -> str:
    return " ".join(f"[{finding.severity}] {finding.message}".split())


def _slow(repositories: Iterable[Repository], limit: float) -> str:
    """All files over the limit, and the slowest ones anyway."""
    files = [(repository.name, file) for repository in repositories for file in repository.slow]
    files.sort(key=lambda pair: (not pair[1].problem, -pair[1].cpu))
    over = [pair for pair in files if _is_slow(pair[1], limit)]
    shown = over if len(over) > SLOWEST else files[:SLOWEST]
    rows = [[f"{file.cpu:.2f}", f"{name}/{file.filename}", file.problem] for name, file in shown]
    heading = f"## Slow files\n\nOver {limit:g} CPU seconds in the new version: {len(over) or 'none'}.\n\n"
    return heading + _table(["CPU seconds", "file", "problem"], rows)


def _is_slow(file: SlowFile, limit: float) -> bool:
    return file.cpu > limit or bool(file.problem)


def _times(repositories: Sequence[Repository]) -> str:
    rows = [[r.name, str(r.files.total()), *_ratio(r.old.wall, r.new.wall, r.old.cpu, r.new.cpu)] for r in repositories]
    sums = [sum(getattr(getattr(r, v), t) for r in repositories) for t in ("wall", "cpu") for v in ("old", "new")]
    rows.append(["all", str(sum(r.files.total() for r in repositories)), *_ratio(*sums)])
    head = ["repository", "files", "old, s", "new, s", "old/new", "old, CPU s", "new, CPU s", "old/new, CPU"]
    return _folded("Time", _table(head, rows))


def _ratio(*seconds: float) -> Iterator[str]:
    for old, new in (seconds[:2], seconds[2:]):
        yield from (f"{old:.1f}", f"{new:.1f}", f"{old / new:.2f}" if new > 0 else "")


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _folded(title: str, text: str) -> str:
    return f"<details><summary>{title}</summary>\n\n{text}\n\n</details>"
