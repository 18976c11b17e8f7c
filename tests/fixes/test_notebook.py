"""Only the source of a code cell changes in the JSON of a notebook, byte for byte."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freezelint.fixes.notebook import replaced, sources


def cell(source: object, **more: object) -> dict[str, object]:
    return {"cell_type": "code", "metadata": {"b": 1, "a": [1.0, 2e3]}, **more, "source": source, "outputs": ["source"]}


def notebook(*found: dict[str, object]) -> dict[str, object]:
    text = {"cell_type": "markdown", "source": ["cells"]}
    return {"nbformat": 4, "cells": [text, *found], "metadata": {"cells": [{"cell_type": "code", "source": "no"}]}}


def test_a_row_changes_and_all_else_stays() -> None:
    text = json.dumps(notebook(cell(["a = 1\n", "b = 2"])), indent=1) + "\n"
    assert replaced(text, {1: "a = 1\nc = 3"}) == text.replace('"b = 2"', '"c = 3"')


def test_a_new_row_is_set_like_the_others() -> None:
    text = json.dumps(notebook(cell(["a = 1\n", "b = 2"])), indent=1)
    new = '    "a = 1\\n",\n    "x\\n",\n    "b = 2"'
    assert new in replaced(text, {1: "a = 1\nx\nb = 2"})
    one = json.dumps(notebook(cell(["a"])), indent=1)
    assert '    "a\\n",\n    "b"\n   ]' in replaced(one, {1: "a\nb"})


def test_escapes_of_other_rows_stay_and_new_ones_follow_the_file() -> None:
    text = '{"cells": [{"cell_type": "code", "source": ["x = \\"\\u00e9\\"\\n", "y = \\"\\/\\"\\n", "z"]}]}'
    assert replaced(text, {1: 'x = "\u00e9"\ny = "/"\né'}) == text.replace('"z"', '"\\u00e9"')
    plain = text.replace("\\u00e9", "é")
    assert replaced(plain, {1: 'x = "é"\ny = "/"\nü'}) == plain.replace('"z"', '"ü"')


def test_a_string_stays_a_string() -> None:
    text = json.dumps(notebook(cell("a\nb"), cell(["c"])))
    assert replaced(text, {1: "a\nx"}) == text.replace('"a\\nb"', '"a\\nx"')


def test_format_3_has_worksheets_and_input() -> None:
    code = {"cell_type": "code", "input": ["a"], "language": "python"}
    text = json.dumps({"worksheets": [{"metadata": {}}, {"cells": [code]}, {"cells": [code]}], "nbformat": 3})
    assert {number: found.text for number, found in sources(text).items()} == {1: "a", 2: "a"}
    assert replaced(text, {2: "b"}) == '"b"'.join(text.rsplit('"a"', 1))


ROWS = st.lists(st.text(alphabet='ab"\\é\u2028\n', max_size=4), max_size=4)


@given(st.lists(ROWS, min_size=1, max_size=3), ROWS, st.sampled_from([None, 1, 4]), st.booleans(), st.data())
def test_reading_gives_what_was_written(
    old: list[list[str]], new: list[str], indent: int | None, ascii_only: bool, data: Any
) -> None:
    value = notebook(*[cell(rows or [""]) for rows in old])
    number = data.draw(st.integers(1, len(old)))
    text = replaced(json.dumps(value, indent=indent, ensure_ascii=ascii_only), {number: "".join(new)})
    after = json.loads(text)
    assert "".join(after["cells"][number]["source"]) == "".join(new)
    after["cells"][number]["source"] = value["cells"][number]["source"]  # type: ignore[index]
    assert after == value


@pytest.mark.parametrize("text", ["{}", '{"cells": 1}', "[]"])
def test_what_is_no_notebook_is_an_error(text: str) -> None:
    with pytest.raises((KeyError, IndexError, ValueError, TypeError)):
        sources(text)
