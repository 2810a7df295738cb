"""Codes: search as one types, and what a code means."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query

from suggester.codes.flat_installed import load_flat
from suggester.web.api import bodies, views
from suggester.web.office import Office
from suggester.web.requests import TheOffice

router = APIRouter(prefix="/codes", tags=["codes"])
Systems = Literal["icd10cm", "cpt", "hcpcs", "icd10pcs"]


@router.get("", response_model=bodies.HitsOut)
def search(
    office: TheOffice,
    q: Annotated[str, Query(max_length=200, description="Words, or the start of a code.")],
    system: Annotated[Systems | None, Query(description="Only this system.")] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 12,
) -> dict[str, Any]:
    """Find codes by words or by their beginning; words of a note go by POST, which no address keeps."""
    return {"hits": _found(office, q, system, limit)}


@router.post("/search", response_model=bodies.HitsOut)
def search_privately(body: bodies.SearchIn, office: TheOffice) -> dict[str, Any]:
    """Find codes as GET does, for words of a note: they stand in no address, and so in no log of one."""
    return {"hits": _found(office, body.q, body.system, body.limit)}


def _found(office: Office, q: str, system: str | None, limit: int) -> list[dict[str, Any]]:
    systems = ("icd10cm", "cpt", "hcpcs") if system is None else (system,)
    hits: list[dict[str, Any]] = []
    for name in systems:
        found = office.codes if name == "icd10cm" else load_flat(name)
        for hit in [] if found is None else found.search(q, limit):
            hits.append(
                {
                    "system": name,
                    "code": hit.code,
                    "description": hit.title,
                    "billable": hit.billable,
                    "score": round(hit.score, 4),
                }
            )
    hits.sort(key=lambda hit: (-float(str(hit["score"])), systems.index(str(hit["system"]))))
    return hits[:limit]


@router.get("/{system}/{code}", response_model=views.CodeOut, response_model_exclude_unset=True)
def show(
    office: TheOffice,
    system: Systems,
    code: Annotated[str, Path(max_length=10, description="Such as E11.22.")],
) -> dict[str, Any]:
    """Return a code, and for a diagnosis its notes and what stands above and below it."""
    if system != "icd10cm":
        flat = load_flat(system)
        entry = flat.get(code) if flat is not None else office.codes.get(code)
        return {"system": system, "code": entry.code, "description": entry.title}
    entry = office.codes.get(code)
    return {
        "system": system,
        "code": entry.code,
        "description": entry.title,
        "billable": entry.billable,
        "ancestors": [
            [above, office.codes.title(above)] for above in office.codes.ancestors(entry.code)
        ],
        "children": [
            [below, office.codes.title(below)] for below in office.codes.children(entry.code)
        ],
    }
