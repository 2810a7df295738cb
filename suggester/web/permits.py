"""Which role may use which address; one that is not listed is the administrators' alone."""

from __future__ import annotations

from suggester.review.people import ADMIN, AUDITOR, CODER, SERVICE

_PEOPLE = frozenset({CODER, AUDITOR, ADMIN})
_ALL = _PEOPLE | {SERVICE}
_JUDGES = frozenset({AUDITOR, ADMIN})
_ADMINS = frozenset({ADMIN})

#: Addresses that are answered to strangers: to sign in, and to ask whether the service is alive.
OPEN = frozenset({"GET /login", "POST /login", "GET /api/v1/health", "GET /api/v1/ready"})
_STATIC = "/static/"

#: Method and address, with names in braces for one part of any content.
PERMITS: dict[str, frozenset[str]] = {
    **dict.fromkeys(OPEN, _ALL),
    "GET /api/v1/openapi.json": _ALL,
    "POST /api/v1/suggest": _ALL,
    "POST /api/v1/suggest/many": _ALL,
    "GET /api/v1/codes": _ALL,
    "POST /api/v1/codes/search": _ALL,
    "GET /api/v1/codes/{system}/{code}": _ALL,
    "GET /api/v1/encounters": _ALL,
    "POST /api/v1/encounters": _ALL,
    "POST /api/v1/encounters/upload": _ALL,
    "POST /api/v1/encounters/examples": _PEOPLE,
    "POST /api/v1/encounters/claim-next": _PEOPLE,
    "GET /api/v1/encounters/{encounter}": _ALL,
    "GET /api/v1/encounters/{encounter}/timeline": _ALL,
    "POST /api/v1/encounters/{encounter}/documents": _ALL,
    "POST /api/v1/encounters/{encounter}/decisions": _PEOPLE,
    "POST /api/v1/encounters/{encounter}/shown": _PEOPLE,
    "POST /api/v1/encounters/{encounter}/lock": _PEOPLE,
    "DELETE /api/v1/encounters/{encounter}/lock": _PEOPLE,
    "POST /api/v1/encounters/{encounter}/assign": _PEOPLE,
    "GET /api/v1/encounters/{encounter}/claim": _ALL,
    "POST /api/v1/encounters/{encounter}/exported": _ALL,
    "POST /api/v1/exports": _ALL,
    "GET /api/v1/encounters/{encounter}/codings/second": _PEOPLE,
    "GET /api/v1/encounters/{encounter}/codings/second/timeline": _PEOPLE,
    "POST /api/v1/encounters/{encounter}/codings/second/decisions": _PEOPLE,
    "POST /api/v1/encounters/{encounter}/codings/second/shown": _PEOPLE,
    "POST /api/v1/encounters/{encounter}/codings/second/lock": _PEOPLE,
    "DELETE /api/v1/encounters/{encounter}/codings/second/lock": _PEOPLE,
    "GET /api/v1/encounters/{encounter}/codings/adjudication": _JUDGES,
    "POST /api/v1/encounters/{encounter}/codings/adjudication": _JUDGES,
    "GET /api/v1/quality/seconds": _PEOPLE,
    "GET /api/v1/quality/agreement": _JUDGES,
    "POST /api/v1/quality/samples": _JUDGES,
    "GET /api/v1/encounters/{encounter}/trail": _JUDGES,
    "GET /api/v1/trail": _JUDGES,
    "GET /api/v1/statistics": _PEOPLE,
    "GET /api/v1/models": _ALL,
    "GET /api/v1/models/{name}/comparison": _PEOPLE,
    "POST /api/v1/models/retrain": _ADMINS,
    "POST /api/v1/models/rollback": _ADMINS,
    "POST /api/v1/models/{name}/promote": _ADMINS,
    "GET /api/v1/jobs/{number}": _PEOPLE,
    "GET /api/v1/metrics": frozenset({ADMIN, SERVICE}),
    "GET /fhir/metadata": _ALL,
    "GET /fhir/OperationDefinition/DocumentReference-suggest-codes": _ALL,
    "POST /fhir/DocumentReference/$suggest-codes": _ALL,
    "GET /": _PEOPLE,
    "GET /audit": _PEOPLE,
    "GET /audit/trail": _JUDGES,
    "GET /dashboard": _PEOPLE,
    "GET /models": _PEOPLE,
    "GET /encounters/{encounter}/second": _PEOPLE,
    "GET /encounters/{encounter}/adjudication": _JUDGES,
    "GET /encounters/{encounter}": _PEOPLE,
    "GET /encounters/{encounter}/sheet": _PEOPLE,
    "POST /logout": _PEOPLE,
    "GET /account": _PEOPLE,
    "POST /account/password": _PEOPLE,
    "POST /account/tokens": _PEOPLE,
    "POST /account/tokens/revoke": _PEOPLE,
    "POST /account/sign-out-everywhere": _PEOPLE,
}
_BY_METHOD: dict[str, list[tuple[list[str], frozenset[str]]]] = {}
for _key, _roles in PERMITS.items():
    _method, _path = _key.split(" ")
    _BY_METHOD.setdefault(_method, []).append((_path.split("/"), _roles))


def is_open(method: str, path: str) -> bool:
    """Tell whether an address is answered to strangers."""
    return f"{method} {path}" in OPEN or (method == "GET" and path.startswith(_STATIC))


def roles_for(method: str, path: str) -> frozenset[str] | None:
    """Return which roles may use an address, or None for one that is not listed."""
    parts = path.split("/")
    matching = [
        (_exactness(pattern), roles)
        for pattern, roles in _BY_METHOD.get(method, ())
        if _fits(pattern, parts)
    ]
    return max(matching, key=lambda match: match[0])[1] if matching else None


def is_listed(path: str) -> bool:
    """Tell whether an address is listed under any method."""
    parts = path.split("/")
    return any(_fits(pattern, parts) for rows in _BY_METHOD.values() for pattern, _ in rows)


def _fits(pattern: list[str], parts: list[str]) -> bool:
    return len(pattern) == len(parts) and all(
        said == part or (said.startswith("{") and part != "")
        for said, part in zip(pattern, parts, strict=True)
    )


def _exactness(pattern: list[str]) -> int:
    return sum(not said.startswith("{") for said in pattern)
