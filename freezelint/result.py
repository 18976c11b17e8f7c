"""What a run found, and what it could not do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from freezelint.findings import Finding

# The run could not do the whole job: a file could not be read, a rule raised.
INCOMPLETE = frozenset({"FRZ903", "FRZ904"})


@dataclass(frozen=True, slots=True)
class Result:
    """Findings in reading order, the number of files checked, and sentences about what could not be checked.

    `lines` holds the text of the files (or notebook cells) that findings point into, for the source frames; `texts`
    the whole of a file that was checked as standard input, so that it is not looked for on disk.
    `unsafe_fixes` says whether `--fix` would apply unsafe fixes, too.
    """

    findings: tuple[Finding, ...]
    files: int
    errors: tuple[str, ...] = ()
    lines: Mapping[tuple[str, int | None], tuple[str, ...]] = field(default_factory=dict)
    texts: Mapping[str, bytes | str] = field(default_factory=dict)
    unsafe_fixes: bool = False

    @property
    def complete(self) -> bool:
        """False when a path, a file or a rule failed, so that the rest being clean proves nothing."""
        return not self.errors and not any(finding.code in INCOMPLETE for finding in self.findings)

    def fixable(self, finding: Finding) -> bool:
        """Whether `--fix` would repair a finding."""
        fix = finding.fix
        return fix is not None and (
            fix.applicability == "safe" or (self.unsafe_fixes and fix.applicability == "unsafe")
        )

    @property
    def exit_status(self) -> int:
        """0 clean, 1 findings, 2 the whole job could not be done."""
        return 2 if not self.complete else int(bool(self.findings))
