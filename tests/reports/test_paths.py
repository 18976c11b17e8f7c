"""File names for consumers: from the repository on, with slashes, as URIs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from freezelint.reports.paths import file_uri, relative, repository_root, shown, slashes, uri


def test_the_root_is_the_nearest_folder_with_git_or_the_working_directory(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    assert repository_root(str(inner)) == str(inner)
    (tmp_path / ".git").write_text("gitdir: elsewhere")  # a worktree has a file
    assert repository_root(str(inner)) == str(tmp_path)
    (tmp_path / "a" / ".git").mkdir()
    assert repository_root(str(inner)) == str(tmp_path / "a")


def test_names_count_from_the_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "repo" / "sub").mkdir(parents=True)
    root = str(tmp_path / "repo")
    monkeypatch.chdir(tmp_path / "repo" / "sub")
    assert relative("a.py", root) == "sub/a.py"
    assert relative("../b.py", root) == "b.py"
    assert relative(os.path.join(root, "c.py"), root) == "c.py"
    assert relative("../..hidden.py", root) == "..hidden.py"
    assert relative("<stdin>", root) == "<stdin>"
    assert relative("../../out.py", root) is None
    assert shown("../../out.py", root) == str(tmp_path / "out.py")
    (tmp_path / "link").symlink_to(tmp_path / "repo")
    assert relative(str(tmp_path / "link" / "d.py"), root) == "d.py"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a/b-c_d.~py", "a/b-c_d.~py"),
        ("src dir/tr äin 50%.py", "src%20dir/tr%20%C3%A4in%2050%25.py"),
        ("a#b?c:d.py", "a%23b%3Fc%3Ad.py"),
        ("a\\b[1].py", "a%5Cb%5B1%5D.py"),
        ("\udce4.py", "%E4.py"),
        ("<stdin>", "%3Cstdin%3E"),
    ],
)
def test_uri(path: str, expected: str) -> None:
    assert uri(path) == expected


def test_windows_names() -> None:
    assert slashes("src\\a b.py", "\\") == "src/a b.py"
    assert slashes("src\\a.py", "/") == "src\\a.py"
    assert file_uri("C:\\work\\ä b.py", "\\") == "file:///C:/work/%C3%A4%20b.py"
    assert file_uri("/work/ä b%.py", "/") == "file:///work/%C3%A4%20b%25.py"
