"""Killed in the middle of concurrent decisions, the service has lost nothing that it confirmed."""

from __future__ import annotations

import itertools
import threading
from pathlib import Path

import httpx2

from suggester.review.codings import Codings
from suggester.review.database import Database
from suggester.review.trail import broken_chains
from tests.serving import Served, served

_CODERS, _DECISIONS, _KILLED_AFTER = 10, 200, 90
_CODES = (
    "I10",
    "E11.9",
    "M10.9",
    "J45.909",
    "N18.30",
    "K21.9",
    "F41.1",
    "R51.9",
    "L40.0",
    "G43.909",
)


def test_nothing_confirmed_is_lost(url: str, tmp_path: Path) -> None:
    confirmed: dict[str, list[int]] = {}
    with served(tmp_path, url) as service:
        names = [_added(service, number) for number in range(_CODERS)]
        _decide_until_killed(service, names, confirmed)
    assert sum(map(len, confirmed.values())) >= _KILLED_AFTER

    database = Database(url)
    with database.reading() as session:
        assert broken_chains(session) == []
    with served(tmp_path, url) as service:
        for name in names:
            view = httpx2.get(f"{service.address}/api/v1/encounters/{name}").json()
            state = Codings(database).state(int(name[1:]))
            # All that was confirmed, and at most the one more that was under way.
            assert view["version"] - len(confirmed[name]) in (0, 1)
            assert view["version"] == state.version == len(state.events)
            assert len(view["worksheet"]["lines"]) == len(state.sheet.lines)
    database.close()


def _added(service: Served, number: int) -> str:
    row = {"id": f"visit-{number}", "text": f"Assessment {number}: Gout, on allopurinol."}
    name: str = httpx2.post(f"{service.address}/api/v1/encounters", json=row).json()["id"]
    return name


def _decide_until_killed(
    service: Served, names: list[str], confirmed: dict[str, list[int]]
) -> None:
    done = itertools.count(1)
    gone = threading.Event()

    def code(name: str) -> None:
        confirmed[name] = []
        with httpx2.Client(base_url=service.address, timeout=30) as client:
            for number in range(_DECISIONS // _CODERS):
                row = {
                    "version": number, "kind": "add", "system": "icd10cm",
                    "code": _CODES[number % 10], "origin": "typed",
                }  # fmt: skip
                if number >= 10:
                    row |= {"kind": "remove"}
                try:
                    answer = client.post(f"/api/v1/encounters/{name}/decisions", json=row)
                except httpx2.HTTPError:
                    return
                assert answer.status_code == 200, answer.text
                confirmed[name].append(number)
                if next(done) == _KILLED_AFTER:
                    gone.set()

    threads = [threading.Thread(target=code, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    assert gone.wait(60)
    service.kill()
    for thread in threads:
        thread.join()
