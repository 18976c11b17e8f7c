"""The process that analyses: one job at a time, the newest of a document only, what was just edited first."""

from __future__ import annotations

import gc
import os
import sys
import threading
from collections import OrderedDict

from freezelint import rules
from freezelint.server.analysis import Analysis
from freezelint.server.messages import Answer, Job, Message, Unsaved, frame, receive
from freezelint.sources import modules, seen_before
from freezelint.timeline import budget, trees

#: Seconds without a job after which garbage is collected: that of the last jobs, and then all of it. The trees that are
#: kept are hundreds of thousands of objects, so that a look at all of them takes longer than a job.
PAUSE, IDLE = 0.05, 2.0

WARM_UP = """\
import keras
base = keras.applications.ResNet50()
model = keras.Sequential([base, keras.layers.Dense(1)])
model.compile("adam", "mse")
model.fit(x, y)
base.trainable = False
model.fit(x, y)
"""


class Inbox:
    """Messages of the editor's process, in the order in which they are to be worked on.

    A job that arrives while an older one of the same document, or a less urgent one, is worked on ends that one early.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._orders: list[Message] = []
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._current: Job | None = None
        self._interrupted = False
        self._closed = False

    def put(self, message: Message | None) -> None:
        """Take a message; None closes the box."""
        with self._changed:
            if message is None:
                self._closed = True
                self._interrupt()
            elif isinstance(message, Job):
                self._jobs[message.key] = message
                self._jobs.move_to_end(message.key, last=not message.urgent)
                current = self._current
                if current and (current.key == message.key or (message.urgent and not current.urgent)):
                    self._interrupt()
            else:
                self._orders.append(message)
                self._interrupt()
            self._changed.notify()

    def _interrupt(self) -> None:
        if self._current is not None:
            self._interrupted = True
            budget.interrupt()

    def next(self) -> Message | None:
        """The next message; None when there will be none. Waits, and collects garbage while it waits."""
        with self._changed:
            if not self._comes(PAUSE):
                collect()
                if not self._comes(IDLE):
                    gc.unfreeze()
                    collect()
                    self._comes(None)
            if self._closed:
                return None
            if self._orders:
                return self._orders.pop(0)
            _, self._current = self._jobs.popitem(last=False)
            self._interrupted = False
            budget.proceed()
            return self._current

    def _comes(self, seconds: float | None) -> bool:
        """Wait for a message, or the end, so long; None: for ever."""
        return bool(self._changed.wait_for(lambda: self._orders or self._jobs or self._closed, seconds))

    def finish(self) -> bool:
        """The current job is done. False when it ended early: it comes again, unless a newer one waits."""
        with self._changed:
            job, self._current = self._current, None
            if self._interrupted and job is not None and job.key not in self._jobs:
                self._jobs[job.key] = job
            return not self._interrupted


def collect() -> None:
    """Free what the last jobs left behind. What is still in use is not looked at again before `gc.unfreeze`."""
    gc.collect()
    gc.freeze()


def warm(analysis: Analysis) -> None:
    """Import every rule and walk once, so that the first file need not wait for that."""
    for code in rules.modules():
        rules.load(code)
    analysis.of(Job("", 0, os.path.join(os.path.abspath(os.sep), "warm_up.py"), WARM_UP))


def remember(message: Unsaved) -> None:
    """Let the texts of open files stand for what is on disk."""
    for path, text in message.texts.items():
        if text is None:
            modules.unsaved.pop(path, None)
        else:
            modules.unsaved[path] = text.encode("utf-8", "surrogatepass")


def answer(analysis: Analysis, job: Job) -> Answer:
    """What `analysis` says to a job; that it failed, when it failed."""
    try:
        return analysis.of(job)
    except Exception as error:
        reason = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        return Answer(job.key, job.number, problem=f"{job.filename} was not analysed: {reason}; please report this bug")


def main() -> None:
    """Answer jobs from standard input on standard output until that is closed."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    sys.setswitchinterval(0.001)  # a message must not wait for a walk
    gc.disable()
    trees.keep_pieces()
    seen_before.keep_looks()
    inbox = Inbox()

    def read() -> None:
        while (message := receive(sys.stdin.buffer)) is not None:
            inbox.put(message)
        inbox.put(None)

    threading.Thread(target=read, daemon=True).start()
    analysis = Analysis()
    warm(analysis)
    while (message := inbox.next()) is not None:
        if isinstance(message, Unsaved):
            remember(message)
        elif isinstance(message, Job):
            found = answer(analysis, message)
            if inbox.finish():
                answers.write(frame(found))
                answers.flush()
        else:
            analysis.reload(message.options)
