"""What a file reaches through its imports: the modules of the project, read once, and whether that may matter.

A freeze bug may lie in no file alone: one builds the model and freezes it, another compiles or trains it. A file that
the gates would stop is followed after all if it and the modules that it imports, taken together, would pass them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from freezelint import observed
from freezelint.sources import gate, gate_ast, project
from freezelint.sources.source import Program, Segment, UnreadableSource

#: What is followed from one file: so many modules, and modules of so many bytes. Bounds, not targets.
MOST = 150
LONGEST = 400_000

_KERAS = re.compile(rb"keras|tensorflow|\btf\b|trainable|\.fit\b|\.compile\b|\.layers\b")
# At the start of a line, also of one in a notebook's JSON.
_IMPORT = re.compile(
    rb"(?:^|\n|\\n|\"|;)[ \t]*(?:from[ \t]+(\.*)([\w.]*)[ \t]+import[ \t]*\(?([^)#;\\\"]*?)(?=[)#;\\\"]|\n[^ \t\n]|\Z)"
    rb"|import[ \t]+([\w., \t]+))"
)


@dataclass(eq=False)
class ModuleFile:
    """One Python file of the project, as far as anybody asked: its bytes, its text, what it writes and calls."""

    path: str
    data: bytes = field(repr=False)

    @cached_property
    def digest(self) -> str:
        """The digest of the bytes."""
        return observed.digest_of(self.data)

    @cached_property
    def matters(self) -> bool:
        """Whether the walk learns anything from following this module; a package may only hand on names of others."""
        hands_on = os.path.basename(self.path) == "__init__.py" and b"import" in self.data
        return hands_on or _KERAS.search(self.data) is not None

    @cached_property
    def flags(self) -> bool:
        """Whether a flag is written here, as far as bytes can tell."""
        return gate.may_matter(self.data, alone=False)

    @property
    def imports(self) -> tuple[str, ...]:
        """The files of the project that this one imports itself."""
        found, seen = self._imports
        observed.replay(seen)
        return found

    @cached_property
    def _imports(self) -> tuple[tuple[str, ...], observed.Observations]:
        with observed.recording() as seen:
            return tuple(dict.fromkeys(imported(self.data, self.path))), seen

    @cached_property
    def segment(self) -> Segment | None:
        """The text, None where it cannot be read."""
        from freezelint.sources.python import decode, python_source

        try:
            text = decode(self.data)
        except UnreadableSource:
            return None
        return python_source(text, self.path, parsed=gate.parse(text) is not None).programs[0].segments[0]

    @cached_property
    def look(self) -> gate_ast.Look:
        """What the gate sees in the file; nothing where it does not parse."""
        tree = gate.parse(self.segment.text) if self.matters and self.segment else None
        return gate_ast.Look() if tree is None else gate_ast.look(tree, whole=True)


#: Texts that are not saved yet, by absolute path: in an editor they count, not what is on disk.
unsaved: dict[str, bytes] = {}


def module(path: str) -> ModuleFile | None:
    """The file as it is now; None when it is a folder, too long, or cannot be read."""
    if unsaved and (data := unsaved.get(os.path.abspath(path))) is not None:
        return _buffer(path, data) if len(data) <= LONGEST else None
    try:
        status = os.stat(path)
    except OSError:
        status = None
    known = _read(path, status.st_mtime_ns, status.st_size) if status and status.st_size <= LONGEST else None
    if observed.is_recording():
        observed.replay({os.path.abspath(path): ("" if known is None else known.digest, set())})
    return known


@lru_cache(maxsize=4096)
def _read(path: str, mtime: int, size: int) -> ModuleFile | None:
    try:
        with open(path, "rb") as file:
            return ModuleFile(path, file.read())
    except OSError:
        return None


@lru_cache(maxsize=64)
def _buffer(path: str, data: bytes) -> ModuleFile:
    return ModuleFile(path, data)


def imported(data: bytes, importer: str) -> Iterator[str]:
    """The files of the project that these bytes import, from anywhere in them; `importer` is their file."""
    for match in _imports(data):
        if match[4] is not None:
            names = [(part.split() or [b""])[0] for part in match[4].split(b",")]
            wanted = [(0, name) for name in names]
        else:
            base, dots = match[2], len(match[1])
            parts = [(part.split() or [b""])[0] for part in match[3].split(b",")]
            wanted = [(dots, base), *((dots, b".".join(filter(None, (base, part)))) for part in parts if part != b"*")]
        for level, name in wanted:
            if name or level:
                found = project.find(name.decode("ascii", "replace"), importer, level)
                if found is not None and found.endswith(".py"):
                    yield found


def _imports(data: bytes) -> Iterator[re.Match[bytes]]:
    """What `_IMPORT.finditer` gives; it is asked only where the word stands."""
    end = 0
    while (word := data.find(b"import", end)) >= 0:
        match = _IMPORT.search(data, max(end, data.rfind(b"\n", 0, word)))
        if match is None:
            return
        yield match
        end = match.end()


def reached(data: bytes, filename: str) -> list[ModuleFile]:
    """The modules of the project that a file with these bytes imports, and what these import, the nearest first."""
    own = os.path.abspath(filename)
    waiting = list(dict.fromkeys(imported(data, filename)))
    seen = {own, *waiting}
    found: list[ModuleFile] = []
    for path in waiting:  # grows while it is walked
        known = module(path)
        if known is None or len(found) == MOST:
            continue
        found.append(known)
        more = [other for other in known.imports if other not in seen]
        seen.update(more)
        waiting += more
    return found


def reached_from(program: Program, filename: str) -> list[ModuleFile]:
    """The same of a program that was read: those of its modules from which the walk learns anything."""
    text = "\n".join(segment.text for segment in program.segments)
    return [file for file in reached(text.encode("utf-8", "surrogatepass"), filename) if file.matters]


def flagged(data: bytes, files: list[ModuleFile]) -> bool:
    """Whether a file with these bytes or one of the modules that it reaches writes a flag, as far as bytes can tell."""
    return bool(files) and (gate.may_matter(data, alone=False) or any(file.flags for file in files))


def may_matter_beside(look: gate_ast.Look, files: list[ModuleFile]) -> bool:
    """Whether code in which the gate saw `look` can hold a finding by itself or beside the modules it reaches."""
    return look.matters() or (bool(files) and may_matter(look, files))


def may_matter(look: gate_ast.Look, files: list[ModuleFile]) -> bool:
    """Whether a file, in which the gate saw `look`, can hold a finding together with the modules that it reaches."""
    return gate_ast.together([look, *(file.look for file in files)])
