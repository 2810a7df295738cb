"""The interface does what its document says: every operation, with requests made up from the document.

No operation is left out. Retraining is asked for as well: with fewer finished encounters than it needs
it is refused, so no training starts.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from suggester import Suggester
from suggester.review.database import Database
from suggester.review.desk import Desk
from suggester.web.app import create_app
from suggester.web.office import Office
from tests.integration.worklist_of_all_kinds import MODEL, fill

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    unsupported_method,
]
#: Requests for each operation; CONTRACT_EXAMPLES asks for more.
EXAMPLES = int(os.environ.get("CONTRACT_EXAMPLES", "12"))
ADDRESS = "http://localhost"
#: Answers of the whole run that show that requests met what is there, beside refusals.
_MET = {
    "POST /api/v1/encounters/{encounter}/decisions": 200,
    "GET /api/v1/encounters/{encounter}": 200,
    "GET /api/v1/encounters/{encounter}/timeline": 200,
    "GET /api/v1/encounters/{encounter}/claim": 200,
    "GET /api/v1/encounters/{encounter}/codings/second": 200,
    "GET /api/v1/encounters/{encounter}/codings/adjudication": 200,
    "GET /api/v1/models/{name}/comparison": 200,
    "GET /api/v1/jobs/{number}": 200,
    "GET /api/v1/statistics": 200,
    "GET /api/v1/quality/agreement": 200,
    "POST /api/v1/exports": 200,
    "POST /api/v1/suggest": 200,
    "POST /api/v1/models/retrain": 422,
}
#: Decisions that can be saved on one encounter or another.
_DECISIONS: tuple[dict[str, Any], ...] = (
    {"kind": "add", "system": "icd10cm", "code": "E03.9", "origin": "typed"},
    {"kind": "query", "text": "Which type?", "codes": ["M10.9"]},
    {"kind": "pend", "reason": "lab report"},
    {"kind": "undo"},
    {"kind": "finish"},
    {"kind": "reopen", "reason": "late report"},
    {"kind": "remove", "system": "icd10cm", "code": "M10.9"},
)


@pytest.fixture
def app(tmp_path: Any, shipped: Suggester) -> Iterator[FastAPI]:
    """The app over encounters in every state, with second codings, a job and a retrained model."""
    database = Database(f"sqlite:///{tmp_path / 'review.db'}")
    database.upgrade()
    office = Office(database, Desk(shipped))
    fill(office)
    yield create_app(office)
    database.close()


def test_every_answer_is_as_documented(app: FastAPI) -> None:
    document = TestClient(app, base_url=ADDRESS).get("/api/v1/openapi.json").json()
    loaded = schemathesis.openapi.from_dict(document)
    loaded.app = app
    wrong: list[str] = []
    met: dict[str, set[int]] = {}
    for found in loaded.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        answers = met.setdefault(operation.label, set())
        try:
            _try(operation, app.state.office, answers)
        except FailureGroup as group:
            wrong += [f"{operation.label}: {failure}" for failure in group.exceptions]
    assert len(met) == sum(len(methods) for methods in document["paths"].values())
    assert not wrong, "\n\n".join(wrong)
    missed = [label for label, status in _MET.items() if status not in met[label]]
    assert not missed, met


def test_every_json_answer_says_what_it_holds(app: FastAPI) -> None:
    document = app.openapi()
    vague = [
        f"{method} {path} {status}"
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        for status, answer in operation["responses"].items()
        for kind, content in answer.get("content", {}).items()
        if kind == "application/json" and not _says_something(content["schema"])
    ]
    assert vague == []


def _says_something(schema: dict[str, Any]) -> bool:
    return "$ref" in schema or bool(schema.get("required"))


def _try(operation: Any, office: Office, answers: set[int]) -> None:
    @given(case=operation.as_strategy())
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=EXAMPLES < 50,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    def one(case: Case[Any]) -> None:
        _aim(case, office)
        answers.add(case.call_and_validate(base_url=ADDRESS, checks=CHECKS).status_code)

    one()


def _aim(case: Case[Any], office: Office) -> None:
    """Let most requests meet something that is there, and decisions its present version."""
    if case.path.endswith("/exports") and isinstance(case.body, dict) and "format" in case.body:
        case.body["encounters"] = ["E1", "E5"]
    places = case.path_parameters
    drawn = sum(map(ord, str(next(iter(places.values()), ""))))
    if "name" in places and drawn % 3:
        places["name"] = ("default", MODEL)[drawn % 2]
    if isinstance(places.get("number"), int) and drawn % 3:
        places["number"] = 1
    name = places.get("encounter")
    if not isinstance(name, str) or not name.startswith("E") or not name[1:].isdecimal():
        return
    number = drawn % 7 + 1
    if number > 6:
        return
    if "/codings/" in case.path and drawn % 3:
        number = 3 if "/second" in case.path else 4
    places["encounter"] = f"E{number}"
    if case.path.endswith("/decisions") and isinstance(case.body, dict) and "version" in case.body:
        kind = "second" if "/second" in case.path else "first"
        there = kind == "first" or number in (3, 4)
        case.body["version"] = office.codings.state(number, kind).version if there else 0
        if drawn % 2:
            case.body |= _DECISIONS[drawn % len(_DECISIONS)]
