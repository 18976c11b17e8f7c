"""What a session throws away: answers about a text that is no longer there."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("pytest_lsp", reason="pytest-lsp is not installed: pip install 'freezelint[dev]'")

from lsprotocol import types

from freezelint.findings import Finding, Location
from freezelint.server.board import Shown
from freezelint.server.documents import Documents
from freezelint.server.messages import Answer, Job, Message
from freezelint.server.session import Session

pytestmark = pytest.mark.asyncio


class Typist:
    """A session whose analyst only notes what it is asked."""

    def __init__(self, root: Path) -> None:
        self.documents = Documents(root.as_uri())
        self.published: list[tuple[str, int | None, int]] = []
        self.complaints: list[str] = []
        self.asked: list[Job] = []
        self.session = Session(self.documents, self.publish, self.complaints.append)
        self.session._analyst.send = self.send  # type: ignore[method-assign]
        self.uri = (root / "train.py").as_uri()

    def publish(self, uri: str, version: int | None, shown: list[Shown]) -> None:
        self.published.append((uri, version, len(shown)))

    def send(self, message: Message) -> None:
        if isinstance(message, Job):
            self.asked.append(message)

    def type(self, version: int) -> None:
        self.documents.put_text_document(types.TextDocumentItem(self.uri, "python", version, f"x = {version}\n"))
        self.session.changed(self.uri)

    def answer(self, job: Job, **what: object) -> None:
        self.session._answered(Answer(job.key, job.number, **what))  # type: ignore[arg-type]


def found(job: Job) -> tuple[Finding, ...]:
    return (Finding("FRZ102", "n", "error", "m", job.filename, None, Location(1, 1), Location(1, 2)),)


async def test_edits_in_a_row_are_one_question(tmp_path: Path) -> None:
    typist = Typist(tmp_path)
    for version in range(3):
        typist.type(version)
    typist.session._flush()
    assert [(job.text, job.urgent) for job in typist.asked] == [("x = 2\n", True)]
    typist.answer(typist.asked[0], findings=found(typist.asked[0]))
    assert typist.published == [(typist.uri, 2, 1)]


async def test_an_answer_between_an_edit_and_its_question_is_void(tmp_path: Path) -> None:
    typist = Typist(tmp_path)
    typist.type(0)
    typist.session._flush()
    typist.type(1)
    typist.answer(typist.asked[0], findings=found(typist.asked[0]))
    assert typist.published == []
    assert not typist.session.current(typist.uri)
    typist.session._flush()
    typist.answer(typist.asked[1])
    assert typist.published == [(typist.uri, 1, 0)]
    assert typist.session.current(typist.uri)


async def test_a_closed_document_shows_nothing_and_its_answer_is_void(tmp_path: Path) -> None:
    typist = Typist(tmp_path)
    typist.type(0)
    typist.session._flush()
    typist.answer(typist.asked[0], findings=found(typist.asked[0]))
    typist.documents.remove_text_document(typist.uri)
    typist.session.closed(typist.uri)
    typist.answer(typist.asked[0], findings=found(typist.asked[0]))
    assert typist.published == [(typist.uri, 0, 1), (typist.uri, None, 0)]


async def test_a_problem_is_said_once_and_what_is_shown_stays(tmp_path: Path) -> None:
    typist = Typist(tmp_path)
    typist.type(0)
    typist.session._flush()
    typist.answer(typist.asked[0], findings=found(typist.asked[0]))
    for _ in range(2):
        typist.answer(typist.asked[0], problem="pyproject.toml: unknown key")
    assert typist.complaints == ["pyproject.toml: unknown key"]
    assert typist.published == [(typist.uri, 0, 1)]
