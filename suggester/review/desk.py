"""The desk: a model that reads encounters, and the coding rules over what is assigned to them."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from suggester.edits.coding.alerts import Alert
from suggester.encounter import Encounter
from suggester.review.opened import Opened
from suggester.review.turns import Turns

if TYPE_CHECKING:
    from suggester.edits.coding.note_facts import NoteFacts
    from suggester.engine import Suggester
    from suggester.engine.language import Reading
    from suggester.models import Model
    from suggester.suggestions import Result

#: Encounters whose reading is kept in memory, to check them again after every decision.
_KEPT = 64


@dataclass(frozen=True, slots=True)
class Checked:
    """What the coding rules say of the assigned diagnoses, each alert by its key."""

    alerts: dict[str, Alert]
    first_because: str = ""

    @property
    def errors(self) -> list[str]:
        """Keys of what has to be mended before the encounter is finished."""
        return [key for key, alert in self.alerts.items() if alert.severity == "error"]

    def open_warnings(self, acknowledged: dict[str, str]) -> list[str]:
        """Return the keys of warnings that nobody said a word about."""
        warnings = (key for key, alert in self.alerts.items() if alert.severity == "warning")
        return [key for key in warnings if key not in acknowledged]


class Desk:
    """Read encounters with one model, one at a time, from any thread; checks do not wait for readings."""

    def __init__(self, suggester: Suggester) -> None:
        self.suggester = suggester
        #: Told the seconds that each suggestion took, waiting included.
        self.timed: Callable[[float], object] = lambda seconds: None
        self._turn = Turns()
        self._checking = Turns()
        self._readings: Opened[Reading] = Opened(_KEPT)
        self._facts: Opened[NoteFacts] = Opened(_KEPT)

    @property
    def model(self) -> dict[str, str]:
        """Name and version of the model."""
        return {"name": self.suggester.model.name, "version": self.suggester.model.version}

    def use(self, model: Model) -> None:
        """Suggest with another model from now on; what is being read is finished with the old one."""
        new = self.suggester.with_model(model)
        with self._turn:
            self.suggester = new
            self._readings, self._facts = Opened(_KEPT), Opened(_KEPT)

    def suggest(self, encounter: Encounter, *, keep: bool = False) -> dict[str, Any]:
        """Return the suggestions for an encounter in the JSON form, reasons included.

        With ``keep``, its reading stays in memory, so that the first decision waits for nothing.
        """
        if not keep:
            return self.result(encounter).to_dict()
        began = time.perf_counter()
        key = _digest(encounter)
        # One turn for all: were it given back in between, of many notes none would be done before all are.
        with self._turn:
            reading = self._readings.get(key, lambda: self._read_now(encounter))
            result = self.suggester.suggest(reading, explain=True).to_dict()
            self._facts.get(key, lambda: self.suggester.facts(reading))
        self.timed(time.perf_counter() - began)
        return result | {"id": encounter.id}

    def result(self, encounter: Encounter) -> Result:
        """Return the suggestions for an encounter, reasons included; nothing of it stays."""
        began = time.perf_counter()
        with self._turn:
            result = self.suggester.suggest(encounter, explain=True)
        self.timed(time.perf_counter() - began)
        return result

    def unknown_share(self, encounter: Encounter) -> float:
        """Return the share of the encounter's words that are not known, to see its language drift."""
        return self.suggester.unknown_share(encounter)

    def check(self, encounter: Encounter, codes: tuple[str, ...]) -> Checked:
        """Return what the coding rules say of the diagnoses assigned, in their order."""
        reading, facts = self._read(encounter)
        with self._checking:
            report = self.suggester.check(codes, reading, facts)
        alerts: dict[str, Alert] = {}
        for alert in report.alerts:
            alerts.setdefault(key_of(alert), alert)
        return Checked(alerts, report.first_because)

    def _read(self, encounter: Encounter) -> tuple[Reading, NoteFacts]:
        key = _digest(encounter)
        reading, facts = self._readings.known(key), self._facts.known(key)
        if reading is not None and facts is not None:
            return reading, facts
        with self._turn:
            reading = self._readings.get(key, lambda: self._read_now(encounter))
            return reading, self._facts.get(key, lambda: self.suggester.facts(reading))

    def _read_now(self, encounter: Encounter) -> Reading:
        return self.suggester.read(replace(encounter, id="encounter"), procedures=True)


def key_of(alert: Alert) -> str:
    """Return a key that stays the same while the alert does: its rule, codes and mend."""
    what = repr((alert.id, sorted(alert.codes), sorted(alert.mend.to_dict().items(), key=str)))
    return hashlib.sha256(what.encode("utf-8")).hexdigest()[:16]


def _digest(encounter: Encounter) -> bytes:
    whole = hashlib.sha256(
        repr((encounter.age, encounter.sex, encounter.date_of_service, encounter.setting)).encode()
    )
    for document in encounter.documents:
        for part in (document.id, document.type, document.text):
            whole.update(part.encode("utf-8") + b"\x00")
    return whole.digest()
