"""Fenced Python in Markdown: which blocks, where, and which of them run together."""

from __future__ import annotations

import pytest

from freezelint.findings import Location
from freezelint.sources.markdown import read_markdown
from freezelint.sources.source import Program, Segment


def programs(text: str, *, preview: bool = False) -> list[list[Segment]]:
    source = read_markdown(text.encode(), "a.md", preview=preview)
    assert source.kind == "markdown"
    return [list(program.segments) for program in source.programs]


NO_PYTHON = [
    "",
    "x = 1\n",
    "    x = 1\n",
    "```\nx = 1\n```\n",
    "```bash\nx=1\n```\n",
    "```pytb\nx\n```\n",
    "```{r}\nx\n```\n",
    "```{code-cell} r\nx\n```\n",
    "```{note}\nx\n```\n",
    "```json\n{}\n```\npython\n",
    "````markdown\n```python\nx = 1\n```\n````\n",
    "````markdown\n```\n\n```python\nx = 1\n```\n````\n",
    "~~~text\n```python\nx = 1\n```\n~~~\n",
    "``` `python` ```\nx = 1\n",
    "``python\nx = 1\n``\n",
    "```python\nx = = 1\n```\n",
]


@pytest.mark.parametrize("text", NO_PYTHON)
def test_no_python(text: str) -> None:
    assert programs(text) == []


INFOS = [
    "python",
    "py",
    "python3",
    "Python",
    " python ",
    'python title="x.py"',
    "python{1,3}",
    "python,ignore",
    "{python}",
    "{.python}",
    "{ .python .annotate }",
    "{.python .numberLines}",
    "{python, echo=FALSE}",
    "{code-cell}",
    "{code-cell} ipython3",
    "{code-block} python",
    "ipython3",
]


@pytest.mark.parametrize("info", INFOS)
@pytest.mark.parametrize("fence", ["```", "~~~", "`````"])
def test_python_by_its_info(info: str, fence: str) -> None:
    text = f"text\n\n{fence}{info}\nx = 1\n{fence}\nend\n"
    assert programs(text) == [[Segment("x = 1\n", first_row=4)]]


def test_unclosed_fence_ends_with_the_file() -> None:
    assert programs("```python\nx = 1") == [[Segment("x = 1\n", first_row=2)]]


def test_indented_and_quoted_fences_keep_their_columns() -> None:
    text = "- ```python\n  if x:\n\n      y = 1\n  ```\n> ```py\n> z = 1\n>\n> ```\n"
    text += "1. a\n\n   ~~~python\n   b\n   ~~~\n"
    (found,) = programs(text)
    assert found == [
        Segment("if x:\n\n    y = 1\n", first_row=2, indent=2),
        Segment("z = 1\n\n", first_row=7, indent=2),
        Segment("b\n", first_row=13, indent=3),
    ]
    rows = text.split("\n")
    assert found[0].locate(3, 5) == Location(4, rows[3].index("y") + 1)
    assert found[1].locate(1, 1) == Location(7, rows[6].index("z") + 1)


def test_prompts_are_stripped_and_output_is_blank() -> None:
    text = "```pycon\n>>> for a in b:\n...     a\n...\n1\n... 2\n>>> x\n>>>\n```\n"
    assert programs(text) == [[Segment("for a in b:\n    a\n\n\n\nx\n\n", first_row=2, indent=4)]]


def test_directive_options_are_blank() -> None:
    text = "```{code-cell} python\n:tags: [x]\n:a-b: c\nx = 1\n```\n"
    text += "```{code-cell}\n---\ntags: [x]\n---\ny\n```\n"
    assert programs(text) == [[Segment("\n\nx = 1\n", first_row=2), Segment("\n\n\ny\n", first_row=7)]]


def test_magics_and_python_2_are_read_as_in_a_notebook() -> None:
    assert programs("```python\n!pip install x\nx = 1\n```\n") == [[Segment("pass\nx = 1\n", first_row=2)]]
    assert programs("```python\nprint 'x'\n```\n") == [[Segment("print('x')\n", first_row=2, repaired=True)]]


def test_blocks_that_do_not_parse_come_with_preview_only() -> None:
    text = "```python\nx = 1\n```\n```python\ny = ...,, 2\n```\n"
    good, bad = Segment("x = 1\n", first_row=2), Segment("y = ...,, 2\n", first_row=5)
    assert programs(text) == [[good]]
    assert programs(text, preview=True) == [[good, bad]]


def test_newer_syntax_is_kept() -> None:
    assert programs("```python\ntype X = int\n```\n") == [[Segment("type X = int\n", first_row=2)]]


def test_importing_the_framework_again_begins_a_new_program() -> None:
    blocks = [
        "import numpy",
        "import keras",
        "x = 1",
        "from tensorflow.keras import layers",
        "def f():\n  import keras",
    ]
    text = "".join(f"```python\n{block}\n```\n" for block in blocks)
    assert programs(text) == [
        [
            Segment("import numpy\n", first_row=2),
            Segment("import keras\n", first_row=5),
            Segment("x = 1\n", first_row=8),
        ],
        [
            Segment("from tensorflow.keras import layers\n", first_row=11),
            Segment("def f():\n  import keras\n", first_row=14),
        ],
    ]


def test_windows_line_ends() -> None:
    source = read_markdown(b"a\r\n```python\r\nx = 1\r\n```\r\n", "a.md")
    assert source.programs == (Program((Segment("x = 1\n", first_row=3),)),)
