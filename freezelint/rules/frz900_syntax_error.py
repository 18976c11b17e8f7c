"""A file, notebook cell or fenced block does not parse.

## What it does

Reports Python source that cannot be parsed. The other cells of the notebook, blocks of the page and files of
the run are still checked.

## Why is this bad?

What cannot be read cannot be checked: silence would look like a clean result.

## Example

```python
base.trainable = = False
```

## Use instead

```python
base.trainable = False
```

## Not reported

- IPython magics, shell escapes and help (`%matplotlib`, `!pip`, `model?`) in a notebook.
- Fenced blocks of other languages.

## References

- [Python reference: full grammar specification](https://docs.python.org/3/reference/grammar.html)
"""

from __future__ import annotations
