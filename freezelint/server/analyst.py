"""The other process, as seen from the one that speaks with the editor: jobs go in, answers come out."""

from __future__ import annotations

import asyncio
import pickle
import sys
from collections import Counter
from collections.abc import Callable

from freezelint.server.messages import HEADER, Answer, Job, Message, Reload, Unsaved, frame

#: So often the process is started again for one version of one document.
PATIENCE = 2


class Analyst:
    """Starts the worker, hands it jobs without waiting, and starts it anew when it dies.

    `on_answer` is called on the event loop with every answer.
    """

    def __init__(self, on_answer: Callable[[Answer], None]) -> None:
        self._on_answer = on_answer
        self._process: asyncio.subprocess.Process | None = None
        self._waiting: dict[str, Job] = {}
        self._texts: dict[str, str | None] = {}
        self._settings = Reload()
        self._deaths: Counter[tuple[str, int]] = Counter()
        self._running: asyncio.Task[None] | None = None
        self._closed = False

    def send(self, message: Message) -> None:
        """Pass a message on; at once when the worker runs, else as soon as it does."""
        if isinstance(message, Job):
            self._waiting[message.key] = message
        elif isinstance(message, Unsaved):
            self._texts |= message.texts
        else:
            self._settings = message
        self._write(message)
        if self._running is None and not self._closed:
            self._running = asyncio.get_running_loop().create_task(self._run())

    def forget(self, key: str) -> None:
        """A document was closed: nobody waits for its answer."""
        self._waiting.pop(key, None)

    def close(self) -> None:
        """End the worker."""
        self._closed = True
        if self._process is not None and self._process.returncode is None:
            self._process.kill()

    def _write(self, message: Message) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.write(frame(message))

    async def _run(self) -> None:
        """Keep a worker running, and hand on what it says."""
        while not self._closed:
            # The path of this process, and not the folder of the user's files: these may be called `random.py`.
            code = f"import sys; sys.path[:] = {sys.path!r}; from freezelint.server.worker import main; main()"
            pipe = asyncio.subprocess.PIPE
            self._process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdin=pipe, stdout=pipe)
            waiting: list[Message] = [self._settings, Unsaved(self._texts), *self._waiting.values()]
            for message in waiting:
                self._write(message)
            await self._listen()
            await self._process.wait()
            self._process = None
            self._mourn()
            if not self._waiting:  # the next message starts another
                break
        self._running = None

    async def _listen(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        stream = self._process.stdout
        try:
            while True:
                (length,) = HEADER.unpack(await stream.readexactly(HEADER.size))
                answer: Answer = pickle.loads(await stream.readexactly(length))
                waiting = self._waiting.get(answer.key)
                if waiting is not None and waiting.number == answer.number:
                    del self._waiting[answer.key]
                    self._on_answer(answer)
        except (asyncio.IncompleteReadError, ConnectionError):
            return

    def _mourn(self) -> None:
        """The worker died: what it was asked is asked again, a few times."""
        for job in list(self._waiting.values()):
            self._deaths[(job.key, job.number)] += 1
            if self._deaths[(job.key, job.number)] > PATIENCE:
                del self._waiting[job.key]
                problem = f"{job.filename} was not analysed: the process that analyses died; please report this bug"
                self._on_answer(Answer(job.key, job.number, problem=problem))
