"""Put back everything that a training step touches: variables, Python state of Keras objects, random
generators.

The step runs the user's own code, so the list of what it may touch cannot be written down. Instead all
objects reachable from the model are walked (layers, optimizer and its slots, loss, metrics, random state, the
user's own attributes, Keras' globals) and their attributes and containers are kept shallowly; afterwards each
object gets the same attributes with the same identities again, and each variable its old bits.

What cannot be put back: objects the model does not reach (a file, a socket, a list that only a closure in
foreign code holds), lookup tables, the position of a generator that was used as data, and the hidden state of
a tf.data pipeline that shuffles.
"""

from __future__ import annotations

import collections
import contextlib
import random
import sys
import types
import weakref
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from freezelint.runtime.engines import Engine
from freezelint.runtime.engines import tensorflow as backend
from freezelint.runtime.snapshot import Snapshot

FOREIGN = {
    "tensorflow",
    "numpy",
    "jax",
    "jaxlib",
    "torch",
    "google",
    "absl",
    "wrapt",
    "h5py",
    "ml_dtypes",
    "builtins",
}
TRACKED_TENSORFLOW = ("tensorflow.python.util.object_identity", "tensorflow.python.trackable")
CONTAINERS = (list, dict, set, collections.deque)
ATOMS = (str, bytes, int, float, complex, bool, type(None), type, type(sys))


class World:
    """All state that is reachable from some roots at one moment, and the way back to it."""

    def __init__(self, roots: Iterable[Any]) -> None:
        self.keep = False
        self.variables: list[Any] = []
        self.unrestorable: list[str] = []
        self._restorers: list[Callable[[], None]] = []
        self._seen: set[int] = set()
        self._kinds: dict[type, str] = {}
        self._keep: list[Any] = []
        todo = list(roots)
        while todo:
            self._visit(todo.pop(), todo)
        self.snapshot = Snapshot(self.variables)

    def put_back(self) -> None:
        for restore in self._restorers:
            restore()
        self.snapshot.put_back()

    def _visit(self, thing: Any, todo: list[Any]) -> None:
        kind = self._kinds.get(type(thing)) or self._kinds.setdefault(type(thing), _kind(thing))
        if kind == "atom" or id(thing) in self._seen:
            return
        self._seen.add(id(thing))
        self._keep.append(thing)
        if kind == "variable":
            self.variables.append(thing)
        elif kind == "generator":
            self._restorers.append(_generator(thing))
        elif kind == "table":
            self.unrestorable.append(f"lookup table {type(thing).__name__}")
        elif kind == "weak":
            self._weak(thing, todo)
        elif kind == "function":
            todo.extend(_function_references(thing))
        elif kind == "tf.function":
            self._container(vars(thing), todo)  # the user's own: to be as untraced as it was
        elif kind == "proxy":
            todo.append(thing.__wrapped__)
        else:
            if issubclass(type(thing), CONTAINERS):
                self._container(thing, todo)
            elif issubclass(type(thing), (tuple, frozenset)):
                todo.extend(thing)
            attributes = getattr(thing, "__dict__", None) if kind == "object" else None
            if isinstance(attributes, dict):
                self._container(attributes, todo)
                todo.extend(_referenced(type(thing), self._seen))

    def _weak(self, box: Any, todo: list[Any]) -> None:
        before = list(box.items())
        todo.extend(value for _, value in before)

        def restore() -> None:
            for key in [key for key in box if not any(key is kept for kept, _ in before)]:
                del box[key]
            for key, value in before:
                if box.get(key) is not value:
                    box[key] = value

        self._restorers.append(restore)

    def _container(self, box: Any, todo: list[Any]) -> None:
        if isinstance(box, dict):
            before = list(dict.items(box))
            todo.extend(value for _, value in before)
        else:
            before = list(_iterate(box))
            todo.extend(before)
        self._restorers.append(lambda: _refill(box, before))


def _iterate(box: Any) -> Iterator[Any]:
    base: Any = next(b for b in (list, set, collections.deque) if isinstance(box, b))
    return iter(base.__iter__(box))


def _refill(box: Any, before: list[Any]) -> None:
    """Give a container its old contents through its base class, so no tracking wrapper notices."""
    if isinstance(box, dict):
        now = list(dict.items(box))
        same = len(now) == len(before)
        if not (same and all(a[0] is b[0] and a[1] is b[1] for a, b in zip(now, before, strict=True))):
            base: Any = collections.OrderedDict if isinstance(box, collections.OrderedDict) else dict
            base.clear(box)
            for key, value in before:
                base.__setitem__(box, key, value)
        return
    now = list(_iterate(box))
    if len(now) == len(before) and all(a is b for a, b in zip(now, before, strict=True)):
        return
    if isinstance(box, set):
        set.clear(box)
        set.update(box, before)
    else:
        base = list if isinstance(box, list) else collections.deque
        base.clear(box)
        base.extend(box, before)


