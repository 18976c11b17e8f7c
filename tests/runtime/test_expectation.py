"""What must stay and what must move: patterns, objects, predicates, masks, and helpful errors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from freezelint.runtime.engines import engine_for
from freezelint.runtime.expectation import Expectation, UnmatchedError, glob, resolve, weights


@pytest.mark.parametrize(
    ("pattern", "path", "matched"),
    [
        ("backbone/**", "backbone/conv/kernel", True),
        ("backbone/**", "backbone", True),
        ("backbone/**", "backbone2/conv/kernel", False),
        ("backbone/*", "backbone/conv/kernel", False),
        ("**/kernel", "backbone/conv/kernel", True),
        ("**/kernel", "kernel", True),
        ("**/bn/**", "a/b/bn/gamma", True),
        ("d?/kernel", "d1/kernel", True),
        ("d?/kernel", "d/1/kernel", False),
        ("**", "anything/at/all", True),
        ("a.b", "axb", False),
    ],
)
def test_glob(pattern: str, path: str, matched: bool) -> None:
    assert bool(glob(pattern).fullmatch(path)) is matched


@pytest.fixture
def model(keras: Any) -> Any:
    base = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, name="d1")], name="backbone")
    return keras.Sequential([keras.Input((4,)), base, keras.layers.Dense(1, name="head")])


def expected(model: Any, **parts: Any) -> dict[str, str]:
    found = weights(engine_for(model), model)
    return {one.weight.path: one.expected for one in resolve(Expectation(**parts), found)}


def test_paths_lead_from_the_fitted_model(model: Any) -> None:
    assert list(expected(model)) == ["backbone/d1/kernel", "backbone/d1/bias", "head/kernel", "head/bias"]
    assert set(expected(model).values()) == {"moves"}


def test_every_kind_of_selector(model: Any) -> None:
    backbone = {"backbone/d1/kernel", "backbone/d1/bias"}
    layer = model.get_layer("backbone")
    for selector in ("backbone/**", layer, layer.layers[-1], lambda w: w.path.startswith("backbone")):
        found = expected(model, frozen=[selector])
        assert {path for path, what in found.items() if what == "still"} == backbone
    found = expected(model, frozen=[model.get_layer("head").kernel])
    assert [path for path, what in found.items() if what == "still"] == ["head/kernel"]


def test_keras_own_label_matches_too(model: Any, generation: str) -> None:
    native = weights(engine_for(model), model)[0].native
    assert expected(model, frozen=[native])["backbone/d1/kernel"] == "still"
    assert native == ("backbone/d1/kernel" if generation == "3" else "d1/kernel")


def test_flags_false_leaves_the_rest_free(model: Any) -> None:
    found = expected(model, frozen=["head/**"], flags=False)
    assert list(found.values()) == ["free", "free", "still", "still"]


def test_nothing_matches_names_the_nearest(model: Any) -> None:
    with pytest.raises(UnmatchedError, match=r"'backbne/\*\*' matches none of the model's 4 .*backbone/d1"):
        expected(model, frozen=["backbne/**"])
    with pytest.raises(UnmatchedError, match="matches none"):
        expected(model, trainable=[lambda w: False])
    with pytest.raises(UnmatchedError, match="matches none"):
        expected(model, masks={"nope": np.zeros((4, 3), bool)})


def test_both_is_an_error(model: Any) -> None:
    with pytest.raises(ValueError, match=r"both to stay and to move: head/kernel, head/bias"):
        expected(model, frozen=["**"], trainable=["head/**"])


def test_a_mask_of_another_shape_or_type(model: Any) -> None:
    for mask in (np.zeros((4, 2), bool), np.zeros((4, 3))):
        with pytest.raises(ValueError, match=r"boolean array of shape \(4, 3\)"):
            expected(model, masks={"backbone/d1/kernel": mask})


def test_masks_by_variable(model: Any) -> None:
    mask = np.ones((4, 3), bool)
    kernel = model.get_layer("backbone").layers[-1].kernel
    found = resolve(Expectation(masks=[(kernel, mask)]), weights(engine_for(model), model))
    assert [one.mask is not None for one in found] == [True, False, False, False]
