"""Comments that `--add-ignore` writes: what it refuses first, then where they go, in every kind of file."""

from __future__ import annotations

import json
from typing import Any

import pytest

from freezelint import check_source
from freezelint.add_ignore import CannotIgnore, add_ignores

FLAG = "m.trainable = False"
NOTE = "# freezelint: ignore[FRZ101]"


def check(data: bytes, filename: str) -> list[Any]:
    from freezelint.engine import check_text
    from freezelint.settings import Settings

    return list(check_text(data, filename, Settings()).findings)


def added(text: str | bytes, filename: str = "a.py", reason: str = "") -> str:
    """The text after the comments for all its findings, which silence them, and do so once."""
    data = text.encode() if isinstance(text, str) else text
    found = check(data, filename)
    assert found
    new = add_ignores(data, filename, found, reason)
    assert check(new, filename) == []
    assert add_ignores(new, filename, [], reason) == new
    return new.decode()


def test_a_reason_that_the_encoding_of_the_file_has_no_characters_for(stub_rules: dict[str, Any]) -> None:
    data = f"# coding: latin-1\n{FLAG}\n".encode("latin-1")
    with pytest.raises(CannotIgnore, match="the reason does not fit its encoding, iso-8859-1"):
        add_ignores(data, "a.py", check(data, "a.py"), "→ later")


def test_a_file_that_changed_so_that_it_cannot_be_read(stub_rules: dict[str, Any]) -> None:
    found = check(FLAG.encode(), "a.py")
    with pytest.raises(CannotIgnore, match="NUL byte"):
        add_ignores(b"\0", "a.py", found)


def test_a_comment_that_would_change_the_program(stub_rules: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    data = f"{FLAG}; x = '''\n'''\n".encode()
    found = check(data, "a.py")
    monkeypatch.setattr("freezelint.suppress.statements", lambda text: {})
    with pytest.raises(CannotIgnore, match="would change the program"):
        add_ignores(data, "a.py", found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (FLAG, f"{FLAG}  {NOTE}"),
        (f"{FLAG}   \n", f"{FLAG}  {NOTE}\n"),
        (f"{FLAG}\r\nx = 1\r\n", f"{FLAG}  {NOTE}\r\nx = 1\r\n"),
        (f"x[\r\n  0], {FLAG}, 1\r\n", f"{NOTE}\r\nx[\r\n  0], {FLAG}, 1\r\n"),
        (f"{FLAG}\rx = 1", f"{FLAG}  {NOTE}\rx = 1"),
        (f"{FLAG}  # type: ignore\n", f"{FLAG}  # type: ignore  {NOTE}\n"),
        (f"{FLAG}  # noqa: E501\n", f"{FLAG}  # noqa: E501  {NOTE}\n"),
        (f"if x:\n\t{FLAG}\n", f"if x:\n\t{FLAG}  {NOTE}\n"),
        (f"a; {FLAG}; n.trainable = True\n", f"a; {FLAG}; n.trainable = True  {NOTE}\n"),
        (f"x['#'], {FLAG}, 1\n", f"x['#'], {FLAG}, 1  {NOTE}\n"),
        ("m.trainable = \\\n  False", None),
        (f"if x:\n    x[\n  0], {FLAG}, (\n    )\n", f"if x:\n    {NOTE}\n    x[\n  0], {FLAG}, (\n    )\n"),
        (f"x, \\\n  {FLAG}, 1\n", f"{NOTE}\nx, \\\n  {FLAG}, 1\n"),
        (f"x['''\n'''], {FLAG}, 1\n", f"{NOTE}\nx['''\n'''], {FLAG}, 1\n"),
        (f"# why\n{FLAG}; x = '''\n'''\n", f"# why\n{NOTE}\n{FLAG}; x = '''\n'''\n"),
        (f"@f(\n  1)\ndef g(a=lambda: (\n  1)): {FLAG}\n", f"@f(\n  1)\n{NOTE}\ndef g(a=lambda: (\n  1)): {FLAG}\n"),
    ],
)
def test_python(stub_rules: dict[str, Any], text: str, expected: str | None) -> None:
    if expected is None:
        assert check_source(text) == []
    else:
        assert added(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            f"{FLAG}  # freezelint: ignore[FRZ102] both\n",
            f"{FLAG}  # freezelint: ignore[FRZ102, FRZ101] both\n",
        ),
        (
            f"# freezelint: ignore[FRZ102]\n# because\nx[\n0], {FLAG}, 1\n",
            f"# freezelint: ignore[FRZ102, FRZ101]\n# because\nx[\n0], {FLAG}, 1\n",
        ),
        (
            f"x[\n0], {FLAG}, 1  # freezelint:ignore[ FRZ102 ]\n",
            f"x[\n0], {FLAG}, 1  # freezelint:ignore[ FRZ102 , FRZ101]\n",
        ),
    ],
)
def test_a_comment_of_ours_takes_the_code(stub_rules: dict[str, Any], text: str, expected: str) -> None:
    found = [f for f in check(text.encode(), "a.py") if f.code == "FRZ101"]
    new = add_ignores(text.encode(), "a.py", found, "ignored").decode()
    assert new == expected
    assert [f.code for f in check(new.encode(), "a.py")] == ["FRZ901"]  # the stub of FRZ102 finds nothing


