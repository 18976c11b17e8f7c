"""freezelint with less: what following calls, and following imports, adds to the findings.

    python benchmarks/ablation.py function check PATH ...   calls of the program's own functions may do anything
    python benchmarks/ablation.py file check PATH ...       these are followed, imports of its other modules are not
    python benchmarks/ablation.py project check PATH ...    as it is

Everything behind the first argument is the command line of freezelint, so any scorer of findings can run the three.
"""

from __future__ import annotations

import sys
from typing import Any

from freezelint.__main__ import main
from freezelint.timeline.python import calls
from freezelint.timeline.python.escapes import escape
from freezelint.timeline.values import Value

LEVELS = ("function", "file", "project")


def not_followed(machine: Any, function: Any, args: Any, *, receiver: Value | None = None) -> Value:
    """A call into a function of the program, as if nobody could read that function."""
    if receiver is not None:
        escape(machine, receiver)
    return calls.unknown_call(machine, args)


def run(level: str, command: list[str]) -> int:
    """The exit status of freezelint at one level."""
    if level == "function":
        calls.call_function = not_followed
    return main(command if level == "project" else [*command, "--no-follow-imports"])


if __name__ == "__main__":
    if len(sys.argv) < 3 or sys.argv[1] not in LEVELS:
        raise SystemExit(f"usage: ablation.py {'|'.join(LEVELS)} check PATH ...")
    sys.exit(run(sys.argv[1], sys.argv[2:]))
