"""What mkdocs needs beyond docs/: pages from other places of the repository, and links that lead to them.

mkdocs calls the functions whose names begin with `on_` (`hooks` in mkdocs.yml). The pages in docs/ are also read as
files of the repository, so their links go to files of the repository; here each becomes a link to a page of the site.
"""

from __future__ import annotations

import logging
import os
import posixpath
import re
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

from rule_pages import GROUPS, fixes, severity  # noqa: E402

from freezelint.rules import REPOSITORY, load, modules  # noqa: E402

FIXTURES = ROOT / "fixtures"
#: Files of the repository that are pages of the site, and their address there.
PAGES = {"CHANGELOG.md": "changelog.md", "CONTRIBUTING.md": "contributing.md", "fixtures/README.md": "fixtures.md"}
RULE_PAGE = re.compile(r"rules/(FRZ\d{3})\.md")
PROGRAM = re.compile(r"fixtures/(FRZ\d{3})-[\w-]+/(\w+)(?:\.py|/\w+\.py|)")
#: Code, which is left alone, or the second half of a link that leads to a file.
LINK = re.compile(
    r"^(?P<fence>`{3,}|~{3,}).*?^(?P=fence)|`[^`\n]+`|\]\((?![a-z]+:|#)(?P<file>[^)\s#]+)(?P<part>#[^)\s]*)?\)",
    re.MULTILINE | re.DOTALL,
)


def on_config(config: Any) -> Any:
    """Put the pages of the rules into the navigation, by group; leave out entries whose page is not written."""
    config.nav = [entry for entry in map(_existing, config.nav) if entry]
    (rules,) = [entry["Rules"] for entry in config.nav if "Rules" in entry]
    for group, codes in groupby(modules(), key=lambda code: code[:4]):
        pages = [{f"{code} {load(code).name}": f"rules/{code}.md"} for code in codes]
        rules.append({f"{group}xx {GROUPS[group]}": pages})
    return config


def _existing(entry: Any) -> Any:
    """A navigation entry without pages that do not exist, None when nothing is left."""
    if isinstance(entry, str):
        generated = entry in PAGES.values()
        return entry if generated or (ROOT / "docs" / entry).is_file() else None
    ((title, target),) = entry.items()
    if isinstance(target, list):
        inner = [kept for kept in map(_existing, target) if kept]
        return {title: inner} if inner else None
    return {title: target} if _existing(target) else None


def on_files(files: Any, config: Any) -> Any:
    """Add the pages whose sources are outside docs/, and one page of programs for each rule that has fixtures."""
    from mkdocs.structure.files import File

    for source, address in PAGES.items():
        files.append(File.generated(config, address, content=(ROOT / source).read_text(encoding="utf-8")))
    for folder in sorted(path for path in FIXTURES.iterdir() if path.is_dir()):
        code = folder.name.partition("-")[0]
        files.append(File.generated(config, f"rules/{code}-programs.md", content=programs(folder)))
    return files


def programs(folder: Path) -> str:
    """The page with every program of a rule, each under its own name."""
    code, _, name = folder.name.partition("-")
    parts = [
        "---\nsearch:\n  exclude: true\nhide:\n  - navigation\n---",
        f"# Programs that show {name} ({code})",
        f"Each of them was run; [{code}]({code}.md) says what it showed, [the notation](../fixtures.md) is that of "
        "the comments.",
    ]
    for path in [*sorted(folder.glob("bad_*")), *sorted(folder.glob("good_*"))]:
        parts.append(f"## {path.stem}")
        for file in [path] if path.is_file() else sorted(path.rglob("*.py")):
            title = f' title="{file.relative_to(path)}"' if path.is_dir() else ""
            parts.append(f"``` {{ .python{title} }}\n{file.read_text(encoding='utf-8').rstrip()}\n```")
    return "\n\n".join(parts) + "\n"


def on_page_read_source(page: Any, config: Any) -> str | None:
    """Give the page of a rule its tags: they are for the search, and of no use where the file itself is read."""
    found = RULE_PAGE.fullmatch(page.file.src_uri)
    if not found:
        return None
    tags = "".join(f"  - {tag}\n" for tag in tags_of(found[1]))
    return f"---\ntags:\n{tags}---\n\n" + Path(page.file.abs_src_path).read_text(encoding="utf-8")


def tags_of(code: str) -> list[str]:
    """On which generations a rule reports, as an error or a warning; whether it is in preview, or has fixes."""
    rule = load(code)
    if code.startswith("FRZ9"):
        return ["freezelint itself"] + ["has fixes"] * (fixes(rule) != "–")
    said = {generation: severity(rule, generation) for generation in ("Keras 2", "Keras 3")}
    reported = [generation for generation, how in said.items() if re.search("error|warning", how)]
    tags = [f"{reported[0]} only"] if len(reported) == 1 else reported
    tags += [word for word in ("error", "warning") if any(word in how for how in said.values())]
    return tags + ["preview"] * rule.preview + ["has fixes"] * (fixes(rule) != "–")


def on_page_markdown(markdown: str, page: Any, config: Any, files: Any) -> str:
    """Turn links to files of the repository into links to pages of the site."""
    address = page.file.src_uri
    if address == "index.md":
        page.meta["hide"] = ["navigation"]
    sources = {page_address: source for source, page_address in PAGES.items()}
    home = posixpath.dirname(sources.get(address, f"docs/{address}"))

    def replaced(match: re.Match[str]) -> str:
        if not match["file"]:
            return match[0]
        target = posixpath.normpath(posixpath.join(home, match["file"]))
        return f"]({site_link(target, posixpath.dirname(address))}{match['part'] or ''})"

    return LINK.sub(replaced, markdown)


def on_post_page(output: str, page: Any, config: Any) -> None:
    """Warn, which ends a strict build, about what a reader with a screen reader would stumble over."""
    for problem in problems(output.partition("<article")[2]):
        logging.getLogger("mkdocs.hooks.freezelint").warning("%s: %s", page.file.src_uri, problem)


def problems(html: str) -> Iterator[str]:
    """Headings that skip a level, and pictures without a word of what they show."""
    levels = [int(level) for level in re.findall(r"<h([1-6])\b", html)]
    for before, after in zip([0, *levels], levels, strict=False):
        if after > before + 1:
            yield f"a heading of level {after} follows one of level {before}"
    for picture in re.findall(r"<img\b[^>]*>", html):
        if not re.search(r'\balt="[^"]', picture):
            yield f"a picture has no text: {picture}"


def site_link(target: str, folder: str) -> str:
    """The link from a page in `folder` of the site to a file of the repository, to its source where it has no page."""
    program = PROGRAM.fullmatch(target)
    if target in PAGES:
        page = PAGES[target]
    elif program:
        page = f"rules/{program[1]}-programs.md#{program[2]}"
    elif target.startswith("docs/"):
        page = target.removeprefix("docs/")
    else:
        return f"{REPOSITORY}/blob/main/{target}"
    return os.path.relpath(page, folder or ".").replace(os.sep, "/")
