"""Where an import leads: as Python would find it, within the project."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from freezelint.sources import project

Make = Callable[..., Path]


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    project.forget()
    yield
    project.forget()


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Makes empty files in a repository and returns its root."""

    def files(*names: str, root: str = ".git/HEAD") -> Path:
        for name in (root, *names):
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        return tmp_path

    return files


def found(root: Path, name: str, importer: str, level: int = 0) -> str | None:
    path = project.find(name, str(root / importer), level)
    return None if path is None else Path(path).relative_to(root).as_posix()


@pytest.mark.parametrize(
    ("name", "importer", "level", "expected"),
    [
        ("models", "train.py", 0, "models.py"),  # the folder of a script is on sys.path
        ("net.gan", "train.py", 0, "net/gan.py"),
        ("net", "train.py", 0, "net/__init__.py"),
        ("net.gan", "net/deep/block.py", 0, "net/gan.py"),  # the folder above the packages
        ("gan", "net/deep/block.py", 2, "net/gan.py"),
        ("block", "net/deep/other.py", 1, "net/deep/block.py"),
        ("", "net/gan.py", 1, "net/__init__.py"),
        ("net.gan", "chapter/one/run.py", 0, "net/gan.py"),  # sys.path.append("../..")
        ("layout", "train.py", 0, "src/layout.py"),
        ("folder.inside", "train.py", 0, "folder/inside.py"),  # a package without __init__.py
        ("folder", "train.py", 0, "folder"),
        ("nothing", "train.py", 0, None),
        ("net.nothing", "train.py", 0, None),
        ("json", "train.py", 0, None),  # Python's own, though there is a file of that name
        ("keras", "train.py", 0, None),  # what the linter knows by name is never text of the project
    ],
)
def test_find(make: Make, name: str, importer: str, level: int, expected: str | None) -> None:
    root = make(
        "train.py", "models.py", "net/__init__.py", "net/gan.py", "net/deep/__init__.py", "net/deep/block.py",
        "chapter/one/run.py", "src/layout.py", "folder/inside.py", "json.py", "keras/__init__.py",
    )  # fmt: skip
    assert found(root, name, importer, level) == expected


def test_no_import_leads_out_of_the_repository(make: Make) -> None:
    root = make("outside.py", "repo/.git/HEAD", "repo/sub/run.py", "repo/here.py", root="README.md")
    assert found(root, "outside", "repo/sub/run.py") is None
    assert found(root, "here", "repo/sub/run.py") == "repo/here.py"


def test_without_a_repository_the_highest_marker_is_the_root(make: Make) -> None:
    root = make("lib/gan.py", "chapter/README.md", "chapter/run.py", root="setup.py")
    assert found(root, "lib.gan", "chapter/run.py") == "lib/gan.py"


def test_what_is_installed_beside_a_package_is_none_of_its_modules(make: Make) -> None:
    root = make(
        "site-packages/mine/__init__.py", "site-packages/mine/a.py", "site-packages/other/__init__.py", "run.py"
    )
    assert found(root, "mine.a", "site-packages/mine/b.py") == "site-packages/mine/a.py"
    assert found(root, "other", "site-packages/mine/b.py") is None
    assert found(root, "site-packages.other", "run.py") is None


def test_the_nearest_wins(make: Make) -> None:
    root = make("utils.py", "sub/utils.py", "sub/run.py")
    assert found(root, "utils", "sub/run.py") == "sub/utils.py"


def test_modules_of_a_package(make: Make) -> None:
    root = make("net/__init__.py", "net/gan.py", "plain/a.py")
    package, plain = str(root / "net/__init__.py"), str(root / "plain")
    assert project.submodule(package, "gan") == str(root / "net/gan.py")
    assert project.submodule(plain, "a") == str(root / "plain/a.py")
    assert project.submodule(package, "other") is None
    assert project.submodule(str(root / "net/gan.py"), "a") is None
