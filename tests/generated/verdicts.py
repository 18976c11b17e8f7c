"""Many programs: the plan of each held against its measurement, counted, and the differences told by kind."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from freezelint.plan import plan_text
from generated.compare import Disagreement, Tally, compare
from generated.measure import FILENAME, Outcome

Kind = tuple[str, str]


@dataclass
class Verdicts:
    """Counts over programs. `differing` holds the text of each program in which the two halves differ."""

    keras: str
    programs: int = 0
    raised: int = 0
    seconds: float = 0.0
    total: Tally = field(default_factory=Tally)
    differing: dict[str, list[Disagreement]] = field(default_factory=dict)
    crashed: dict[str, str] = field(default_factory=dict)

    def judge(self, text: str, outcome: Outcome) -> list[Disagreement]:
        """Add one program; returns where its two halves differ."""
        self.programs += 1
        self.raised += bool(outcome.error)
        try:
            tally = tally_of(text, outcome, self.keras)
        except Exception as error:
            self.crashed[text] = f"{type(error).__name__}: {error}"[:300]
            return []
        for name in ("calls", "weights", "predicted", "idle"):
            setattr(self.total, name, getattr(self.total, name) + getattr(tally, name))
        self.total.unknown += tally.unknown
        if tally.disagreements:
            self.differing[text] = tally.disagreements
        return tally.disagreements

    def summary(self) -> str:
        """The counts, in lines of text."""
        total, weights = self.total, max(self.total.weights, 1)
        unknown = total.unknown.total()
        kinds = Counter(kind for found in self.differing.values() for kind in kinds_of(found))
        lines = [
            f"{self.programs} programs ({self.raised} end with an exception), {total.calls} training calls, "
            f"{total.weights} weights; {self.seconds / max(self.programs, 1):.2f} s per program",
            f"predicted {total.predicted} ({total.predicted / weights:.2%}), of them {total.idle} updated by a "
            f"gradient of zero; unknown {unknown} ({unknown / weights:.2%})",
            *(f"  unknown: {count} ({count / weights:.2%}) {why}" for why, count in total.unknown.most_common(15)),
            f"programs with a disagreement: {len(self.differing)}; that the plan does not survive: {len(self.crashed)}",
            *(f"  planned {planned}, measured {measured}: {n}" for (planned, measured), n in kinds.most_common()),
        ]
        return "\n".join(lines)


def tally_of(text: str, outcome: Outcome, keras: str) -> Tally:
    """One program's tally; the plan is made here and now."""
    return compare(text, plan_text(text, FILENAME, keras=keras), outcome)  # type: ignore[arg-type]


def kinds_of(found: list[Disagreement]) -> list[Kind]:
    """The ways in which a program's halves differ, each once, the first one first."""
    return list(dict.fromkeys((d.planned, d.measured) for d in found))
