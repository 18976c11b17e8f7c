"""How far the language server lags behind the last edit: a real server over stdio, a long script, many edits.

    python benchmarks/server_latency.py [--lines 3000] [--edits 200] [--pause 0.35] [FILE]

Two measurements. Each edit by itself, with a pause behind it: from the edit to its diagnostics. And typing: edits
faster than the analysis, one every 60 ms, where only the last one counts. At the end the diagnostics must be those of
`freezelint check` on the final text; the script exits 1 if they are not.
"""

from __future__ import annotations

import argparse
import ast
import asyncio
import os
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from lsprotocol import types  # noqa: E402
from pygls.lsp.client import LanguageClient  # noqa: E402
from server_program import program  # noqa: E402

from freezelint import check_source  # noqa: E402

PAUSE, TYPING = 0.35, 0.06
SEED = 20


class Editor:
    """A client that knows when diagnostics for which version came."""

    def __init__(self, path: Path, text: str) -> None:
        self.client = LanguageClient("benchmark", "1")
        self.uri, self.path = path.as_uri(), path
        self.lines = text.split("\n")
        self.version = 0
        self.arrived: dict[int, float] = {}
        self.last: list[types.Diagnostic] = []
        self.news = asyncio.Event()

        @self.client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)  # type: ignore[untyped-decorator,unused-ignore]
        def published(params: types.PublishDiagnosticsParams) -> None:
            self.arrived[params.version or 0] = time.perf_counter()
            self.last = list(params.diagnostics)
            self.news.set()

    async def open(self) -> float:
        """Start the server and open the file; seconds until its first diagnostics."""
        start = time.perf_counter()
        await self.client.start_io(sys.executable, "-m", "freezelint", "server")
        await self.client.initialize_async(
            types.InitializeParams(types.ClientCapabilities(), root_uri=self.path.parent.as_uri())
        )
        self.client.initialized(types.InitializedParams())
        item = types.TextDocumentItem(self.uri, "python", self.version, self.text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        await self.answer(60)
        return time.perf_counter() - start

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def edit(self, row: int, new: str, *, replace: bool = False) -> float:
        """Insert a line before a 0-based row, or put it in its place; the time of that."""
        self.version += 1
        end = types.Position(row + 1, 0) if replace else types.Position(row, 0)
        self.lines[row : row + 1 if replace else row] = [new]
        change: Any = types.TextDocumentContentChangePartial(types.Range(types.Position(row, 0), end), new + "\n")
        identifier = types.VersionedTextDocumentIdentifier(self.version, self.uri)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(identifier, [change]))
        return time.perf_counter()

    async def answer(self, patience: float = 10) -> float:
        """When the diagnostics of the present version came."""
        while self.version not in self.arrived:
            self.news.clear()
            await asyncio.wait_for(self.news.wait(), patience)
        return self.arrived[self.version]

    async def close(self) -> None:
        await self.client.shutdown_async(None)
        self.client.exit(None)


def edits(lines: list[str], count: int, seed: int = SEED) -> list[tuple[int, str, bool]]:
    """Edits that keep the text valid: new statements, and words of existing ones."""
    chance = random.Random(seed)
    lines = list(lines)
    found: list[tuple[int, str, bool]] = []
    while len(found) < count:
        row = chance.randrange(len(lines) - 1)
        line = lines[row]
        indent = line[: len(line) - len(line.lstrip())]
        kind = chance.choice(("statement", "comment", "number"))
        new = {
            "statement": f"{indent}checked_{len(found)} = {row}",
            "comment": f"{indent}# look at this again ({len(found)})",
            "number": line.replace("0.1", "0.15").replace("256", "192").replace("1e-4", "2e-4"),
        }[kind]
        changed = [*lines[:row], new, *lines[row + (kind == "number") :]]
        try:
            ast.parse("\n".join(changed))
        except SyntaxError:
            continue
        lines = changed
        found.append((row, new, kind == "number"))
    return found


def processor_time(editor: Editor) -> float:
    """Seconds of processor time that the server's two processes have used; 0 where there is no /proc."""
    server = editor.client._server
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children") if server else Path("/nowhere")
    if server is None or not children.exists():
        return 0.0
    used = 0
    for pid in (server.pid, *children.read_text().split()):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        used += int(fields[11]) + int(fields[12])
    return used / os.sysconf("SC_CLK_TCK")


def show(name: str, seconds: list[float]) -> None:
    """Median, 95th percentile and worst, in milliseconds."""
    ordered = sorted(s * 1000 for s in seconds)
    high = ordered[int(len(ordered) * 0.95)]
    middle = statistics.median(ordered)
    print(f"{name}: {len(ordered)} answers, median {middle:.0f} ms, 95 % {high:.0f} ms, worst {ordered[-1]:.0f} ms")


async def run(text: str, count: int, pause: float) -> bool:
    """Both measurements; whether the last diagnostics are those of a check."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "train.py"
        path.write_text(text, encoding="utf-8")
        editor = Editor(path, text)
        print(f"{len(editor.lines)} lines; started and opened in {await editor.open():.1f} s")
        single, used = [], processor_time(editor)
        for row, new, replace in edits(editor.lines, count):
            sent = editor.edit(row, new, replace=replace)
            single.append(await editor.answer() - sent)
            await asyncio.sleep(pause)
        show("each edit by itself", single)
        used = (processor_time(editor) - used) * 1000 / count
        load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
        print(f"  {used:.0f} ms of processor time each; load {load:.1f} on {os.cpu_count()} cores")
        await typing(editor, count)
        wanted = check_source(editor.text, str(path))
        got = [(d.range.start.line + 1, d.range.start.character + 1, d.code, d.message) for d in editor.last]
        same = [(f.location.row, f.location.column, f.code, f.message) for f in wanted] == got
        print(f"last diagnostics: {len(got)}, {'those' if same else 'NOT those'} of `freezelint check`")
        await editor.close()
        return same


async def typing(editor: Editor, count: int, burst: int = 10) -> None:
    """Bursts of edits faster than the analysis: how far behind the last of each the answer is."""
    behind, spoken = [], 0
    todo = edits(editor.lines, count, SEED + 1)
    for start in range(0, count, burst):
        first = editor.version
        for row, new, replace in todo[start : start + burst]:
            sent = editor.edit(row, new, replace=replace)
            await asyncio.sleep(TYPING)
        behind.append(await editor.answer() - sent)
        spoken += sum(first < version <= editor.version for version in editor.arrived)
    show(f"{burst} edits, one every {TYPING * 1000:.0f} ms, behind the last", behind)
    print(f"  {count} edits got {spoken} answers; the others were void before they were there")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("file", nargs="?", type=Path, help="edit a copy of this file instead of a made one")
    parser.add_argument("--lines", type=int, default=3000)
    parser.add_argument("--edits", type=int, default=200)
    parser.add_argument("--pause", type=float, default=PAUSE, help="seconds behind an edit by itself")
    given = parser.parse_args()
    text = given.file.read_text(encoding="utf-8") if given.file else program(given.lines)
    sys.exit(0 if asyncio.run(run(text, given.edits, given.pause)) else 1)


if __name__ == "__main__":
    main()
