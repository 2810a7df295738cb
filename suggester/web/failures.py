"""Failures as answers: one envelope, one sentence, never a word of the note."""

from __future__ import annotations

import logging
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from suggester.errors import (
    InputError,
    ModelError,
    SuggesterError,
    UnknownCodeError,
    UnknownModelError,
)
from suggester.review.codings import ConflictError, LockedError
from suggester.review.database import DatabaseError
from suggester.review.intake import PurgedEncounterError, UnknownEncounterError
from suggester.review.jobs import BusyError, UnknownJobError
from suggester.review.people import ForbiddenError
from suggester.web.api.bodies import ErrorAnswer
from suggester.web.outcomes import UnsupportedError

_STATUS: tuple[tuple[type[SuggesterError], int], ...] = (
    (ConflictError, 409),
    (LockedError, 423),
    (PurgedEncounterError, 410),
    (UnknownEncounterError, 404),
    (UnknownJobError, 404),
    (UnknownModelError, 404),
    (ModelError, 422),
    (BusyError, 409),
    (UnknownCodeError, 404),
    (ForbiddenError, 403),
    (DatabaseError, 503),
    (UnsupportedError, 415),
    (InputError, 422),
)
_SENTENCES = {
    404: "There is nothing at this address.",
    405: "This address does not take that method.",
}
#: Answers that any part of the interface may give, for its document.
ANSWERS: dict[int | str, dict[str, Any]] = {
    status: {"model": ErrorAnswer, "description": what}
    for status, what in (
        (400, "The request cannot be read."),
        (401, "Not signed in, and no token that holds."),
        (403, "Not for this account, or not sent by the page."),
        (404, "There is no such thing."),
        (405, "Not this method."),
        (409, "Changed since it was read, or being done already."),
        (410, "Its note was deleted after its time of retention."),
        (413, "Too large."),
        (422, "What was sent cannot be used."),
        (423, "Another coder has it open."),
        (429, "Too often; wait as long as Retry-After says."),
        (503, "The database does not answer."),
    )
}
_log = logging.getLogger("suggester.web")


def answer(status: int, code: str, message: str, **detail: Any) -> JSONResponse:
    """Return the envelope of a failure."""
    return JSONResponse(
        {"error": {"code": code, "message": message, "detail": detail}}, status_code=status
    )


def _known(request: Request, error: Exception) -> Response:
    del request
    return known_failure(error) or unexpected(error)


def install(app: FastAPI) -> None:
    """Let every foreseen failure of an app be answered in the envelope."""
    app.add_exception_handler(SuggesterError, _known)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)


def known_failure(error: Exception) -> JSONResponse | None:
    """Return the answer to a foreseen failure, or None for any other."""
    if not isinstance(error, SuggesterError):
        return None
    status = next((status for kind, status in _STATUS if isinstance(error, kind)), 500)
    detail = {"version": error.version} if isinstance(error, ConflictError) else {}
    return answer(status, error.code, str(error), **detail)


def _invalid(request: Request, error: Exception) -> JSONResponse:
    del request
    assert isinstance(error, RequestValidationError)
    # Where, and what was wrong: never what was sent, which could be note text.
    places = sorted({".".join(map(str, problem["loc"])) for problem in error.errors()})
    unreadable = any(problem["type"] == "json_invalid" for problem in error.errors())
    if unreadable:
        return answer(400, "unreadable", "The request does not hold JSON.")
    named = ", ".join(place for place in places if len(place) <= 80)[:300]
    return answer(422, "bad_input", f"These parts of the request cannot be used: {named}.")


def _http(request: Request, error: Exception) -> JSONResponse:
    del request
    assert isinstance(error, HTTPException)
    sentence = _SENTENCES.get(error.status_code, "The request cannot be answered.")
    response = answer(error.status_code, "http", sentence)
    response.headers.update(error.headers or {})
    return response


def unexpected(error: Exception) -> JSONResponse:
    """Answer a failure that nobody foresaw; its message, which could hold note text, goes nowhere."""
    _log.error("unexpected failure: %s%s", type(error).__name__, _place(error))
    return answer(
        500, "unexpected", "Something unexpected went wrong; nothing was saved. Please report it."
    )


def _place(error: BaseException) -> str:
    place, trace = "", error.__traceback__
    while trace is not None:
        module = str(trace.tb_frame.f_globals.get("__name__", ""))
        if module.startswith("suggester"):
            place = f" in {module}, line {trace.tb_lineno}"
        trace = trace.tb_next
    return place
