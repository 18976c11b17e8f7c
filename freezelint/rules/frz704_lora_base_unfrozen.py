"""Flags and LoRA get in each other's way: the kernel trains that `enable_lora` had put to rest.

## What it does

Reports a flag that goes to False and back to True on a layer with `enable_lora`, or on a model above it; and
`enable_lora` after the training has begun, if the model is trained again without `compile()`.

## Why is this bad?

`enable_lora` freezes the kernel as a single variable and adds two small matrices that train in its place. The
flag of a layer knows nothing of that: setting it to True makes every variable of the layer trainable. And like
any flag it counts when the train function is traced: a fit that reuses the old trace goes on training the kernel,
and the new matrices do not move.

## What each Keras does

| engine | `False`, then `True` | after a fit, without `compile()` | reported |
|---|---|---|---|
| Keras 2 | there is no `enable_lora`: `AttributeError` | there is no `enable_lora` | – |
| Keras 3 on TensorFlow | the full kernel trains | the kernel goes on training, LoRA does not | error |
| Keras 3 on JAX and torch | the full kernel trains | `ValueError`: the optimizer was built for others | error |

## Example

```python
dense.enable_lora(4)
model.trainable = False
model.predict(x)
model.trainable = True
model.compile(optimizer="adam", loss="mse")
model.fit(x, y)
```

## Use instead

Leave the flag alone, or enable LoRA last and compile.

```python
dense.enable_lora(4)
model.compile(optimizer="adam", loss="mse")
model.fit(x, y)
```

## Fix

Unsafe: where an old trace overlooks `enable_lora`, a compile with the same arguments is added below it. None
for a flag that un-freezes the kernel.

## Not reported

- The flag is True already: Keras 3 on TensorFlow skips the write.
- The flags are written before `enable_lora`, and the model is compiled after it.
- Some flag is written to a variable of the layer afterwards.

## Public reports

No public report known.

## References

- [Keras guide: parameter-efficient fine-tuning with LoRA](https://keras.io/examples/nlp/parameter_efficient_finetuning_of_gpt2_with_lora/)
- [Keras: `Dense.enable_lora`](https://keras.io/api/layers/core_layers/dense/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from freezelint.rules.repairs.compiles import compiled_again
from freezelint.rules.report import Report
from freezelint.rules.wording import generation, target_of
from freezelint.timeline.events import Compiled, FlagWritten, Retraced, Trained, Written
from freezelint.timeline.keras.flags import above, value_in
from freezelint.timeline.saving_events import LoraEnabled
from freezelint.timeline.values import Weight

if TYPE_CHECKING:
    from freezelint.target import Target
    from freezelint.timeline import Timeline

_WHOLE = frozenset({"", "layers", "submodules"})


def check(timeline: Timeline, target: Target) -> Iterator[Report]:
    """Kernels that train although LoRA was enabled for them."""
    if "3" not in target.generations:
        return
    seen: set[object] = set()
    for lora in timeline.of(LoraEnabled):
        this = timeline.machine.objects[lora.layer]
        if not this.keras or this.cls is not None:
            continue
        for report in (*_unfrozen(timeline, target, lora), *_too_late(timeline, target, lora)):
            if report.site.node not in seen:
                seen.add(report.site.node)
                yield report


def _unfrozen(timeline: Timeline, target: Target, lora: LoraEnabled) -> Iterator[Report]:
    """Flags that go back to True above the layer, and count when a model with the layer trains."""
    for write in timeline.of(FlagWritten):
        if write.at.order < lora.at.order or not _frees(timeline, write, lora.layer):
            continue
        trained = next((t for t in timeline.of(Trained) if _counts(timeline, lora, write, t)), None)
        if trained is not None:
            yield Report(
                write.at.site,
                f"{target_of(timeline, write.key)} is set to True after `{lora.text}`: that un-freezes the kernel too, "
                "and all of it trains, not only the matrices of LoRA",
                "error",
                generation(["3"], target),
                (("LoRA enabled here", lora.at.site), ("trained here", trained.at.site)),
            )


def _frees(timeline: Timeline, write: FlagWritten, layer: int) -> bool:
    """Whether a write certainly turns False into True for the layer; Keras 3 skips one that changes nothing."""
    under = write.under
    changes = write.value is True and under is not None and under.value is False and under.certain
    return changes and write.key[1] in _WHOLE and write.key[0] in set(above(timeline.machine, layer))


def _counts(timeline: Timeline, lora: LoraEnabled, write: FlagWritten, trained: Trained) -> bool:
    """Whether this training call goes by the written flag, and nothing took it back for the layer."""
    compiled, order = trained.compiled, write.at.order
    if trained.at.order < order or lora.layer not in trained.flags.inside or not isinstance(compiled, Compiled):
        return False
    if compiled.at.order < order and trained.trace is not None:
        return False
    again: list[Written | LoraEnabled] = [*timeline.of(Written), *timeline.of(LoraEnabled)]
    if any(order < event.at.order < trained.at.order and _concerns(event, lora.layer) for event in again):
        return False
    sure = write.at.follows(trained.at)
    return sure and value_in(trained.flags, timeline.machine, (lora.layer, "")) is True


def _concerns(event: Written | LoraEnabled, layer: int) -> bool:
    if isinstance(event, LoraEnabled):
        return event.layer == layer
    return not isinstance(event.target, Weight) or event.target.owner == layer


def _too_late(timeline: Timeline, target: Target, lora: LoraEnabled) -> Iterator[Report]:
    """The next training call goes on with a trace from before `enable_lora`."""
    for trained in timeline.of(Trained):
        compiled, trace = trained.compiled, trained.trace
        if not isinstance(trace, Trained) or not isinstance(compiled, Compiled):
            continue
        if lora.layer not in trained.flags.inside or not trace.at.order < lora.at.order < trained.at.order:
            continue
        again = (e for e in timeline.of(Retraced) if e.model == trained.model)
        if any(lora.at.order < event.at.order < trained.at.order for event in again):
            continue
        happens = "Keras 3 uses the old trace, the kernel goes on training and the matrices of LoRA do not"
        if target.backend in ("jax", "torch"):
            happens = "the optimizer was built for other variables and raises ValueError"
        yield Report(
            lora.at.site,
            f"`{lora.text}` after `{timeline.label(trained.model)}` was trained, without `compile()` before it is "
            f"trained again: {happens}",
            "error",
            generation(["3"], target),
            (("first trained here", trace.at.site), ("trained again here", trained.at.site)),
            compiled_again(lora.at, compiled, trained),
        )
        return
