"""Whether the service is alive and ready."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from suggester.web.api import bodies
from suggester.web.requests import TheOffice

router = APIRouter(tags=["health"])


@router.get("/health", response_model=bodies.HealthOut)
def health() -> dict[str, Any]:
    """Tell that the process is alive."""
    return {"status": "ok"}


@router.get("/ready", response_model=bodies.HealthOut)
def ready(office: TheOffice) -> dict[str, Any]:
    """Tell that the database answers and a model is loaded."""
    office.database.check()
    return {
        "status": "ready",
        "model": office.desk.model,
        "code_sets": {"icd10cm": office.codes.release.name},
    }
