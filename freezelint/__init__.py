"""freezelint: what will really train, and did the rest stay still?"""

from __future__ import annotations

__version__ = "0.1.0"
