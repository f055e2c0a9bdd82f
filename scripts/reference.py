"""Writes docs/reference from the code, or checks that it is fresh.

    python -m scripts.reference            writes the pages
    python -m scripts.reference --check    exits 1 and names every page that is out of date

The pages are for readers; the declarations in the code are the truth. Nothing in docs/reference is
edited by hand.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from scripts import (
    apis_page,
    command_page,
    differences_page,
    metrics_page,
    settings_page,
    states_page,
)

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "docs" / "reference"
SOURCE = ROOT / "src" / "odradek"

PAGES: dict[str, Callable[[], str]] = {
    "settings.md": settings_page.render,
    "commands.md": command_page.render,
    "apis.md": apis_page.render,
    "group-states.md": states_page.render_groups,
    "transaction-states.md": states_page.render_transactions,
    "metrics.md": metrics_page.render,
    "differences.md": lambda: differences_page.render(SOURCE),
}


def stale_pages() -> list[str]:
    """The names of the pages that differ from what the code says now."""
    return [name for name, render in PAGES.items() if _current(name) != render()]


def write_pages() -> None:
    REFERENCE.mkdir(parents=True, exist_ok=True)
    for name, render in PAGES.items():
        (REFERENCE / name).write_text(render(), encoding="utf-8")


def _current(name: str) -> str | None:
    page = REFERENCE / name
    return page.read_text(encoding="utf-8") if page.exists() else None


def main(arguments: list[str]) -> int:
    if arguments != ["--check"]:
        write_pages()
        return 0
    stale = stale_pages()
    for name in stale:
        print(f"docs/reference/{name} is out of date: run `make docs` and commit the result")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
