"""What somebody with bad intentions sends: forged hosts, sizes, paths, pages and characters."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from suggester import Suggester
from suggester.review.database import Database
from suggester.review.desk import Desk
from suggester.web.house import House
from suggester.web.office import Office
from suggester.web.permits import PERMITS
from tests.web.staff import HOME, Staff, staffed

NOTE = "Impression: Gout."
ASKS_PAGE = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
CHANGES = sorted(key for key in PERMITS if not key.startswith("GET "))


@pytest.fixture(scope="module")
def staff(tmp_path_factory: pytest.TempPathFactory, shipped: Suggester) -> Iterator[Staff]:
    """An office for all tests that leave nothing behind."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('attacked') / 'review.db'}")
    database.upgrade()
    yield staffed(Office(database, Desk(shipped)))
    database.close()


@pytest.fixture
def fresh(office: Office) -> Staff:
    return staffed(office)


def filled(key: str) -> tuple[str, str]:
    """A method and address with something in every place."""
    method, path = key.split(" ")
    values = {"encounter": "E1", "system": "icd10cm", "code": "M10.9", "name": "x", "number": "1"}
    return method, path.format(**values)


def refused(client: TestClient, key: str, headers: dict[str, str]) -> int:
    method, path = filled(key)
    answer = client.request(method, path, headers=headers)
    said = answer.text
    assert "not sent by a page of this service" in said or "not called by that name" in said
    return answer.status_code


@pytest.mark.parametrize("key", CHANGES)
def test_no_foreign_page_changes_anything(staff: Staff, key: str) -> None:
    client = staff.browser("root")
    for wrong in (
        {"x-csrf-token": ""},
        {"x-csrf-token": "u" * 43},
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://localhost.evil.example"},
        {"origin": "http://["},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"host": "evil.example"},
    ):
        assert refused(client, key, wrong) == 403
    if key.startswith("POST /fhir/"):
        answer = client.post(filled(key)[1], headers={"x-csrf-token": ""})
        assert answer.json()["resourceType"] == "OperationOutcome"


@pytest.mark.parametrize(
    "host",
    [
        "localhost/static/x?",
        "localhost/login?",
        "localhost/api/v1/suggest?",
        "localhost#",
        "localhost\\@evil.example",
        "root@localhost",
        "localhost:80:80",
        "localhost:x",
        "localhost ",
        "[",
        "[::1",
        "",
    ],
)
def test_a_host_that_is_none_opens_no_door(staff: Staff, host: str) -> None:
    headers = {"host": host}
    assert staff.stranger().get("/api/v1/encounters", headers=headers).status_code == 403
    assert staff.stranger().get("/static/css/base.css", headers=headers).status_code == 403
    for client in (staff.browser("ann"), staff.program("ann")):
        answer = client.post("/api/v1/models/rollback", headers=headers)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden")


@pytest.mark.parametrize("host", ["localhost:8000", "LOCALHOST", "127.0.0.1", "[::1]:8000"])
def test_a_host_of_ours_does(staff: Staff, host: str) -> None:
    assert staff.stranger().get("/login", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/metrics/",
        "/api/v1//metrics",
        "/API/v1/metrics",
        "/api/v1/metrics%3f",
        "/api/v1/metrics%00",
        "/api/v1/codes%2f..%2fmetrics",
        "/api/v1%2fmetrics",
        "/static%2f..%2fapi/v1/metrics",
        "/static/..%2f..%2fapp.py",
        "/static/%2e%2e/%2e%2e/app.py",
        "/static/",
    ],
)
def test_no_other_writing_of_an_address_passes(staff: Staff, path: str) -> None:
    assert staff.browser("ann").get(path).status_code in (403, 404, 422)
    assert staff.stranger().get(path).status_code in (303, 401, 404)
    assert "suggester_requests" not in staff.browser("ann").get(path).text


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "TRACE", "PUT", "PATCH", "PROPFIND"])
def test_no_other_method_passes(staff: Staff, method: str) -> None:
    for path in ("/api/v1/metrics", "/api/v1/encounters", "/", "/api/v1/health"):
        assert staff.stranger().request(method, path).status_code in (303, 401)
        answer = staff.browser("ann").request(method, path)
        assert (answer.status_code, answer.headers.get("allow", "")) == (405, "")


