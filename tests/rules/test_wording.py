"""Names of layers, deeds and generations."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from freezelint.rules.wording import deed, generation, only, target_of
from freezelint.target import Target

NOTHING, TWO, THREE = Target(), Target("2", "tensorflow"), Target("3", "tensorflow")


def test_layers_are_named_as_a_reader_would() -> None:
    timeline = cast(Any, SimpleNamespace(label=lambda id: "base"))
    paths = ["", "layers[:-2]", "layers if #7", "layers if #7 if #9", 'layers if "b" in l.name']
    assert [target_of(timeline, (0, path)) for path in paths] == [
        "`base`",
        "`base.layers[:-2]`",
        "some of `base.layers`",
        "some of `base.layers`",
        "some of `base.layers`",
    ]


def test_deeds() -> None:
    writes = [cast(Any, SimpleNamespace(value=value)) for value in (False, True, None)]
    assert [deed(write) for write in writes] == ["frozen", "un-frozen", "un-frozen"]


@pytest.mark.parametrize(
    ("found", "target", "wanted"),
    [
        (["2", "3"], NOTHING, "any"),
        (["3"], NOTHING, "3"),
        (["2"], NOTHING, "2"),
        (["2"], TWO, "2"),
        (["3"], THREE, "3"),
    ],
)
def test_generation_of_a_finding(found: list[str], target: Target, wanted: str) -> None:
    assert generation(found, target) == wanted


@pytest.mark.parametrize(
    ("sentences", "target", "wanted"),
    [
        ({"2": "it raises", "3": "it raises"}, NOTHING, "it raises"),
        ({"3": "it raises", "2": "it waits"}, NOTHING, "on Keras 2 it waits; on Keras 3 it raises"),
        # Only one of two generations goes wrong: say which.
        ({"3": "it raises"}, NOTHING, "on Keras 3 it raises"),
        ({"3": "it raises"}, THREE, "it raises"),
    ],
)
def test_sentences_are_said_once_and_for_whom(sentences: dict[str, str], target: Target, wanted: str) -> None:
    assert only(sentences, target) == wanted
