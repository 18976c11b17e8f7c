"""Modules of the user's own project: where on disk an import leads, as Python would find it."""

from __future__ import annotations

import os
import sys
from functools import lru_cache

from freezelint import observed

#: The folder that holds one of these is the root of a project.
_REPOSITORIES = (".git", ".hg", ".svn")
#: Where there is no such folder: the highest folder that holds one of these.
_MARKERS = ("pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "README.md", "README.rst", "README")
#: Where libraries are installed.
_SITE = frozenset({"site-packages", "dist-packages"})
#: Never part of a project, whatever folders there are: beside Python's own modules what the linter knows by name.
_LIBRARIES = frozenset({"keras", "tensorflow", "tf_keras", "numpy", "pandas", "scipy", "sklearn", "torch", "jax"})


def find(name: str, importer: str, level: int = 0) -> str | None:
    """The file of the module `name`, or the folder of a package without `__init__.py`; None outside of the project.

    `importer` is the file with the import in it, `level` the number of dots of a relative import. Looked through are
    the importer's folder (a script's folder is on `sys.path`), the folder above its packages, the folders from there
    up to the root of the project, and `src` in that root; the nearest wins.
    """
    if not level and name.partition(".")[0] in sys.stdlib_module_names | _LIBRARIES:
        return None
    importer = os.path.abspath(importer)
    found = _find(name, os.path.dirname(importer), level)
    observed.asked(importer, "find", name, level, found)
    return found


def _find(name: str, folder: str, level: int) -> str | None:
    if level:
        for _ in range(level - 1):
            folder = os.path.dirname(folder)
        return _below(folder, name)
    for root in _roots(folder):
        found = _below(root, name)
        if (
            found is not None
            and _SITE.isdisjoint(found[len(root) :].split(os.sep))
            and not _is_site(root, folder, name)
        ):
            return found
    return None


def _is_site(root: str, folder: str, name: str) -> bool:
    """Whether `root` is where packages are installed, and `name` is another one than that of the importer."""
    own = os.path.relpath(folder, root).partition(os.sep)[0]
    return os.path.basename(root) in _SITE and own != name.partition(".")[0]


def submodule(package: str, name: str) -> str | None:
    """The module `name` of a package, which is given by its `__init__.py` or its folder."""
    folder = os.path.dirname(package) if os.path.basename(package) == "__init__.py" else package
    if folder.endswith(".py"):
        return None
    found = _below(folder, name)
    observed.asked(package, "submodule", name, 0, found)
    return found


def root_of(filename: str) -> str:
    """The root of the project that a file belongs to: the highest folder in which its imports are looked for."""
    return min(_roots(os.path.dirname(os.path.abspath(filename)))[:-1], key=len)


def forget() -> None:
    """Look at the disk anew."""
    _below.cache_clear()
    _roots.cache_clear()


@lru_cache(maxsize=8192)
def _below(folder: str, name: str) -> str | None:
    base = os.path.join(folder, *name.split(".")) if name else folder
    if name and os.path.isfile(base + ".py"):
        return base + ".py"
    package = os.path.join(base, "__init__.py")
    if os.path.isfile(package):
        return package
    return base if os.path.isdir(base) else None


@lru_cache(maxsize=1024)
def _roots(folder: str) -> tuple[str, ...]:
    """The folders in which the first name of an absolute import is looked for, the nearest first."""
    above = folder
    while os.path.isfile(os.path.join(above, "__init__.py")):
        above = os.path.dirname(above)
    chain = [above]
    top = 0
    while not _holds(chain[-1], _REPOSITORIES):
        if _holds(chain[-1], _MARKERS):
            top = len(chain) - 1
        parent = os.path.dirname(chain[-1])
        if parent in (chain[-1], os.path.expanduser("~"), os.path.dirname(parent)):
            break
        chain.append(parent)
    else:
        top = len(chain) - 1
    return tuple(dict.fromkeys([folder, *chain[: top + 1], os.path.join(chain[top], "src")]))


def _holds(folder: str, names: tuple[str, ...]) -> bool:
    return any(os.path.exists(os.path.join(folder, name)) for name in names)
