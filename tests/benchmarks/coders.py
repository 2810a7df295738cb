"""Coders at work, as threads: they take encounters, look, decide, mend, finish, and think in between."""

from __future__ import annotations

import random
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx2

from tests.benchmarks.measures import Figure

_REASONS = ("not_documented", "not_addressed", "wrong_specificity")
_WORDS = ("hypertension", "diabetes with", "fracture radius", "E11", "knee pain")
_TARGETS = {"decision": 150.0, "suggestion": 400.0, "note arriving": 400.0}


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How fast work goes.

    ``thinking`` is the time between two decisions of a coder, least and most; a note arrives every
    ``arrival`` seconds, and another is sent for suggestions alone as often.
    """

    thinking: tuple[float, float]
    arrival: float


#: A decision every five seconds, and a new note for every coder each minute.
HUMAN = Rhythm((3.0, 7.0), 3.0)
#: Nobody thinks: each sends the next request when the last is answered.
CLOSED = Rhythm((0.0, 0.0), 3.0)


class Times:
    """Milliseconds of answers by what was asked, and what failed."""

    def __init__(self) -> None:
        self.taken: dict[str, list[float]] = defaultdict(list)
        self.failures: dict[str, int] = defaultdict(int)
        self._turn = threading.Lock()

    def keep(self, what: str, milliseconds: float, failed: bool) -> None:
        """Keep the time of one answer."""
        with self._turn:
            if failed:
                self.failures[what] += 1
            else:
                self.taken[what].append(milliseconds)

    def figures(self, where: str, seconds: float, has_targets: bool) -> Iterator[Figure]:
        """Yield median, 95th percentile and the longest of each kind, how many failed, and the rate."""
        for what, taken in sorted(self.taken.items()):
            taken.sort()
            name = f"{where}: {what} ({len(taken)})"
            at = min(len(taken) - 1, len(taken) * 95 // 100)
            target = _TARGETS.get(what) if has_targets else None
            yield Figure(f"{name}, median", taken[len(taken) // 2], "ms")
            yield Figure(f"{name}, 95 of 100", taken[at], "ms", target)
            yield Figure(f"{name}, longest", taken[-1], "ms")
        answered = sum(map(len, self.taken.values()))
        yield Figure(f"{where}: requests answered", answered / seconds, "/s")
        yield Figure(f"{where}: requests that failed", sum(self.failures.values()), "", 0)


class Asking:
    """A client whose requests are timed."""

    def __init__(self, address: str, headers: dict[str, str], times: Times) -> None:
        self._client = httpx2.Client(base_url=address, timeout=60, headers=headers)
        self._times = times

    def ask(self, what: str, method: str, path: str, body: Any = None) -> dict[str, Any] | None:
        """Send a request; return its answer, or None for none or a failure."""
        token = self._client.cookies.get(
            "suggester_csrf"
        )  # Set by the first page, where nobody signs in.
        headers = {"x-csrf-token": token} if token else {}
        began = time.perf_counter()
        try:
            answer = self._client.request(method, path, json=body, headers=headers)
        except httpx2.HTTPError:
            self._times.keep(what, 0.0, failed=True)
            return None
        self._times.keep(what, (time.perf_counter() - began) * 1000, answer.status_code >= 400)
        is_json = answer.headers.get("content-type", "").startswith("application/json")
        if answer.status_code >= 400 or not answer.content or not is_json:
            return None
        view: dict[str, Any] = answer.json()
        return view

    def close(self) -> None:
        """Close its connections."""
        self._client.close()


class Feed:
    """Notes that come in while coders work, and notes that are sent for suggestions alone."""

    def __init__(self, asking: Asking, notes: list[str], rhythm: Rhythm) -> None:
        self._asking, self._notes, self._rhythm = asking, notes, rhythm

    def work(self, until: float) -> None:
        """Send until a moment of the monotonic clock."""
        draw = random.Random(0)
        number = 0
        while time.monotonic() < until:
            time.sleep(draw.expovariate(2 / self._rhythm.arrival))
            number += 1
            text = f"Note {number}.\n{draw.choice(self._notes)}"
            if number % 2:
                row = {"id": f"arrived {number}", "text": text}
                self._asking.ask("note arriving", "POST", "/api/v1/encounters", row)
            else:
                self._asking.ask("suggestion", "POST", "/api/v1/suggest", {"text": text})
        self._asking.close()


class Coder:
    """One coder: takes an encounter, opens it, decides on what is suggested and finishes it.

    With ``notes``, one is pasted instead of taking an encounter: where nobody signs in, twenty pages are
    one user's, to whom the same encounter would be given again and again.
    """

    def __init__(self, number: int, asking: Asking, notes: list[str], rhythm: Rhythm) -> None:
        self._draw = random.Random(number)
        self._name, self._asking, self._notes, self._rhythm = number, asking, notes, rhythm
        self._pasted = 0

    def work(self, until: float) -> None:
        """Work until a moment of the monotonic clock."""
        time.sleep(self._draw.uniform(0, self._rhythm.thinking[1]))
        while time.monotonic() < until:
            self._asking.ask("worklist", "GET", "/api/v1/encounters?state=new")
            taken = self._take()
            if taken is None:
                time.sleep(0.5)
            else:
                self._one(str(taken["id"]), until)
        self._asking.close()

    def _take(self) -> dict[str, Any] | None:
        if not self._notes:
            return self._asking.ask("next taken", "POST", "/api/v1/encounters/claim-next")
        self._pasted += 1
        name = f"pasted {self._name}-{self._pasted} {time.monotonic()}"
        row = {"id": name, "text": self._draw.choice(self._notes)}
        return self._asking.ask("note arriving", "POST", "/api/v1/encounters", row)

    def _one(self, name: str, until: float) -> None:
        here = f"/api/v1/encounters/{name}"
        self._asking.ask("page", "GET", f"/encounters/{name}")
        view = self._asking.ask("encounter opened", "GET", here)
        if view is None:
            return
        self._asking.ask("lock taken", "POST", f"{here}/lock")
        decided = [*view["worksheet"]["lines"], *view["worksheet"]["rejected"]]
        done = {row["code"] for row in decided} | {row.get("from") for row in decided}
        for row in view["result"]["suggestions"]:
            if row["code"] in done:  # Begun before.
                continue
            pair = [row["system"], row["code"]]
            self._asking.ask("evidence shown", "POST", f"{here}/shown", {"codes": [pair]})
            if self._draw.random() < 0.2:
                query = self._draw.choice(_WORDS)
                wanted = {"q": query, "system": "icd10cm"}
                self._asking.ask("code searched", "POST", "/api/v1/codes/search", wanted)
            event = {"kind": "accept", "system": pair[0], "code": pair[1]}
            if row["tier"] != "confident":
                event |= {"kind": "reject", "reason": self._draw.choice(_REASONS)}
            if not self._thinks(until):
                return
            view = self._decide(here, view, event)
        self._settle(here, view, until)

    def _settle(self, here: str, view: dict[str, Any], until: float) -> None:
        """Mend what can be mended, keep the warnings, and finish."""
        for _ in range(12):
            waiting = [a for a in view["alerts"] if not a["acknowledged"]]
            errors = [a for a in waiting if a["severity"] == "error"]
            warnings = [a for a in waiting if a["severity"] == "warning"]
            if not (errors or warnings):
                break
            alert = (errors or warnings)[0]
            mends = bool(errors) and bool(set(alert["mend"]) - {"query"})
            if (errors and not mends) or not self._thinks(until):
                return
            kind = "mend" if mends else "acknowledge"
            event = {"kind": kind, "alert": alert["key"], "word": "as documented"}
            view = self._decide(here, view, event)
        else:
            return
        if view["worksheet"]["lines"] and self._thinks(until):
            self._decide(here, view, {"kind": "finish"})

    def _thinks(self, until: float) -> bool:
        """Think, and tell whether there is time left for what comes next."""
        time.sleep(self._draw.uniform(*self._rhythm.thinking))
        return time.monotonic() < until

    def _decide(self, here: str, view: dict[str, Any], event: dict[str, Any]) -> dict[str, Any]:
        row = {"version": view["version"], "seconds": 1.5, **event}
        return view | (self._asking.ask("decision", "POST", f"{here}/decisions", row) or {})
