"""FRZ901 takes away what suppresses nothing, and nothing else."""

from __future__ import annotations

import pytest

from freezelint import Settings
from freezelint.fixes.apply import fix_data

START = "from tensorflow import keras\nbase = keras.Sequential([keras.layers.Dense(1)])\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("base.trainable = False  # freezelint: ignore[FRZ102] why\n", "base.trainable = False\n"),
        ("base.trainable = False  # freezelint: ignore\nx = 1\n", "base.trainable = False\nx = 1\n"),
        ("base.trainable = False  # freezelint: ignore[FRZ102]", "base.trainable = False"),
        ("base.trainable = False  # here # freezelint: ignore[FRZ102]\n", "base.trainable = False  # here\n"),
        ("base.trainable = False  # freezelint: ignore[FRZ102] # here\n", "base.trainable = False  # here\n"),
        ("base.trainble = False  # freezelint: ignore[FRZ102, FRZ601] why\n", "[FRZ601] why\n"),
        ("base.trainable = False  # noqa: E501, FRZ102\n", "base.trainable = False  # noqa: E501\n"),
        ("base.trainable = False  # noqa: FRZ102\n", "base.trainable = False\n"),
        ("# freezelint: file-ignore[FRZ102]\nbase.trainable = False\n", "base.trainable = False\n"),
        (
            "if x:\n    # freezelint: ignore[FRZ102]\n    base.trainable = False\n",
            "if x:\n    base.trainable = False\n",
        ),
    ],
)
def test_idle_codes_go(before: str, after: str) -> None:
    fixed = fix_data((START + before).encode(), "a.py", Settings(), unsafe=False)
    text = fixed.data.decode().removeprefix(START)
    assert text == after or (after.startswith("[") and text == before.split("[")[0] + after)
    assert dict(fixed.codes) == {"FRZ901": 1}


@pytest.mark.parametrize("comment", ["# noqa", "# noqa: E501", "# freezelint: ignore[FRZ601] why"])
def test_what_is_needed_or_not_ours_stays(comment: str) -> None:
    data = f"{START}base.trainble = False  {comment}\n".encode()
    assert fix_data(data, "a.py", Settings(), unsafe=False).data == data


def test_in_markdown_and_notebooks() -> None:
    markdown = f"- x\n\n  ```python\n  {START[:-1]}\n".replace("\nbase", "\n  base")
    text = f"{markdown}  # freezelint: ignore[FRZ102]\n  base.trainable = False\n  ```\n"
    fixed = fix_data(text.encode(), "a.md", Settings(), unsafe=False).data.decode()
    assert fixed == text.replace("# freezelint: ignore[FRZ102]", "")
