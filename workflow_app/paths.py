"""Where the content lies: beside the package in a checkout, inside it in a wheel."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def shipped_content() -> Path:
    """Return the folder that holds `workflows/`, `forms/` and `templates/` of this installation."""
    inside = PACKAGE / "content"
    return inside if inside.is_dir() else PACKAGE.parent
