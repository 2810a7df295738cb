"""The app: the interface and the pages over one office."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import APIRouter, FastAPI
from fastapi.responses import Response
from fastapi.staticfiles import StaticFiles
from starlette.requests import Request

from suggester import __version__
from suggester.web import (
    account_page,
    audit_pages,
    failures,
    models_page,
    pages,
    sign_in_page,
    trail_page,
)
from suggester.web.api import (
    claims,
    codes,
    encounters,
    fhir,
    health,
    metrics,
    models,
    quality,
    second,
    statistics,
    suggest,
    trail,
    uploads,
)
from suggester.web.error_pages import ErrorPages
from suggester.web.house import House
from suggester.web.metrics import SUGGESTION_SECONDS
from suggester.web.office import Office
from suggester.web.outcomes import Outcomes
from suggester.web.shield import Shield
from suggester.web.visitor import Reception
from suggester.web.watch import Watch

_API = (
    suggest,
    uploads,
    encounters,
    second,
    claims,
    codes,
    models,
    statistics,
    quality,
    trail,
    health,
    metrics,
)
_STATIC = Path(__file__).with_name("static")


def create_app(office: Office, house: House | None = None) -> FastAPI:
    """Return the app over an office; without rules of the house, for this computer alone."""
    reception = Reception(office, house or House())

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        del app
        yield
        office.database.close()

    app = FastAPI(
        title="Suggester",
        version=__version__,
        lifespan=lifespan,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    app.state.office = office
    app.state.reception = reception
    shield = Shield(reception)

    @app.middleware("http")
    async def pass_shield(request: Request, call_next: object) -> Response:
        return await shield(request, call_next)  # type: ignore[arg-type]

    failures.install(app)
    app.add_middleware(Outcomes)
    app.add_middleware(ErrorPages)
    app.add_middleware(Watch)
    office.desk.timed = SUGGESTION_SECONDS.observe
    api = APIRouter(prefix="/api/v1", responses=failures.ANSWERS)
    for part in _API:
        api.include_router(part.router)
    app.include_router(api)
    for page in (fhir, pages, audit_pages, trail_page, models_page, sign_in_page, account_page):
        app.include_router(page.router)
    app.mount("/static", StaticFiles(directory=_STATIC), name="static")
    return app
