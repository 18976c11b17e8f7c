"""Read the whole state of a model in plain bytes, by other means than the code under test."""

from __future__ import annotations

import random
from typing import Any

import numpy as np


def weight_bytes(model: Any) -> list[bytes]:
    return [np.asarray(v).tobytes() for v in model.get_weights()]


def optimizer_bytes(model: Any) -> list[tuple[str, bytes]]:
    """Every variable of the optimizer (and of the one inside it), with its name, in order."""
    variables = model.optimizer.variables
    variables = variables() if callable(variables) else variables
    return [(str(getattr(v, "path", v.name)), np.asarray(v.numpy()).tobytes()) for v in variables]


def everything(model: Any) -> dict[str, Any]:
    """What a user could observe: weights, optimizer, metrics, flags, functions, random state."""
    metrics = [np.asarray(v.numpy()).tobytes() for m in model.metrics for v in m.variables]
    seeds = [np.asarray(v.numpy()).tobytes() for v in getattr(model, "variables", []) if "seed" in v.name]
    return {
        "weights": weight_bytes(model),
        "optimizer": optimizer_bytes(model),
        "optimizer attributes": sorted(vars(model.optimizer)),
        "built": getattr(model.optimizer, "built", getattr(model.optimizer, "_built", None)),
        "metrics": metrics,
        "seeds": seeds,
        "flags": [layer.trainable for layer in model._flatten_layers()],
        "train_function": id(model.train_function),
        "stop_training": getattr(model, "stop_training", None),
        "attributes": {k: id(v) for k, v in vars(model).items()},
        "python": random.getstate(),
        "numpy": tuple(np.asarray(part).tobytes() for part in np.random.get_state()),
    }
