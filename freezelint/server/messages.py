"""What goes between the process that speaks with the editor and the one that analyses: plain data, in frames."""

from __future__ import annotations

import pickle
import struct
from dataclasses import dataclass, field
from typing import BinaryIO

from freezelint.findings import Finding, Location

#: A frame is its length and that many bytes of pickle; both ends are this program.
HEADER = struct.Struct("!I")


@dataclass(frozen=True, slots=True)
class Job:
    """Analyse `text` as the file `filename`: question `number` about the document `key`. `urgent`: just edited."""

    key: str
    number: int
    filename: str
    text: str
    urgent: bool = True


@dataclass(frozen=True, slots=True)
class Unsaved:
    """The texts of open Python files that changed, by path: what is imported from them counts as it is typed.

    None for a file that was closed: what is on disk counts again.
    """

    texts: dict[str, str | None]


@dataclass(frozen=True, slots=True)
class Reload:
    """Look at the disk anew, and read settings anew; `options` are those of the editor, on top of the files."""

    options: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """The findings of a job; `lines` holds every row that they name, by file, cell and row.

    `modules` are the files that the verdict rests on besides the document, `excused` the suppressions in them that it
    needs, `problem` a sentence when it could not be analysed.
    """

    key: str
    number: int
    findings: tuple[Finding, ...] = ()
    lines: dict[tuple[str, int | None, int], str] = field(default_factory=dict)
    modules: frozenset[str] = frozenset()
    excused: frozenset[tuple[str, Location]] = frozenset()
    problem: str = ""


Message = Job | Unsaved | Reload


def frame(message: Message | Answer) -> bytes:
    """A message as bytes."""
    data = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    return HEADER.pack(len(data)) + data


def receive(stream: BinaryIO) -> Message | None:
    """The next message; None when the other end is gone."""
    head = stream.read(HEADER.size)
    if len(head) < HEADER.size:
        return None
    message: Message = pickle.loads(stream.read(*HEADER.unpack(head)))
    return message
