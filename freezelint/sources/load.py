"""One file, from disk or from an editor, to a Source: or to None when nothing in it can matter."""

from __future__ import annotations

from freezelint.sources import gate

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os
    from typing import Literal

    from freezelint.sources.source import Source

    Kind = Literal["python", "notebook", "markdown"]

_MARKDOWN = (".md", ".markdown", ".mdown", ".mkd", ".qmd", ".rmd")


def kind(filename: str) -> Kind:
    """What a file is by its name; every unknown extension is Python."""
    lowered = filename.lower()
    if lowered.endswith(".ipynb"):
        return "notebook"
    return "markdown" if lowered.endswith(_MARKDOWN) else "python"


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
    return from_text(data, str(path), preview=preview, gated=gated)


def from_text(text: str | bytes, filename: str, *, preview: bool = False, gated: bool = True) -> Source | None:
    """Like `load`, for a text that is here; `filename` decides its kind. In a str a coding cookie is void."""
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    if gated and not gate.may_matter(data):
        return None
    what = kind(filename)
    if what == "python":
        return _python(text, filename, gated)
    if what == "notebook":
        from freezelint.sources.notebook import read_notebook

        source = read_notebook(data, filename)
    else:
        from freezelint.sources.markdown import read_markdown

        source = read_markdown(data, filename, preview=preview)
    return source if not gated or _segments_matter(source) else None


def _python(text: str | bytes, filename: str, gated: bool) -> Source | None:
    from freezelint.sources.python import decode, normalise, python_source

    decoded = normalise(text) if isinstance(text, str) else decode(text)
    verdict = gate.ast_gate(decoded)
    if gated and verdict is False:
        return None
    return python_source(decoded, filename, parsed=verdict is not None)


def _segments_matter(source: Source) -> bool:
    """One look at all segments together: what matters may be spread over cells."""
    texts = [segment.text for program in source.programs for segment in program.segments]
    return bool(texts) and gate.ast_gate("\n".join(texts)) is not False
