"""Verdicts about weights to short lists of paths."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from freezelint.plan.verdicts import Verdict


def settled(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """One verdict per path, in order: where one path has several that differ, nothing is known."""
    found: dict[str, Verdict] = {}
    for verdict in verdicts:
        known = found.get(verdict.path)
        if known is not None and known.word != verdict.word:
            found[verdict.path] = Verdict(verdict.path, "unknown", "it is in several places that differ")
        elif known is None:
            found[verdict.path] = verdict
    return list(found.values())


def shortened(verdicts: list[Verdict]) -> list[Verdict]:
    """A layer instead of all that it holds, where all of that fares alike for the same reason."""
    depth = max((v.path.count("/") for v in verdicts), default=0)
    for level in range(depth, 0, -1):
        verdicts = _joined(verdicts, level)
    return verdicts


def _joined(verdicts: list[Verdict], level: int) -> list[Verdict]:
    groups: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        prefix = "/".join(verdict.path.split("/")[:level])
        groups.setdefault(prefix, []).append(verdict)
    found: list[Verdict] = []
    for prefix, members in groups.items():
        alike = len({(v.word, v.reason, v.site if v.site is None else v.site.node) for v in members}) == 1
        short = all(v.path.count("/") <= level for v in members)
        if (alike and short and len(members) > 1) or (alike and short and members[0].path != prefix):
            found.append(replace(members[0], path=prefix))
        else:
            found += members
    return found
