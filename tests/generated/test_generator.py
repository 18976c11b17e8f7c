"""The generator: deterministic, never twice the same in one file, and its programs are Python."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import hypothesis
import pytest
from hypothesis import HealthCheck, Phase

from generated import state
from generated.strategies import programs
from generated.text import text_of
from generated.tree import Program


def draw(generation: str, seed: int, count: int = 40) -> list[Program]:
    found: list[Program] = []
    options = hypothesis.settings(
        max_examples=count, database=None, phases=(Phase.generate,), suppress_health_check=list(HealthCheck),
        deadline=None,
    )  # fmt: skip
    test = hypothesis.given(programs(generation))(lambda program: found.append(program))
    hypothesis.seed(seed)(options(test))()
    return found


@pytest.mark.parametrize("generation", ["2", "3"])
def test_the_same_seed_draws_the_same_programs(generation: str) -> None:
    assert draw(generation, 1) == draw(generation, 1)
    assert draw(generation, 1) != draw(generation, 2)


@pytest.mark.parametrize("generation", ["2", "3"])
def test_programs_parse_and_train(generation: str) -> None:
    for program in draw(generation, 3):
        text = text_of(program)
        tree = ast.parse(text)
        assert any(word in text for word in (".fit(", ".train_on_batch(", "apply_gradients(", "train("))
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        assert program.models[0].name in names


def test_keras_2_gets_no_flags_of_single_variables() -> None:
    texts = [text_of(program) for seed in range(4) for program in draw("2", seed)]
    assert not any("kernel.trainable" in text or "variable.trainable" in text for text in texts)
    assert any("kernel.trainable" in text_of(program) for seed in range(4) for program in draw("3", seed))


def test_a_run_goes_on_behind_its_last_whole_chunk(tmp_path: Path) -> None:
    path, header = tmp_path / "state.jsonl", {"seed": 0, "keras": "3", "grammar": "a"}
    assert state.load(path, header) == []
    state.append(path, {"number": 0})
    with open(path, "a") as file:
        file.write('{"number": 1, "cut')
    assert state.load(path, header) == [{"number": 0}]
    state.append(path, {"number": 1})
    assert [json.loads(line) for line in path.read_text().splitlines()][1:] == [{"number": 0}, {"number": 1}]
    with pytest.raises(SystemExit, match="choose another file"):
        state.load(path, {**header, "grammar": "b"})
