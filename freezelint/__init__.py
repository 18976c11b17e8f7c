"""freezelint: what will really train, and did the rest stay still?

from freezelint import check_source, check_paths, Settings

for finding in check_source(text, "train.py", Settings.of(keras_version="3")): ...
"""

from __future__ import annotations

__version__ = "0.1.0"
__all__ = ["Finding", "Result", "Settings", "SettingsError", "__version__", "check_paths", "check_source"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from freezelint.engine import check_paths, check_source
    from freezelint.findings import Finding
    from freezelint.result import Result
    from freezelint.settings import Settings, SettingsError

_HOMES = {
    "Finding": "findings",
    "Result": "result",
    "Settings": "settings",
    "SettingsError": "settings",
    "check_paths": "engine",
    "check_source": "engine",
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first used, so that `import freezelint` stays cheap."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
