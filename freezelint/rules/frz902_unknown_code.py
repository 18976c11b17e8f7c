"""A suppression comment or a setting names a code that does not exist.

## What it does

Reports codes in suppression comments that name no rule.

## Why is this bad?

The comment suppresses nothing, although its author thinks that it does: the code is misspelt, or the rule
has gone.

## Example

```python
base.trainable = False  # freezelint: ignore[FRZ120] compiled by the caller
```

## Use instead

```python
base.trainable = False  # freezelint: ignore[FRZ102] compiled by the caller
```

## Not reported

- Codes of other tools in `# noqa` comments.

## References

- `freezelint rule --all` lists every code there is.
"""

from __future__ import annotations
