"""Suppression comments: what is none, what each covers, and the complaints about comments."""

from __future__ import annotations

import json
from typing import Any

import pytest

from freezelint import check_source
from freezelint.settings import Settings


def findings(text: str, filename: str = "a.py", **settings: object) -> list[str]:
    """The findings of a text, as `row:column CODE message`, in a notebook after the cell."""
    found = check_source(text, filename, Settings.of(**settings))
    return [
        f"{f'{f.cell}:' if f.cell else ''}{f.location.row}:{f.location.column} {f.code}"
        + (f" {f.message}" if f.code != "FRZ101" else "")
        for f in found
    ]


@pytest.mark.parametrize(
    "text",
    [
        "m.trainable = False  # noqa: E501",
        "m.trainable = False  # flake8: noqa",
        "m.trainable = False  # freezelint is nice",
        "m.trainable = False  # type: ignore",
        "print('# freezelint: ignore'); m.trainable = False",
        "'''\n# freezelint: ignore\n'''; m.trainable = False",
        "# noqa\nm.trainable = False",
        "# noqa: FRZ102, E501\nm.trainable = False  # noqa: E501",
    ],
)
def test_comments_that_suppress_nothing_of_ours(stub_rules: dict[str, Any], text: str) -> None:
    assert any("FRZ101" in line for line in findings(text, ignore=["FRZ901"]))


@pytest.mark.parametrize(
    "text",
    [
        "m.trainable = False  # freezelint: ignore[FRZ101] we mean it",
        "m.trainable = False  # freezelint: ignore",
        "m.trainable = False  #freezelint:ignore[ frz101 , FRZ101 ]",
        "m.trainable = False  # noqa: FRZ101",
        "m.trainable = False  # noqa: E501, FRZ101",
        "m.trainable = False  # noqa:FRZ101 E501",
        "m.trainable = False  # noqa",
        "m.trainable = False  # type: ignore  # freezelint: ignore[FRZ101]",
        "# freezelint: ignore[FRZ101]\nm.trainable = False",
        "# freezelint: ignore[FRZ101]\n# because\nm.trainable = False",
        "if x:\n    # freezelint: ignore[FRZ101]\n    m.trainable = False",
        "f(m.trainable = False,\n  b,\n)  # freezelint: ignore[FRZ101]",
        "f(a,\n  m.trainable = False,\n  b)  # freezelint: ignore[FRZ101]",
        "f(  # freezelint: ignore[FRZ101]\n  m.trainable = False,\n)",
        "f(\n  # freezelint: ignore[FRZ101]\n  m.trainable = False,\n)",
        "x = '''\n''', m.trainable = False  # noqa: FRZ101",
        "m.trainable = False\n# freezelint: file-ignore[FRZ101]",
        "# freezelint: file-ignore\nm.trainable = False\nn.trainable = True",
    ],
)
def test_comments_that_suppress(stub_rules: dict[str, Any], text: str) -> None:
    assert findings(text) == []


