"""What a client is shown over a real connection: places, notes, severities, and nothing that is void."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
from pathlib import Path

import pytest

pytest.importorskip("pytest_lsp", reason="pytest-lsp is not installed: pip install 'freezelint[dev]'")

from lsprotocol import types

from benchmarks.server_program import program
from freezelint import check_source, rules
from tests.server.editor import BUG, CLEAN, Editor

pytestmark = pytest.mark.asyncio


async def test_a_clean_and_a_foreign_file_show_nothing(editor: Editor) -> None:
    assert await editor.shown(editor.open("train.py", CLEAN)) == []
    assert await editor.shown(editor.open("plain.py", "x = 1\n")) == []
    foreign = editor.open("notes.txt", BUG, "plaintext")
    assert await editor.shown(editor.open("other.py", "")) == []
    assert foreign not in editor.versions


async def test_a_finding_as_the_protocol_wants_it(editor: Editor) -> None:
    uri = editor.open("train.py", BUG)
    (found,) = await editor.shown(uri)
    assert found.range == types.Range(types.Position(5, 0), types.Position(5, 22))
    assert found.severity == types.DiagnosticSeverity.Error
    assert (found.code, found.source) == ("FRZ102", "freezelint")
    assert found.code_description == types.CodeDescription(rules.load("FRZ102").url)
    assert "is frozen after `model` trained" in found.message
    notes = [(note.message, note.location.uri, note.location.range.start.line) for note in found.related_information]
    assert notes == [("compiled here", uri, 3), ("first trained here", uri, 4), ("trained again here", uri, 6)]


async def test_columns_count_utf16(editor: Editor) -> None:
    text = BUG.replace("base.trainable = False", "smile = '😀é'; base.trainable = False; print('😀')")
    uri = editor.open("train.py", text)
    (found,) = await editor.shown(uri)
    assert (found.range.start.character, found.range.end.character) == (15, 37)
    # An edit behind the emoji lands where the client means it: the flag becomes True, which is no defect here.
    place = types.Range(types.Position(5, 32), types.Position(5, 37))
    editor.change(uri, 1, types.TextDocumentContentChangePartial(place, "True"))
    await editor.shown(uri, 1)
    assert check_source(text.replace("False", "True"), "train.py") == [] == list(editor.client.diagnostics[uri])


async def test_columns_count_what_was_agreed_on(nobody: Editor) -> None:
    encodings = [types.PositionEncodingKind.Utf8]
    general = types.GeneralClientCapabilities(position_encodings=encodings)
    await nobody.start(capabilities=types.ClientCapabilities(general=general))
    uri = nobody.open("train.py", BUG.replace("base.trainable = False", "s = 'é😀'; base.trainable = False"))
    assert (await nobody.shown(uri))[0].range.start.character == 14


async def test_a_form_feed_ends_no_row(editor: Editor) -> None:
    uri = editor.open("train.py", CLEAN.replace("import keras\n", "import keras\n\x0c\n# \u2028\n"))
    assert await editor.codes(uri) == []
    editor.insert(uri, 1, 7, 0, "base.trainable = False\n")
    (found,) = await editor.shown(uri, 1)
    assert found.range.start.line == 7


async def test_typing_and_taking_back(editor: Editor) -> None:
    uri = editor.open("train.py", CLEAN)
    assert await editor.codes(uri) == []
    editor.insert(uri, 1, 6, 0, "base.trainable = False\n")
    assert await editor.codes(uri, 1) == ["FRZ102"]
    editor.insert(uri, 2, 6, 0, "base.trainable = = 1\n")
    assert await editor.codes(uri, 2) == ["FRZ900"]
    editor.write(uri, 3, CLEAN)
    assert await editor.codes(uri, 3) == []
    editor.write(uri, 4, BUG)
    assert await editor.codes(uri, 4) == ["FRZ102"]
    editor.client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri)))
    assert await editor.shown(uri, None) == []


async def test_markdown_and_a_file_that_was_never_saved(editor: Editor) -> None:
    page = editor.open("page.md", f"# Page\n\n```python\n{BUG}```\n", "markdown")
    assert [found.range.start.line for found in await editor.shown(page)] == [8]
    assert await editor.codes(editor.open("untitled:Untitled-1", BUG)) == ["FRZ102"]


async def test_an_excluded_file_shows_nothing(editor: Editor) -> None:
    (editor.root / "freezelint.toml").write_text('extend-exclude = ["generated"]\n')
    assert await editor.codes(editor.open("generated/train.py", BUG)) == []
    assert await editor.codes(editor.open("train.py", BUG)) == ["FRZ102"]


def cell(number: int, text: str, language: str = "python") -> types.TextDocumentItem:
    return types.TextDocumentItem(f"vscode-notebook-cell:/n.ipynb#{number}", language, 0, text)


async def test_the_cells_of_a_notebook_are_one_program(editor: Editor) -> None:
    texts = [
        cell(1, "".join(BUG.splitlines(True)[:5])),
        cell(2, "# words", "markdown"),
        cell(3, "%time model.summary()"),
    ]
    texts += [cell(4, "base.trainable = False"), cell(5, "model.fit(x, y)")]
    kinds = [
        types.NotebookCellKind.Markup if t.language_id == "markdown" else types.NotebookCellKind.Code for t in texts
    ]
    cells = [types.NotebookCell(kind, text.uri) for kind, text in zip(kinds, texts, strict=True)]
    uri = editor.uri("n.ipynb")
    notebook = types.NotebookDocument(uri, "jupyter-notebook", 1, cells)
    editor.client.notebook_document_did_open(types.DidOpenNotebookDocumentParams(notebook, texts))
    (found,) = await editor.shown(texts[3].uri)
    assert (found.code, found.range.start) == ("FRZ102", types.Position(0, 0))
    assert [note.location.uri for note in found.related_information] == [texts[0].uri, texts[0].uri, texts[4].uri]
    assert texts[1].uri not in editor.versions
    # Moved before the first cell that trains, the same write is no defect; so the structure counts as well.
    change = types.NotebookDocumentChangeEvent(
        cells=types.NotebookDocumentCellChanges(
            structure=types.NotebookDocumentCellChangeStructure(types.NotebookCellArrayChange(3, 1, []), [], [])
        )
    )
    await change_notebook(editor, uri, 2, change)
    await editor.has(texts[3].uri)
    text_change = types.TextDocumentContentChangePartial(
        types.Range(types.Position(0, 0), types.Position(0, 0)), "base.trainable = False\n"
    )
    identifier = types.VersionedTextDocumentIdentifier(1, texts[4].uri)
    content = types.NotebookDocumentCellContentChanges(identifier, [text_change])
    edited = types.NotebookDocumentChangeEvent(cells=types.NotebookDocumentCellChanges(text_content=[content]))
    await change_notebook(editor, uri, 3, edited)
    await editor.has(texts[4].uri, "FRZ102")


async def change_notebook(editor: Editor, uri: str, version: int, change: types.NotebookDocumentChangeEvent) -> None:
    identifier = types.VersionedNotebookDocumentIdentifier(version=version, uri=uri)
    params = types.DidChangeNotebookDocumentParams(identifier, change)
    editor.client.notebook_document_did_change(params)


MODULE = """\
import keras
def build():
    base = keras.applications.ResNet50()
    model = keras.Sequential([base, keras.layers.Dense(1)])
    model.compile("adam", "mse")
    return base, model
