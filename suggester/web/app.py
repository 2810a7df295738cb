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
from suggester.web import failures, pages
from suggester.web.api import codes, encounters, health, suggest, uploads
from suggester.web.office import Office
from suggester.web.shield import Shield

_STATIC = Path(__file__).with_name("static")


def create_app(office: Office, most_megabytes: int = 20) -> FastAPI:
    """Return the app over an office, for a loopback address: one user, no login."""
    person = office.local_person()

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
    shield = Shield(most_bytes=most_megabytes * 1_000_000)

    @app.middleware("http")
    async def pass_shield(request: Request, call_next: object) -> Response:
        request.state.person = person
        return await shield(request, call_next)  # type: ignore[arg-type]

    failures.install(app)
    api = APIRouter(prefix="/api/v1", responses=failures.ANSWERS)
    for part in (suggest, uploads, encounters, codes, health):
        api.include_router(part.router)
    app.include_router(api)
    app.include_router(pages.router)
    app.mount("/static", StaticFiles(directory=_STATIC), name="static")
    return app
