"""The pytest plugin: the fixture `freeze_verifier`, and `--freezelint-report=PATH` with every verification as
JSON.

TensorFlow is not imported before a test uses the fixture.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from freezelint.runtime import Report

REPORTS = pytest.StashKey[list[tuple[str, Any]]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("freezelint")
    group.addoption(
        "--freezelint-report", metavar="PATH", type=Path, default=None,
        help="Write every verification of this run to PATH, as JSON.",
    )  # fmt: skip


def pytest_configure(config: pytest.Config) -> None:
    config.stash[REPORTS] = []


class FreezeVerifier:
    """What the fixture `freeze_verifier` is: the verifier's calls, with every report kept for the run's own
    report.
    """

    def __init__(self, keep: Callable[[Report], None]) -> None:
        self._keep = keep

    def __call__(self, model: Any, x: Any, y: Any = None, **options: Any) -> Report:
        """Verify one real step and fail the test with the table of offenders; see `verify_step` for the
        options.
        """
        __tracebackhide__ = True
        return self.step(model, x, y, **options).raise_for_violations()

    def step(self, model: Any, x: Any, y: Any = None, **options: Any) -> Report:
        """`verify_step`: the report, whatever its verdict."""
        from freezelint.runtime import verify_step

        report = verify_step(model, x, y, **options)
        self._keep(report)
        return report

    def watch(self, model_or_models: Any, **options: Any) -> Any:
        """`watch`: judge what a block of code does; fails the test unless `on_violation="collect"`."""
        from freezelint.runtime import watch

        watched = watch(model_or_models, **options)
        watched.on_report = self._keep
        return watched


@pytest.fixture
def freeze_verifier(request: pytest.FixtureRequest) -> FreezeVerifier:
    """Verify that a model's frozen weights stay and the others move: `freeze_verifier(model, x, y)`."""
    kept = request.config.stash[REPORTS]
    name = request.node.nodeid
    return FreezeVerifier(lambda report: kept.append((name, report)))


def pytest_sessionfinish(session: pytest.Session) -> None:
    path = session.config.getoption("--freezelint-report")
    if path is None:
        return
    entries = [{"test": name, **report.to_dict()} for name, report in session.config.stash[REPORTS]]
    path.write_text(json.dumps({"schema": 1, "verifications": entries}, indent=2) + "\n", encoding="utf-8")
