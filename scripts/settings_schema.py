"""Write the JSON schema of `[tool.freezelint]`, freezelint/freezelint.schema.json, from freezelint/settings.

python scripts/settings_schema.py           write it
python scripts/settings_schema.py --check   exit status 1 when the file is not what would be written
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from freezelint.settings.describe import json_schema  # noqa: E402

TARGET = ROOT / "freezelint" / "freezelint.schema.json"


def main() -> int:
    parser = argparse.ArgumentParser(description="Write the JSON schema of the settings.")
    parser.add_argument("--check", action="store_true", help="only say whether it is up to date")
    text = json.dumps(json_schema(), indent=2) + "\n"
    if not parser.parse_args().check:
        TARGET.write_text(text, encoding="utf-8")
        return 0
    if TARGET.is_file() and TARGET.read_text(encoding="utf-8") == text:
        return 0
    print(f"{TARGET.relative_to(ROOT)} is not what the settings say: run `python scripts/settings_schema.py`")
    return 1


if __name__ == "__main__":
    sys.exit(main())
