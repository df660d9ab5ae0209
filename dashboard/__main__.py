"""``python -m dashboard``: serve the pages."""

from __future__ import annotations

import sys

from dashboard.server import run
from processors.errors import OnRecordError
from processors.settings import load_settings


def main() -> int:
    """Serve until stopped; exit code 2 where the settings or the port cannot be used."""
    try:
        run(load_settings())
    except OnRecordError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
