"""freezelint demo: a fine-tuning script with a freeze bug, linted, verified, repaired, verified again."""

from __future__ import annotations

import contextlib
import difflib
import tempfile
from pathlib import Path

import click


@click.command()
@click.pass_context
def demo(context: click.Context) -> None:
    """Lint a bundled fine-tuning script with a freeze bug, show the leak, repair it, and show that it is
    gone.

    Needs TensorFlow (pip install 'freezelint[verify]') and takes less than a minute. Exit 0 when the leak was
    shown and the repair verified, 1 otherwise, 2 without TensorFlow.
    """
    from freezelint import demo as bundled
    from freezelint.runtime.engines import tensorflow as backend

    source = bundled.SCRIPT.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory(prefix="freezelint-demo-") as folder:
        script = Path(folder) / bundled.SCRIPT.name
        script.write_text(source, encoding="utf-8")
        _step("1. The script, as shipped", source)
        _step("2. Linted", _lint(source, script.name))
        try:
            backend.tf()
        except ImportError as error:
            raise click.ClickException(str(error)) from error
        leaked = _verify("3. Verified: one real step per fit", script)
        repaired = bundled.fixed(source)
        diff = difflib.unified_diff(source.splitlines(), repaired.splitlines(), "before", "after", lineterm="", n=2)
        _step("4. Repaired", "\n".join(diff))
        script.write_text(repaired, encoding="utf-8")
        passed = _verify("5. Verified again", script)
    context.exit(0 if leaked == "failed" and passed == "passed" else 1)


def _step(title: str, text: str) -> None:
    click.secho(f"\n{title}\n", bold=True)
    click.echo("\n".join(f"    {line}" if line else "" for line in text.strip().splitlines()))


def _lint(source: str, filename: str) -> str:
    """The linter's findings, or where the linter is not part of this installation, a word about that."""
    import freezelint

    check = getattr(freezelint, "check_source", None)
    if check is None:
        return "the linter is not part of this installation"
    findings = check(source, filename=filename)
    return "\n".join(f"{f.filename}:{f.location.row}:{f.location.column}: {f.code} {f.message}" for f in findings)


def _verify(title: str, script: Path) -> str:
    """Run the verifier in this process and print its tables; each run builds its own model."""
    from freezelint.runtime.script import run_script

    with contextlib.chdir(script.parent) if hasattr(contextlib, "chdir") else contextlib.nullcontext():
        run = run_script(script)
    _step(title, run.to_table().replace(str(script), script.name))
    return run.verdict


command = demo
