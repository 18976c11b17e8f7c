"""Scaffold a rule: its module with the page to fill in, and five fixtures with their headers.

    python scripts/new_rule.py FRZ412 wrapper-frozen-twice

Nothing is registered: the tests find a rule and its fixtures by their names, and are red until both are written.
CONTRIBUTING.md tells the rest of a rule's life.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

RULE = '''"""One sentence that names the defect, for people who read the output of the linter.

## What it does

Reports ...

## Why is this bad?

What the program's author believes, and what happens instead.

## What each Keras does

| engine | what happens | reported |
|---|---|---|
| Keras 2 | ... | error |
| Keras 3 on TensorFlow | ... | error |
| Keras 3 on JAX | ... | error |
| Keras 3 on torch | ... | error |

## Example

```python
base.trainable = False
```

## Use instead

```python
base.trainable = False
```

## Not reported

- What looks the same and is right: the good fixtures.

## Public reports

No public report known.

## References

- [Keras guide: transfer learning and fine-tuning](https://keras.io/guides/transfer_learning/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from freezelint.rules.report import Report

if TYPE_CHECKING:
    from freezelint.target import Target
    from freezelint.timeline import Timeline


def check(timeline: Timeline, target: Target) -> Iterator[Report]:
    """What on the timeline shows the defect."""
    yield from ()
'''

FIXTURE = """\
# {purpose}
# evidence[keras2]: {claim}
# evidence[keras3]: {claim}

import numpy as np
from tensorflow import keras

rng = np.random.default_rng({seed})
base = keras.layers.Dense(4, activation="tanh", name="base")
model = keras.Sequential([keras.Input((3,)), base, keras.layers.Dense(1, name="head")])
base.trainable = False{mark}
model.compile(optimizer="sgd", loss="mse")
model.fit(rng.normal(size=(8, 3)), rng.normal(size=(8, 1)), verbose=0)
"""

#: File name to what its first line asks for. Two idioms that are wrong, three that look similar and are right.
FIXTURES = {
    "bad_first": "What goes wrong, in the way people write it most.",
    "bad_second": "The same defect in another idiom: a helper, a loop, a class.",
    "good_first": "Looks similar and is right, because ...",
    "good_second": "Looks similar and is right, because ...",
    "good_third": "Looks similar and is right, because ...",
}
CLAIM = "say what running it shows"

NEXT_STEPS = """\
{code} {name}: {count} files. Next:

1. Write the fixtures. Each header says what running the program shows, per generation:
       python tests/run_fixtures.py {fixtures}
2. Write `check` in {module}: a few lines on the timeline's events.
       python -m pytest -q tests/test_fixtures.py tests/rules -k {code}
3. Fill in the page, with what each engine did, and the threads in which people met the defect:
       python scripts/rule_pages.py && python -m pytest -q tests/rules tests/scripts
4. Add a good fixture with one line less to tests/mutations.toml, and a message to tests/rules/test_messages.py.
"""


class Refused(Exception):
    """The rule cannot be made; the message says why."""


def scaffold(root: Path, code: str, name: str) -> list[Path]:
    """Write the files of a new rule below `root`; the paths. Refused when the code or the name is taken or wrong."""
    if not re.fullmatch(r"FRZ[1-8]\d\d", code):
        raise Refused(f"{code} is no code of a rule: FRZ101 to FRZ899, and 9xx is freezelint itself")
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)+", name):
        raise Refused(f"{name} is no name of a rule: words in lower case with hyphens, such as toggle-after-compile")
    rules = root / "freezelint" / "rules"
    for path in sorted(rules.glob("frz*.py")):
        known, _, rest = path.stem.partition("_")
        if known == code.lower() or rest == name.replace("-", "_"):
            raise Refused(f"{known.upper()} exists: {path.relative_to(root)}")
    files = {rules / f"{code.lower()}_{name.replace('-', '_')}.py": RULE}
    for number, (stem, purpose) in enumerate(FIXTURES.items(), start=1):
        mark = f"  # expect: {code}" if stem.startswith("bad_") else ""
        text = FIXTURE.format(purpose=purpose, claim=CLAIM, seed=f"{code[3:]}{number}", mark=mark)
        files[root / "fixtures" / f"{code}-{name}" / f"{stem}.py"] = text
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return list(files)


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("code", help="such as FRZ412; its first digit is the group")
    parser.add_argument("name", help="such as wrapper-frozen-twice")
    options = parser.parse_args(arguments)
    try:
        module, *fixtures = scaffold(root, options.code, options.name)
    except Refused as refusal:
        print(f"error: {refusal}", file=sys.stderr)
        return 2
    places = {"fixtures": fixtures[0].parent.relative_to(root), "module": module.relative_to(root)}
    print(NEXT_STEPS.format(code=options.code, name=options.name, count=1 + len(fixtures), **places), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