def test_a_comment_covers_its_own_statement_and_no_other(stub_rules: dict[str, Any]) -> None:
    text = """\
# freezelint: ignore[FRZ101]
a.trainable = False
b.trainable = False

# freezelint: ignore[FRZ101]

c.trainable = False
for x in y:  # freezelint: ignore[FRZ101]
    d.trainable = False
"""
    unused = "FRZ901 this comment suppresses no `FRZ101`; remove it"
    assert findings(text) == [
        "3:1 FRZ101",
        f"5:1 {unused}",
        "7:1 FRZ101",
        f"8:14 {unused}",
        "9:5 FRZ101",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = 1  # freezelint: ignore", "1:8 FRZ901 this comment suppresses nothing; remove it"),
        ("# freezelint: file-ignore", "1:1 FRZ901 this comment suppresses nothing; remove it"),
        ("x = 1  # noqa: FRZ101", "1:8 FRZ901 this comment suppresses no `FRZ101`; remove it"),
        (
            "x = 1  # freezelint: ignore[FRZ101, FRZ102]",
            "1:8 FRZ901 this comment suppresses no `FRZ101`, `FRZ102`; remove them",
        ),
        (
            "m.trainable = 1  # freezelint: ignore[FRZ101,FRZ102]",
            "1:18 FRZ901 this comment suppresses no `FRZ102`; remove it",
        ),
        (
            "x = 1  # freezelint: ignore[FRZ103]",
            "1:8 FRZ902 there is no rule `FRZ103`; did you mean `FRZ102`?",
        ),
        ("x = 1  # noqa: FRZ103", "1:8 FRZ902 there is no rule `FRZ103`; did you mean `FRZ102`?"),
        (
            "x = 1  # freezelint: ignore[E501]",
            "1:8 FRZ902 there is no rule `E501`; `freezelint rule --all` lists every code",
        ),
        (
            "x = 1  # freezelint: ignore[]",
            "1:8 FRZ902 the list of codes is empty; name a code such as `FRZ102`",
        ),
        (
            "x = 1  # freezelint: ignore[FRZ101",
            "1:8 FRZ902 the list of codes is not closed; write `]` after the last code",
        ),
        (
            "x = 1  # freezelint: ignroe[FRZ101]",
            "1:8 FRZ902 `freezelint: ignroe` suppresses nothing; write `ignore[CODE]` or `file-ignore[CODE]`",
        ),
    ],
)
def test_complaints(stub_rules: dict[str, Any], text: str, expected: str) -> None:
    assert findings(text) == [expected]


@pytest.mark.parametrize(
    ("text", "settings"),
    [
        ("x = 1  # noqa", {}),
        ("x = 1  # noqa: E501, B006", {}),
        ("x = 1  # freezelint: ignore[FRZ101]", {"select": ["FRZ102", "FRZ9"]}),
        ("x = 1  # freezelint: ignore[FRZ101]", {"ignore": ["FRZ901"]}),
        ("x = 1  # freezelint: ignore[FRZ777]", {"ignore": ["FRZ902"]}),
        ("x = 1  # freezelint: ignore[FRZ101, FRZ901]", {}),
        ("x = 1  # freezelint: ignore[FRZ101]\n# freezelint: file-ignore[FRZ901]", {}),
    ],
)
def test_no_complaint_where_nobody_can_tell_or_nobody_asked(
    stub_rules: dict[str, Any], text: str, settings: dict[str, object]
) -> None:
    assert findings(text, **settings) == []


def test_no_complaint_of_unused_where_a_part_was_not_analysed(stub_rules: dict[str, Any]) -> None:
    text = "m.trainable = = False\nx = 1  # freezelint: ignore[FRZ101]\n"
    assert findings(text) == ["1:15 FRZ900 broken"]


def notebook(*cells: str) -> str:
    made = [
        {"cell_type": "code", "source": cell, "metadata": {}, "outputs": [], "execution_count": None} for cell in cells
    ]
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def test_in_a_notebook_a_comment_rules_in_its_cell_and_a_file_comment_in_all(
    stub_rules: dict[str, Any],
) -> None:
    one = notebook("a.trainable = False  # freezelint: ignore[FRZ101]", "b.trainable = False")
    assert findings(one, "n.ipynb") == ["2:1:1 FRZ101"]
    whole = notebook("a.trainable = False", "%time x\n# freezelint: file-ignore[FRZ101]", "b.trainable = False")
    assert findings(whole, "n.ipynb") == []


def test_in_markdown_rows_are_those_of_the_page(stub_rules: dict[str, Any]) -> None:
    page = """\
# Title

```python
a.trainable = False  # freezelint: ignore[FRZ101]
b.trainable = False
```

- item

  ```python
  # freezelint: ignore[FRZ101]
  c.trainable = False
  d = 1  # freezelint: ignore[FRZ101]
  ```
"""
    assert findings(page, "page.md") == [
        "5:1 FRZ101",
        "13:10 FRZ901 this comment suppresses no `FRZ101`; remove it",
    ]
