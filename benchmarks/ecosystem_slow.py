"""CPU seconds of each file on its own, in the freezelint that Python finds: `python -m` or PYTHONPATH decide.

    python benchmarks/ecosystem_slow.py FOLDER [--keras-version 2|3]

Prints one JSON array per file, [file name] before and [file name, seconds] after, so that who reads it knows
which file was being checked when the process was stopped. Files that do not pass the gates cost next to nothing.
`ecosystem.py --slow` runs this.
"""

from __future__ import annotations

import argparse
import gc
import json
import time

from freezelint import Settings, check_paths, check_source
from freezelint.engine import files_of


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder")
    parser.add_argument("--keras-version", default="auto", choices=["auto", "2", "3"])
    arguments = parser.parse_args(argv)
    settings = Settings.of(keras_version=arguments.keras_version)
    check_source("import keras\nkeras.Sequential().trainable = False\n", settings=settings)  # imports what it needs
    gc.set_threshold(100_000, 20, 50)  # as the command does
    for filename in files_of([arguments.folder], settings)[0]:
        print(json.dumps([filename]), flush=True)
        start = time.process_time()
        check_paths([filename], settings, jobs=1)
        print(json.dumps([filename, time.process_time() - start]), flush=True)


if __name__ == "__main__":
    main()
