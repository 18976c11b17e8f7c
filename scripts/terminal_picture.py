"""Draw what freezelint prints in a terminal: docs/assets/*.svg, for the site and the README.

    python scripts/terminal_picture.py           run the commands and draw them (needs TensorFlow, and `rich`)
    python scripts/terminal_picture.py --check   exit status 1 when a picture shows something else than is printed

Every picture is a run of the script of `freezelint demo`, drawn twice: for light and for dark pages. The check
compares words; decimals may differ from one processor to the next.
"""

from __future__ import annotations

import argparse
import html
import os
import re
import shutil
import subprocess
import sys
import tempfile
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = ROOT / "freezelint" / "demo" / "fine_tune.py"
ASSETS = ROOT / "docs" / "assets"
WIDTH = 100
#: What rich leaves above the text for the buttons of a window, in pixels, less a margin.
ROOM_FOR_BUTTONS = 18

#: Picture to the command that it shows.
PICTURES = {
    "check": ["check", "fine_tune.py"],
    "plan": ["plan", "fine_tune.py", "--keras-version", "3"],
    "verify": ["verify", "fine_tune.py"],
}
#: Background, text, then black, red, green, yellow, blue, magenta, cyan, white; contrast at least 4.5 to 1.
THEMES = {
    "light": ("#f6f8fa", "#1f2d3a", "#1f2d3a", "#b3261e", "#1a6e3c", "#8a5a00", "#1f5f99", "#7a3e9d", "#0b6b75",
              "#5c6b78"),
    "dark": ("#14212c", "#dbe5ec", "#0c151c", "#ff8b80", "#7fd6a0", "#f0c674", "#8fc7ee", "#d3a6ea", "#7fd8de",
             "#dbe5ec"),
}  # fmt: skip
#: rich's own frame loads a font from elsewhere; this one uses what the reader has, and has no window buttons.
FRAME = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">
<title>BEGIN_TITLEEND_TITLE</title>
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font-size: {char_height}px; line-height: {line_height}px; white-space: pre; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/>
</clipPath>
{lines}
</defs>
<rect width="{width}" height="{height}" rx="10" fill="BACKGROUND"/>
<g transform="translate({terminal_x}, 16)" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def printed(arguments: list[str]) -> str:
    """What a terminal shows for a command: the prompt, then its coloured output."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(SCRIPT, folder)
        env = {**os.environ, "PYTHONPATH": str(ROOT), "FORCE_COLOR": "1", "NO_COLOR": "", "TF_CPP_MIN_LOG_LEVEL": "3"}
        done = subprocess.run(
            [sys.executable, "-m", "freezelint", *arguments],
            cwd=folder, env=env, capture_output=True, text=True, check=False,
        )  # fmt: skip
    if done.returncode not in (0, 1) or not done.stdout:
        raise SystemExit(f"`freezelint {' '.join(arguments)}` failed:\n{done.stderr[-2000:]}")
    return f"\033[1m$ freezelint {' '.join(arguments)}\033[0m\n{done.stdout.rstrip()}\n"


def drawn(name: str, output: str, scheme: str) -> str:
    """The SVG of one output; the same input gives the same bytes."""
    background, foreground, *ansi = THEMES[scheme]
    theme = TerminalTheme(_rgb(background), _rgb(foreground), [_rgb(color) for color in ansi])
    console = Console(record=True, width=WIDTH, file=StringIO(), force_terminal=True, color_system="standard")
    console.print(Text.from_ansi(output), end="")
    svg = console.export_svg(title="", theme=theme, code_format=FRAME, unique_id=f"{name}-{scheme}")
    title = f"Output of freezelint {' '.join(PICTURES[name])}"
    svg = svg.replace("BEGIN_TITLEEND_TITLE", html.escape(title)).replace("BACKGROUND", background)
    height = svg.partition('viewBox="0 0 ')[2].partition('"')[0].split()[1]
    svg = svg.replace(height, f"{float(height) - ROOM_FOR_BUTTONS:.1f}")
    return "\n".join(line.rstrip() for line in svg.splitlines()) + "\n"


def _rgb(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def words(svg: str) -> str:
    """The words of a picture, without decimals."""
    text = " ".join(html.unescape(part).replace("\xa0", " ") for part in re.findall(r"<text[^>]*>([^<]*)</text>", svg))
    return " ".join(re.sub(r"\d+\.\d+(e-\d+)?|\d+e-\d+", "#", text).split())


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit status 1 when a picture is stale")
    parser.add_argument("names", nargs="*", help=f"pictures (default: {' '.join(PICTURES)})")
    options = parser.parse_args(arguments)
    stale = []
    for name in options.names or PICTURES:
        output = printed(PICTURES[name])
        for scheme in THEMES:
            path, svg = ASSETS / f"{name}-{scheme}.svg", drawn(name, output, scheme)
            if not options.check:
                path.write_text(svg, encoding="utf-8")
            elif not path.is_file() or words(path.read_text(encoding="utf-8")) != words(svg):
                stale.append(f"{path.relative_to(ROOT)} is not what `freezelint {' '.join(PICTURES[name])}` prints")
    if stale:
        print("\n".join([*stale, "run `python scripts/terminal_picture.py`"]))
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
