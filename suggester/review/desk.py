"""The desk: a model that reads encounters, and the coding rules over what is assigned to them."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from suggester.edits.coding.alerts import Alert
from suggester.encounter import Encounter

if TYPE_CHECKING:
    from suggester.engine import Suggester
    from suggester.engine.language import Reading

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
    """Read encounters with one model; one at a time, from any thread."""

    def __init__(self, suggester: Suggester) -> None:
        self.suggester = suggester
        self._turn = threading.Lock()
        self._readings: OrderedDict[bytes, Reading] = OrderedDict()

    @property
    def model(self) -> dict[str, str]:
        """Name and version of the model."""
        return {"name": self.suggester.model.name, "version": self.suggester.model.version}

    def suggest(self, encounter: Encounter) -> dict[str, Any]:
        """Return the suggestions for an encounter in the JSON form, reasons included."""
        with self._turn:
            return self.suggester.suggest(encounter, explain=True).to_dict()

    def check(self, encounter: Encounter, codes: tuple[str, ...]) -> Checked:
        """Return what the coding rules say of the diagnoses assigned, in their order."""
        with self._turn:
            report = self.suggester.check(codes, self._reading(encounter))
        alerts: dict[str, Alert] = {}
        for alert in report.alerts:
            alerts.setdefault(key_of(alert), alert)
        return Checked(alerts, report.first_because)

    def _reading(self, encounter: Encounter) -> Reading:
        known = _digest(encounter)
        reading = self._readings.pop(known, None)
        if reading is None:
            reading = self.suggester.read(replace(encounter, id="encounter"))
        self._readings[known] = reading
        while len(self._readings) > _KEPT:
            self._readings.popitem(last=False)
        return reading


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
