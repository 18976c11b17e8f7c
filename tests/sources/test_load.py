"""One file to a Source, or to None when nothing in it can matter."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from freezelint.sources.load import from_text, kind, load
from freezelint.sources.source import Program, Segment, Source, UnreadableSource

WRITE = "model.trainable = False\n"


def notebook(*cells: str) -> str:
    return json.dumps({"cells": [{"cell_type": "code", "source": cell} for cell in cells]})


@pytest.mark.parametrize(
    ("filename", "expected"),
    [
        ("a.py", "python"),
        ("a", "python"),
        ("a.txt", "python"),
        ("<stdin>", "python"),
        ("a.ipynb", "notebook"),
        ("A.IPYNB", "notebook"),
        ("a.md", "markdown"),
        ("a.markdown", "markdown"),
    ],
)
def test_kind(filename: str, expected: str) -> None:
    assert kind(filename) == expected


@pytest.mark.parametrize(
    ("text", "filename"),
    [
        ("x = 1\n", "a.py"),
        ("# model.trainable = False\n", "a.py"),
        ("\xff", "a.py"),
        ("not JSON", "a.ipynb"),
        (notebook("# model.trainable = False"), "a.ipynb"),
        (WRITE, "a.md"),
        (f"```\n{WRITE}```\n", "a.md"),
        (f"{WRITE}```python\nx = 1\n```\n", "a.md"),
    ],
)
def test_gated_out(text: str, filename: str) -> None:
    assert from_text(text, filename) is None
    assert from_text(text.encode("latin-1"), filename) is None


@pytest.mark.parametrize("text", ["# \ufeff" + WRITE, WRITE + "# coding: klingon", "\ufeff" + WRITE])
def test_text_and_bytes_are_read_alike(text: str) -> None:
    assert from_text(text, "a.py") == from_text(text.encode(), "a.py")


def test_cookie_of_a_text_is_void() -> None:
    text = "# coding: latin-1\nmodel.trainable = 'é'\n"
    assert from_text(text, "a.py") == Source("a.py", "python", (Program((Segment(text),)),))


def test_every_kind() -> None:
    assert from_text(WRITE, "a.py") == Source("a.py", "python", (Program((Segment(WRITE),)),))
    block = Segment(WRITE, first_row=2)
    assert from_text(f"```py\n{WRITE}```\n", "a.md") == Source("a.md", "markdown", (Program((block,)),))
    cells = (Segment("x = 1", cell=1), Segment(WRITE, cell=2))
    found = from_text(notebook("x = 1", WRITE), "a.ipynb")
    assert found == Source("a.ipynb", "notebook", (Program(cells),))


def test_what_matters_may_be_spread_over_cells() -> None:
    first, second = "with tf.GradientTape() as tape:\n    pass", "kept = [v for v in model.weights if v in frozen]"
    assert from_text(notebook(first, second), "a.ipynb") is not None
    assert from_text(notebook(first), "a.ipynb") is None


def test_text_that_does_not_parse_is_kept() -> None:
    text = "model.trainable = = False\n"
    assert from_text(text, "a.py") == Source("a.py", "python", (Program((Segment(text),)),))


def test_without_gates_everything_is_read() -> None:
    assert from_text("x = 1\n", "a.py", gated=False) == Source("a.py", "python", (Program((Segment("x = 1\n"),)),))
    assert from_text("text\n", "a.md", gated=False) == Source("a.md", "markdown", ())


def test_files(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text(WRITE)
    assert load(path) == Source(str(path), "python", (Program((Segment(WRITE),)),))
    path.write_text("x = 1\n")
    assert load(str(path)) is None
    assert load(path, gated=False) is not None


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource, match=r"^cannot be read: No such file or directory$"):
        load(tmp_path / "missing.py")
    with pytest.raises(UnreadableSource, match=r"^cannot be read: Is a directory$"):
        load(tmp_path)


def test_broken_notebook_that_matters_is_unreadable() -> None:
    with pytest.raises(UnreadableSource, match="is not a notebook"):
        from_text(WRITE, "a.ipynb")
