"""What a file reaches through its imports, and whether that may matter."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from freezelint.sources import modules, project
from freezelint.sources.load import from_text
from freezelint.sources.source import UnreadableSource

BUILD = "import keras\ndef stack(base, model):\n    base.trainable = False\n    model.compile('sgd', 'mse')\n"
TRAIN = "from parts import stack\ndef main(base, model):\n    model.fit(x, y)\n    stack(base, model)\n"


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    project.forget()
    yield
    project.forget()


def write(folder: Path, **texts: str) -> Path:
    (folder / ".git").mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.py").write_text(text)
    return folder


def names(folder: Path, text: str) -> list[str]:
    return [Path(file.path).stem for file in modules.reached(text.encode(), str(folder / "main.py"))]


@pytest.mark.parametrize(
    "text",
    [
        "import a, b as c\n",
        "from a import x\nfrom b import y\n",
        "def f():\n    import a\n    from b import y\n",
        "from . import a, b\n",
        "from .a import x; from .b import y\n",
        "from a import (\n    x,  # a comment\n    z,\n)\nimport b  # more\n",
        '"source": [\n "import a\\n",\n "from b import y\\n"\n]',  # the JSON of a notebook
    ],
)
def test_imports_in_bytes(tmp_path: Path, text: str) -> None:
    assert names(write(tmp_path, a="", b=""), text) == ["a", "b"]


def test_what_looks_like_an_import_and_is_none(tmp_path: Path) -> None:
    text = "# to import a, do\nreimport = 1\nx = 'from a import b'\n"
    assert names(write(tmp_path, a="", b=""), text) == []


def test_modules_of_modules_once_each_and_never_the_file_itself(tmp_path: Path) -> None:
    folder = write(tmp_path, main="", a="import b\nimport main\n", b="import a\nimport c\n", c="")
    assert names(folder, "import a\n") == ["a", "b", "c"]


def test_a_file_that_is_harmless_alone_passes_with_what_it_imports(tmp_path: Path) -> None:
    folder = write(tmp_path, parts=BUILD, main=TRAIN)
    path = str(folder / "main.py")
    assert from_text(TRAIN, path) is None
    assert from_text(TRAIN, path, follow=True) is not None


@pytest.mark.parametrize(
    ("parts", "main"),
    [
        ("def stack(*_): ...\n", TRAIN),  # no flag anywhere
        (BUILD.replace("    model.compile('sgd', 'mse')\n", ""), "from parts import stack\nstack(1, 2)  # train\n"),
        (BUILD, TRAIN.replace("parts", "elsewhere")),  # not a module of the project
    ],
)
def test_a_file_that_stays_harmless_with_what_it_imports(tmp_path: Path, parts: str, main: str) -> None:
    folder = write(tmp_path, parts=parts, main=main)
    assert from_text(main, str(folder / "main.py"), follow=True) is None


@pytest.mark.parametrize("name", ["main.py", "main.ipynb"])
def test_a_file_that_cannot_be_read_and_holds_nothing_itself_is_passed_over(tmp_path: Path, name: str) -> None:
    write(tmp_path, parts=BUILD)
    broken = TRAIN.encode() + b"\x00\xff"
    assert from_text(broken, str(tmp_path / name), follow=True) is None
    with pytest.raises(UnreadableSource):
        from_text(b"base.trainable = False\n" + broken, str(tmp_path / name), follow=True)


def test_a_module_that_changes_is_read_again(tmp_path: Path) -> None:
    path = write(tmp_path, a="x = 1\n") / "a.py"
    first = modules.module(str(path))
    assert first is modules.module(str(path))
    path.write_text("xyz = 2\n")
    again = modules.module(str(path))
    assert again is not None
    assert again.data == b"xyz = 2\n"


def test_folders_long_files_and_missing_ones_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "long.py").write_text("#" * (modules.LONGEST + 1))
    assert [modules.module(str(tmp_path / name)) for name in ("long.py", "missing.py")] == [None, None]
