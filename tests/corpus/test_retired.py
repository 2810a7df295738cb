"""Deleted codes go to the one code that follows them; where there are several, nothing is guessed."""

from __future__ import annotations

from suggester.codes import CodeSet
from suggester.corpus.gold import CodedEncounter, Span
from suggester.corpus.retired import Forward


def test_one_successor_is_taken_and_several_are_told(codes: CodeSet) -> None:
    text = "Assessment: hemorrhage; skull base fracture."
    coded = CodedEncounter.from_mapping(
        {
            "id": "a",
            "text": text,
            "codes": ["I60.20", "S02.10XA", "I60.21", "I10"],
            "evidence": [
                {"code": "I60.20", "start": 12, "end": 22},
                {"code": "I60.21", "start": 12, "end": 22},
            ],
            "optional": ["I60.22"],
            "also": {"I60.20": ["I60.22"]},
            "decisions": [{"system": "icd10cm", "code": "I60.20", "decision": "accepted"}],
        },
        "a",
    )
    forward = Forward(codes)
    new = forward.apply(coded)
    # I60.20 to I60.22 were merged into I60.2; a base-of-skull fracture needs its side.
    assert new.codes == ("I60.2", "S02.10XA", "I10")
    assert new.evidence == {"I60.2": (Span(12, 22),)}
    assert new.optional == ()
    assert new.also == {"I60.2": ("I60.2",)}
    assert new.decisions[0].code == "I60.2"
    assert list(forward.sentences()) == [
        "I60.20 was mapped to I60.2 in 1 encounters.",
        "I60.21 was mapped to I60.2 in 1 encounters.",
        "I60.22 was mapped to I60.2 in 1 encounters.",
        ("S02.10XA was left as it is in 1 encounters: S02.109A or S02.101A or S02.102A may follow it, "
        "and the note has to decide."),
    ]  # fmt: skip


def test_codes_in_force_stay(codes: CodeSet) -> None:
    coded = CodedEncounter.from_mapping({"id": "a", "text": "Gout.", "codes": ["M10.9"]}, "a")
    forward = Forward(codes)
    assert forward.apply(coded) is coded
    assert list(forward.sentences()) == []


def test_every_single_successor_may_stand_on_a_claim(codes: CodeSet) -> None:
    from suggester.edits.coding.tables import rule_table

    forward = Forward(codes)
    single = [row["code"] for row in rule_table("retired") if " " not in row["successors"]]
    assert len(single) > 100
    assert [code for code in single if forward.successor(code) is None] == []
