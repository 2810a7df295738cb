"""What every request passes before it is answered: its host, its size, who sent it and from where."""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qs, quote

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from suggester.web.failures import answer, known_failure, unexpected
from suggester.web.permits import is_listed, is_open, roles_for
from suggester.web.rates import Rates
from suggester.web.visitor import Reception, Visitor, address_of

#: Cookie whose value pages send back with what they change, where there is no session.
CSRF_COOKIE, CSRF_HEADER, CSRF_FIELD = "suggester_csrf", "x-csrf-token", "csrf_token"
_SAFE = ("GET", "HEAD", "OPTIONS")
_FORM = "application/x-www-form-urlencoded"
_MOST_FORM_BYTES = 100_000
#: A host as browsers and programs write it; anything else in its place is a trick.
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::[0-9]{1,5})?", re.IGNORECASE)
_STATIC = "/static/"
_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Forms of a page under no-referrer would come with an origin of "null".
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
#: A year during which browsers come over TLS only, once they did.
_ONLY_TLS = "max-age=31536000"
_Next = Callable[[Request], Awaitable[Response]]


class Shield:
    """Refuse strangers and requests that no page of ours sent; put the headers on every answer."""

    def __init__(self, reception: Reception) -> None:
        self._reception = reception
        self._hosts = reception.house.names
        self._most_bytes = reception.house.most_megabytes * 1_000_000
        self._rates = Rates(reception.house.requests_per_minute)
        self._headers = dict(_HEADERS)
        if reception.house.secure:
            self._headers["Strict-Transport-Security"] = _ONLY_TLS

    async def __call__(self, request: Request, call_next: _Next) -> Response:
        """Pass a request on, or refuse it."""
        try:
            response = await self._refusal(request) or await call_next(request)
        except Exception as error:
            response = known_failure(error) or unexpected(error)
        for name, value in self._headers.items():
            response.headers[name] = value
        # Scripts and styles are asked for again each time, or they would be those of another release.
        is_static = _path(request).startswith(_STATIC)
        response.headers["Cache-Control"] = "no-cache" if is_static else "no-store"
        return response

    async def _refusal(self, request: Request) -> Response | None:
        if _hostname(request.headers.get("host", "")) not in self._hosts:
            return answer(403, "forbidden", "This service is not called by that name.")
        if not self._has_room(request):
            return answer(413, "too_large", "The request is too large; send less at once.")
        if _path(request).startswith(_STATIC):
            return None
        visitor = await run_in_threadpool(self._reception.visitor, request)
        request.state.visitor = visitor
        request.state.person = visitor.person if visitor else None
        return (
            self._too_often(request, visitor)
            or _not_for(request, visitor)
            or await self._foreign(request, visitor)
        )

    def _too_often(self, request: Request, visitor: Visitor | None) -> Response | None:
        if visitor is None:
            wait = self._rates.wait(f"address {address_of(request)}", is_stranger=True)
        else:
            wait = self._rates.wait(f"account {visitor.person.id}", is_stranger=False)
        if not wait:
            return None
        response = answer(429, "too_many", "There were too many requests; wait before the next.")
        response.headers["Retry-After"] = str(wait)
        return response

    def _has_room(self, request: Request) -> bool:
        # A body in chunks has no size before it was read, whatever else the request says of it.
        if "transfer-encoding" in request.headers:
            return False
        length = request.headers.get("content-length", "0")
        return length.isascii() and length.isdigit() and int(length) <= self._most_bytes

    async def _foreign(self, request: Request, visitor: Visitor | None) -> Response | None:
        if request.method in _SAFE or (visitor is not None and visitor.is_program):
            # No page makes a browser send a token.
            return None
        if await _is_ours(request, visitor, self._reception.house.secure):
            return None
        return answer(
            403,
            "foreign",
            "This change was not sent by a page of this service, or its page is from before you signed "
            "in; load the page again.",
        )


def _path(request: Request) -> str:
    """Return the path that the router goes by; that of ``request.url`` is put together with the host."""
    return str(request.scope["path"])


def _hostname(host: str) -> str:
    """Return the name in a Host header, or nothing where it is no host."""
    found = _HOST.fullmatch(host)
    return "" if found is None else found[1].strip("[]").lower()


def token_of(request: Request) -> tuple[str, bool]:
    """Return the token that a page sends back, and whether it is new and has to be set as a cookie."""
    visitor: Visitor | None = request.state.visitor
    if visitor is not None and visitor.signed_in is not None:
        return visitor.signed_in.csrf, False
    known = request.cookies.get(CSRF_COOKIE, "")
    return (known, False) if len(known) >= 32 else (secrets.token_urlsafe(32), True)


def _not_for(request: Request, visitor: Visitor | None) -> Response | None:
    method, path = request.method, _path(request)
    if is_open(method, path):
        return None
    if visitor is None:
        return _sign_in(request)
    if visitor.person.may_administer:
        return None
    roles = roles_for(method, path)
    if roles is None:
        # Only what is listed is told apart from what is not there.
        if is_listed(path):
            return answer(405, "http", "This address does not take that method.")
        return answer(404, "http", "There is nothing at this address.")
    if visitor.person.role not in roles:
        return answer(403, "forbidden", "This account may not do that.")
    return None


def _sign_in(request: Request) -> Response:
    path = _path(request)
    if path.startswith(("/api/", "/fhir/")) or "authorization" in request.headers:
        response = answer(401, "signed_out", "Sign in, or send a token that holds.")
        response.headers["WWW-Authenticate"] = "Bearer"
        return response
    # Only pages are come back to; what a form changed is to be sent again by whoever signed in.
    if path == "/" or request.method != "GET":
        return RedirectResponse("/login", 303)
    query = request.scope["query_string"].decode("latin-1")
    return RedirectResponse(f"/login?next={quote(path + f'?{query}' * bool(query))}", 303)


async def _is_ours(request: Request, visitor: Visitor | None, secure: bool) -> bool:
    """Tell whether a browser sent this from a page of ours, or a program that is no browser did."""
    signed_in = visitor.signed_in if visitor is not None else None
    expected = signed_in.csrf if signed_in else request.cookies.get(CSRF_COOKIE, "")
    origin = request.headers.get("origin")
    fetched = request.headers.get("sec-fetch-site")
    if visitor is not None and origin is None and fetched is None and not expected:
        return True
    if origin is not None and not _same(origin, request.headers.get("host", ""), secure):
        return False
    if fetched not in (None, "same-origin"):
        return False
    sent = request.headers.get(CSRF_HEADER) or await _field(request)
    return bool(expected) and hmac.compare_digest(sent.encode(), expected.encode())


def _same(origin: str, host: str, secure: bool) -> bool:
    """Tell whether a page comes from this host, and over TLS where the service is reached that way."""
    schemes = ("https",) if secure else ("http", "https")
    return origin.lower() in [f"{scheme}://{host}".lower() for scheme in schemes]


async def _field(request: Request) -> str:
    """Return the token in the hidden field of a form."""
    length = request.headers.get("content-length", "")
    is_form = request.headers.get("content-type", "").partition(";")[0].strip().lower() == _FORM
    if not is_form or not length.isdigit() or int(length) > _MOST_FORM_BYTES:
        return ""
    text = (await request.body()).decode("utf-8", "replace")
    return parse_qs(text).get(CSRF_FIELD, [""])[0]
