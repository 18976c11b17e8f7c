"""A real client and a real server, over stdio."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest_asyncio
from lsprotocol import types
from pytest_lsp import LanguageClient, client_capabilities, make_test_lsp_client

PATIENCE = 60.0
COMMAND = (sys.executable, "-m", "freezelint", "server", "--stdio")

BUG = """\
import keras
base = keras.applications.ResNet50()
model = keras.Sequential([base, keras.layers.Dense(1)])
model.compile("adam", "mse")
model.fit(x, y)
base.trainable = False
model.fit(x, y)
"""
CLEAN = BUG.replace("base.trainable = False", "print()")


class Editor:
    """A client with a few words for what an editor does."""

    def __init__(self, client: LanguageClient, root: Path) -> None:
        self.client, self.root = client, root
        self.versions: dict[str, int | None] = {}
        self.history: list[tuple[str, int | None]] = []
        self.registered: list[types.Registration] = []
        self._wrap()

    def _wrap(self) -> None:
        self.news = asyncio.Event()

        @self.client.feature(types.CLIENT_REGISTER_CAPABILITY)
        def registered(params: types.RegistrationParams) -> None:
            self.registered += params.registrations

        known = self.client.protocol.fm.features[types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS]

        def published(params: types.PublishDiagnosticsParams) -> None:
            known(params)
            self.versions[params.uri] = params.version
            self.history.append((params.uri, params.version))
            self.news.set()

        self.client.protocol.fm._features[types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS] = published

    async def start(self, **options: Any) -> None:
        """Introduce ourselves as VS Code."""
        await self.client.start_io(*COMMAND)
        await self.client.initialize_session(
            types.InitializeParams(
                capabilities=options.pop("capabilities", client_capabilities("visual_studio_code")),
                root_uri=self.root.as_uri(),
                workspace_folders=[types.WorkspaceFolder(uri=self.root.as_uri(), name="project")],
                **options,
            )
        )

    def uri(self, name: str) -> str:
        return (self.root / name).as_uri()

    def open(self, name: str, text: str, language: str = "python") -> str:
        uri = name if ":" in name else self.uri(name)
        item = types.TextDocumentItem(uri, language, 0, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return uri

    def change(self, uri: str, version: int, *changes: types.TextDocumentContentChangeEvent) -> None:
        identifier = types.VersionedTextDocumentIdentifier(version, uri)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(identifier, list(changes)))

    def write(self, uri: str, version: int, text: str) -> None:
        """Put another text in the place of the whole document."""
        self.change(uri, version, types.TextDocumentContentChangeWholeDocument(text))

    def insert(self, uri: str, version: int, line: int, character: int, text: str) -> None:
        place = types.Position(line, character)
        self.change(uri, version, types.TextDocumentContentChangePartial(types.Range(place, place), text))

    async def until(self, happened: Callable[[], bool]) -> None:
        """Wait until a publication makes it true."""
        while not happened():
            self.news.clear()
            await asyncio.wait_for(self.news.wait(), PATIENCE)

    async def shown(self, uri: str, version: int | None = 0) -> list[types.Diagnostic]:
        """What is shown in a version of a document, as soon as it is."""
        await self.until(lambda: uri in self.versions and self.versions[uri] == version)
        return list(self.client.diagnostics[uri])

    async def codes(self, uri: str, version: int | None = 0) -> list[str]:
        return [str(diagnostic.code) for diagnostic in await self.shown(uri, version)]

    async def has(self, uri: str, *codes: str) -> None:
        """Wait until a document shows these codes."""
        wanted = list(codes)
        await self.until(lambda: [d.code for d in self.client.diagnostics.get(uri, [])] == wanted)

    async def actions(self, uri: str, diagnostic: types.Diagnostic) -> list[types.CodeAction]:
        params = types.CodeActionParams(
            types.TextDocumentIdentifier(uri), diagnostic.range, types.CodeActionContext([diagnostic])
        )
        found = await self.client.text_document_code_action_async(params)
        return [action for action in found or [] if isinstance(action, types.CodeAction)]


@pytest_asyncio.fixture
async def nobody(tmp_path: Path) -> AsyncIterator[Editor]:
    """An editor whose server has not been started."""
    editor = Editor(make_test_lsp_client(), tmp_path)
    yield editor
    await editor.client.shutdown_session()
    await editor.client.stop()


@pytest_asyncio.fixture
async def editor(nobody: Editor) -> Editor:
    await nobody.start()
    return nobody
