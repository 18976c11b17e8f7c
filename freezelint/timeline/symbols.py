"""Data: which TensorFlow and Keras names mean what. No logic beyond looking a name up."""

from __future__ import annotations

#: Spellings of the same library, longest first: what follows the prefix is kept.
_PREFIXES: tuple[tuple[str, str], ...] = (
    ("tensorflow.compat.v1.keras", "keras"),
    ("tensorflow.compat.v2.keras", "keras"),
    ("tensorflow.python.keras", "keras"),
    ("tensorflow.contrib.keras", "keras"),
    ("tensorflow.keras", "keras"),
    ("tensorflow.compat.v1", "tensorflow"),
    ("tensorflow.compat.v2", "tensorflow"),
    ("keras.api", "keras"),
    ("keras.src", "keras"),
    ("tf_keras", "keras"),
)

#: Modules in which old and private code finds the public classes.
_MODULES: dict[str, str] = {
    "keras.engine": "keras",
    "keras.engine.training": "keras",
    "keras.engine.topology": "keras",
    "keras.engine.base_layer": "keras.layers",
    "keras.models": "keras.models",
    "keras.layers.core": "keras.layers",
    "keras.layers.convolutional": "keras.layers",
    "keras.layers.pooling": "keras.layers",
    "keras.layers.normalization": "keras.layers",
    "keras.layers.advanced_activations": "keras.layers",
    "keras.layers.recurrent": "keras.layers",
    "keras.layers.embeddings": "keras.layers",
    "keras.layers.merge": "keras.layers",
    "keras.layers.wrappers": "keras.layers",
    "keras.layers.noise": "keras.layers",
}

_ALIASES: dict[str, str] = {
    "keras.models.Model": "keras.Model",
    "keras.models.Sequential": "keras.Sequential",
    "keras.training.Model": "keras.Model",
    "keras.Functional": "keras.Model",
    "keras.models.Functional": "keras.Model",
    "keras.layers.Input": "keras.Input",
    "keras.layers.InputLayer": "keras.layers.InputLayer",
    "keras.Layer": "keras.layers.Layer",
    "tensorflow.python.ops.variables.Variable": "tensorflow.Variable",
    "tensorflow.get_variable": "tensorflow.Variable",
}

MODEL_CLASSES = frozenset({"keras.Model", "keras.Sequential"})
LAYER_BASES = frozenset({"keras.layers.Layer", "keras.Layer"})
#: Library classes (and their look-alikes in other Keras libraries) whose subclasses are layers or models.
MODEL_BASES = MODEL_CLASSES | {"keras.experimental.LinearModel", "keras.experimental.WideDeepModel"}
VARIABLE_CLASSES = frozenset({"tensorflow.Variable", "tensorflow.compat.v1.get_variable"})

