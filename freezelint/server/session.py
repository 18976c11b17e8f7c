"""One editor: its edits become jobs, the answers become diagnostics, and what came too late is thrown away."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from freezelint.server.analyst import Analyst
from freezelint.server.board import Board, Shown, uris
from freezelint.server.documents import Document, Documents
from freezelint.server.messages import Answer, Job, Reload, Unsaved

#: Seconds in which edits are gathered before the first of them is analysed.
DELAY = 0.002

Publish = Callable[[str, int | None, list[Shown]], None]


class Session:
    """The open documents and what is known about them.

    `publish` gets a URI, its version and what to show there; `complain` a sentence for the user.
    """

    def __init__(self, documents: Documents, publish: Publish, complain: Callable[[str], None]) -> None:
        self.documents = documents
        self.board = Board()
        self._publish = publish
        self._complain = complain
        self._analyst = Analyst(self._answered)
        self._number = 0
        self._asked: dict[str, Document] = {}
        self._edited: dict[str, None] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._published: dict[str, list[Shown]] = {}
        self._problem = ""

    def close(self) -> None:
        """The editor goes."""
        self._analyst.close()

    def reload(self, options: dict[str, object]) -> None:
        """Settings or files on disk changed: everything is looked at anew. `options` are the editor's settings."""
        self._problem = ""
        self._analyst.send(Reload(options))
        self._ask(self.documents.opened(), urgent=False)

    def changed(self, uri: str) -> None:
        """A document was opened or edited: an answer about its older text is void from now on."""
        document = self.documents.document(uri)
        if document is None:
            return
        self._edited[document.key] = None
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(DELAY, self._flush)

    def closed(self, key: str) -> None:
        """A document was closed: what is on disk counts, and nothing is shown any more."""
        self._edited.pop(key, None)
        self._analyst.forget(key)
        document = self._asked.pop(key, None)
        self.board.remove(key)
        if document is not None:
            if document.is_module:
                self._analyst.send(Unsaved({document.filename: None}))
            self._ask_those(self.board.edited(document.filename))
            for uri in uris(document):
                self._published.setdefault(uri, [])
        self._show(None)

    def current(self, key: str) -> bool:
        """Whether what is shown about a document speaks of its present text."""
        document, known = self.documents.document(key), self.board.document(key)
        return document is not None and known is not None and known.text == document.text

    def _flush(self) -> None:
        """Ask about what was edited, and then about what rests on it."""
        self._timer = None
        keys, self._edited = list(self._edited), {}
        edited = [document for key in keys if (document := self.documents.document(key)) is not None]
        texts = {document.filename: document.text for document in edited if document.is_module}
        if texts:
            self._analyst.send(Unsaved(dict(texts)))
        self._ask(edited, urgent=True)
        resting = [key for document in edited for key in self.board.edited(document.filename)]
        self._ask_those(key for key in resting if key not in keys)

    def _ask_those(self, keys: Iterable[str]) -> None:
        documents = (self.documents.document(key) for key in keys)
        self._ask((document for document in documents if document is not None), urgent=False)

    def _ask(self, documents: Iterable[Document], *, urgent: bool) -> None:
        for document in documents:
            self._number += 1
            self._asked[document.key] = document
            self._analyst.send(Job(document.key, self._number, document.filename, document.text, urgent))

    def _answered(self, answer: Answer) -> None:
        document = self._asked.get(answer.key)
        if document is None or answer.key in self._edited:
            return  # closed or edited since: a newer answer will come
        if answer.problem:
            if answer.problem != self._problem:
                self._problem = answer.problem
                self._complain(answer.problem)
            return
        self.board.put(document, answer)
        self._show(document)

    def _show(self, about: Document | None) -> None:
        """Publish what differs from what the editor shows, and always what is new `about` a document."""
        shown = self.board.shown()
        always = set(uris(about)) if about else set()
        versions = {document.key: document.version for document in self._asked.values()}
        versions |= {uri: version for document in self._asked.values() for uri, version in document.cells}
        for uri in {**self._published, **shown}:
            new, old = shown.get(uri, []), self._published.get(uri)
            if uri in always or old is None or [s.finding for s in new] != [s.finding for s in old]:
                self._publish(uri, versions.get(uri), new)
        gone = set(self._published) - set(shown)
        for uri in gone:
            del self._published[uri]
        self._published |= shown

    def shown_at(self, uri: str) -> list[Shown]:
        """What the editor shows in a document or cell."""
        return self._published.get(uri, [])
