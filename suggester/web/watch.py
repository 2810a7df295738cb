"""What is told of each request: figures, and a line of JSON when asked; never an address or a text."""

from __future__ import annotations

import json
import logging
import sys
import time
import uuid
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from suggester.review.trail import now
from suggester.web import metrics

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_log = logging.getLogger("suggester.web.requests")


class Watch:
    """Count and time every request by its route template, and give it an id of its own.

    The id is made here, not taken from the request: a line holds nothing that a client wrote.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and tell of it when it is answered."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        identity, status = uuid.uuid4().hex, 500

        async def told(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", identity.encode())]
            await send(message)

        began = time.perf_counter()
        try:
            await self._app(scope, receive, told)
        finally:
            _tell(scope, identity, status, time.perf_counter() - began)


def log_requests() -> None:
    """Write a line of JSON on standard error for every request from now on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(message)s"))
    _log.handlers = [handler]
    _log.propagate = False
    _log.setLevel(logging.INFO)


def _tell(scope: Scope, identity: str, status: int, seconds: float) -> None:
    method = scope["method"] if scope["method"] in _METHODS else "other"
    route = route_of(scope)
    metrics.REQUESTS.labels(method, route, str(status)).inc()
    metrics.REQUEST_SECONDS.labels(route).observe(seconds)
    if _log.isEnabledFor(logging.INFO):
        line: dict[str, Any] = {
            "at": now().isoformat(timespec="milliseconds"),
            "request": identity,
            "method": method,
            "route": route,
            "status": status,
            "milliseconds": round(seconds * 1000, 1),
        }
        _log.info(json.dumps(line))


def route_of(scope: Scope) -> str:
    """Return the template of the route that answered, such as ``/encounters/{encounter}``; never the address."""
    path = str(scope.get("path", ""))
    template = getattr(scope.get("route"), "path_format", None)
    if not isinstance(template, str):
        return "/static" if path.startswith("/static/") else "none"
    # A route knows itself without the prefix of the router it was put into.
    before = path.count("/") - template.count("/")
    return "/".join(path.split("/")[: before + 1]) + template
