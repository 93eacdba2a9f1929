"""Pages of the operator's texts: imprint, data protection, accessibility."""

from __future__ import annotations

from flask import Blueprint, render_template

bp = Blueprint("texts", __name__)


@bp.get("/<any(impressum, datenschutz, barrierefreiheit):name>")
def shown(name: str) -> str:
    """Show one of the texts."""
    return render_template(f"texts/{name}.html")
