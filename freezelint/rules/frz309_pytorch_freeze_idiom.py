"""PyTorch's way to freeze, used on a Keras object.

## What it does

Reports `requires_grad = ...`, `requires_grad_()` and `eval()` on Keras layers, models and their variables, and
`requires_grad` on a `tf.Variable`.

## Why is this bad?

Python lets any attribute be set: `layer.requires_grad = False` is accepted and nothing reads it, everything goes
on training. The methods do not exist, but for the torch backend, where Keras does not go by them.

## What each Keras does

| engine | `requires_grad = False` | `requires_grad_()`, `eval()` | reported |
|---|---|---|---|
| Keras 2 | nothing is frozen | `AttributeError` | error |
| Keras 3 on TensorFlow | nothing is frozen | `AttributeError` | error |
| Keras 3 on JAX | nothing is frozen | `AttributeError` | error |
| Keras 3 on torch | nothing is frozen | freezes weights, not flags or statistics; `fit` ignores `eval()` | warning |

## Example

```python
for layer in base.layers:
    layer.requires_grad = False
```

## Use instead

```python
base.trainable = False
```

## Fix

Unsafe: `trainable` of the layer is written. None for `eval()`, which may have meant something else.

## Not reported

- Modules, parameters and tensors of torch.
- Methods of that name in a class of the program.
- Objects of which the walk does not know that they are Keras's.

## Public reports

No public report known.

## References

- [Keras base layer: the `trainable` attribute](https://keras.io/api/layers/base_layer/)
- [PyTorch: `Module.requires_grad_`](https://pytorch.org/docs/stable/generated/torch.nn.Module.html)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from freezelint.findings import Severity
from freezelint.rules.repairs import flags
from freezelint.rules.report import Report
from freezelint.timeline import symbols
from freezelint.timeline.events import MethodCalled, VariableUsed, Written
from freezelint.timeline.keras import variables
from freezelint.timeline.values import Ref, Weight, Weights

if TYPE_CHECKING:
    from freezelint.rules.report import Fixer
    from freezelint.target import Target
    from freezelint.timeline import Timeline

#: What the methods of `torch.nn.Module` do, which layers have on the torch backend (FACTS 2b, G-E).
_ON_TORCH = {
    "eval": "on torch `fit` does not go by it, BatchNormalization still learns its statistics",
    "requires_grad_": "on torch the weights rest while their flags in Keras say True, and statistics still move",
}


def check(timeline: Timeline, target: Target) -> Iterator[Report]:
    """`requires_grad`, `requires_grad_` and `eval` on objects of Keras."""
    severity: Severity = "warning" if target.backend == "torch" else "error"
    machine = timeline.machine
    for event in timeline.events:
        if isinstance(event, Written) and event.name == symbols.TORCH_FLAG:
            raw = isinstance(event.target, Ref) and machine.object(event.target).kind == "variable"
            weight = isinstance(event.target, (Weight, Weights)) and variables.is_keras(machine, event.target)
            if not (event.keras or raw or weight):
                continue
            happens = "TensorFlow and Keras accept the attribute and never read it, nothing is frozen"
        elif isinstance(event, MethodCalled) and event.keras and event.name in symbols.TORCH_METHODS:
            happens = _ON_TORCH.get(event.name, "") if target.backend == "torch" else ""
            happens = happens or f"Keras has no method `{event.name}`, this raises AttributeError"
        elif isinstance(event, VariableUsed) and event.how == "requires_grad_":
            if not variables.is_keras(machine, event.target):
                continue
            happens = "variables have no method `requires_grad_`, this raises AttributeError"
        else:
            continue
        yield Report(
            event.at.site,
            f"`{event.text}`: {happens}; set `trainable` of the layer",
            severity,
            target.keras or "any",
            fix=_fix(event),
        )


def _fix(event: Written | MethodCalled | VariableUsed) -> Fixer:
    """The flag of the layer itself, or of the layer that the variables belong to."""
    if isinstance(event, Written):
        if isinstance(event.target, Weight):
            return flags.layer_of_weight(event.at.site, attribute=symbols.TORCH_FLAG)
        return flags.renamed(event.at.site) if event.keras else flags.none
    return flags.called(event.at.site) if isinstance(event, MethodCalled) else flags.none
