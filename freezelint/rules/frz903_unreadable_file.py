"""A file cannot be read or decoded.

## What it does

Reports a file that is missing a permission, is not valid in its declared encoding, or is a notebook that is
not valid JSON.

## Why is this bad?

What cannot be read cannot be checked: silence would look like a clean result.

## Example

A file that was saved as Latin-1 and declares nothing.

## Use instead

Save it as UTF-8, or declare the encoding in its first or second line.

## Not reported

- Files that are excluded.

## References

- [PEP 263: defining Python source code encodings](https://peps.python.org/pep-0263/)
"""

from __future__ import annotations
