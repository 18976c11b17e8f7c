"""What a requirement says of the Keras generation: `tensorflow>=2.16` means 3, `tensorflow` alone nothing."""

from __future__ import annotations

import re
from typing import Literal

Keras = Literal["2", "3"]

# TensorFlow 2.16 was the first whose tf.keras is Keras 3.
_BOUNDARY: dict[str, tuple[int, int]] = {"tensorflow": (2, 16), "keras": (3, 0)}
_FAMILY = {
    "tensorflow": "tensorflow",
    "tensorflow-cpu": "tensorflow",
    "tensorflow-gpu": "tensorflow",
    "tensorflow-macos": "tensorflow",
    "tensorflow-intel": "tensorflow",
    "tensorflow-rocm": "tensorflow",
    "keras": "keras",
    "tf-keras": "tf-keras",
    "tf-keras-nightly": "tf-keras",
}
_CLAUSE = re.compile(r"(===|==|~=|!=|<=|>=|<|>|=|\^|~)?\s*v?(\d+)(?:\.(\d+|\*))?(?:\.(\d+|\*))?")

_REQUIREMENT = re.compile(
    r"(?i:(?P<name>tensorflow(?:[-_](?:cpu|gpu|macos|intel|rocm))?|keras|tf[-_]keras(?:-nightly)?))"
    r"(?![\w.-])\s*(?:\[[^\]]*\])?\s*\(?(?P<versions>[^;#\"'\n)]*)"
)

Version = tuple[int, int]
_INFINITY: Version = (10**6, 0)


def family(name: str) -> str | None:
    """The distribution that a name stands for, spelled as PyPI does; None when it says nothing of Keras."""
    return _FAMILY.get(name.strip().lower().replace("_", "-"))


def _range(clause: re.Match[str]) -> tuple[Version, Version]:
    """The (major, minor) versions that one clause allows: from, inclusive, and to, exclusive."""
    operator, major_text, minor_text, patch = clause.groups()
    major = int(major_text)
    exact_minor = minor_text is not None and minor_text != "*"
    minor = int(minor_text) if exact_minor else 0
    low = (major, minor)
    next_minor = (major, minor + 1) if exact_minor else (major + 1, 0)
    if operator == "!=":
        return (0, 0), _INFINITY
    if operator == ">=":
        return low, _INFINITY
    if operator == ">":
        # >2.15 allows 2.15.1 as well, so the bound stays where it is.
        return low, _INFINITY
    if operator == "<":
        return (0, 0), (major, minor + 1) if patch not in (None, "*", "0") else low
    if operator == "<=":
        return (0, 0), (major, minor + 1)
    if operator == "^" or (operator == "~=" and patch is None):
        return low, (major + 1, 0)
    return low, next_minor


def generation(distribution: str, versions: str) -> Keras | None:
    """The generation that every version allowed by `versions` belongs to; None when both are possible.

    `distribution` is what `family` returns; `versions` is a PEP 440, Poetry or conda version specification.
    """
    if distribution == "tf-keras":
        return "2"
    if "||" in versions:
        return None
    boundary = _BOUNDARY[distribution]
    low, high = (0, 0), _INFINITY
    for clause in versions.split(","):
        match = _CLAUSE.match(clause.strip())
        if match:
            clause_low, clause_high = _range(match)
            low, high = max(low, clause_low), min(high, clause_high)
    if low >= high:
        return None
    if high <= boundary:
        return "2"
    return "3" if low >= boundary else None


def requirement(text: str) -> tuple[str, str, Keras | None] | None:
    """Read one requirement: the distribution, the requirement as written, and the generation it tells."""
    match = _REQUIREMENT.match(text.strip())
    if not match:
        return None
    distribution = family(match["name"])
    assert distribution is not None
    written = (match["name"] + match["versions"].strip()).strip().rstrip("\\").strip()
    return distribution, written, generation(distribution, match["versions"])
