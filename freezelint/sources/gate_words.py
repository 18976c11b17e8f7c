"""What the gates look for: words, and how near a name is to the flag. Nothing is imported."""

from __future__ import annotations

# Substrings of "trainable" and of what one slip of the finger makes of it: the first covers most slips.
CORES = (
    "inab",
    "anable",
    "raniable",
    "traiable",
    "traianb",
    "ainble",
    "ainbale",
    "ainale",
    "ainalbe",
    "innabl",
    "inaab",
    "ainibl",
    "ineabl",
)
# Names that hold one of these speak of lists, counts and displays (trainable_variables, show_trainable):
# reading or calling them changes nothing.
LISTS = ("var", "weight", "param", "count", "num", "state", "show", "print")
# Unless they say that they change something: set_weights_trainable(model, False).
SETTERS = (
    "set",
    "make",
    "mark",
    "toggle",
    "switch",
    "turn",
    "enable",
    "disable",
    "update",
    "change",
    "freez",
)
FREEZERS = ("freez", "Freez")
# What else makes a second look at the bytes worth its import.
NEEDLES = (b"reez", b".frozen", b"_frozen", b"FRZ")
SUPPRESSIONS = ("freezelint", "FRZ")

# What may be wrong where no flag is written: one needle of every group of a row must occur. Bytes hold a
# needle as it stands; in a tree ".fit", "def call" and "momentum=" are whole names (see gate_ast), other needles
# parts of one. The comment names the rule; a new rule that needs no flag write adds its row. What acts stands first:
# most files hold none of it, and the same needle is looked for once for all rows.
COMBINATIONS: tuple[tuple[tuple[str, ...], ...], ...] = (
    ((".compile",), ("Callback",), ("class ",)),  # FRZ104: a callback that may compile
    ((".fit",), ("training",), ("Input",), ("BatchNorm", "applications"), ("Model",)),  # FRZ202
    ((".gradient",), ("training",), ("trainable_",), ("BatchNorm", "applications")),  # FRZ203
    ((".fit",), ("def call",), ("Model",), ("BatchNorm", "Dropout")),  # FRZ209: a `call` without `training`
    (("GradientTape",), ("trainable_variables", "trainable_weights", ".weights", ".variables")),
    # FRZ303, FRZ304, FRZ305, FRZ307, FRZ502, FRZ507
    ((".fit",), ("def __call__",), ("Model",), ("Dense", "Conv", "LSTM", "GRU", "Norm")),  # FRZ406
    ((".fit", "GradientTape"), ("momentum=", "momentum ="), (".learning_rate",)),  # FRZ507
    ((".fit",), ("stop_gradient",), ("Dense", "Conv", "Norm", "LSTM", "GRU", "applications", "hub")),  # FRZ506
    ((".compile", ".fit"), (".requires_grad", ".requires_grad_", ".eval"), ("keras",)),  # FRZ309
    ((".fit",), (".enable_lora",)),  # FRZ704
)
# Rules about the order of things need one of these beside the write; only writes that are wrong by themselves
# (to a variable, a list, a misspelled name) do without.
ORDERS = (".compile", ".fit", ".fit_generator", ".train_on_batch", "Callback", ".function")
OWN_WEIGHTS = ("kernel", "bias", "embeddings", "gamma", "beta")
TRACED = ("call", "train_step")

MUTATORS = ("append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort")
SETATTRS = frozenset({"setattr", "rsetattr"})
READERS = frozenset({"getattr", "hasattr", "delattr", "get", "pop", "print", "append"})
# A variable's own constructor argument freezes no layer; COMBINATIONS has the rest of what may be wrong
# there.
VARIABLE_MAKERS = frozenset({"add_weight", "add_variable", "add_state", "Variable", "get_variable"})


def has_core(name: str) -> bool:
    """Whether a name holds "trainable" or a misspelling of it."""
    return any(core in name for core in CORES)


def is_flag(name: str) -> bool:
    """Whether a name speaks of the flag itself, not of a list of variables or of their number."""
    lowered = name.lower()
    reads = any(part in lowered for part in LISTS) and not any(part in lowered for part in SETTERS)
    return has_core(name) and not reads
