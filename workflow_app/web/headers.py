"""Headers that keep the browser from doing what no page of ours needs."""

from __future__ import annotations

from flask import Flask, Response, request

from workflow_app.web.context import given_page

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
DONE = "done"
"""Cookie that names the page whose request was last carried out; it holds nothing secret."""


def add(response: Response) -> Response:
    """Return the response with the headers; pages of cases are kept by no cache."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    if response.status_code == 303 and (page := given_page()):
        # The script forgets what it kept for this page: the server has it now.
        response.set_cookie(
            DONE, page, max_age=600, secure=request.is_secure, httponly=False, samesite="Lax"
        )
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response


def register(app: Flask) -> None:
    """Put the headers on every response."""
    app.after_request(add)
