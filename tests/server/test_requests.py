"""What a client asks for: hovers, quick fixes, other settings."""

from __future__ import annotations

import pytest

pytest.importorskip("pytest_lsp", reason="pytest-lsp is not installed: pip install 'freezelint[dev]'")

from lsprotocol import types

from freezelint import check_source
from tests.server.editor import BUG, CLEAN, Editor

pytestmark = pytest.mark.asyncio


async def hover(editor: Editor, uri: str, line: int, character: int) -> str | None:
    params = types.HoverParams(types.TextDocumentIdentifier(uri), types.Position(line, character))
    found = await editor.client.text_document_hover_async(params)
    if found is None:
        return None
    assert isinstance(found.contents, types.MarkupContent)
    return found.contents.value


async def test_hovering_shows_the_page_of_the_rule(editor: Editor) -> None:
    uri = editor.open("train.py", BUG)
    await editor.shown(uri)
    page = await hover(editor, uri, 5, 3)
    assert page is not None
    assert page.startswith("**`base` is frozen after `model` trained")
    assert "# toggle-after-training (FRZ102)" in page
    assert "## What each Keras does" in page
    assert await hover(editor, uri, 4, 3) is None


async def test_a_comment_as_a_quick_fix_makes_the_finding_go(editor: Editor) -> None:
    text = BUG.replace("base.trainable = False", "setattr(\n    base,  # 😀 here\n    'trainable', False)  # note")
    uri = editor.open("train.py", text)
    (found,) = await editor.shown(uri)
    (action,) = [a for a in await editor.actions(uri, found) if a.title == "Ignore FRZ102 here with a comment"]
    assert (action.kind, action.is_preferred) == (types.CodeActionKind.QuickFix, None)
    assert action.edit is not None
    assert action.edit.changes is not None
    (edit,) = action.edit.changes[uri]
    editor.change(uri, 1, types.TextDocumentContentChangePartial(edit.range, edit.new_text))
    assert await editor.shown(uri, 1) == []
    assert (
        "'trainable', False)  # note  # freezelint: ignore[FRZ102]" in (lines := text.splitlines())[7] + edit.new_text
    )
    assert edit.range.start == types.Position(7, len(lines[7]))


async def test_the_fix_of_a_finding_makes_it_go(editor: Editor) -> None:
    uri = editor.open("train.py", "s = '😀'\n" + BUG)
    (found,) = await editor.shown(uri)
    fix, _ = await editor.actions(uri, found)
    assert fix.edit is not None
    assert fix.edit.changes is not None
    edits = sorted(fix.edit.changes[uri], key=lambda edit: -edit.range.start.line)
    changes = [types.TextDocumentContentChangePartial(edit.range, edit.new_text) for edit in edits]
    editor.change(uri, 1, *changes)
    assert await editor.shown(uri, 1) == []


async def test_there_are_no_actions_for_a_text_that_is_not_analysed_yet(editor: Editor) -> None:
    uri = editor.open("train.py", BUG)
    (found,) = await editor.shown(uri)
    editor.insert(uri, 1, 0, 0, "import os\n")
    assert await editor.actions(uri, found) == []


async def test_the_settings_file_is_read_again(editor: Editor) -> None:
    uri = editor.open("train.py", BUG)
    assert await editor.codes(uri) == ["FRZ102"]
    settings = editor.root / "pyproject.toml"
    settings.write_text('[tool.freezelint]\nignore = ["FRZ102"]\n')
    event = types.FileEvent(settings.as_uri(), types.FileChangeType.Created)
    editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))
    await editor.has(uri)
    settings.write_text('[tool.freezelint]\nignor = ["FRZ102"]\n')
    editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))
    await editor.client.wait_for_notification(types.WINDOW_SHOW_MESSAGE)
    assert 'unknown key "ignor"; did you mean "ignore"?' in editor.client.messages[-1].message
    settings.unlink()
    editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))
    await editor.has(uri, "FRZ102")
    patterns = [w.get("globPattern") if isinstance(w, dict) else w.glob_pattern for w in watchers(editor)]
    assert any("pyproject.toml" in str(pattern) for pattern in patterns)


def watchers(editor: Editor) -> list[object]:
    (registration,) = [r for r in editor.registered if r.method == types.WORKSPACE_DID_CHANGE_WATCHED_FILES]
    options = registration.register_options
    return list(options["watchers"] if isinstance(options, dict) else options.watchers)


async def test_the_editors_settings_are_on_top(editor: Editor) -> None:
    uri = editor.open("train.py", BUG)
    assert await editor.codes(uri) == ["FRZ102"]
    editor.client.set_configuration({"freezelint": {"ignore": ["FRZ102"], "keras_version": "3"}})
    editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(None))
    await editor.has(uri)
    editor.client.set_configuration({"freezelint": {"selct": ["FRZ102"]}})
    editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(None))
    await editor.client.wait_for_notification(types.WINDOW_SHOW_MESSAGE)
    assert 'settings of the editor: unknown key "selct"; did you mean "select"?' in editor.client.messages[-1].message


async def test_a_client_without_configuration_sends_its_settings(nobody: Editor) -> None:
    plain = types.ClientCapabilities()
    await nobody.start(capabilities=plain, initialization_options={"settings": {"ignore": ["FRZ102"]}})
    uri = nobody.open("train.py", BUG)
    assert await nobody.codes(uri) == []
    settings = {"freezelint": {"ignore": []}}
    nobody.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings))
    await nobody.has(uri, "FRZ102")
    # It does not watch files either: a save is when settings are read again.
    (nobody.root / "freezelint.toml").write_text('per-file-ignores = { "train.py" = ["FRZ1"] }\n')
    saved = types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(uri))
    nobody.client.text_document_did_save(saved)
    await nobody.has(uri)


async def test_hovers_are_answered_while_a_long_file_is_analysed(editor: Editor) -> None:
    assert check_source(CLEAN, "train.py") == []
    small = editor.open("train.py", BUG)
    await editor.shown(small)
    long = editor.open("long.py", BUG + "model.fit(x, y)\n" * 20_000)
    assert await hover(editor, small, 5, 3)
    assert long not in editor.versions
