"""The arguments of one call, as values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from freezelint.timeline.syntax import text_of
from freezelint.timeline.values import Value

if TYPE_CHECKING:
    import libcst as cst

    from freezelint.timeline.events import Site


@dataclass(slots=True)
class Arguments:
    """`complete` is False when `*args` or `**kwargs` hide some; `statement` that the result is thrown away."""

    node: cst.CSTNode
    site: Site
    positional: tuple[Value, ...] = ()
    keywords: dict[str, Value] = field(default_factory=dict)
    complete: bool = True
    statement: bool = False

    @property
    def text(self) -> str:
        return text_of(self.node)

    def get(self, position: int, *names: str) -> Value | None:
        """An argument by position or by one of its names."""
        for name in names:
            if name in self.keywords:
                return self.keywords[name]
        return self.positional[position] if 0 <= position < len(self.positional) else None

    def values(self) -> Iterator[Value]:
        yield from self.positional
        yield from self.keywords.values()
