"""The command `freezelint`, also as `python -m freezelint`."""

from __future__ import annotations

import sys


def main(argv: list[str] | None = None) -> int:
    """Run the command line and return its exit status: 0 clean, 1 findings, 2 the job could not be done."""
    arguments = sys.argv[1:] if argv is None else argv
    from freezelint.cli import quick

    status = quick.run(arguments)
    if status is not None:
        return status
    from freezelint.cli.group import run

    status = run(arguments)
    if argv is None:
        import gc

        gc.freeze()  # the process ends: Python need not look through all trees for cycles before
    return status


if __name__ == "__main__":
    sys.exit(main())