"""
MAIN = "from parts import build\nbase, model = build()\nmodel.fit(x, y)\nbase.trainable = False\nmodel.fit(x, y)\n"


async def test_the_unsaved_text_of_an_imported_module_counts(editor: Editor) -> None:
    (editor.root / "parts.py").write_text("def build():\n    return None, None\n")
    main = editor.open("main.py", MAIN)
    assert await editor.codes(main) == []
    parts = editor.open("parts.py", MODULE)
    await editor.has(main, "FRZ102")
    editor.write(parts, 1, MODULE.replace("return base, model", "return None, None"))
    await editor.has(main)
    editor.write(parts, 2, MODULE)
    await editor.has(main, "FRZ102")
    editor.client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(parts)))
    await editor.has(main)


async def test_a_finding_in_another_file_is_shown_there(editor: Editor) -> None:
    frozen = MODULE + "def freeze(base):\n    base.trainable = False\n"
    main = "from parts import build, freeze\nbase, model = build()\nmodel.fit(x, y)\nfreeze(base)\nmodel.fit(x, y)\n"
    (editor.root / "parts.py").write_text(frozen)
    (editor.root / "main.py").write_text(main)
    (wanted,) = check_source(main, str(editor.root / "main.py"))
    assert (Path(wanted.filename).name, wanted.location.row) == ("parts.py", 8)
    assert await editor.shown(editor.open("main.py", main)) == []
    await editor.has(editor.uri("parts.py"), wanted.code)
    assert editor.client.diagnostics[editor.uri("parts.py")][0].range.start.line == 7


async def test_two_hundred_edits_of_a_long_file_lose_nothing(editor: Editor) -> None:
    """Faster than any analysis: what is shown at last is what a check of the last text says."""
    lines = program(3000).split("\n")
    uri = editor.open("train.py", "\n".join(lines))
    chance = random.Random(7)
    for version in range(1, 201):
        row = chance.randrange(len(lines))
        if version % 3:
            new = f"{lines[row][: len(lines[row]) - len(lines[row].lstrip())]}# 😀 {version}"
            lines.insert(row, new)
            editor.insert(uri, version, row, 0, f"{new}\n")
        else:
            old = lines.pop(row)
            gone = types.Range(types.Position(row, 0), types.Position(row + 1, 0))
            editor.change(uri, version, types.TextDocumentContentChangePartial(gone, ""))
            lines.insert(row, old)
            editor.insert(uri, version, row, 0, f"{old}\n")
    found = await editor.shown(uri, 200)
    wanted = check_source("\n".join(lines), str(editor.root / "train.py"))
    assert [(d.range.start.line + 1, d.code, d.message) for d in found] == [
        (f.location.row, f.code, f.message) for f in wanted
    ]
    assert wanted
    told = [version for where, version in editor.history if where == uri and version is not None]
    assert told == sorted(set(told))  # never an older text after a newer one


async def test_a_worker_that_died_is_started_again(editor: Editor) -> None:
    uri = editor.open("train.py", BUG)
    assert await editor.codes(uri) == ["FRZ102"]
    server = editor.client._server
    assert server is not None
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children")
    if not children.exists():
        pytest.skip("there is no /proc to find the worker in")
    (worker,) = map(int, children.read_text().split())
    os.kill(worker, signal.SIGKILL)
    editor.write(uri, 1, CLEAN)
    assert await editor.codes(uri, 1) == []
    editor.write(uri, 2, BUG + "model.fit(x, y)\n" * 3000)
    await asyncio.sleep(0.3)  # now it works on that
    (worker,) = map(int, children.read_text().split())
    os.kill(worker, signal.SIGKILL)
    assert await editor.codes(uri, 2) == ["FRZ102"]


async def test_the_notebook_json_in_a_text_editor_is_left_alone(editor: Editor) -> None:
    notebook = json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 4})
    uri = editor.open("n.ipynb", notebook, "json")
    await editor.shown(editor.open("train.py", CLEAN))
    assert uri not in editor.versions
