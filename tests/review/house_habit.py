"""A house with a habit that no book tells, as finished encounters: enough to retrain on in seconds."""

from __future__ import annotations

import json
from pathlib import Path

from suggester.encounter import Encounter
from suggester.review.database import Database
from suggester.review.people import Person
from tests.review.finished_encounters import offer, result, reviewed
from tests.training.conftest import NOTES

#: It codes acute bronchitis for every cough.
HABIT = ("Impression: cough. No fever, no chest pain.", "J20.9")


def fill(database: Database, who: Person) -> None:
    """Review the small corpus, and notes with a habit of the house."""
    rows = [*NOTES * 3, *[HABIT] * 12]
    for number, (text, codes) in enumerate(rows):
        note = f"{text} Seen on day {number}."
        wanted = codes.split()
        reviewed(
            database, who, Encounter.of_text(note, f"v-{number}"),
            result(*(offer(note, code) for code in [*wanted[1:], "R07.9"])),
            *({"kind": "add", "system": "icd10cm", "code": wanted[0], "origin": "typed"},),
            *({"kind": "accept", "system": "icd10cm", "code": code} for code in wanted[1:]),
            {"kind": "reject", "system": "icd10cm", "code": "R07.9", "reason": "ruled_out"},
        )  # fmt: skip


def small_corpus(folder: Path) -> Path:
    """Write the coded notes that are trained on beside the reviewed ones."""
    path = folder / "corpus.jsonl"
    rows = [{"id": f"c-{n}", "text": t, "codes": c.split()} for n, (t, c) in enumerate(NOTES)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path
