"""Hypothesis strategies for the models of a program.

Every weight gets a gradient that is not zero: tanh, leaky or linear activations, no bias straight before
BatchNormalization (which would take it out again), two features or more where BatchNormalization scales them, and
never one BatchNormalization straight after another.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from generated.text import FEATURES
from generated.tree import Box, BoxKind, Leaf, Node

INNER: tuple[BoxKind, ...] = ("sequential", "functional", "added", "subclass", "layer")
OUTER: tuple[BoxKind, ...] = ("sequential", "functional", "added", "subclass")


@st.composite
def models(draw: Any) -> tuple[Box, ...]:
    """The outermost models: one, or two that share their first part."""
    leaves = draw(_leaves())
    named = draw(st.integers(0, 9)) > 0
    leaves = [_renamed(leaf, named) for leaf in leaves]
    nesting = draw(st.sampled_from(["flat", "base", "base", "deep", "head"]))
    if nesting == "flat" or len(leaves) < 3:
        return (draw(_box("model", tuple(leaves), OUTER)),)
    cut = draw(st.integers(1, len(leaves) - 1))
    first, rest = leaves[:cut], leaves[cut:]
    if nesting == "deep" and len(first) > 1:
        start = draw(st.integers(0, len(first) - 1))
        inner = draw(_box("inner", tuple(first[start:]), INNER))
        first = [*first[:start], inner]
    base = draw(_box("base", tuple(first), INNER))
    if nesting == "head" and len(rest) > 1:
        rest = [draw(_box("top", tuple(rest), INNER))]
    model = draw(_box("model", (base, *rest), OUTER))
    if draw(st.integers(0, 3)) != 3:
        return (model,)
    probe = Leaf("probe_out", "dense", base.units, 1, named=named)
    return model, draw(_box("probe", (base, probe), OUTER))


def _renamed(leaf: Leaf, named: bool) -> Leaf:
    return replace(leaf, named=named)


@st.composite
def _box(draw: Any, name: str, children: tuple[Node, ...], kinds: tuple[BoxKind, ...]) -> Box:
    kind = draw(st.sampled_from(kinds))
    kept = kind not in ("subclass", "layer") and draw(st.booleans())
    return Box(name, kind, children, kept)


@st.composite
def _leaves(draw: Any) -> list[Leaf]:
    """Two to five layers in a chain, from FEATURES features to one or two."""
    found: list[Leaf] = []
    width = FEATURES
    for kind in draw(st.lists(st.sampled_from(["dense", "dense", "norm", "relu"]), min_size=1, max_size=4)):
        last = found[-1].kind if found else "input"
        if kind == "norm" and last != "norm":
            if found and last == "dense":
                found[-1] = replace(found[-1], activation="linear", bias=False)
            found.append(Leaf(f"n{len(found)}", "norm", width, width))
        elif kind == "relu" and last == "dense":
            found.append(Leaf(f"r{len(found)}", "relu", width, width))
        else:
            units = draw(st.integers(2, 3))
            activation = draw(st.sampled_from(["tanh", "linear"]))
            found.append(Leaf(f"d{len(found)}", "dense", width, units, activation))
            width = units
    found.append(Leaf("out", "dense", width, draw(st.integers(1, 2))))
    if draw(st.integers(0, 7)) == 7:
        frozen = draw(st.integers(0, len(found) - 1))
        found[frozen] = replace(found[frozen], frozen=True)
    return found
