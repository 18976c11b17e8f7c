"""The order of jobs, what ends one early, and that the process speaks in frames alone."""

from __future__ import annotations

import gc
import io
import pickle
import subprocess
import sys
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest

from freezelint.server import worker
from freezelint.server.analysis import Analysis
from freezelint.server.messages import HEADER, Answer, Job, Message, Reload, Unsaved, frame, receive
from freezelint.server.worker import Inbox, answer
from freezelint.sources import modules
from freezelint.timeline import budget

BUG = """\
import keras
base = keras.applications.ResNet50()
model = keras.Sequential([base, keras.layers.Dense(1)])
model.compile("adam", "mse")
model.fit(x, y)
base.trainable = False
model.fit(x, y)
"""


@pytest.fixture(autouse=True)
def limit() -> Iterator[None]:
    yield
    budget.proceed()
    modules.unsaved.clear()


def job(key: str, number: int, *, urgent: bool = True) -> Job:
    return Job(key, number, f"/p/{key}.py", BUG, urgent)


def put(inbox: Inbox, *messages: Message) -> None:
    for message in messages:
        inbox.put(message)


def test_orders_come_first_then_the_newest_of_each_document_and_what_was_edited() -> None:
    inbox = Inbox()
    put(inbox, job("a", 1, urgent=False), job("b", 2), job("b", 3), job("c", 4, urgent=False), Reload(), Unsaved({}))
    got = []
    for _ in range(5):
        message = inbox.next()
        got.append(message.number if isinstance(message, Job) else type(message).__name__)
        inbox.finish()
    assert got == ["Reload", "Unsaved", 3, 1, 4]


def test_a_newer_text_ends_the_analysis_of_the_older_one() -> None:
    inbox = Inbox()
    put(inbox, job("a", 1))
    inbox.next()
    assert budget.limit == budget.WALK_BUDGET
    put(inbox, job("a", 2))
    assert budget.limit < 0
    assert inbox.finish() is False
    assert inbox.next() == job("a", 2)
    assert budget.limit == budget.WALK_BUDGET
    assert inbox.finish() is True


def test_an_edit_goes_before_what_is_not_urgent_and_that_comes_again() -> None:
    inbox = Inbox()
    put(inbox, job("a", 1, urgent=False))
    inbox.next()
    put(inbox, job("b", 2, urgent=False))
    assert budget.limit > 0
    put(inbox, job("c", 3))
    assert inbox.finish() is False
    order = []
    for _ in range(3):
        message = inbox.next()
        assert isinstance(message, Job)
        order.append(message.number)
        assert inbox.finish() is True
    assert order == [3, 2, 1]


def test_a_closed_box_ends_the_waiting() -> None:
    inbox = Inbox()
    threading.Timer(0.05, inbox.put, [None]).start()
    assert inbox.next() is None


def test_an_interrupted_walk_ends_and_the_next_is_whole() -> None:
    analysis = Analysis()
    assert [finding.code for finding in analysis.of(job("a", 1)).findings] == ["FRZ102"]
    budget.interrupt()
    assert analysis.of(job("a", 2)).findings == ()
    budget.proceed()
    assert [finding.code for finding in analysis.of(job("a", 3)).findings] == ["FRZ102"]


def test_the_rows_that_an_answer_names() -> None:
    found = Analysis().of(job("a", 1))
    rows = BUG.splitlines()
    assert found.lines == {("/p/a.py", None, row): rows[row - 1] for row in (4, 5, 6, 7)}


def test_unsaved_texts_of_modules_count(tmp_path: Path) -> None:
    (tmp_path / "parts.py").write_text("base = model = None\n")
    main = "from parts import base, model\nmodel.fit(x, y)\nbase.trainable = False\nmodel.fit(x, y)\n"
    asked = Job("m", 1, str(tmp_path / "main.py"), main)
    parts = "\n".join(BUG.splitlines()[:4])
    assert Analysis().of(asked).findings == ()
    modules.unsaved[str(tmp_path / "parts.py")] = parts.encode()
    found = Analysis().of(asked)
    assert [finding.code for finding in found.findings] == ["FRZ102"]
    assert found.modules == {str(tmp_path / "parts.py")}
    assert any(filename.endswith("parts.py") and row == 4 for filename, _, row in found.lines)


def test_invalid_settings_are_a_problem_not_a_crash(tmp_path: Path) -> None:
    (tmp_path / "freezelint.toml").write_text("selct = []\n")
    found = Analysis().of(Job("a", 1, str(tmp_path / "a.py"), BUG))
    assert 'unknown key "selct"' in found.problem


def test_a_crash_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    analysis = Analysis()
    monkeypatch.setattr(analysis, "of", lambda job: 1 / 0)
    assert "ZeroDivisionError" in answer(analysis, job("a", 1)).problem


def test_frames_end_where_the_other_end_is_gone() -> None:
    whole = frame(job("a", 1))
    assert receive(io.BytesIO(whole)) == job("a", 1)
    assert receive(io.BytesIO(b"")) is None


def test_the_process_speaks_in_frames_and_ends_with_its_input() -> None:
    code = "from freezelint.server.worker import main; main()"
    talk = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert talk.stdin is not None
    assert talk.stdout is not None
    talk.stdin.write(frame(job("a", 7)))
    talk.stdin.flush()
    (length,) = HEADER.unpack(talk.stdout.read(HEADER.size))
    said: Answer = pickle.loads(talk.stdout.read(length))
    assert (said.number, [finding.code for finding in said.findings]) == (7, ["FRZ102"])
    talk.stdin.close()
    assert talk.wait(30) == 0
    talk.stdout.close()


class Cycle:
    """An object that only the collector frees."""

    def __init__(self) -> None:
        self.own = self


def test_what_a_job_left_is_freed_before_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "PAUSE", 0.01)
    gc.disable()
    try:
        left = weakref.ref(Cycle())
        assert left() is not None
        inbox = Inbox()
        threading.Timer(0.2, inbox.put, [job("a", 1)]).start()
        assert inbox.next() == job("a", 1)
        assert left() is None
    finally:
        gc.unfreeze()
        gc.enable()


def test_no_garbage_is_collected_while_somebody_types(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "collect", lambda: pytest.fail("collected while a job waits"))
    inbox = Inbox()
    put(inbox, job("a", 1))
    assert inbox.next() == job("a", 1)
