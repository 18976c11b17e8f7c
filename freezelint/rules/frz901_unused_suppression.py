"""A suppression comment suppresses nothing.

## What it does

Reports `# freezelint: ignore[...]` and `# freezelint: file-ignore[...]` where no finding of that code
arises.

## Why is this bad?

The defect was fixed and its excuse stayed behind: it would hide the next one on that line.

## Example

```python
base.trainable = False  # freezelint: ignore[FRZ102] recompiled in the notebook
model.compile(optimizer="adam", loss="mse")
```

## Use instead

```python
base.trainable = False
model.compile(optimizer="adam", loss="mse")
```

## Fix

Safe: the unused codes go; with the last one goes the comment, and its reason.

## Not reported

- A comment in a module that files import which are not part of this run: they may need it.
- Codes that are not selected in this run: nobody looked for them.
- `# noqa` comments, which belong to other tools as well.

## References

- [flake8: selecting and ignoring violations](https://flake8.pycqa.org/en/latest/user/violations.html)
"""

from __future__ import annotations
