"""File names as the consumers of reports want them: relative to the repository, with slashes, as URIs."""

from __future__ import annotations

import os
from pathlib import PurePosixPath, PureWindowsPath
from urllib.parse import quote

_KEPT = "/-._~!$&'()*+,;=@"  # RFC 3986, path: what needs no escape; a colon would look like a scheme


def repository_root(directory: str = os.curdir) -> str:
    """The nearest folder upwards that holds `.git`, or without one `directory` itself; absolute, links resolved."""
    start = folder = os.path.realpath(directory)
    while not os.path.exists(os.path.join(folder, ".git")):
        parent = os.path.dirname(folder)
        if parent == folder:
            return start
        folder = parent
    return folder


def relative(filename: str, root: str) -> str | None:
    """The name from `root` on, with slashes; None for a file outside of it. `<stdin>` and the like stay."""
    if filename.startswith("<"):
        return filename
    for path in (os.path.abspath(filename), os.path.realpath(filename)):
        try:
            found = os.path.relpath(path, root)
        except ValueError:  # another drive
            continue
        if found != os.pardir and not found.startswith(os.pardir + os.sep):
            return slashes(found)
    return None


def shown(filename: str, root: str) -> str:
    """The name from `root` on, or outside of it the absolute name; with slashes."""
    return relative(filename, root) or slashes(os.path.abspath(filename))


def slashes(filename: str, separator: str = os.sep) -> str:
    """A file name with `/` between its parts; where `\\` is no separator it is part of a name and stays."""
    return filename.replace(separator, "/")


def uri(path: str) -> str:
    """A relative reference for a path with slashes: `a b%.py` is `a%20b%25.py`. Bytes that are no UTF-8 are kept."""
    return quote(path.encode("utf-8", "surrogateescape"), safe=_KEPT)


def file_uri(filename: str, separator: str = os.sep) -> str:
    """The `file:` URI of an absolute file name."""
    pure = PureWindowsPath(filename) if separator == "\\" else PurePosixPath(filename)
    return pure.as_uri()
