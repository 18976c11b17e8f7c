"""The protocol: which message does what. Whatever takes time is done in the other process."""

from __future__ import annotations

import logging
import os
import sys
from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from freezelint import __version__
from freezelint.server import options
from freezelint.server.actions import KINDS, actions
from freezelint.server.board import Shown
from freezelint.server.diagnostics import diagnostic, range_of
from freezelint.server.documents import Documents
from freezelint.server.hover import hover
from freezelint.server.session import Session
from freezelint.settings import SettingsError

WATCHED = (
    "**/{pyproject.toml,freezelint.toml,.freezelint.toml}",
    "**/{requirements*.txt,setup.py,setup.cfg,uv.lock,poetry.lock,Pipfile,Pipfile.lock,environment.yml}",
    "**/*.py",
)
_NOTEBOOKS = types.NotebookDocumentSyncOptions(
    [types.NotebookDocumentFilterWithCells(cells=[types.NotebookCellLanguage("python")])], save=True
)


class Server(LanguageServer):
    """The language server of freezelint; `session` is there once the editor has introduced itself."""

    session: Session
    watching = False
    initial: dict[str, object]
    options: dict[str, object]

    @property
    def documents(self) -> Documents:
        """The open documents."""
        return self.session.documents

    def publish(self, uri: str, version: int | None, shown: list[Shown]) -> None:
        """Show findings in a document."""
        found = [diagnostic(one, self.documents.position_codec, self.session.board.uri) for one in shown]
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, found, version))

    def complain(self, message: str) -> None:
        """Show a sentence to the user."""
        self.window_show_message(types.ShowMessageParams(types.MessageType.Error, f"freezelint: {message}"))

    def configure(self, sent: object) -> None:
        """Take the settings of the editor, on top of those of its start; invalid ones are named and not used."""
        try:
            self.options = {**self.initial, **options.table(sent)}
        except SettingsError as error:
            self.complain(str(error))
            return
        self.session.reload(self.options)

    def touched(self, uri: str, place: types.Range) -> list[Shown]:
        """The findings that a range of a document touches."""
        codec = self.documents.position_codec
        found = []
        for shown in self.session.shown_at(uri):
            own = range_of(shown, codec, shown.finding.location, shown.finding.end_location)
            if _before(place.start, own.end) and _before(own.start, place.end):
                found.append(shown)
        return found


def _before(one: types.Position, other: types.Position) -> bool:
    return (one.line, one.character) <= (other.line, other.character)


def create() -> Server:
    """A server that has not met its editor yet."""
    server = Server("freezelint", __version__, notebook_document_sync=_NOTEBOOKS)
    _life(server)
    _sync(server)
    _requests(server)
    return server


def _life(server: Server) -> None:
    @server.feature(types.INITIALIZE)
    def initialize(ls: Server, params: types.InitializeParams) -> None:
        made = ls.workspace
        documents = Documents(
            made.root_uri, types.TextDocumentSyncKind.Incremental, list(made.folders.values()), made.position_encoding
        )
        ls.protocol._workspace = documents  # pygls has no other way to choose the class of its documents
        ls.session = Session(documents, ls.publish, ls.complain)
        ls.initial, ls.options = {}, {}
        if params.initialization_options is not None:
            ls.configure(params.initialization_options)
            ls.initial = ls.options

    @server.feature(types.INITIALIZED)
    async def initialized(ls: Server, params: types.InitializedParams) -> None:
        workspace = ls.client_capabilities.workspace
        watching = workspace and workspace.did_change_watched_files
        if watching and watching.dynamic_registration:
            watchers = [types.FileSystemWatcher(pattern) for pattern in WATCHED]
            what = types.DidChangeWatchedFilesRegistrationOptions(watchers)
            one = types.Registration("watched", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, what)
            await ls.client_register_capability_async(types.RegistrationParams([one]))
            ls.watching = True
        if workspace and workspace.configuration:
            await _pull(ls)

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def reconfigured(ls: Server, params: types.DidChangeConfigurationParams) -> None:
        workspace = ls.client_capabilities.workspace
        if workspace and workspace.configuration:
            await _pull(ls)
        else:
            ls.configure(params.settings)

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def watched(ls: Server, params: types.DidChangeWatchedFilesParams) -> None:
        ls.session.reload(ls.options)

    @server.feature(types.SHUTDOWN)
    def shutdown(ls: Server, *_: Any) -> None:
        ls.session.close()


async def _pull(ls: Server) -> None:
    """Ask the editor for its settings."""
    wanted = types.ConfigurationParams([types.ConfigurationItem(section=options.SECTION)])
    found = await ls.workspace_configuration_async(wanted)
    if found and (found[0] or ls.options != ls.initial):
        ls.configure(found[0])


def _sync(server: Server) -> None:
    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(ls: Server, params: types.DidOpenTextDocumentParams) -> None:
        ls.session.changed(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def changed(ls: Server, params: types.DidChangeTextDocumentParams) -> None:
        ls.session.changed(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(ls: Server, params: types.DidCloseTextDocumentParams) -> None:
        ls.session.closed(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def saved(ls: Server, params: types.DidSaveTextDocumentParams) -> None:
        _saved(ls)

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_OPEN)
    def notebook_opened(ls: Server, params: types.DidOpenNotebookDocumentParams) -> None:
        ls.session.changed(params.notebook_document.uri)

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_CHANGE)
    def notebook_changed(ls: Server, params: types.DidChangeNotebookDocumentParams) -> None:
        ls.session.changed(params.notebook_document.uri)

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_SAVE)
    def notebook_saved(ls: Server, params: types.DidSaveNotebookDocumentParams) -> None:
        _saved(ls)

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_CLOSE)
    def notebook_closed(ls: Server, params: types.DidCloseNotebookDocumentParams) -> None:
        ls.session.closed(params.notebook_document.uri)


def _saved(ls: Server) -> None:
    """Where the editor does not watch files, a save is the moment to look whether settings changed."""
    if not ls.watching:
        ls.session.reload(ls.options)


def _requests(server: Server) -> None:
    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def hovered(ls: Server, params: types.HoverParams) -> types.Hover | None:
        place = types.Range(params.position, params.position)
        return hover([shown.finding for shown in ls.touched(params.text_document.uri, place)])

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(code_action_kinds=list(KINDS)))
    def offered(ls: Server, params: types.CodeActionParams) -> list[types.CodeAction]:
        uri = params.text_document.uri
        notebook = ls.documents.get_notebook_document(cell_uri=uri)
        if not ls.session.current(notebook.uri if notebook else uri):
            return []  # edits of an older text would go to the wrong place
        text = ls.documents.get_text_document(uri).source
        found = [
            action
            for shown in ls.touched(uri, params.range)
            for action in actions(shown, uri, text, ls.documents.position_codec, ls.session.board.uri)
        ]
        only = params.context.only
        return [a for a in found if not only or any(str(a.kind.value).startswith(_value(kind)) for kind in only)]  # type: ignore[union-attr]


def _value(kind: types.CodeActionKind | str) -> str:
    return kind.value if isinstance(kind, types.CodeActionKind) else kind


def serve() -> None:
    """Speak with an editor over standard input and output, until it says goodbye."""
    logging.getLogger("pygls").setLevel(logging.ERROR)
    protocol = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever prints does not break the protocol
    create().start_io(stdout=protocol)
