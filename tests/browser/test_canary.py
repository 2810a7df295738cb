"""A phrase of a note leaves no trace: not in logs, figures, addresses, files, and not at rest when a key is set."""

from __future__ import annotations

import base64
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from suggester.codes.cache import cache_folder
from suggester.review.sealing import new_key
from tests.browser.odd_requests import odd_answers
from tests.browser.steps import NOTE, accept, press, select
from tests.serving import Served, served

#: Stands in what is pasted, selected, written, searched for and uploaded.
CANARY = "zebrafinch quokka marmalade"
_WORDS = [word.encode() for word in CANARY.split()]


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Path]]:
    """A service with a key, whose every folder is a known one, and which tells all it can."""
    folder = tmp_path_factory.mktemp("canary")
    for name in ("tmp", "home", "work"):
        (folder / name).mkdir()
    variables = {
        "TMPDIR": str(folder / "tmp"),
        "HOME": str(folder / "home"),
        "SUGGESTER_CACHE_DIR": str(cache_folder()),
        "SUGGESTER_KEY": new_key(),
        "SUGGESTER_LOG_LEVEL": "debug",
        "PYTHONPATH": os.pathsep.join([str(Path(__file__).resolve().parents[2])]),
    }
    with served(
        folder / "work",
        f"sqlite:///{folder / 'work' / 'review.db'}",
        "--log-requests",
        **variables,
    ) as running:
        yield running, folder


def test_no_word_of_a_note_is_written_anywhere(watched: tuple[Served, Path], browser: Any) -> None:
    service, folder = watched
    asked: list[str] = []
    context = browser.new_context(base_url=service.address)
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    _code(page)
    _finish(page)
    _again(page)
    _look_around(page)
    _export(page)
    _fail(page)
    for answer in odd_answers(service.address, CANARY):
        assert answer.status_code < 500, answer.request.url.path
        told = answer.content + str(answer.headers.raw).encode()
        assert _found(told) == [], (answer.status_code, answer.request.url.path)
    figures = context.request.get("/api/v1/metrics").text()
    timeline = context.request.get("/api/v1/encounters/E1/timeline").text()
    listed = context.request.get("/api/v1/encounters").text()
    _look(folder)  # While it runs: the write-ahead log is still there.
    context.close()
    service.process.terminate()
    service.process.wait(30)
    _look(folder)
    told = service.log.read_bytes()
    assert told.count(b'"route"') > 20, "the log tells of requests"
    addresses = " ".join(asked)
    for part in ("/decisions", "/codes/search", "/codings/second", "/exports", "/dashboard"):
        assert part in addresses, part
    for text in (figures, timeline, listed, addresses):
        assert _found(text.encode()) == []


def _code(page: Any) -> None:
    """Paste, select words, search, write every kind of words, add a late document."""
    page.goto("/")
    page.locator("[data-paste]").first.click()
    page.fill("#paste-text", f"{NOTE}Remarks: {CANARY}, and swollen ankles.\n")
    page.click("#paste button.primary")
    page.wait_for_selector(".suggestion.selected")
    accept(page, "I10")
    select(page, "M17.12")
    press(page, "x", "8")
    if page.locator("#reject[open]").count():
        page.fill("#reject-words", CANARY)
        press(page, "x", "8")
        page.keyboard.press("Escape")
    press(page, "/")
    page.wait_for_selector("#search[open]")
    with page.expect_response("**/codes/search"):
        page.fill("#search input[name=q]", CANARY)
    page.keyboard.press("Escape")
    page.wait_for_selector("#search[open]", state="detached")
    press(page, "f")
    page.keyboard.type(CANARY)
    press(page, "Escape")
    page.evaluate("document.activeElement.blur()")
    for key, name in (("q", "query"), ("p", "pend")):
        press(page, key)
        page.wait_for_selector(f"#{name}[open]")
        page.keyboard.type(CANARY)
        page.locator(f"#{name} button.primary").click()
        page.wait_for_selector(f"#{name}[open]", state="detached")
    press(page, "p")
    _post(page, "/documents", {"id": "late", "text": f"Addendum: {CANARY}. Impression: Gout."})
    view = _view(page)
    _post(
        page,
        "/decisions",
        {"version": view["version"], "kind": "reject", "system": "icd10cm", "code": "M10.9",
         "reason": "other", "note": CANARY},
    )  # fmt: skip
    page.reload()
    page.wait_for_selector(".suggestion.selected")


