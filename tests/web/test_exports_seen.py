"""Exports tell only what an account sees."""

from __future__ import annotations

from typing import Any

from fastapi.testclient import TestClient

from suggester.review.tables import Coding
from suggester.web.office import Office
from tests.web.staff import staffed

NOTE = "Impression: Gout."


def test_nothing_of_others_is_exported(office: Office) -> None:
    fresh = staffed(office)
    ann, root = fresh.browser("ann"), fresh.browser("root")
    numbers = {}
    for name in ("ann", "ben"):
        client = fresh.browser(name)
        numbers[name] = client.post(
            "/api/v1/encounters", json={"id": f"visit of {name}", "text": NOTE}
        ).json()["id"]
        address = f"/api/v1/encounters/{numbers[name]}"
        client.post(f"{address}/assign", json={"to": name})
        step(
            client,
            address,
            {"kind": "add", "system": "icd10cm", "code": "M10.9", "origin": "typed"},
        )
        for alert in client.get(address).json()["alerts"]:
            if alert["severity"] != "information":
                step(client, address, {"kind": "acknowledge", "alert": alert["key"], "word": "ok"})
        step(client, address, {"kind": "finish"})
    both = {"encounters": list(numbers.values())}
    assert ann.post("/api/v1/exports", json=both).status_code == 404
    assert root.get(f"/api/v1/encounters/{numbers['ann']}").json()["state"] == "coded"
    # The administrator, who is to code ann's visit again, does not see it by exporting either.
    with office.database.transaction() as session:
        session.add(
            Coding(
                encounter_id=int(numbers["ann"][1:]), kind="second", version=0, seconds=0.0,
                coder_id=fresh.people["root"].id,
            )
        )  # fmt: skip
    assert root.post("/api/v1/exports", json=both).status_code == 403
    told = root.post("/api/v1/exports", json={}).text
    assert ("visit of ben" in told, "visit of ann" in told) == (True, False)
    told = ann.post("/api/v1/exports", json={}).text
    assert ("visit of ben" in told, "visit of ann" in told) == (False, True)


def step(client: TestClient, address: str, event: dict[str, Any]) -> None:
    version = client.get(address).json()["version"]
    answer = client.post(f"{address}/decisions", json={"version": version, **event})
    assert answer.status_code == 200, answer.text
