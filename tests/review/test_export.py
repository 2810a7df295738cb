from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from suggester.corpus.gold import CodedEncounter
from suggester.corpus.readers import read_corpus
from suggester.encounter import Document, Encounter
from suggester.errors import InputError, OutputError
from suggester.review.database import Database
from suggester.review.export import export_corpus
from suggester.review.people import Person
from suggester.review.reviewed import Chosen, Finished, split_of
from suggester.review.tables import AuditRow
from suggester.review.trail import now
from tests.review.finished_encounters import decide, offer, person, result, reviewed

NOTE = (
    "Assessment: hypertension, on lisinopril. Heart failure. Ankle oedema. Old stroke, no deficit. "
    "Gout flare of the left foot 𝛼, colchicine. Chronic cough noted. Ear lavage done."
)
X_RAY = "Chest film: small effusion."


def code(code: str, system: str = "icd10cm") -> dict[str, Any]:
    return {"system": system, "code": code}


@pytest.fixture
def ann(database: Database) -> Person:
    return person(database, "ann")


def place(words: str, text: str = NOTE) -> dict[str, int]:
    return {"start": text.index(words), "end": text.index(words) + len(words)}


@pytest.fixture
def visit(database: Database, ann: Person) -> int:
    """An encounter of two documents, with a decision of every kind."""
    encounter = Encounter(
        "visit-1",
        (Document("note", NOTE, "office note"), Document("film", X_RAY, "radiology")),
        "outpatient", 67, "F", datetime.date(2026, 3, 4),
    )  # fmt: skip
    suggested = result(
        offer(NOTE, "I10", "hypertension", 0.93),
        offer(NOTE, "I50.9", "Heart failure", 0.9),
        offer(NOTE, "R60.0", "Ankle oedema", 0.6),
        offer(NOTE, "I69.30", "Old stroke", 0.55),
        offer(NOTE, "R05.3", "Chronic cough", 0.4),
        offer(NOTE, "J90", "", 0.3)
        | {"evidence": [{"start": 18, "end": 26, "document": "film", "text": "effusion"}]},
        offer(NOTE, "99213", "Assessment", 0.5, "cpt"),
        offer(NOTE, "69210", "Ear lavage", 0.5, "cpt"),
    )
    gout = {"document": "note", **place("Gout flare of the left foot 𝛼")}
    return reviewed(
        database, ann, encounter, suggested,
        {"kind": "accept", **code("I50.9")},
        {"kind": "replace", **code("I10"), "with": "I11.0"},
        {"kind": "move", **code("I11.0"), "position": 0},
        {"kind": "reject", **code("R60.0"), "reason": "integral", "note": "secret words"},
        {"kind": "reject", **code("I69.30"), "reason": "not_current"},
        {"kind": "accept", **code("J90")},
        {"kind": "accept", **code("R05.3")},
        {"kind": "undo"},
        {"kind": "add", **code("M10.072"), "origin": "selection", "evidence": [gout]},
        {"kind": "accept", **code("99213", "cpt")},
        {"kind": "accept", **code("69210", "cpt")},
        {"kind": "line", **code("69210", "cpt"), "units": 2, "modifiers": ["50"]},
    )  # fmt: skip


def test_a_finished_encounter_becomes_a_row_of_a_corpus(
    database: Database, ann: Person, visit: int, tmp_path: Path
) -> None:
    out = tmp_path / "reviewed.jsonl"
    done = export_corpus(database, out, ann)
    assert done.encounters == 1
    assert out.stat().st_mode & 0o777 == 0o600
    [coded] = read_corpus([out])
    assert coded.encounter == Encounter(
        "visit-1",
        (Document("note", NOTE, "office note"), Document("film", X_RAY, "radiology")),
        "outpatient", 67, "F", datetime.date(2026, 3, 4),
    )  # fmt: skip
    assert coded.codes == ("I11.0", "I50.9", "J90", "M10.072")
    text = coded.encounter.text
    words = {
        code: [text[span.start : span.end] for span in spans]
        for code, spans in coded.evidence.items()
    }
    assert words == {
        "I11.0": ["hypertension"],
        "I50.9": ["Heart failure"],
        "J90": ["effusion"],
        "M10.072": ["Gout flare of the left foot 𝛼"],
    }
    assert [(text[row.start : row.end], row.reason) for row in coded.not_coded] == [
        ("Ankle oedema", "integral"),
        ("Old stroke", "historical"),
    ]
    assert coded.procedures is not None
    assert (coded.procedures.codes, coded.procedures.visit) == (("69210",), "99213")
    [row] = map(json.loads, out.read_text("utf-8").splitlines())
    [line] = row["procedures"]["lines"]
    assert (line["units"], line["modifiers"]) == (2, ["50"])
    assert "secret words" not in out.read_text("utf-8")


