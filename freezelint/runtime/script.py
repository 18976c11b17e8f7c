"""Run an unmodified training script, each training call cut to a few steps, and say what moved."""

from __future__ import annotations

import builtins
import contextlib
import json
import sys
import types
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from freezelint.runtime.intercept import intercepted, script_directory
from freezelint.runtime.report import Overall, Report
from freezelint.runtime.session import Session

HERE = str(Path(__file__).resolve().parent)


@dataclass(frozen=True)
class ScriptRun:
    """What a script did: its training calls in order, and how it ended.

    `status` is the script's own exit status (0 at its end, 1 after an uncaught exception, else what it gave
    to sys.exit); `unmatched` the patterns that matched no variable of any model it trained, each with its
    nearest paths; `unjudged` the training calls before which the model had no weights, so nothing to compare.
    """

    reports: tuple[Report, ...]
    status: int
    unmatched: tuple[str, ...] = ()
    unjudged: tuple[str, ...] = ()

    @property
    def verdict(self) -> Overall:
        verdicts = [report.verdict for report in self.reports]
        if "failed" in verdicts or self.unmatched:
            return "failed"
        return "passed" if verdicts and "nothing-moved" not in verdicts else "nothing-moved"

    def to_dict(self) -> dict[str, Any]:
        """The JSON schema of `freezelint verify`."""
        engine = asdict(self.reports[0].engine) if self.reports else None
        return {
            "schema": 1,
            "verdict": self.verdict,
            "engine": engine,
            "calls": [report.call_dict() for report in self.reports],
        }

    def to_json(self) -> str:
        return json.dumps(self.to_dict(), indent=2, allow_nan=False)

    def to_table(self) -> str:
        return "\n\n".join(report.to_table() for report in self.reports)


def run_script(
    script: str | Path,
    args: Sequence[str] = (),
    *,
    steps: int | None = 1,
    frozen: Sequence[str] = (),
    trainable: Sequence[str] = (),
) -> ScriptRun:
    """Run `script` as `python script *args` would, and judge every training call it makes.

    `fit`, `train_on_batch` and `fit_generator` end after `steps` steps (None: their real length), custom
    loops update for `steps` steps per place in the source and then no more. The flags at each call say what
    is expected, with the path patterns over them. The script's prints, sys.exit and tracebacks are its own:
    an uncaught exception is printed without this package's frames, and its status is 1.

    Raises:
        FileNotFoundError: no such script.
        KeyboardInterrupt: passed through.
    """
    path = Path(script)
    if not path.is_file():
        raise FileNotFoundError(f"{script}: no such file")
    session = Session(steps, tuple(frozen), tuple(trainable))
    with _as_main(path, args) as module, intercepted(session):
        status = _execute(path, module)
    unmatched = [p for p in (*frozen, *trainable) if p not in session.matched] if session.reports else []
    judged = {(report.filename, report.line) for report in session.reports}
    return ScriptRun(
        tuple(session.reports),
        status,
        tuple(_nearest(pattern, session.paths) for pattern in unmatched),
        tuple(f"{at[0]}:{at[1]}: {why}" for at, why in session.unjudged.items() if at not in judged),
    )


@contextlib.contextmanager
def _as_main(path: Path, args: Sequence[str]) -> Iterator[types.ModuleType]:
    """`sys.argv`, `sys.path[0]` and `__main__` as under `python SCRIPT`, put back afterwards."""
    module = types.ModuleType("__main__")
    module.__dict__.update(__file__=str(path), __builtins__=builtins, __cached__=None, __spec__=None)
    kept = sys.argv, list(sys.path), sys.modules.get("__main__")
    sys.argv = [str(path), *args]
    sys.path[0] = script_directory(path)
    sys.modules["__main__"] = module
    try:
        yield module
    finally:
        sys.argv, sys.path[:] = kept[0], kept[1]
        if kept[2] is not None:
            sys.modules["__main__"] = kept[2]


def _execute(path: Path, module: types.ModuleType) -> int:
    try:
        code = compile(path.read_bytes(), str(path), "exec", dont_inherit=True)
        exec(code, module.__dict__)
    except SystemExit as end:
        return _exit_status(end)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        sys.stdout.flush()
        sys.excepthook(type(error), error.with_traceback(without_our_frames(error.__traceback__)), error.__traceback__)
        return 1
    return 0


def _exit_status(end: SystemExit) -> int:
    """As the interpreter does: None is 0, a number is itself, anything else is printed and 1."""
    if end.code is None:
        return 0
    if isinstance(end.code, int):
        return end.code
    print(end.code, file=sys.stderr)
    return 1


def without_our_frames(trace: types.TracebackType | None) -> types.TracebackType | None:
    """The traceback without the frames of this package, so that the script's own lines come first."""
    if trace is None:
        return None
    following = without_our_frames(trace.tb_next)
    if trace.tb_frame.f_code.co_filename.startswith(HERE):
        return following
    return types.TracebackType(following, trace.tb_frame, trace.tb_lasti, trace.tb_lineno)


def _nearest(pattern: str, paths: set[str]) -> str:
    import difflib

    near = difflib.get_close_matches(pattern.replace("*", "").strip("/"), sorted(paths), n=3, cutoff=0.0)
    return f"{pattern!r} matches no variable of any model that was trained; the nearest are {', '.join(near)}"