def _finish(page: Any) -> None:
    """Mend, keep warnings with words, finish, look at the sheet and the claims, reopen with words."""
    for _ in range(12):
        view = _view(page)
        waiting = [
            a for a in view["alerts"]
            if not a["acknowledged"] and a["severity"] in ("error", "warning")
        ]  # fmt: skip
        if not waiting:
            break
        alert = waiting[0]
        kind = "mend" if alert["severity"] == "error" else "acknowledge"
        event = {"kind": kind, "alert": alert["key"], "word": CANARY}
        assert _post(page, "/decisions", {"version": view["version"], **event}) == 200
    assert _post(page, "/decisions", {"version": _view(page)["version"], "kind": "finish"}) == 200
    page.goto("/encounters/E1")
    page.wait_for_selector(".notice.done")
    with page.expect_download() as saved:
        page.locator("[data-focus='claim:csv']").click()
    assert "I10" in Path(saved.value.path()).read_text("utf-8")
    page.locator("[data-focus='exported']").click()
    page.wait_for_selector("#state[data-state=exported]")
    page.goto("/encounters/E1/sheet")
    page.locator("h1").wait_for()
    page.goto("/encounters/E1")
    page.wait_for_selector(".notice.done")
    page.locator("[data-focus=reopen]").click()
    page.wait_for_selector("#reopen[open]")
    page.keyboard.type(CANARY)
    page.locator("#reopen button.primary").click()
    page.wait_for_selector("#state[data-state=in_review]")


def _again(page: Any) -> None:
    """Code it a second time otherwise, and settle what differs with words."""
    view = _view(page)
    assert _post(page, "/decisions", {"version": view["version"], "kind": "finish"}) == 200
    body = {"rate": 1, "seed": 1}
    drawn = page.request.post(
        "/api/v1/quality/samples", data=json.dumps(body), headers=_program(page)
    )
    assert drawn.json()["given"], drawn.text()
    page.goto("/encounters/E1/second")
    page.wait_for_selector(".suggestion")
    here = "/codings/second/decisions"
    rows = [
        {"kind": "add", "system": "icd10cm", "code": "I10", "origin": "typed"},
        {"kind": "query", "text": CANARY},
        {"kind": "finish"},
    ]
    for version, row in enumerate(rows):
        assert _post(page, here, {"version": version, **row}) == 200
    page.goto("/encounters/E1/adjudication")
    page.locator("h1").wait_for()
    settling = page.request.get("/api/v1/encounters/E1/codings/adjudication").json()
    choices = [{"took": row["choices"][0]} for row in settling["differences"]["codes"]]
    told = {"choices": choices, "because": CANARY}
    assert _post(page, "/codings/adjudication", {**told, "choices": []}) == 422
    if settling["differences"]["first_listed"]:
        told["first_listed"] = settling["first"]["lines"][0]["code"]
    assert _post(page, "/codings/adjudication", told) in (201, 422)


def _look_around(page: Any) -> None:
    """Open every page that tells of encounters without being asked for one."""
    for path in ("/", "/audit", "/dashboard", "/models"):
        page.goto(path)
        page.locator("h1").first.wait_for()
        page.wait_for_timeout(300)
        assert _found(page.content().encode()) == [], path
    for path in ("statistics", "quality/agreement", "quality/seconds", "models", "openapi.json"):
        assert _found(page.request.get(f"/api/v1/{path}").body()) == [], path


