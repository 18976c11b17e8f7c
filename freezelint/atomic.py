"""Writing files whole: a reader sees the old text or the new text, never a part."""

from __future__ import annotations

import os
import tempfile


def write_text(path: str, text: str) -> None:
    """Replace a file's text (UTF-8) in one step. OSError when that cannot be done; nothing is left behind."""
    write_bytes(path, text.encode("utf-8", "surrogatepass"))


def write_bytes(path: str, data: bytes) -> None:
    """Replace a file's bytes in one step, its mode stays. OSError as for `write_text`."""
    target = os.path.realpath(path)
    mode = os.stat(target).st_mode & 0o777 if os.path.exists(target) else None
    handle, temporary = tempfile.mkstemp(dir=os.path.dirname(target), prefix=".freezelint-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(temporary, _default_mode() if mode is None else mode)
        os.replace(temporary, target)
    except BaseException:
        os.unlink(temporary)
        raise


def _default_mode() -> int:
    """The mode that a new file would get; `mkstemp` gives the owner alone."""
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