#: Layers without weights of their own: freezing or not freezing them changes nothing.
WEIGHTLESS = frozenset(
    f"keras.layers.{name}"
    for name in ["InputLayer", "Flatten", "Reshape", "Permute", "RepeatVector", "Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "GaussianNoise", "GaussianDropout", "AlphaDropout", "Activation", "ReLU", "LeakyReLU", "ELU", "Softmax", "ThresholdedReLU", "MaxPooling1D", "MaxPooling2D", "MaxPooling3D", "MaxPool1D", "MaxPool2D", "MaxPool3D", "AveragePooling1D", "AveragePooling2D", "AveragePooling3D", "GlobalMaxPooling1D", "GlobalMaxPooling2D", "GlobalMaxPooling3D", "GlobalAveragePooling1D", "GlobalAveragePooling2D", "GlobalAveragePooling3D", "GlobalMaxPool2D", "GlobalAvgPool2D", "ZeroPadding1D", "ZeroPadding2D", "ZeroPadding3D", "Cropping1D", "Cropping2D", "Cropping3D", "UpSampling1D", "UpSampling2D", "UpSampling3D", "Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate", "Dot", "Lambda", "Masking", "Rescaling", "Resizing", "CenterCrop", "RandomFlip", "RandomRotation", "RandomZoom", "RandomContrast", "RandomTranslation", "RandomCrop", "RandomBrightness"]
)

#: Functions that join tensors without being layers of their own with weights.
MERGES = frozenset(
    f"keras.layers.{name}" for name in ["add", "subtract", "multiply", "average", "maximum", "minimum", "concatenate", "dot"]
)

TRAIN_METHODS = frozenset({"fit", "fit_generator", "train_on_batch"})
#: Keras 3 traces `fit` and `train_on_batch` apart.
TRACE_OF = {"fit": "fit", "fit_generator": "fit", "train_on_batch": "train_on_batch"}

#: Methods of a model that neither train, compile nor toggle it.
HARMLESS_METHODS = frozenset(
    ["summary", "predict", "predict_on_batch", "predict_generator", "evaluate", "evaluate_generator", "test_on_batch", "save", "save_weights", "load_weights", "get_layer", "get_config", "to_json", "to_yaml", "count_params", "get_weights", "set_weights", "build", "call", "compute_output_shape", "get_input_at", "get_output_at", "get_input_shape_at", "get_output_shape_at", "reset_states", "reset_metrics", "export", "add_loss", "add_metric", "compute_loss", "compute_metrics", "metrics_names", "add_weight", "get_build_config", "quantize", "state_updates", "compute_mask", "predict_step", "test_step", "predict_classes", "predict_proba", "make_predict_function", "make_test_function", "__call__"]
)

LIST_METHODS = frozenset(["append", "extend", "insert", "remove", "pop", "clear", "sort", "reverse", "index", "count", "copy"])

#: Attributes of a layer that hold one variable.
WEIGHT_ATTRIBUTES = frozenset(
    ["kernel", "bias", "gamma", "beta", "moving_mean", "moving_variance", "embeddings", "depthwise_kernel", "pointwise_kernel", "recurrent_kernel"]
)
#: Attributes of a layer that hold a list of variables.
WEIGHT_LISTS = frozenset(
    ["weights", "variables", "trainable_weights", "trainable_variables", "non_trainable_weights", "non_trainable_variables"]
)
#: Attributes of a model that hold all its direct layers, or everything below it.
LAYER_LISTS = {"layers": "layers", "_layers": "layers", "submodules": "submodules"}

#: The flag under wrong names: never valid on anything, and valid only where a class of the user defines them.
MISSPELLINGS = frozenset(
    ["trainble", "trainabe", "trainabel", "trainalbe", "traninable", "tranable", "trainible", "trainale", "trianable", "traiable", "trainaable", "trainnable", "traianable", "trinable", "tranable", "traimable", "trainabl", "trainablee", "trainabled", "tainable", "rtainable", "trainanble", "trainabler"]
)
LOOKALIKES = frozenset(
    ["Trainable", "TRAINABLE", "is_trainable", "isTrainable", "istrainable", "trainable_", "frozen", "is_frozen", "freeze", "set_trainable"]
)
#: Read-only lists that people assign to or edit.
READ_ONLY_LISTS = frozenset(
    ["trainable_variables", "trainable_weights", "non_trainable_variables", "non_trainable_weights"]
)
MUTATORS = frozenset(["append", "extend", "insert", "remove", "pop", "clear"])
#: Methods that Keras objects do not have.
FREEZE_CALLS = frozenset(["trainable", "freeze", "unfreeze", "set_trainable", "freeze_layers", "unfreeze_layers"])

#: Libraries whose functions do not train, compile or toggle a model they are given.
HARMLESS_ROOTS = frozenset(
    ["keras", "tensorflow", "numpy", "scipy", "pandas", "matplotlib", "seaborn", "sklearn", "os", "sys", "re", "json", "time", "datetime", "random", "math", "pathlib", "logging", "itertools", "functools", "collections", "copy", "pickle", "h5py", "cv2", "PIL", "IPython", "tqdm", "warnings", "shutil", "glob", "argparse", "typing", "string", "gc", "io", "tempfile", "zipfile", "tarfile", "urllib", "requests"]
)
#: Exceptions: what they return or do with a model is unknown.
OPAQUE_FUNCTIONS = frozenset(
    {"keras.models.load_model", "keras.models.clone_model", "keras.models.model_from_json",
     "keras.models.model_from_config", "keras.models.model_from_yaml", "keras.saving.load_model"}
)  # fmt: skip
HARMLESS_BUILTINS = frozenset(
    ["print", "len", "str", "repr", "type", "isinstance", "issubclass", "id", "vars", "dir", "hasattr", "sum", "any", "all", "max", "min", "abs", "round", "int", "float", "bool", "format", "hash", "callable", "input", "open", "super"]
)


def canonical(name: str) -> str:
    """One name for one thing: `tf.keras.models.Model`, `keras.engine.Model` and `keras.Model` are the same."""
    for prefix, replacement in _PREFIXES:
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


def is_callback(name: str) -> bool:
    return name.startswith("keras.callbacks.") and name.rpartition(".")[2] != "CallbackList"
