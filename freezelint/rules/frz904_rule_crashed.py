"""A rule raised an exception on a file.

## What it does

Names the rule and the file. The other rules and the other files were still checked, and the exit status is
2.

## Why is this bad?

It is a bug in freezelint, and for this file the answer of that rule is missing.

## Example

```text
training.py:1:1: FRZ904 FRZ102 raised RecursionError
```

## Use instead

Please report it with the file, or with the smallest part of it that still crashes. Until it is fixed, leave
the rule out for that file with `per-file-ignores`.

## Not reported

- Files that do not parse: see FRZ900.

## References

- The issue tracker of freezelint.
"""

from __future__ import annotations
