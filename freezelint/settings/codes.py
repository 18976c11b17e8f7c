"""Which rules are on: selection by code prefix, as in ruff, the more specific prefix wins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from freezelint import rules

GROUPS = tuple(f"FRZ{digit}" for digit in range(1, 10))
# A file that was not analysed must never look clean: no selection hides these, only FRZ900 can be ignored.
ALWAYS = frozenset({"FRZ900", "FRZ903", "FRZ904"})
NOT_IGNORABLE = frozenset({"FRZ903", "FRZ904"})


@dataclass(frozen=True, slots=True)
class Selection:
    """One layer of selectors, a settings file or the command line; `select` None leaves the layer below."""

    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


def nearest_code(text: str) -> str | None:
    """The code that somebody who wrote `text` most likely meant; a rule's name counts as its code."""
    import difflib

    known = rules.modules()
    by_name = {module.split("_", 1)[1].replace("_", "-"): code for code, module in known.items()}
    found = difflib.get_close_matches(text.lower(), by_name, n=1, cutoff=0.75)
    if found:
        return by_name[found[0]]
    code = text.upper()
    group = [other for other in known if other[:4] == code[:4]]
    if code[3:].isdigit() and group:
        return min(group, key=lambda other: abs(int(other[3:]) - int(code[3:])))
    codes = difflib.get_close_matches(code, known, n=1, cutoff=0.6)
    return codes[0] if codes else None


def is_selector(selector: str) -> bool:
    """True for ALL, FRZ, a group such as FRZ1, a code, or the beginning of a code that exists."""
    if selector in ("ALL", "FRZ") or selector in GROUPS:
        return True
    return selector.startswith("FRZ") and any(code.startswith(selector) for code in rules.modules())


def _covers(selector: str, code: str) -> bool:
    return selector == "ALL" or code.startswith(selector)


def _specificity(selector: str) -> int:
    return 0 if selector == "ALL" else len(selector)


def matching(selectors: Iterable[str], codes: Iterable[str]) -> frozenset[str]:
    """The codes that any of the selectors covers."""
    wanted = tuple(selectors)
    return frozenset(code for code in codes if any(_covers(selector, code) for selector in wanted))


def _updates(layer: Selection, codes: Sequence[str]) -> dict[str, bool]:
    """What one layer says of each code: of two selectors the longer decides, of two equal ones `ignore`."""
    said: dict[str, bool] = {}
    ordered = [(_specificity(s), 0, s, True) for s in (*(layer.select or ()), *layer.extend_select)]
    ordered += [(_specificity(s), 1, s, False) for s in layer.ignore]
    for _, _, selector, on in sorted(ordered):
        said.update({code: on for code in codes if _covers(selector, code)})
    return said


def resolve(layers: Sequence[Selection], *, preview: bool) -> frozenset[str]:
    """The codes that are on after all layers, the strongest last; FRZ8 needs `preview` and a selector."""
    codes = tuple(rules.modules())
    enabled = {code for code in codes if not code.startswith("FRZ8")}
    ignored: set[str] = set()
    for layer in layers:
        said = _updates(layer, codes)
        if layer.select is not None:
            enabled, ignored = set(), set()
        enabled |= {code for code, on in said.items() if on}
        enabled -= {code for code, on in said.items() if not on}
        ignored = (ignored | {code for code, on in said.items() if not on}) - enabled
    enabled |= (ALWAYS - ignored) | NOT_IGNORABLE
    return frozenset(code for code in enabled if preview or not code.startswith("FRZ8"))
