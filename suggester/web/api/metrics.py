"""Figures for monitoring."""

from __future__ import annotations

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST

from suggester.web.metrics import exposition
from suggester.web.requests import TheOffice

router = APIRouter(tags=["health"])


@router.get(
    "/metrics",
    response_class=Response,
    responses={
        200: {"description": "Figures.", "content": {"text/plain": {"schema": {"type": "string"}}}}
    },
)
def metrics(office: TheOffice) -> Response:
    """Return counts and times in the text format of Prometheus, without a name or a word of a note."""
    return Response(exposition(office.worklist.counts()), media_type=CONTENT_TYPE_LATEST)