def _export(page: Any) -> None:
    """Download the claim in every form, all finished ones at once, and ask the FHIR operation."""
    for form in ("fhir", "csv", "sheet"):
        answer = page.request.get(f"/api/v1/encounters/E1/claim?format={form}")
        assert (answer.status, _found(answer.body())) == (200, [])
    page.goto("/")
    for form in ("csv", "ndjson"):
        answer = page.evaluate(
            """async ([form, token]) => (await fetch("/api/v1/exports", {method: "POST",
            headers: {"Content-Type": "application/json", "X-CSRF-Token": token},
            body: JSON.stringify({format: form, encounters: ["E1"]})})).text()""",
            [form, _program(page)["x-csrf-token"]],
        )
        assert "I10" in answer
        assert _found(answer.encode()) == []
    note = base64.b64encode(f"Impression: Gout. {CANARY}.".encode()).decode()
    resource = {
        "resourceType": "DocumentReference", "status": "current",
        "content": [{"attachment": {"contentType": "text/plain", "data": note}}],
    }  # fmt: skip
    answer = page.request.post(
        "/fhir/DocumentReference/$suggest-codes", data=json.dumps(resource), headers=_program(page)
    )
    assert answer.status == 200
    assert "M10.9" in answer.text()


def _fail(page: Any) -> None:
    """Send what cannot be used, with the phrase in it."""
    large = {"text": f"{CANARY} " * 60_000}
    wrong: list[tuple[str, Any]] = [
        ("/api/v1/encounters", {"text": CANARY, "age": CANARY}),
        ("/api/v1/encounters", {CANARY: CANARY}),
        ("/api/v1/encounters", large),
        ("/api/v1/suggest", {"text": CANARY, "setting": CANARY}),
        ("/api/v1/suggest", {"text": f"Gout. {CANARY}"}),
        ("/api/v1/encounters/E1/decisions", {"version": 0, "kind": CANARY}),
        ("/api/v1/encounters/E1/decisions", {"version": 0, "kind": "query", "text": CANARY}),
        ("/fhir/DocumentReference/$suggest-codes", {"resourceType": CANARY}),
    ]
    for path, body in wrong:
        answer = page.request.post(path, data=json.dumps(body), headers=_program(page))
        assert _found(answer.body()) == [] or answer.status == 200
    for name, data in (
        ("notes.csv", f"{CANARY}\n{CANARY}"),
        ("notes.jsonl", f'{{"text": "{CANARY}'),
        ("notes.json", f'{{"resourceType": "{CANARY}"}}'),
        ("notes.xml", f"<a>{CANARY}</b>"),
        ("notes.xml", f'<!DOCTYPE a [<!ENTITY b "{CANARY}">]><a>&b;</a>'),
        ("notes.docx", CANARY),
        ("notes.txt", f"Impression: Gout. {CANARY}" + "." * 2_000_000),
    ):
        page.goto("/")
        with page.expect_response("**/upload") as told:
            page.set_input_files(
                "#upload", {"name": name, "mimeType": "text/plain", "buffer": data.encode()}
            )
        assert _found(told.value.body()) == []


def _program(page: Any) -> dict[str, str]:
    token = page.locator("meta[name=csrf-token]").get_attribute("content") or ""
    return {
        "content-type": "application/json",
        "x-csrf-token": token,
        "sec-fetch-site": "same-origin",
    }


def _post(page: Any, below: str, body: dict[str, Any]) -> int:
    answer = page.request.post(
        f"/api/v1/encounters/E1{below}", data=json.dumps(body), headers=_program(page)
    )
    return int(answer.status)


def _view(page: Any) -> dict[str, Any]:
    view: dict[str, Any] = page.request.get("/api/v1/encounters/E1").json()
    return view


def _found(data: bytes) -> list[str]:
    low = data.lower()
    return [word.decode() for word in _WORDS if word in low]


def _look(folder: Path) -> None:
    looked = 0
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            looked += 1
            assert _found(path.read_bytes()) == [], path.name
            assert _found(path.name.encode()) == [], path.name
    assert looked >= 2
    for path in sorted(cache_folder().rglob("*")):
        # The names of drugs and animals stand in the lexicon; the first word is none of them.
        if path.is_file() and time.time() - path.stat().st_mtime < 600:
            assert _WORDS[0] not in path.read_bytes(), path.name
