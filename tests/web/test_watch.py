from __future__ import annotations

import json
import logging
import re

import pytest
from fastapi.testclient import TestClient

from suggester.web.watch import log_requests


def figure(client: TestClient, pattern: str) -> float:
    """Return one figure, or 0 where it is not told yet."""
    text = client.get("/api/v1/metrics").text
    found = re.search(rf"^{pattern} (\S+)$", text, re.MULTILINE)
    return float(found[1]) if found else 0.0


def test_requests_are_counted_by_template_and_never_by_address(client: TestClient) -> None:
    route = r'suggester_requests_total\{method="GET",route="/api/v1/encounters/\{encounter\}",status="404"\}'
    before = figure(client, route)
    client.get("/api/v1/encounters/E987654?zebra=1")
    client.get("/zebra/stripes")
    assert figure(client, route) == before + 1
    text = client.get("/api/v1/metrics").text
    assert "987654" not in text
    assert "zebra" not in text
    assert 'route="none",status="404"' in text


def test_decisions_suggestions_and_queues_are_told(client: TestClient) -> None:
    kind = r'suggester_decisions_total\{kind="accept"\}'
    count = "suggester_suggestion_seconds_count"
    decided, suggested = figure(client, kind), figure(client, count)
    view = client.post("/api/v1/encounters", json={"text": "Impression: Gout."}).json()
    row = {"version": 0, "kind": "accept", "system": "icd10cm", "code": "M10.9"}
    client.post(f"/api/v1/encounters/{view['id']}/decisions", json=row)
    assert figure(client, kind) == decided + 1
    assert figure(client, count) == suggested + 1
    assert figure(client, r'suggester_encounters\{state="in_review"\}') == 1
    answer = client.get("/api/v1/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    assert "Gout" not in answer.text


def test_a_line_for_each_request_says_nothing_of_it(
    client: TestClient, capsys: pytest.CaptureFixture[str]
) -> None:
    log_requests()
    try:
        answer = client.get(
            "/api/v1/encounters/E31?q=zebra", headers={"x-request-id": "zebra", "cookie": "a=zebra"}
        )
        [told] = capsys.readouterr().err.splitlines()
    finally:
        logging.getLogger("suggester.web.requests").handlers = []
        logging.getLogger("suggester.web.requests").setLevel(logging.WARNING)
    line = json.loads(told)
    assert line.pop("milliseconds") >= 0
    assert line.pop("at").endswith("+00:00")
    assert line.pop("request") == answer.headers["x-request-id"]
    assert line == {"method": "GET", "route": "/api/v1/encounters/{encounter}", "status": 404}
