"""An option whose value may be left out: `--add-ignore`, `--add-ignore=REASON`, and never `--add-ignore REASON`."""

from __future__ import annotations

import click

_OPTION = "--add-ignore"


class OptionalReason(click.Command):
    """Reads `--add-ignore` as `--add-ignore=`, so that it does not take the path behind it for a reason."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        end = args.index("--") if "--" in args else len(args)
        plain = [f"{_OPTION}=" if arg == _OPTION else arg for arg in args[:end]]
        ctx.meta["freezelint.arguments"] = args
        return super().parse_args(ctx, [*plain, *args[end:]])
