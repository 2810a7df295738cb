from __future__ import annotations

import logging

import pytest
from fastapi.testclient import TestClient

from suggester.web.app import create_app
from suggester.web.house import House
from suggester.web.office import Office
from suggester.web.shield import CSRF_COOKIE

TOKEN = "t" * 43
HOME = {"origin": "http://localhost", "sec-fetch-site": "same-origin", "x-csrf-token": TOKEN}


def change(client: TestClient, headers: dict[str, str], cookie: str | None = TOKEN) -> int:
    """Try a change as a browser would, and return the status."""
    client.cookies.clear()
    if cookie:
        client.cookies.set(CSRF_COOKIE, cookie)
    return client.post("/api/v1/encounters/claim-next", headers=headers).status_code


def test_a_page_of_ours_may_change_things(client: TestClient) -> None:
    assert change(client, HOME) == 204


def test_a_program_that_is_no_browser_may(client: TestClient) -> None:
    assert change(client, {}, cookie=None) == 204


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"x-csrf-token": "u" * 43},
        {"x-csrf-token": ""},
        {"host": "evil.example"},
    ],
)
def test_a_foreign_page_may_not(client: TestClient, wrong: dict[str, str]) -> None:
    assert change(client, HOME | wrong) == 403


def test_a_page_without_its_cookie_may_not(client: TestClient) -> None:
    assert change(client, HOME, cookie=None) == 403


@pytest.mark.parametrize("path", ["/api/v1/health", "/nowhere", "/api/v1/encounters/E9"])
def test_every_answer_carries_the_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"


def test_what_is_too_large_is_not_read(office: Office) -> None:
    client = TestClient(create_app(office, House(most_megabytes=1)), base_url="http://localhost")
    answer = client.post("/api/v1/suggest", json={"text": "a" * 1_100_000})
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")


def test_an_unforeseen_failure_tells_nothing_of_the_note(
    office: Office,
    client: TestClient,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(encounter: object) -> None:
        raise ValueError(f"zebra: {encounter}")

    monkeypatch.setattr(office.desk, "suggest", fail)
    with caplog.at_level(logging.DEBUG):
        answer = client.post("/api/v1/suggest", json={"text": "zebra stripes"})
    assert answer.status_code == 500
    assert answer.json()["error"]["code"] == "unexpected"
    assert "ValueError" in caplog.text
    assert "zebra" not in answer.text + caplog.text