def _kind(thing: Any) -> str:
    """How to treat objects of this one's type; "plain" are walked as containers only."""
    import numpy as np

    cls, module = type(thing), type(thing).__module__
    top = module.split(".", 1)[0]
    if isinstance(thing, ATOMS):
        return "atom"
    if backend.is_variable(thing):
        return "variable"
    if isinstance(thing, (random.Random, np.random.Generator, np.random.RandomState)):
        return "generator"
    if "Table" in cls.__name__ and module.startswith("tensorflow.python.ops.lookup_ops"):
        return "table"
    if isinstance(thing, weakref.WeakKeyDictionary):
        return "weak"
    if isinstance(thing, types.FunctionType):
        return "function"
    if cls.__name__ == "Function" and module.endswith("polymorphic_function"):
        return "tf.function"
    if any(base.__module__.startswith("wrapt") for base in cls.__mro__):
        return "proxy"
    if module.startswith(TRACKED_TENSORFLOW) or module == "_thread":
        return "object"
    if top in FOREIGN or top in sys.stdlib_module_names:
        return "plain" if issubclass(cls, (*CONTAINERS, tuple, frozenset)) else "atom"
    return "object"


def _generator(thing: Any) -> Callable[[], None]:
    """How to put a random generator back."""
    import numpy as np

    if isinstance(thing, random.Random):
        kept = thing.getstate()
        return lambda: thing.setstate(kept)
    if isinstance(thing, np.random.Generator):
        state = thing.bit_generator.state
        return lambda: setattr(thing.bit_generator, "state", state)
    legacy = thing.get_state()
    return lambda: thing.set_state(legacy)


def _of_user(module: str | None) -> bool:
    top = (module or "").split(".", 1)[0]
    return top not in FOREIGN | {"keras", "tf_keras"} and top not in sys.stdlib_module_names


def _referenced(cls: type, seen: set[int]) -> list[Any]:
    """The methods of a user's classes: they may reach objects with state through globals and closures."""
    found: list[Any] = []
    for base in cls.__mro__:
        if id(base) not in seen and _of_user(base.__module__):
            seen.add(id(base))
            found.extend(getattr(method, "fget", None) or method for method in vars(base).values())
    return [one for one in found if callable(one)]


def _function_references(function: types.FunctionType) -> list[Any]:
    """The globals that a user's function names, and what its closure holds."""
    if not _of_user(function.__module__):
        return []
    found = [function.__globals__[name] for name in function.__code__.co_names if name in function.__globals__]
    for cell in function.__closure__ or ():
        with contextlib.suppress(ValueError):
            found.append(cell.cell_contents)
    return found


def _global_generators() -> Callable[[], None]:
    """How to put back the random state of Python, NumPy and TensorFlow."""
    import numpy as np

    backend.tf()
    from tensorflow.python.eager import context
    from tensorflow.python.ops import stateful_random_ops as stateful

    python, numpy_state = random.getstate(), np.random.get_state()
    eager = context.context()
    rng = getattr(eager, "_rng", None)
    operation_seeds = None if rng is None else rng.getstate()
    global_generator = stateful.global_generator
    generator_state = None if global_generator is None else global_generator.state.read_value()

    def put_back() -> None:
        random.setstate(python)
        np.random.set_state(numpy_state)
        if rng is not None and rng.getstate() != operation_seeds:
            rng.setstate(operation_seeds)
            # Eager random kernels are cached by their seeds and count their calls: the same seeds must begin
            # anew.
            eager.clear_kernel_cache()
        stateful.global_generator = global_generator
        if global_generator is not None:
            global_generator.state.assign(generator_state)

    return put_back


@contextlib.contextmanager
def everything_put_back(engine: Engine, models: Iterable[Any]) -> Iterator[World]:
    """Keep the state of `models` and of the globals; on the way out, exception or not, put it back bit for
    bit.

    Setting `keep` on the yielded world leaves everything as it is after all.
    """
    roots = list(models)
    for model in list(roots):
        roots.extend(engine.global_state(model))
    world = World(roots)
    put_back_generators = _global_generators()
    try:
        yield world
    finally:
        if not world.keep:
            world.put_back()
            put_back_generators()
