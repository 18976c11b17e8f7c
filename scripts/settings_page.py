"""Write docs/settings.md from the table of keys that the linter itself goes by.

python scripts/settings_page.py           write it
python scripts/settings_page.py --check   exit status 1 when the page is not what would be written
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from freezelint.settings import KEYS  # noqa: E402
from freezelint.settings.describe import Key, key  # noqa: E402

PAGE = ROOT / "docs" / "settings.md"
INTRODUCTION = """# Settings

In the table `[tool.freezelint]` of `pyproject.toml`, or without that heading in a `freezelint.toml` or
`.freezelint.toml`. The nearest file above the file that is checked holds; files further up are not merged. Globs count
from its folder.

```toml
[tool.freezelint]
keras-version = "3"
preview = true
extend-select = ["FRZ8"]
per-file-ignores = { "tests/**" = ["FRZ404"] }
```

The options of `freezelint check` have the same names and count more. `--config FILE` uses one file for everything,
`--isolated` none. `freezelint check --show-settings PATH` says what holds for a file and where each value came from,
the Keras generation included. A key or code that does not exist is an error that names the nearest one that does.

"""


def page(keys: list[Key]) -> str:
    """A table of all keys, then a section for each."""
    lines = ["| key | values | default |", "|---|---|---|"]
    lines += [f"| [`{k.name}`](#{k.name}) | {_code(k.type)} | {_code(k.default)} |" for k in keys]
    parts = [INTRODUCTION + "\n".join(lines)]
    parts += [f"## {k.name}\n\n{_escaped(k.about)}\n\n```toml\n{k.name} = {k.example}\n```" for k in keys]
    parts.append("<!-- Written by scripts/settings_page.py from freezelint/settings/describe.py: change that. -->")
    return "\n\n".join(parts) + "\n"


def _code(text: str) -> str:
    """Values as code, words as words; a long list is cut."""
    shown = text if len(text) <= 60 else text[:50].rsplit(",", 1)[0] + ", …" + text[-1]
    shown = shown.replace("|", "\\|")
    return f"`{shown}`" if text[:1] in '["{' or text in ("true", "false") else shown


def _escaped(text: str) -> str:
    """Globs and options in a sentence, kept from being read as emphasis."""
    return text.replace("*", "\\*")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit status 1 when the page is stale")
    text = page([key(name) for name in KEYS])
    if not parser.parse_args(arguments).check:
        PAGE.write_text(text, encoding="utf-8")
        return 0
    if not PAGE.is_file() or PAGE.read_text(encoding="utf-8") != text:
        print("docs/settings.md is not what the settings say: run `python scripts/settings_page.py`")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
