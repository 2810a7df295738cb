"""Failures as pages, where a browser asked for a page: the same sentences, and a way back."""

from __future__ import annotations

import json
from typing import Any

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from suggester.web.pages import render

_PROGRAMS = ("/api/", "/fhir/", "/static/")
_TITLES = {
    403: "This was refused",
    404: "There is nothing here",
    405: "There is nothing here",
    429: "Too many requests",
    503: "Not now",
}


class ErrorPages:
    """Answer failures with a page where a browser goes to one; everything else passes unchanged."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and its answer back."""
        if not _is_for_page(scope):
            await self._app(scope, receive, send)
            return
        start: Message | None = None
        body = b""

        async def told(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start" and _is_failure(message):
                start = message
            elif start is None:
                await send(message)
            else:
                body += message.get("body", b"")
                if not message.get("more_body"):
                    for part in _page(scope, start, body):
                        await send(part)

        await self._app(scope, receive, told)


def _is_for_page(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["path"].startswith(_PROGRAMS):
        return False
    return "text/html" in Request(scope).headers.get("accept", "")


def _is_failure(start: Message) -> bool:
    kinds = [value for name, value in start["headers"] if name.lower() == b"content-type"]
    return start["status"] >= 400 and kinds == [b"application/json"]


def _page(scope: Scope, start: Message, body: bytes) -> tuple[Message, Message]:
    status: int = start["status"]
    message = str(json.loads(body)["error"]["message"])
    # A request may have been refused before it was asked who sent it.
    known: dict[str, Any] = scope.setdefault("state", {})
    known.setdefault("visitor", None)
    title = _TITLES.get(status, "This did not work")
    page = render(
        Request(scope), known.get("person"), "error.html", status, title=title, message=message
    )
    headers = [
        (name, value)
        for name, value in start["headers"]
        if name.lower() not in (b"content-type", b"content-length")
    ]
    new = bytes(page.body)
    headers += [
        (b"content-type", b"text/html; charset=utf-8"),
        (b"content-length", str(len(new)).encode()),
    ]
    return {**start, "headers": headers}, {"type": "http.response.body", "body": new}
