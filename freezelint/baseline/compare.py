"""What a run found, held against a baseline: what is new, what is held back, what is no longer needed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

from freezelint.baseline.context import Contexts
from freezelint.baseline.file import Baseline, Key
from freezelint.findings import Finding
from freezelint.result import Result
from freezelint.sources.load import kind

#: A file that was not analysed must never look accepted.
NEVER = frozenset({"FRZ900", "FRZ903", "FRZ904"})


@dataclass(frozen=True, slots=True)
class Comparison:
    """A run beside a baseline: `found` counts by key, `new` are the findings that exceed the baseline's counts."""

    baseline: Baseline
    found: Counter[Key]
    new: tuple[Finding, ...]
    held_back: int
    failed: frozenset[str]

    def result(self, result: Result) -> Result:
        """The result with only what is new."""
        return replace(result, findings=self.new)

    def unneeded(self, judged: Callable[[str, str], bool]) -> Counter[Key]:
        """What the baseline holds beyond what was found, where `judged(name, code)`: the run looked for it."""
        left = self.baseline.counts - self.found
        return Counter({k: n for k, n in left.items() if k[0] not in self.failed and judged(k[0], k[1])})

    def updated(self, unneeded: Counter[Key], *, extend: bool) -> Baseline:
        """The baseline without what is no longer needed; with `extend` what is new enters."""
        counts = self.baseline.counts - unneeded
        return replace(self.baseline, counts=counts | self.found if extend else counts)


def compare(result: Result, baseline: Baseline) -> Comparison:
    """Count a run's findings. Of more findings of one key than the baseline has, the last ones are the new ones."""
    contexts: dict[tuple[str, int | None], Contexts] = {}
    found: Counter[Key] = Counter()
    new: list[Finding] = []
    for finding in result.findings:
        if finding.code in NEVER:
            new.append(finding)
            continue
        text = finding.filename, finding.cell
        if text not in contexts:
            rows = result.lines.get(text, ())
            contexts[text] = Contexts(rows, markdown=kind(finding.filename) == "markdown")
        key = baseline.name_of(finding.filename), finding.code, contexts[text].of(finding.location.row)
        found[key] += 1
        if found[key] > baseline.counts[key]:
            new.append(finding)
    failed = frozenset(baseline.name_of(f.filename) for f in result.findings if f.code in NEVER)
    return Comparison(baseline, found, tuple(new), len(result.findings) - len(new), failed)
