"""What is open in the editor: a file, or a notebook whose cells are one program."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lsprotocol import types
from pygls.uris import from_fs_path, to_fs_path, uri_scheme
from pygls.workspace import TextDocument, Workspace

from freezelint.sources.load import kind

_ROW = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_CODE = types.NotebookCellKind.Code


@dataclass(frozen=True, slots=True)
class Document:
    """One program or page: `key` is its URI, `cells` are the URIs of a notebook's code cells, in order."""

    key: str
    filename: str
    text: str
    version: int | None
    cells: tuple[tuple[str, int | None], ...] = ()

    @property
    def is_module(self) -> bool:
        """Whether other files may import it."""
        return not self.cells and self.filename.endswith(".py")


class Rows(TextDocument):
    """A text whose rows end where the protocol says: a form feed, in old Python files, ends none."""

    @property
    def lines(self) -> Sequence[str]:
        return _ROW.findall(self.source)


class Documents(Workspace):
    """The open documents, kept up to date by pygls."""

    def _create_text_document(
        self, doc_uri: str, source: str | None = None, version: int | None = None, language_id: str | None = None
    ) -> Rows:
        return Rows(
            doc_uri,
            source=source,
            version=version,
            language_id=language_id,
            sync_kind=self._sync_kind,
            position_codec=self.position_codec,
        )

    def opened(self) -> Iterator[Document]:
        """Everything that is open and can be analysed."""
        for uri in (*self.text_documents, *self.notebook_documents):
            document = self.document(uri)
            if document is not None:
                yield document

    def document(self, uri: str) -> Document | None:
        """The open document of a URI; None when it is a cell, of another language, or no file."""
        notebook = self.get_notebook_document(notebook_uri=uri)
        if notebook is not None:
            return self._notebook(notebook)
        text = self.text_documents.get(uri) or self.text_documents.get(self.get_text_document(uri).uri)
        if text is None or self.get_notebook_document(cell_uri=uri) is not None:
            return None
        name = self.filename(text.uri)
        known = text.language_id in ("python", "markdown") or name.endswith(".py") or kind(name) == "markdown"
        if uri_scheme(text.uri) not in ("file", "untitled") or not known or kind(name) == "notebook":
            return None
        if text.language_id == "markdown" and kind(name) != "markdown":
            name += ".md"
        return Document(text.uri, name, text.source, text.version)

    def _notebook(self, notebook: types.NotebookDocument) -> Document:
        """The notebook as the JSON that Jupyter would save: the linter reads that."""
        cells = [(self.get_text_document(cell.document), cell.kind == _CODE) for cell in notebook.cells]
        saved = [
            {
                "cell_type": "code" if is_code else "markdown",
                "source": text.source,
                "metadata": {"vscode": {"languageId": text.language_id or "python"}},
            }
            for text, is_code in cells
        ]
        name = self.filename(notebook.uri)
        return Document(
            notebook.uri,
            name if kind(name) == "notebook" else f"{name}.ipynb",
            json.dumps({"cells": saved, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}),
            notebook.version,
            tuple((text.uri, text.version) for text, is_code in cells if is_code),
        )

    def filename(self, uri: str) -> str:
        """The path of a URI; what has none, such as a new file, counts as lying in the root of the workspace."""
        path = to_fs_path(uri)
        if path is None:
            name = os.path.basename(uri.partition(":")[2]) or "untitled"
            return os.path.join(self.root_path or os.getcwd(), name)
        return os.path.abspath(path)


def uri_of(filename: str) -> str:
    """The URI of a file that is not open."""
    return from_fs_path(os.path.abspath(filename)) or ""
