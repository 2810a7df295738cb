"""What every request passes before it is answered: its host, where it comes from, its size."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from fastapi import Request
from starlette.responses import Response

from suggester.web.failures import answer, unexpected

#: Name of the cookie whose value pages send back with what they change.
CSRF_COOKIE, CSRF_HEADER = "suggester_csrf", "x-csrf-token"
_SAFE = ("GET", "HEAD", "OPTIONS")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
_Next = Callable[[Request], Awaitable[Response]]


class Shield:
    """Refuse requests that no page of ours sent, and put the headers on every answer.

    Parameters
    ----------
    hosts
        Names under which the service is called; another one points to a foreign page that had its
        name resolve to this computer.
    most_bytes
        Largest request.
    """

    def __init__(self, hosts: tuple[str, ...] = _LOOPBACK, most_bytes: int = 20_000_000) -> None:
        self._hosts = hosts
        self._most_bytes = most_bytes

    async def __call__(self, request: Request, call_next: _Next) -> Response:
        """Pass a request on, or refuse it."""
        try:
            response = self._refusal(request) or await call_next(request)
        except Exception as error:
            response = unexpected(error)
        for name, value in _HEADERS.items():
            response.headers[name] = value
        if not request.url.path.startswith("/static/"):
            response.headers["Cache-Control"] = "no-store"
        return response

    def _refusal(self, request: Request) -> Response | None:
        host = urlsplit(f"//{request.headers.get('host', '')}").hostname
        if host not in self._hosts:
            return answer(403, "forbidden", "This service is not called by that name.")
        if not self._has_room(request):
            return answer(413, "too_large", "The request is too large; send less at once.")
        if request.method not in _SAFE and not _is_ours(request):
            return answer(403, "forbidden", "This change was not sent by a page of this service.")
        return None

    def _has_room(self, request: Request) -> bool:
        length = request.headers.get("content-length")
        if length is None:
            return "transfer-encoding" not in request.headers
        return length.isdigit() and int(length) <= self._most_bytes


def token_of(request: Request) -> tuple[str, bool]:
    """Return the token that a page sends back, and whether it is new and has to be set."""
    known = request.cookies.get(CSRF_COOKIE, "")
    return (known, False) if len(known) >= 32 else (secrets.token_urlsafe(32), True)


def _is_ours(request: Request) -> bool:
    """Tell whether a browser sent this from a page of ours, or a program that is no browser did."""
    origin = request.headers.get("origin")
    fetched = request.headers.get("sec-fetch-site")
    cookie = request.cookies.get(CSRF_COOKIE)
    if origin is None and fetched is None and cookie is None:
        return True
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        return False
    if fetched not in (None, "same-origin"):
        return False
    sent = request.headers.get(CSRF_HEADER, "")
    return bool(cookie) and hmac.compare_digest(sent.encode(), (cookie or "").encode())
