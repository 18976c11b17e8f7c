"""Build every model of `keras.applications` without weights and print what symbols.toml says about it.

    python scripts/application_table.py >> freezelint/timeline/symbols.toml

Prints the sections `[applications]` (names that hold BatchNormalization, names that do not) and
`[batchnorm_places]` (how many layers each has without its top, and how many of them come after the last
BatchNormalization). Run it under Keras 3; it takes two minutes.
"""

from __future__ import annotations

import os
import textwrap

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

import keras


def describe(name: str) -> tuple[int, int | None]:
    """(number of layers, how many of them follow the last BatchNormalization, None without one), no top."""
    keras.backend.clear_session()
    layers = getattr(keras.applications, name)(weights=None, include_top=False).layers
    holds = [n for n, layer in enumerate(layers) if isinstance(layer, keras.layers.BatchNormalization)]
    return len(layers), len(layers) - 1 - holds[-1] if holds else None


def main() -> None:
    names = sorted(n for n in dir(keras.applications) if n[:1].isupper())
    found = {name: describe(name) for name in names}
    print(f"\n# Written by scripts/application_table.py with Keras {keras.__version__}.\n[applications]")
    for key, wanted in (("batchnorm", True), ("no_batchnorm", False)):
        listed = " ".join(name for name, (_, tail) in found.items() if (tail is not None) is wanted)
        print(f'{key} = """\n' + "\n".join(textwrap.wrap(listed, 104)) + '\n"""')
    print("\n# Layers without the top, and how many of them come after the last BatchNormalization.")
    print("[batchnorm_places]")
    for name, (count, tail) in found.items():
        if tail is not None:
            print(f"{name} = [{count}, {tail}]")


if __name__ == "__main__":
    main()