@pytest.mark.parametrize("headers", [{}, {"content-length": "5"}])
def test_a_body_in_chunks_is_not_read(staff: Staff, headers: dict[str, str]) -> None:
    answer = staff.browser("ann").post(
        "/api/v1/suggest", content=iter([b"{}"]), headers=headers | {"transfer-encoding": "chunked"}
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")


@pytest.mark.parametrize("length", ["-1", "x", "²", "1e3", "0x10", "9" * 30])
def test_a_size_that_is_none_is_refused(staff: Staff, length: str) -> None:
    headers = [(b"content-length", length.encode("latin-1"))]
    answer = staff.browser("ann").post("/api/v1/suggest", content=b"{}", headers=headers)
    assert answer.status_code == 413


def test_every_answer_carries_the_headers(office: Office) -> None:
    staff = staffed(office, House(most_megabytes=1, secure=True))
    clients = [staff.stranger(), staff.browser("ann"), staff.browser("root")]
    for client in clients:
        client.base_url = client.base_url.copy_with(scheme="https")
        client.headers["origin"] = HOME.replace("http:", "https:")
    asked = [filled(key) for key in PERMITS if key != "POST /api/v1/models/retrain"]
    asked += [("GET", "/nowhere"), ("GET", "/static/nothing.js"), ("GET", "/static/css/base.css")]
    seen = set()
    for client in clients:
        for method, path in asked:
            answer = client.request(method, path)
            seen.add(answer.status_code)
            check_headers(answer.headers, path)
    large = clients[1].post("/api/v1/suggest", content=b"a" * 1_100_000)
    check_headers(large.headers, "/api/v1/suggest")
    assert seen | {large.status_code} >= {200, 303, 401, 403, 404, 413, 422}


def check_headers(headers: Any, path: str) -> None:
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; ")
    assert not re.search(r"unsafe|https?:|\*", policy)
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["strict-transport-security"] == "max-age=31536000"
    assert headers["cache-control"] == ("no-cache" if path.startswith("/static/") else "no-store")
    assert "access-control-allow-origin" not in headers
    assert "server" not in headers


def test_only_over_tls_browsers_are_told_to_stay_there(client: TestClient) -> None:
    assert "strict-transport-security" not in client.get("/api/v1/health").headers


@pytest.mark.parametrize("strange", ["a\0b", "\ud800", "\x1b[31m", "\u202e"])
def test_characters_that_cannot_be_kept_are_refused_in_a_sentence(
    database: Database, shipped: Suggester, strange: str
) -> None:
    staff = staffed(Office(database, Desk(shipped)))
    ann, root = staff.browser("ann"), staff.browser("root")
    here = ann.post("/api/v1/encounters", json={"id": "visit", "text": NOTE}).json()["id"]
    address = f"/api/v1/encounters/{here}"
    place = {"document": strange, "start": 0, "end": 1}
    bodies: list[tuple[str, Any]] = [
        ("/api/v1/encounters", {"id": strange, "text": NOTE}),
        (f"{address}/assign", {"to": strange}),
        (f"{address}/documents", {"id": strange, "text": NOTE}),
        (
            f"{address}/decisions",
            {"version": 0, "kind": "add", "system": "icd10cm", "code": "I10",
             "origin": "selection", "evidence": [place]},
        ),
    ]  # fmt: skip
    for path, body in bodies:
        answer = root.post(
            path, content=json.dumps(body), headers={"content-type": "application/json"}
        )
        assert answer.status_code == 422, (path, answer.text)
        assert answer.json()["error"]["message"].endswith(".")
        assert strange not in answer.text
    if strange == "\ud800":  # No address can hold it.
        return
    for path in ("/api/v1/encounters?q=", "/api/v1/encounters?assigned="):
        answer = ann.get(path, params={path.split("?")[1][:-1]: strange})
        assert answer.status_code == 422 or answer.json()["encounters"] == []
    for name in ("coder", "model"):
        assert root.get("/api/v1/statistics", params={name: strange}).status_code in (200, 422)
    client = staff.stranger()
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/login").text)
    assert found
    fields = {"name": strange, "password": strange, "csrf_token": found[1]}
    assert client.post("/login", data=fields, headers={"origin": HOME}).status_code == 401


@pytest.mark.parametrize("words", ["%", "_", "visit%1", "\\", "%' OR 1=1 --", "vis_t"])
def test_signs_of_the_database_are_plain_signs_in_a_search(fresh: Staff, words: str) -> None:
    ann = fresh.browser("ann")
    ann.post("/api/v1/encounters", json={"id": "visit 1", "text": NOTE})
    assert ann.get("/api/v1/encounters", params={"q": words}).json()["encounters"] == []
    named = f"100{words}"
    ann.post("/api/v1/encounters", json={"id": named, "text": NOTE})
    [found] = ann.get("/api/v1/encounters", params={"q": words}).json()["encounters"]
    assert found["title"] == named


def test_a_browser_gets_a_page_and_a_program_the_envelope(staff: Staff) -> None:
    ann = staff.browser("ann")
    for path in ("/encounters/E999", "/no<script>", "/account/password"):
        page = ann.get(path, headers=ASKS_PAGE)
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert page.status_code in (404, 405)
        assert "Back to the worklist" in page.text
        assert "<script>" not in page.text.replace('<script src="/static/', "")
        assert ann.get(path).json()["error"]["message"] in page.text
    assert "ann</a>" in page.text
    stranger = staff.stranger()
    elsewhere = stranger.get("/login", headers=ASKS_PAGE | {"host": "evil.example"})
    assert (elsewhere.status_code, "ann" in elsewhere.text) == (403, False)
    answer = ann.get("/api/v1/encounters/E999", headers=ASKS_PAGE)
    assert answer.json()["error"]["code"] == "unknown_encounter"


def test_whoever_signs_in_comes_back_to_the_very_page(staff: Staff) -> None:
    client = staff.stranger()
    sent = client.get("/dashboard?since=2026-11-01&coder=%3Cb%3E")
    assert sent.headers["location"].startswith("/login?next=/dashboard%3Fsince%3D2026-11-01")
    assert (
        'value="/dashboard?since=2026-11-01&amp;coder=%3Cb%3E"'
        in client.get(sent.headers["location"]).text
    )
    # A change is not sent again by signing in.
    assert client.post("/account/password").headers["location"] == "/login"
