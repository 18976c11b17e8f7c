"""Which TensorFlow and Keras names mean what: the table `symbols.toml`, and how a name is looked up in it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from freezelint import toml

_TABLE: dict[str, Any] = toml.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


def _names(section: str, key: str, prefix: str = "") -> frozenset[str]:
    return frozenset(prefix + name for name in _TABLE[section][key].split())


_PREFIXES: dict[str, str] = dict(sorted(_TABLE["prefixes"].items(), key=lambda item: -len(item[0])))
_MODULES: dict[str, str] = _TABLE["modules"]
_ALIASES: dict[str, str] = _TABLE["aliases"]

MODEL_CLASSES = frozenset({"keras.Model", "keras.Sequential"})
LAYER_BASES = frozenset({"keras.layers.Layer"})
VARIABLE_CLASSES = frozenset({"tensorflow.Variable"})

WEIGHTLESS = _names("layers", "weightless", "keras.layers.")
MERGES = _names("layers", "merges", "keras.layers.")
WEIGHT_ATTRIBUTES = _names("layers", "weights")
WEIGHT_LISTS = _names("layers", "weight_lists")
#: Attributes of a model that hold all its direct layers, or everything below it.
LAYER_LISTS = {"layers": "layers", "_layers": "layers", "submodules": "submodules"}

TRAIN_METHODS = _names("methods", "train")
#: Keras 3 traces `fit` and `train_on_batch` apart.
TRACE_OF = {"fit": "fit", "fit_generator": "fit", "train_on_batch": "train_on_batch"}
HARMLESS_METHODS = _names("methods", "harmless")
LIST_METHODS = _names("methods", "list")
MUTATORS = _names("methods", "mutators")
REWEIGHTERS = _names("methods", "reweight")
LOOKUPS = _names("methods", "lookup")
DESCRIPTIONS = _names("methods", "describe")
DATA = _names("methods", "data")
SAVERS = _names("methods", "save")
FREEZE_CALLS = _names("methods", "freeze")
WEIGHT_NAMES = _names("layers", "weight_names") | WEIGHT_ATTRIBUTES
BUILT_LATE = _names("layers", "built_late")
DEFAULT_LAYER_NAMES = _names("layers", "default_names")
BLOCKING = _names("layers", "blocking")
#: Classes whose weights only gradients move; those of a layer's `weights` with the argument that leaves one out.
LAYER_WEIGHTS: dict[str, str] = _TABLE["layer_weights"]
#: Classes with other weights beside or instead of those.
LAYER_STATES: dict[str, str] = _TABLE["layer_states"]
APPLICATION_NAMES: dict[str, str] = _TABLE["application_names"]
DIFFERENTIABLE = _names("functions", "differentiable")
VARIABLE_METHODS = _names("methods", "variable")
#: Methods of a tape or an optimizer, also of one that the walk does not know.
STEP_METHODS = frozenset({"apply_gradients"})

MISSPELLINGS = _names("flag", "misspellings")
LOOKALIKES = _names("flag", "lookalikes")
PRIVATE_FLAGS = _names("flag", "private")
TORCH_FLAG = "requires_grad"
TORCH_METHODS = _names("methods", "torch")
READ_ONLY_LISTS = _names("flag", "read_only")

HARMLESS_ROOTS = _names("functions", "harmless_roots")
HARMLESS_BUILTINS = _names("functions", "harmless_builtins")
READERS = HARMLESS_METHODS | _names("functions", "readers")
ONLOOKERS = _names("functions", "onlookers", "keras.callbacks.")
EXITS = _names("functions", "exits")
EAGER_SWITCHES = _names("functions", "eager")
OPAQUE_FUNCTIONS = _names("functions", "opaque")
GRADIENT_STOPS = _names("functions", "gradient_stops")
LOADERS = frozenset({"keras.models.load_model", "keras.saving.load_model"})

WITH_MOMENTS = _names("optimizers", "moments")

#: How many layers the networks of `keras.applications` have at most, without their classifier.
LEARNING_RATES: dict[str, float] = _TABLE["learning_rates"]
LAYER_COUNTS: dict[str, int] = _TABLE["layer_counts"]
#: Applications with another number of layers in Keras 2 than in Keras 3.
MOVED_LAYERS: dict[str, list[int]] = _TABLE["moved_layers"]

#: Models of `keras.applications` that hold BatchNormalization, and those that do not.
WITH_BATCHNORM = _names("applications", "batchnorm")
WITHOUT_BATCHNORM = _names("applications", "no_batchnorm")
#: Layers of an application without its top, and how many of them come after its last BatchNormalization.
BATCHNORM_PLACES: dict[str, list[int]] = _TABLE["batchnorm_places"]
#: Other layers that do something else in training mode.
WITH_MODES = _names("layers", "modes", "keras.layers.")
BATCHNORMS = frozenset(
    f"keras.layers.{name}"
    for name in ("BatchNormalization", "SyncBatchNormalization", "experimental.SyncBatchNormalization")
)


@lru_cache(maxsize=4096)
def canonical(name: str) -> str:
    """One name for one thing: `tf.keras.models.Model`, `keras.engine.Model` and `keras.Model` are the same."""
    for prefix, replacement in _PREFIXES.items():
        if name == prefix or name.startswith(prefix + "."):
            name = replacement + name[len(prefix) :]
            break
    module, _, last = name.rpartition(".")
    if module in _MODULES:
        name = f"{_MODULES[module]}.{last}"
    return _ALIASES.get(name, name)


def root(name: str) -> str:
    return name.partition(".")[0]


def is_layer_class(name: str) -> bool:
    """`keras.layers.Dense` and other layer classes, but not functions such as `keras.layers.add`."""
    module, _, last = name.rpartition(".")
    return module.startswith("keras.layers") and last[:1].isupper()


def is_application(name: str) -> bool:
    """`keras.applications.ResNet50` or `keras.applications.resnet.ResNet50`."""
    return name.startswith("keras.applications.") and name.rpartition(".")[2][:1].isupper()


def is_optimizer(name: str) -> bool:
    """`keras.optimizers.Adam`, `keras.optimizers.legacy.Adam`, and the function form `keras.optimizers.get`."""
    return name.startswith("keras.optimizers.") and "schedules" not in name and name.rpartition(".")[2][:1].isupper()


def is_callback(name: str) -> bool:
    return name.startswith("keras.callbacks.") and name.rpartition(".")[2] != "CallbackList"