def test_every_decision_is_a_pair(database: Database, visit: int) -> None:
    [row] = Finished(database).rows()
    told = {
        pair["code"]: (pair["decision"], pair["label"], pair.get("reason") or pair.get("with"))
        for pair in row["decisions"]
    }
    assert told == {
        "I11.0": ("added", 1, None),
        "I50.9": ("accepted", 1, None),
        "J90": ("accepted", 1, None),
        "M10.072": ("added", 1, None),
        "99213": ("accepted", 1, None),
        "69210": ("accepted", 1, None),
        "I10": ("replaced", 0, "I11.0"),
        "R60.0": ("rejected", 0, "integral"),
        "I69.30": ("rejected", 0, "not_current"),
        "R05.3": ("left", 0, None),
    }
    coded = CodedEncounter.from_mapping(row, "visit-1")
    decision = {pair.code: pair for pair in coded.decisions}
    assert (decision["I10"].instead, decision["R60.0"].confidence) == ("I11.0", 0.6)
    assert decision["M10.072"].positive
    [(start, end)] = decision["R05.3"].evidence
    assert coded.encounter.text[start:end] == "Chronic cough"


def test_what_was_accepted_and_taken_off_again_is_a_rejection(
    database: Database, ann: Person
) -> None:
    reviewed(
        database, ann, Encounter.of_text(NOTE, "v"), result(offer(NOTE, "I10"), offer(NOTE, "J90")),
        {"kind": "accept", **code("I10")},
        {"kind": "accept", **code("J90")},
        {"kind": "remove", **code("J90")},
    )  # fmt: skip
    [row] = Finished(database).rows()
    assert [(p["code"], p["decision"], p.get("reason")) for p in row["decisions"]] == [
        ("I10", "accepted", None),
        ("J90", "rejected", "removed"),
    ]
    # Nothing was decided about procedures: that is no statement that none was done.
    assert "procedures" not in row


def test_only_what_is_wanted_is_written(database: Database, ann: Person, tmp_path: Path) -> None:
    ben = person(database, "ben")
    for number in range(12):
        reviewed(
            database, (ann, ben)[number % 2], Encounter.of_text(f"{NOTE} {number}", f"v-{number}"),
            result(offer(NOTE, "I10")), {"kind": "accept", **code("I10")},
        )  # fmt: skip
    reviewed(
        database, ann, Encounter.of_text(NOTE, "open"), result(offer(NOTE, "I10")),
        {"kind": "accept", **code("I10")}, finish=False,
    )  # fmt: skip
    finished = Finished(database)

    def names(**wanted: Any) -> list[str]:
        return [row["id"] for row in finished.rows(Chosen(**wanted))]

    everyone = [f"v-{number}" for number in range(12)]
    assert names() == everyone
    assert names(coder="ben") == everyone[1::2]
    assert names(splits=("test",)) == [name for name in everyone if split_of(name) == "test"]
    assert finished.count() == {
        split: sum(split_of(name) == split for name in everyone) for split in ("train", "test")
    }
    today = now().date()
    assert names(since=today - datetime.timedelta(1), until=today) == everyone
    assert names(until=today - datetime.timedelta(1)) == []
    assert names(states=("audited",)) == []
    with pytest.raises(InputError, match="no account named 'cyd'"):
        names(coder="cyd")
    with pytest.raises(InputError, match="finished encounter is coded"):
        names(states=("new",))


def test_encounters_of_one_name_get_ids_of_their_own(database: Database, ann: Person) -> None:
    for text in ("first", "second"):
        reviewed(
            database, ann, Encounter.of_text(f"{NOTE} {text}", "note"), result(offer(NOTE, "I10")),
            {"kind": "accept", **code("I10")},
        )  # fmt: skip
    ids = [row["id"] for row in Finished(database).rows()]
    assert len(set(ids)) == 2
    assert all(name.startswith("note (E") for name in ids)
    assert {row["split"] for row in Finished(database).rows()} == {split_of("note")}


def test_about_a_fifth_is_held_back_for_good() -> None:
    held_back = [n for n in range(1000) if split_of(f"v-{n}") == "test"]
    assert 150 < len(held_back) < 250
    # These are pinned: a model must never learn from what another was measured on.
    assert held_back[:5] == [6, 7, 9, 21, 28]


def test_a_failure_leaves_what_was_there(
    database: Database, ann: Person, visit: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "reviewed.jsonl"
    out.write_text("before", "utf-8")

    def broken(self: Finished, chosen: Chosen) -> Any:
        yield {"decisions": []}
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Finished, "rows", broken)
    with pytest.raises(OutputError, match="cannot be written: No space left"):
        export_corpus(database, out, ann)
    assert [path.name for path in tmp_path.glob("*") if "db" not in path.name] == [out.name]
    assert out.read_text("utf-8") == "before"


def test_the_trail_tells_of_an_export(
    database: Database, ann: Person, visit: int, tmp_path: Path
) -> None:
    export_corpus(database, tmp_path / "a.jsonl", ann)
    with database.reading() as session:
        row = session.scalar(select(AuditRow).where(AuditRow.action == "exported corpus"))
        assert row is not None
        assert (row.who, row.detail) == ("ann", {"encounters": 1})


def test_a_reopened_encounter_is_not_written(database: Database, ann: Person, visit: int) -> None:
    decide(database, ann, visit, {"kind": "reopen", "reason": "again"})
    assert list(Finished(database).rows()) == []
