"""What must stay and what must move: read from the flags, by path, by object, by element."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from freezelint.runtime.engines import Engine

Flag = Literal["frozen", "trainable", "state"]
Expected = Literal["still", "moves", "free"]
Selector = Any  # str pattern | layer | variable | Callable[[Weight], bool]


@dataclass(frozen=True, slots=True)
class Weight:
    """A variable of a model and what its flags say of it.

    `path` leads from the fitted model down over layer names: "backbone/conv1/kernel". `native` is Keras' own
    label (`v.path` on Keras 3, `v.name` without ":0" on Keras 2), which need not be unique. `frozen` is True
    for a weight that is not in the fitted model's `trainable_variables`, and for state (moving statistics) of
    a frozen layer.
    """

    variable: Any
    path: str
    native: str
    layer: str
    owner: Any
    flag: Flag
    frozen: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """A weight, what is expected of it, and the elements that must not change even if the rest may."""

    weight: Weight
    expected: Expected
    mask: Any = None


class UnmatchedError(ValueError):
    """A pattern or object of an expectation matches no variable of the model."""


@dataclass(frozen=True)
class Expectation:
    """What a step should do to a model; where it says nothing the flags decide.

    `frozen` and `trainable` take path patterns (`*` within one name, `**` over any number, matched against
    the path from the fitted model and against Keras' own label), layers, variables, and predicates on a
    `Weight`. `masks` maps a pattern or variable to a boolean array of its shape: where it is True nothing may
    change. `flags=False` leaves what is not named free instead of reading the flags.

        Expectation(frozen=["backbone/**"], trainable=["head/**"], masks={"embed/embeddings":
        rows_of_old_tokens})
    """

    frozen: Sequence[Selector] = ()
    trainable: Sequence[Selector] = ()
    masks: Mapping[Any, Any] | Sequence[tuple[Any, Any]] = field(default_factory=dict)
    flags: bool = True


def weights(engine: Engine, model: Any, trainable: set[int] | None = None) -> list[Weight]:
    """All of `model.weights` in order, with flags read now, by object identity over
    `model.trainable_variables`.

    Sub-model flags are not asked: on Keras 3 a frozen container trains the children that were un-frozen after
    it. `trainable` are the ids of the trainable variables where they were read before.
    """
    trainable = {id(v) for v in model.trainable_variables} if trainable is None else trainable
    owners: dict[int, tuple[str, Any, tuple[Any, ...], bool]] = {}
    _collect(engine, model, (), "", owners, set())
    found: list[Weight] = []
    used: dict[str, int] = {}
    for variable in model.weights:
        path, owner, ancestors, state = owners.get(id(variable), (engine.native_path(variable), model, (), False))
        state = state and id(variable) not in trainable
        used[path] = used.get(path, 0) + 1
        if used[path] > 1:
            path = f"{path}_{used[path] - 1}"
        frozen = _state_frozen(engine, owner, ancestors, trainable) if state else id(variable) not in trainable
        flag: Flag = "state" if state else ("frozen" if frozen else "trainable")
        found.append(Weight(variable, path, engine.native_path(variable), owner.name, owner, flag, frozen))
    return found


def weights_of(models: Sequence[tuple[Engine, Any]]) -> list[Weight]:
    """The weights of several models, each variable once; paths begin with the model's name if there are
    several.
    """
    found: list[Weight] = []
    seen: set[int] = set()
    for engine, model in models:
        for weight in weights(engine, model):
            if id(weight.variable) not in seen:
                seen.add(id(weight.variable))
                found.append(replace(weight, path=f"{model.name}/{weight.path}") if len(models) > 1 else weight)
    return found


def _collect(
    engine: Engine, layer: Any, above: tuple[Any, ...], prefix: str, owners: dict[int, Any], seen: set[int]
) -> None:
    if id(layer) in seen:
        return
    seen.add(id(layer))
    for variable, state in engine.own_variables(layer):
        leaf = engine.native_path(variable).rsplit("/", 1)[-1]
        owners.setdefault(id(variable), (prefix + leaf, layer, above, state))
    for child in layer._flatten_layers(include_self=False, recursive=False):
        _collect(engine, child, (*above, layer), f"{prefix}{child.name}/", owners, seen)


def _state_frozen(engine: Engine, owner: Any, ancestors: tuple[Any, ...], trainable: set[int]) -> bool:
    """A layer's state counts as frozen when none of its weights trains; without weights, when its flag says
    so.
    """
    own = [v for v, state in engine.own_variables(owner) if not state]
    if own:
        return not any(id(v) in trainable for v in own)
    return engine.flag_frozen(owner, ancestors)


def resolve(expectation: Expectation | None, found: Sequence[Weight]) -> list[Judged]:
    """Each weight with what is expected of it.

    Raises:
        UnmatchedError: a selector that matches nothing; names the nearest paths.
        ValueError: a weight that is both to stay and to move, or a mask of another shape.
    """
    expectation = expectation or Expectation()
    still, moves = (_matched(chosen, found) for chosen in (expectation.frozen, expectation.trainable))
    both = [w.path for w in found if id(w.variable) in still and id(w.variable) in moves]
    if both:
        raise ValueError(f"expected both to stay and to move: {', '.join(both)}. Narrow one of the patterns")
    masks = _masks(expectation, found)
    return [
        Judged(weight, _expected(weight, still, moves, expectation.flags), masks.get(id(weight.variable)))
        for weight in found
    ]


def _expected(weight: Weight, still: set[int], moves: set[int], flags: bool) -> Expected:
    if id(weight.variable) in still:
        return "still"
    if id(weight.variable) in moves:
        return "free" if weight.flag == "state" else "moves"
    if not flags:
        return "free"
    if weight.frozen:
        return "still"
    return "free" if weight.flag == "state" else "moves"


def _matched(selectors: Iterable[Selector], found: Sequence[Weight]) -> set[int]:
    chosen: set[int] = set()
    for selector in selectors:
        hits = [id(w.variable) for w in found if matches(selector, w)]
        if not hits:
            raise UnmatchedError(_nothing_matches(selector, found))
        chosen.update(hits)
    return chosen


def matches(selector: Selector, weight: Weight) -> bool:
    """Whether a pattern, layer, variable or predicate names this weight."""
    if isinstance(selector, str):
        pattern = glob(selector)
        return any(pattern.fullmatch(label) for label in (weight.path, weight.native))
    if selector is weight.variable or selector is weight.owner:
        return True
    if hasattr(selector, "_flatten_layers"):
        return any(weight.owner is layer for layer in selector._flatten_layers()) or any(
            weight.variable is v for v in selector.weights
        )
    if isinstance(selector, Callable) and not hasattr(selector, "assign"):  # type: ignore[arg-type]
        return bool(selector(weight))
    return False


def glob(pattern: str) -> re.Pattern[str]:
    """`*` and `?` stay within one name of a path, `**` crosses them; `a/**` also matches `a` itself."""
    text = ""
    position = 0
    for match in re.finditer(r"/\*\*(?=/|$)|\*\*/|\*\*|\*|\?", pattern):
        text += re.escape(pattern[position : match.start()])
        found = match.group()
        text += {"/**": "(?:/.*)?", "**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}[found]
        position = match.end()
    return re.compile(text + re.escape(pattern[position:]))


def _nothing_matches(selector: Selector, found: Sequence[Weight]) -> str:
    label = selector if isinstance(selector, str) else getattr(selector, "name", None) or repr(selector)
    paths = [w.path for w in found]
    if not paths:
        return f"{label!r} matches nothing: the model has no variables yet. Build it, or call it on a batch"
    plain = re.sub(r"[*?]", "", str(label)).strip("/")
    near = difflib.get_close_matches(plain, paths, n=3, cutoff=0.0)
    return f"{label!r} matches none of the model's {len(paths)} variables; the nearest paths are {', '.join(near)}"


def _masks(expectation: Expectation, found: Sequence[Weight]) -> dict[int, Any]:
    import numpy as np

    pairs = expectation.masks.items() if isinstance(expectation.masks, Mapping) else expectation.masks
    masks: dict[int, Any] = {}
    for selector, values in pairs:
        hits = [w for w in found if matches(selector, w)]
        if not hits:
            raise UnmatchedError(_nothing_matches(selector, found))
        mask = np.asarray(values)
        for weight in hits:
            if mask.dtype != bool or mask.shape != tuple(weight.variable.shape):
                raise ValueError(
                    f"the mask for {weight.path} must be a boolean array of shape "
                    f"{tuple(weight.variable.shape)}, "
                    f"not {mask.dtype} of shape {mask.shape}"
                )
            masks[id(weight.variable)] = mask
    return masks