def test_a_comment_of_ours_that_is_wrong_is_left_alone(stub_rules: dict[str, Any]) -> None:
    text = f"{FLAG}  # freezelint: ignore[]\n".encode()
    found = [f for f in check(text, "a.py") if f.code == "FRZ101"]
    new = add_ignores(text, "a.py", found)
    assert new == f"{NOTE}\n".encode() + text
    assert [f.code for f in check(new, "a.py")] == ["FRZ902"]


def test_a_reason(stub_rules: dict[str, Any]) -> None:
    assert added(FLAG, reason="until [issue 7] is done") == f"{FLAG}  {NOTE} until [issue 7] is done"


def test_encoding_and_byte_order_mark_stay(stub_rules: dict[str, Any]) -> None:
    data = f"# coding: latin-1\nx = 'ä'\n{FLAG}\n".encode("latin-1")
    new = add_ignores(data, "a.py", check(data, "a.py"), "später")
    assert new == data[:-1] + f"  {NOTE} später\n".encode("latin-1")
    data = f"\ufeff{FLAG}\n".encode()
    assert add_ignores(data, "a.py", check(data, "a.py")) == data[:-1] + f"  {NOTE}\n".encode()
    data = f"\ufeffx[\n0], {FLAG}, 1\n".encode()
    assert add_ignores(data, "a.py", check(data, "a.py")) == f"\ufeff{NOTE}\nx[\n0], {FLAG}, 1\n".encode()


CELLS = [
    ("x = 1\n" + FLAG, f"x = 1\n{FLAG}  {NOTE}"),
    (f"%%time\nx[\n0], {FLAG}, 1\n", f"%%time\n{NOTE}\nx[\n0], {FLAG}, 1\n"),
    (f"!ls '\nif x:\n    %time {FLAG}\n", f"!ls '\nif x:\n    {NOTE}\n    %time {FLAG}\n"),
    (f"  {FLAG}\n  x = 1\n", f"  {FLAG}  {NOTE}\n  x = 1\n"),
    (f"  x[\n  0], {FLAG}, 1\n", f"  {NOTE}\n  x[\n  0], {FLAG}, 1\n"),
    (f"print 'a'\n{FLAG}\n", f"print 'a'\n{FLAG}  {NOTE}\n"),
]


@pytest.mark.parametrize("as_list", [False, True])
@pytest.mark.parametrize("indent", [None, 1, "\t"])
def test_of_a_notebook_only_the_sources_change(stub_rules: dict[str, Any], as_list: bool, indent: Any) -> None:
    def notebook(which: int) -> str:
        sources = [cell[which].splitlines(keepends=True) if as_list else cell[which] for cell in CELLS]
        cells = [{"cell_type": "markdown", "source": FLAG}]
        cells += [{"cell_type": "code", "outputs": [{"text": FLAG, "é": 1.0}], "source": text} for text in sources]
        return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4}, indent=indent, ensure_ascii=False) + "\n"

    assert added(notebook(0), "a.ipynb") == notebook(1)


def test_pages(stub_rules: dict[str, Any]) -> None:
    page = f"# {FLAG}\n\n```python\n{FLAG}\n```\n\n> ```python\n> x[\n>   0], {FLAG}, 1\n> ```\n\n"
    page += f"- item\n\n  ```pycon\n  >>> {FLAG}\n  >>> x[\n  ...   0], {FLAG}, 1\n  False\n  ```\n"
    expected = (
        f"# {FLAG}\n\n```python\n{FLAG}  {NOTE}\n```\n\n> ```python\n> {NOTE}\n> x[\n>   0], {FLAG}, 1\n> ```\n\n"
    )
    expected += (
        f"- item\n\n  ```pycon\n  >>> {FLAG}  {NOTE}\n  >>> {NOTE}\n  >>> x[\n  ...   0], {FLAG}, 1\n  False\n  ```\n"
    )
    assert added(page, "a.md") == expected
