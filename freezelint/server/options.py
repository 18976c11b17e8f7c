"""The settings that an editor sends: those of `[tool.freezelint]`, on top of the settings file."""

from __future__ import annotations

from collections.abc import Mapping

from freezelint.settings.schema import parse

SECTION = "freezelint"
WHERE = "settings of the editor"


def table(sent: object) -> dict[str, object]:
    """The table in what an editor sent, which may wrap it in `freezelint` or `settings`.

    `keras_version` is `keras-version`, and None is a key that was not set. SettingsError when one is invalid.
    """
    for wrapper in ("settings", SECTION):
        if isinstance(sent, Mapping) and isinstance(sent.get(wrapper), Mapping):
            sent = sent[wrapper]
    if sent is None:
        return {}
    if isinstance(sent, Mapping):
        sent = {str(key).replace("_", "-"): value for key, value in sent.items() if value is not None}
    parse(sent, where=WHERE)
    return sent if isinstance(sent, dict) else {}
