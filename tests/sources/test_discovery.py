"""Which files are linted: on real folders, and compared with git itself."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import freezelint
from freezelint.sources.discovery import DEFAULT_EXCLUDE, Discovery, discover


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def write(*names: str, text: str = "") -> None:
    for name in names:
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def test_nothing() -> None:
    assert discover([]) == Discovery((), ())
    assert discover(["."]) == Discovery((), ())


def test_missing_paths_are_named_once() -> None:
    write("a.py")
    assert discover(["b.py", "a.py", "no/c", "b.py"]) == Discovery(("a.py",), ("b.py", "no/c"))


def test_folder_is_walked_in_order_of_names() -> None:
    write("b.py", "a/z.py", "a/b/c.ipynb", "c.md", "d.markdown", "e.txt", "f.pyc", "g.pyi", "H.PY", ".h/i.py")
    files = (".h/i.py", "H.PY", "a/b/c.ipynb", "a/z.py", "b.py", "c.md", "d.markdown")
    assert discover(["."]) == Discovery(files, ())


def test_default_excludes_hold_below_the_given_folder_only() -> None:
    for name in DEFAULT_EXCLUDE:
        write(f"{name}/a.py", f"x/{name}/b/c.py")
    write("builds/a.py")
    assert discover(["."]).files == ("builds/a.py",)
    assert discover(["venv", "x/site-packages/b"]).files == ("venv/a.py", "x/site-packages/b/c.py")


def test_explicit_files_are_taken_whatever_they_are() -> None:
    write("build/a.py", "script", "data.txt", "ignored.py")
    write(".gitignore", text="ignored.py\n")
    given = ["build/a.py", "script", "data.txt", "ignored.py"]
    assert discover(given, extend_exclude=["script"]).files == tuple(given)


def test_force_exclude_judges_what_is_given() -> None:
    write("build/a.py", "docs/b.py", "c.py")
    given = ["build/a.py", "docs/b.py", "docs", "build", "c.py"]
    assert discover(given, force_exclude=True, extend_exclude=["docs/"]).files == ("c.py",)


def test_excludes_replace_or_extend_the_default() -> None:
    write("build/a.py", "docs/b.py", "docs/c.md", "x/docs/d.py", "conf.py", "x/conf_test.py")
    assert discover(["."], exclude=["docs"]).files == ("build/a.py", "conf.py", "x/conf_test.py")
    assert discover(["."], extend_exclude=["/docs", "*_test.py"]).files == ("conf.py", "x/docs/d.py")
    assert discover(["docs"], extend_exclude=["docs/*.md"]).files == ("docs/b.py",)
    assert discover(["../project/docs"], extend_exclude=["./docs/*.md"]).files == ("../project/docs/b.py",)


def test_excludes_are_anchored_in_the_root(project: Path) -> None:
    write("a/docs/b.py", "docs/c.py")
    assert discover(["."], extend_exclude=["docs/*.py"], root=project / "a").files == ("docs/c.py",)


def test_paths_are_shown_relative_to_the_working_directory(project: Path, tmp_path: Path) -> None:
    write("a/b.py", "../other/c.py")
    assert discover([str(project)]).files == ("a/b.py",)
    assert discover(["./a//", "a/b.py"]).files == ("a/b.py",)
    assert discover([tmp_path / "other", "../other"]).files == (str(tmp_path / "other" / "c.py"),)
    assert discover(["../other"]).files == ("../other/c.py",)


def test_gitignore_is_respected_without_a_repository() -> None:
    write("a.py", "b.py", "x/a.py", "x/c.py", "out/a.py")
    write(".gitignore", text="# note\n\n/a.py\nout/\n")
    write("x/.gitignore", text="*.py\n!c.py\n")
    assert discover(["."]).files == ("b.py", "x/c.py")
    assert discover(["."], respect_gitignore=False).files == ("a.py", "b.py", "out/a.py", "x/a.py", "x/c.py")


def test_parents_count_up_to_the_top_of_the_repository() -> None:
    write("../.gitignore", text="*.md\n")
    write(".gitignore", text="*_test.py\n/src/gen/\n")
    write(".git/HEAD", "src/a_test.py", "src/b.py", "src/c.md", "src/gen/d.py", "src/local.py")
    write(".git/info/exclude", text="local.py\n")
    assert discover(["src"]).files == ("src/b.py", "src/c.md")


def test_worktree_uses_the_exclude_of_its_repository() -> None:
    write("main/.git/info/exclude", text="a.py\n")
    write("main/.git/worktrees/w/commondir", text="../..\n")
    write("w/.git", text="gitdir: ../main/.git/worktrees/w\n")
    write("w/a.py", "w/b.py")
    assert discover(["w"]).files == ("w/b.py",)


def test_nested_repository_starts_afresh() -> None:
    write(".gitignore", text="*.py\n")
    write(".git/HEAD", "a.py", "sub/.git/HEAD", "sub/b.py")
    assert discover(["."]).files == ("sub/b.py",)


def test_ignored_folder_that_is_given_is_walked() -> None:
    write(".git/HEAD", "out/a.py", "out/x/b.py", "out/c.py")
    write(".gitignore", text="out/\n")
    write("out/.gitignore", text="c.py\n")
    assert discover(["."]).files == ()
    assert discover(["out"]).files == ("out/a.py", "out/x/b.py")
    assert discover(["out/x"]).files == ("out/x/b.py",)


def test_environment_that_ignores_itself_is_walked_when_given() -> None:
    write(".git/HEAD", ".venv/lib/site-packages/keras/a.py")
    write(".venv/.gitignore", text="*\n")
    assert discover(["."]).files == ()
    assert discover([".venv/lib/site-packages/keras"]).files == (".venv/lib/site-packages/keras/a.py",)


def test_common_patterns_need_no_regular_expressions() -> None:
    write("a.py", "build/b.py", "x.egg-info/c.py", "d.pyc", "docs/_build/e.py")
    write(".gitignore", text="__pycache__/\n*.py[cod]\n*.egg-info/\n/build/\n.env\ndocs/_build/\n")
    code = (
        "import sys; before = set(sys.modules)\n"
        "from freezelint.sources.discovery import discover\n"
        "print(*discover(['.']).files, 're' in set(sys.modules) - before)"
    )
    root = str(Path(freezelint.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": root},
    )
    assert done.stdout == "a.py False\n"


def test_links_do_not_loop_and_a_file_is_listed_once(project: Path) -> None:
    write("a/b.py", "../outside/c.py")
    os.symlink(project, "a/loop")
    os.symlink("a/b.py", "z.py")
    os.symlink("../outside", "link")
    os.symlink("nowhere", "broken.py")
    assert discover([".", "a", "a/b.py", str(project / "a" / "b.py")]).files == ("a/b.py", "link/c.py")


@pytest.mark.skipif(os.name == "nt" or not os.getuid(), reason="root may list every folder")
def test_folder_that_may_not_be_listed_is_missing() -> None:
    write("a.py", "shut/b.py")
    os.chmod("shut", 0)
    assert discover(["."]) == Discovery(("a.py",), ("shut",))
    os.chmod("shut", 0o700)


PATTERNS = """
*.py /a.py *.[pm][dy] l[iou]b* out/
/out foo !foo.py !a.py src/*.py **/foo data/** * !*/ !*.py lo?.md x[0-9].py [abc].py
*.info/ !src/ src/out/a.py foo/ !out/ out* *out* /* !/src #c lib/* !lib/a.py a.* \\#x **/data/*.py
!/src/foo/ *.p[!yz] foo/**/a.py /src/*/ !b.py /lib/ [ab /src/** */a.py
"""
FILES = ["a.py", "b.py", "c.ipynb", "log.md", "x1.py", "foo.py", "lib.md"]
FOLDERS = ["src", "out", "data", "foo", "lib", "egg.info"]


def plant(folder: Path, choose: random.Random, depth: int) -> None:
    folder.mkdir(exist_ok=True)
    for name in choose.sample(FILES, 4):
        (folder / name).touch()
    if choose.random() < 0.6:
        lines = choose.choices(PATTERNS.split(), k=choose.randint(1, 5))
        (folder / ".gitignore").write_text("\n".join(lines))
    if depth:
        for name in choose.sample(FOLDERS, 2):
            plant(folder / name, choose, depth - 1)


@pytest.mark.skipif(not shutil.which("git"), reason="needs git to compare with")
@pytest.mark.parametrize("seed", range(40))
def test_gitignore_means_what_git_means(seed: int, project: Path) -> None:
    plant(project, random.Random(seed), 3)
    subprocess.run(["git", "init", "-q", "."], check=True)
    command = ["git", "-c", "core.excludesFile=/dev/null", "ls-files", "-o", "--exclude-standard"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    expected = sorted(name for name in listed if not name.endswith(".gitignore"))
    assert sorted(discover(["."], exclude=[".git"]).files) == expected
