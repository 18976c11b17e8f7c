"""Layers of a named network are counted, and the number means other layers in another Keras.

## What it does

Reports a flag that is written to a slice such as `base.layers[:100]` of an application whose number of layers
is not the same in Keras 2 and Keras 3: MobileNetV3Small, MobileNetV3Large, ConvNeXtTiny.

## Why is this bad?

Keras 2 lists the operations of these networks among the layers. Keras 3 does not: the same index points to a
layer much further up, and a script that was tuned on one freezes other layers on the other.

## What each Keras does

| engine | what happens | reported |
|---|---|---|
| Keras 2 | MobileNetV3Small has 229 layers, MobileNetV3Large 263, ConvNeXtTiny 151 | warning |
| Keras 3 on any backend | MobileNetV3Small has 157 layers, MobileNetV3Large 187, ConvNeXtTiny 133 | warning |

## Example

```python
base = keras.applications.MobileNetV3Small(include_top=False)
for layer in base.layers[:100]:
    layer.trainable = False
```

## Use instead

```python
base = keras.applications.MobileNetV3Small(include_top=False)
for layer in base.layers:
    if layer.name.startswith("expanded_conv_7"):
        break
    layer.trainable = False
```

## Not reported

- A network with the same layers in both.
- The first few layers, which are the same in both.
- A network with `minimalistic=True`, or behind layers of the program.

## Public reports

No public report known.

## References

- [Keras applications: MobileNetV3](https://keras.io/api/applications/mobilenet/)
- [Keras guide: transfer learning and fine-tuning](https://keras.io/guides/transfer_learning/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from freezelint.rules.report import Report
from freezelint.rules.wording import generation, target_of
from freezelint.timeline import symbols
from freezelint.timeline.events import FlagWritten

if TYPE_CHECKING:
    from freezelint.target import Target
    from freezelint.timeline import Timeline

#: From here on every index means other layers; before it some agree.
_FIRST = 20


def check(timeline: Timeline, target: Target) -> Iterator[Report]:
    """Flags of slices of networks that are not counted alike."""
    seen: set[object] = set()
    for write in timeline.of(FlagWritten):
        name = _counted(timeline, write)
        if not name or write.at.site.node in seen:
            continue
        seen.add(write.at.site.node)
        two, three = symbols.MOVED_LAYERS[name]
        yield Report(
            write.at.site,
            f"{target_of(timeline, write.key)} counts the layers of {name}, which has {two} in Keras 2 and {three} in "
            "Keras 3: the number means other layers in each; choose them by name",
            "warning",
            generation(target.generations, target),
        )


def _counted(timeline: Timeline, write: FlagWritten) -> str:
    """The network whose layers are counted differently up to this slice; "" when they are not."""
    machine, (id, _) = timeline.machine, write.key
    symbol = machine.objects[id].symbol
    name = symbol.rpartition(".")[2]
    args, bounds = machine.made.get(id), machine.bounds.get(write.key)
    if name not in symbols.MOVED_LAYERS or not symbols.is_application(symbol) or bounds is None or args is None:
        return ""
    if not args.complete or args.positional or {"minimalistic", "input_tensor"} & set(args.keywords):
        return ""
    most = max(symbols.MOVED_LAYERS[name])
    far = any(b is not None and _FIRST <= abs(b) < most for b in (bounds.start, bounds.stop))
    return name if far and bounds.step is None else ""
