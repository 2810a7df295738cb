"""Failures under ``/fhir`` as OperationOutcome: the same sentences in FHIR's form."""

from __future__ import annotations

import json
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from suggester.errors import InputError

FHIR = "application/fhir+json"
#: Status → code of the issue, from FHIR's value set of issue types.
_ISSUES = {
    400: "structure",
    401: "login",
    403: "forbidden",
    404: "not-found",
    405: "not-supported",
    409: "conflict",
    413: "too-long",
    415: "not-supported",
    422: "processing",
    423: "lock-error",
    429: "throttled",
    503: "transient",
}
_OUTCOME = {"type": "object", "required": ["resourceType", "issue"]}
#: Failures of FHIR operations, for the document of the interface.
ANSWERS: dict[int | str, dict[str, Any]] = {
    status: {"description": what, "content": {FHIR: {"schema": _OUTCOME}}}
    for status, what in (
        (400, "The request cannot be read."),
        (401, "Not signed in."),
        (403, "Not for this account, or not sent by a program or page of this service."),
        (404, "There is no such thing."),
        (405, "Not this method."),
        (413, "Too large."),
        (415, "Not FHIR in JSON."),
        (422, "No note can be read in it."),
        (429, "Too many requests; wait a little."),
        (503, "The database does not answer."),
    )
}


class UnsupportedError(InputError):
    """A body in another format than the one that is read."""

    code = "unsupported"


class Outcomes:
    """Answer failures under a path as OperationOutcome; everything else passes unchanged."""

    def __init__(self, app: ASGIApp, path: str = "/fhir") -> None:
        self._app, self._path = app, path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and its answer back."""
        path = scope.get("path", "")
        if scope["type"] != "http" or not f"{path}/".startswith(f"{self._path}/"):
            await self._app(scope, receive, send)
            return
        start: Message | None = None
        body = b""

        async def told(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start" and message["status"] >= 400:
                start = message
            elif start is None:
                await send(message)
            else:
                body += message.get("body", b"")
                if not message.get("more_body"):
                    for part in _outcome(start, body):
                        await send(part)

        await self._app(scope, receive, told)


def _outcome(start: Message, body: bytes) -> tuple[Message, Message]:
    status = start["status"]
    try:
        said = str(json.loads(body)["error"]["message"])
    except (ValueError, KeyError, TypeError):
        said = "The request cannot be answered."
    severity = "fatal" if status == 500 else "error"
    issue = {"severity": severity, "code": _ISSUES.get(status, "exception"), "diagnostics": said}
    new = json.dumps({"resourceType": "OperationOutcome", "issue": [issue]}).encode("utf-8")
    headers = [
        (name, value)
        for name, value in start["headers"]
        if name.lower() not in (b"content-type", b"content-length")
    ]
    headers += [(b"content-type", FHIR.encode()), (b"content-length", str(len(new)).encode())]
    return {**start, "headers": headers}, {"type": "http.response.body", "body": new}
