"""One file, from disk or from an editor, to a Source: or to None when nothing in it can matter."""

from __future__ import annotations

import os

from freezelint.sources import gate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    from freezelint.sources.modules import ModuleFile
    from freezelint.sources.source import Source

    Kind = Literal["python", "notebook", "markdown"]

_MARKDOWN = (".md", ".markdown", ".mdown", ".mkd", ".qmd", ".rmd")


def kind(filename: str) -> Kind:
    """What a file is by its name; every unknown extension is Python."""
    lowered = filename.lower()
    if lowered.endswith(".ipynb"):
        return "notebook"
    return "markdown" if lowered.endswith(_MARKDOWN) else "python"


def follows(filename: str) -> bool:
    """Whether imports can be followed from a file of this name: it has a folder, and its text is one program."""
    return kind(filename) != "markdown" and not filename.startswith("<")


def load(path: str | os.PathLike[str], *, preview: bool = False, gated: bool = True) -> Source | None:
    """Read one file; None when the gates prove that it can hold no finding (never with `gated=False`).

    Raises UnreadableSource, a sentence without the file's name, when it cannot be read, decoded or is no
    notebook.
    """
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError as error:
        from freezelint.sources.source import UnreadableSource

        raise UnreadableSource(f"cannot be read: {error.strerror or error}") from error
    from freezelint import observed

    observed.read(os.path.abspath(path), data)
    return from_text(data, str(path), preview=preview, gated=gated)


def from_text(
    text: str | bytes, filename: str, *, preview: bool = False, gated: bool = True, follow: bool = False
) -> Source | None:
    """Like `load`, for a text that is here; `filename` decides its kind. In a str a coding cookie is void.

    With `follow` a file also passes the gates if it can hold a finding together with the modules that it imports.
    """
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    what = kind(filename)
    reaches = _Reach(data, filename, follow and follows(filename))
    if not gated or gate.may_matter(data):
        return _read(text, data, filename, what, reaches, preview, gated)
    if not reaches.may_matter():
        return None
    from freezelint.sources.source import UnreadableSource

    try:
        return _read(text, data, filename, what, reaches, preview, gated)
    except UnreadableSource:
        return None  # it was not opened for what is in the file itself


def _read(
    text: str | bytes, data: bytes, filename: str, what: Kind, reaches: _Reach, preview: bool, gated: bool
) -> Source | None:
    """The second gate and the text itself."""
    if what == "python":
        return _python(text, filename, reaches if gated else None)
    if what == "notebook":
        from freezelint.sources.notebook import read_notebook

        source = read_notebook(data, filename)
    else:
        from freezelint.sources.markdown import read_markdown

        source = read_markdown(data, filename, preview=preview)
    return source if not gated or _segments_matter(source, reaches) else None


class _Reach:
    """What the modules that a file imports add to the verdict of the gates on the file itself."""

    __slots__ = ("_data", "_filename", "_files", "_follow")

    def __init__(self, data: bytes, filename: str, follow: bool) -> None:
        self._data = data
        self._filename = filename
        self._follow = follow
        self._files: list[ModuleFile] | None = None

    def may_matter(self, text: str | None = None) -> bool:
        """Whether there may be a finding in all of it together; without the file's `text` bytes decide."""
        if not self._follow or not gate.may_act(self._data):
            return False
        from freezelint.sources import gate_ast, modules
        from freezelint.sources.parts import parts

        if self._files is None:
            files = modules.reached(self._data, self._filename)
            self._files = files if modules.flagged(self._data, files) else []
        found = parts(text) if text is not None and self._files else ()
        if not found:
            return bool(self._files)
        look = gate_ast.look_at((part.tree for part in found), whole=True)
        return modules.may_matter(look, self._files)


def _python(text: str | bytes, filename: str, reaches: _Reach | None) -> Source | None:
    from freezelint.sources.parts import parts
    from freezelint.sources.python import decode, normalise, python_source

    decoded = normalise(text) if isinstance(text, str) else decode(text)
    if reaches is not None and gate.ast_gate(decoded) is False and not reaches.may_matter(decoded):
        return None
    return python_source(decoded, filename, parsed=bool(parts(decoded)))


def _segments_matter(source: Source, reaches: _Reach) -> bool:
    """One look at all segments together: what matters may be spread over cells."""
    texts = [segment.text for program in source.programs for segment in program.segments]
    joined = "\n".join(texts)
    return bool(texts) and (gate.ast_gate(joined) is not False or reaches.may_matter(joined))
