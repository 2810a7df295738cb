"""Corpora in the layouts of elsewhere are recognised, joined and read, and what is left out is said."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from suggester.corpus.gold import CodedEncounter, Span
from suggester.corpus.readers import read_corpus
from suggester.errors import InputError
from suggester.exchange.corpus_layouts import ALL_LAYOUTS
from tests.corpus.layout_files import (
    ENGLISH,
    NOTES,
    SPANISH,
    mdace_chart,
    write_codiesp,
    write_fhir,
    write_mdace,
    write_mimic,
    write_omop,
    write_table,
)


def read(*paths: Path, **options: Any) -> tuple[dict[str, CodedEncounter], list[str]]:
    """Return the encounters by id, and the notices."""
    told: list[str] = []
    found = read_corpus(
        paths, report=lambda message: told.append(str(message)), layouts=ALL_LAYOUTS, **options
    )
    return {coded.encounter.id: coded for coded in found}, told


def aside(*paths: Path, **options: Any) -> tuple[list[str], list[str]]:
    """Return the ids read when what cannot be used is set aside, and the reasons."""
    told: list[str] = []

    def note(message: InputError | str) -> None:
        if isinstance(message, InputError):
            told.append(str(message))

    found = list(read_corpus(paths, "skip", note, layouts=ALL_LAYOUTS, **options))
    return [coded.encounter.id for coded in found], told


def refused(*paths: Path, **options: Any) -> str:
    with pytest.raises(InputError) as caught:
        read(*paths, **options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_mimic_is_joined_by_admission(tmp_path: Path) -> None:
    write_mimic(tmp_path)
    found, told = read(tmp_path)
    assert list(found) == ["mimic-21001"]
    coded = found["mimic-21001"]
    assert coded.codes == ("I11.0", "I50.21", "Z66")  # seq_num 1, 2, 3
    assert coded.other_systems == {"icd10pcs": ("5A1935Z",)}
    assert coded.patient == "10001"
    encounter = coded.encounter
    assert [d.text for d in encounter.documents] == [
        NOTES["21001"],
        "Addendum: Follow up in a week.\n",
    ]
    assert coded.note_type == "discharge summary"
    # 61 years in 2150, seen in 2153; the dates are shifted, so that none is given.
    assert (encounter.age, encounter.sex, encounter.setting) == (64, "F", "inpatient")
    assert encounter.date_of_service is None
    assert told == [
        "1 notes belong to no encounter and were left out.",
        "1 encounters have notes and no codes and were left out.",
        "1 encounters are coded in ICD-9 and were left out; --icd-version 9 reads them instead.",
        "1 encounters are coded partly in ICD-9 and partly in ICD-10 and were left out.",
        "1 encounters have codes and no note and were left out.",
    ]


def test_mimic_in_icd_9_is_kept_apart(tmp_path: Path) -> None:
    write_mimic(tmp_path)
    found, told = read(tmp_path, icd_version=9)
    assert list(found) == ["mimic-21002"]
    coded = found["mimic-21002"]
    assert coded.codes == ()
    assert not coded.diagnoses_coded
    assert coded.other_systems == {
        "icd9cm": ("486", "E849.0", "V15.82"),
        "icd9cm_procedures": ("39.61",),
    }
    assert "1 encounters are coded in ICD-10 and were left out; --icd-version 10 reads them instead." in told  # fmt: skip


def test_the_two_folders_of_mimic_may_be_given_apart(tmp_path: Path) -> None:
    notes, hosp = write_mimic(tmp_path)
    assert list(read(hosp, notes)[0]) == ["mimic-21001"]
    assert refused(notes).endswith(
        "discharge.csv.gz is a table of MIMIC-IV, and the table diagnoses_icd is missing: a file "
        "diagnoses_icd.csv, .csv.gz or .parquet must be in a folder that is given too."
    )


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    _, hosp = write_mimic(tmp_path)
    path = hosp / "3.1" / "hosp" / "diagnoses_icd.csv.gz"
    write_table(path, ["subject_id", "hadm_id", "icd_code", "icd_version"], [])
    assert f"{path} has no column 'seq_num', which the table diagnoses_icd has;" in refused(
        tmp_path
    )


@pytest.mark.parametrize("cut", [30, -10])
def test_a_broken_gzip_file_is_named(tmp_path: Path, cut: int) -> None:
    notes, _ = write_mimic(tmp_path)
    path = notes / "2.2" / "note" / "discharge.csv.gz"
    path.write_bytes(path.read_bytes()[:cut])
    said = f"{path} is a damaged gzip file or was cut off; copy it again."
    assert refused(tmp_path) == said
    path.write_bytes(b"no gzip at all")
    assert refused(tmp_path) == said


def test_a_row_of_the_wrong_length_is_set_aside(tmp_path: Path) -> None:
    notes, _ = write_mimic(tmp_path)
    path = notes / "2.2" / "note" / "discharge.csv.gz"
    data = gzip.decompress(path.read_bytes()) + b"10001-DS-9,10001,21001\n"
    path.write_bytes(gzip.compress(data))
    ids, told = aside(tmp_path)
    assert ids == ["mimic-21001"]
    assert len(told) == 1
    assert told[0].endswith("has 3 fields; the header names 8.")


def test_windows_text_in_a_table_is_read_with_a_notice(tmp_path: Path) -> None:
    (tmp_path / "notes.csv").write_bytes(b"encounter,text\n1,Caf\xe9 au lait spots.\n")
    (tmp_path / "codes.csv").write_bytes(b"encounter,code\n1,L813\n")
    found, told = read(tmp_path)
    assert found["1"].encounter.text == "Café au lait spots."
    assert found["1"].codes == ("L81.3",)
    assert told == [f"{tmp_path / 'notes.csv'} line 2 is not UTF-8; it was read as Windows-1252."]


@pytest.mark.parametrize(
    ("ending", "upper"), [(".csv", True), (".csv", False), (".parquet", False)]
)
def test_omop_is_joined_by_visit(tmp_path: Path, ending: str, upper: bool) -> None:
    write_omop(tmp_path, ending, upper)
    found, told = read(tmp_path)
    assert set(found) == {"omop-501", "omop-503"}
    stay, visit = found["omop-501"], found["omop-503"]
    # The primary diagnosis stands first; that of the admission is not the final one.
    assert stay.codes == ("J18.9", "E11.9")
    assert stay.other_systems == {"icd10pcs": ("5A1935Z",)}
    assert [d.type for d in stay.encounter.documents] == ["admission note", "discharge summary"]
    assert stay.encounter.setting == "inpatient"
    assert str(stay.encounter.date_of_service) == "2024-03-05"  # the day of discharge
    assert (stay.encounter.age, stay.encounter.sex) == (63, "M")  # 64 the day after
    assert visit.codes == ("I10",)
    assert visit.procedures is not None
    assert (visit.procedures.codes, visit.procedures.visit) == (("93000",), "99213")
    assert (visit.encounter.age, visit.encounter.sex, visit.patient) == (44, "F", "8")
    assert any("1 encounters are coded in ICD-9" in notice for notice in told)
    assert any("source value is no code" in notice and "1 rows" in notice for notice in told)
    assert any("1 rows" in n and "admission, preliminary" in n for n in told)
    # Before October 2015 V58.66 is ICD-9: long-term use of aspirin.
    assert read(tmp_path, icd_version=9)[0]["omop-502"].other_systems == {"icd9cm": ("V58.66",)}


def test_omop_concepts_tell_the_system(tmp_path: Path) -> None:
    write_omop(tmp_path)
    # As Athena writes it: tabs, and quotes that close nothing.
    (tmp_path / "CONCEPT.csv").write_text(
        "concept_id\tconcept_name\tvocabulary_id\tconcept_code\n"
        '1\t"Broken" bone\tSNOMED\t1\n'
        "45533022\tType 2 diabetes\tICD10CM\tE11.65\n"
        "44831289\tAspirin\tICD10CM\tZ79.82\n",
        "utf-8",
    )
    found, _ = read(tmp_path)
    assert found["omop-501"].codes == ("J18.9", "E11.65")
    assert found["omop-502"].codes == ("Z79.82",)


def test_two_tables_of_notes_and_codes(tmp_path: Path) -> None:
    write_table(
        tmp_path / "notes.parquet",
        ["encounter", "text", "type", "split", "patient"],
        [["b", "Gout.", "clinic note", "dev", "p2"], ["a", "Cough.", "clinic note", "train", "p1"]],
    )
    write_table(
        tmp_path / "codes.tsv.gz",
        ["encounter", "code", "system", "sequence"],
        [
            ["a", "R059", "ICD-10-CM", "1"],
            ["b", "99213", "cpt", "2"],
            ["b", "M109", "", "1"],
            ["b", "I10", "", "0"],
            ["b", "x", "SNOMED", ""],
            ["c", "I10", "", ""],
        ],
        "\t",
    )
    ids, told = aside(tmp_path)
    assert ids == ["b", "a"]
    assert told == [
        (
            f"{tmp_path / 'codes.tsv.gz'} line 6 has a code system that is not known; known: icd10cm, "
            "icd10pcs, icd9cm, icd9cm_procedures, cpt, hcpcs."
        )
    ]
    write_table(
        tmp_path / "codes.tsv.gz",
        ["encounter", "code", "sequence"],
        [["b", "M109", "1"], ["b", "I10", "0"]],
        "\t",
    )
    found, _ = read(tmp_path)
    coded = found["b"]
    assert coded.codes == ("I10", "M10.9")
    assert (coded.split, coded.patient, coded.note_type) == ("dev", "p2", "clinic note")


def test_a_corpus_of_one_table_beside_a_list_of_codes_is_read_as_rows(tmp_path: Path) -> None:
    (tmp_path / "notes.csv").write_text("id,text,codes\na,Cough.,R05.9\n", "utf-8")
    (tmp_path / "codes.csv").write_text("id,text,codes\nb,Gout.,M10.9\n", "utf-8")
    assert set(read(tmp_path)[0]) == {"a", "b"}


def test_codiesp_in_spanish_with_evidence(tmp_path: Path) -> None:
    write_codiesp(tmp_path)
    found, told = read(tmp_path, layout="codiesp")
    assert list(found) == ["S0004-1"]
    coded = found["S0004-1"]
    assert coded.codes == ("N20.0", "R50.9")
    assert coded.other_systems == {"icd10pcs": ("BT4J",)}
    assert coded.split == "train"
    text = coded.encounter.text
    assert text == SPANISH
    words = {code: [text[s.start : s.end] for s in spans] for code, spans in coded.evidence.items()}
    assert words == {"N20.0": ["litiasis", "izquierda"], "R50.9": ["fiebre"]}
    assert told == ["1 texts of CodiEsp have no code and were left out."]


def test_codiesp_in_english_where_it_is_there(tmp_path: Path) -> None:
    write_codiesp(tmp_path)
    found, told = read(tmp_path)
    assert found["S0004-1"].encounter.text == ENGLISH
    assert found["S0004-1"].evidence == {}
    assert "--layout codiesp reads" in told[0]


def test_codiesp_without_english_texts(tmp_path: Path) -> None:
    write_codiesp(tmp_path, english=False)
    assert read(tmp_path)[0]["S0004-1"].encounter.text == SPANISH
    assert "this is not CodiEsp in English" in refused(tmp_path, layout="codiesp-en")


def test_codiesp_rows_that_cannot_be_used(tmp_path: Path) -> None:
    write_codiesp(tmp_path, english=False)
    table = tmp_path / "train" / "trainX.tsv"
    table.write_text("S0004-1\tDIAGNOSTICO\tn20.0\tlitiasis\t13-21\nS0004-1\tn20.0\n", "utf-8")
    ids, told = aside(tmp_path)
    assert ids == ["S0004-1"]
    assert told == [
        f"{table} line 1 has no place such as '120 134' or '120 134;140 151'.",
        (
            f"{table} line 2 has 2 columns; a table of CodiEsp of this kind has 5 columns: article, "
            "label, code, words, place."
        ),
    ]


def test_mdace_with_its_evidence_and_splits(tmp_path: Path) -> None:
    write_mdace(tmp_path)
    found, told = read(tmp_path)
    assert list(found) == ["mdace-100197"]
    coded = found["mdace-100197"]
    assert coded.codes == ("I50.21", "J81.0")
    assert coded.other_systems == {"icd10pcs": ("5A1935Z",)}
    assert coded.split == "train"
    assert [d.type for d in coded.encounter.documents] == ["discharge summary", "radiology"]
    text = coded.encounter.text
    words = {code: [text[s.start : s.end] for s in spans] for code, spans in coded.evidence.items()}
    assert words == {"I50.21": ["Acute systolic heart failure"], "J81.0": ["Pulmonary edema"]}
    assert "1 charts are coded in ICD-9" in told[0]
    nine = read(tmp_path, icd_version=9)[0]["mdace-100197"]
    assert nine.other_systems["icd9cm"][0] == "428.21"
    assert nine.codes == ()


def test_mdace_without_text_says_how_to_put_it_in(tmp_path: Path) -> None:
    write_mdace(tmp_path, text=False)
    said = refused(tmp_path)
    assert "has no note text" in said
    assert "python3 inject-note-text.py --noteevents NOTEEVENTS.csv" in said


def test_mdace_text_that_was_changed_is_set_aside(tmp_path: Path) -> None:
    chart = mdace_chart(100463)
    chart["notes"][0]["text"] = " " + chart["notes"][0]["text"]
    (tmp_path / "100463-ICD-10.json").write_text(json.dumps(chart), "utf-8")
    ids, told = aside(tmp_path)
    assert ids == []
    assert "the words of an annotation do not stand at their place" in told[0]
    assert "heart" not in told[0]


def test_a_fhir_bulk_export(tmp_path: Path) -> None:
    write_fhir(tmp_path)
    found, told = read(tmp_path)
    assert list(found) == ["fhir-e1"]
    coded = found["fhir-e1"]
    assert coded.codes == ("J18.9", "I10")  # by the rank in the Encounter
    assert coded.procedures is not None
    assert coded.procedures.codes == ("31622",)
    encounter = coded.encounter
    assert encounter.text == "Admitted with pneumonia.\n\n\nDischarged home. Pneumonia resolved.\n"
    assert (encounter.age, encounter.sex, encounter.setting) == (75, "F", "inpatient")
    assert str(encounter.date_of_service) == "2026-01-09"
    assert coded.patient == "p1"
    assert told == [
        (
            "2 Conditions and Procedures are problem list items, uncertain or not completed and were left "
            "out."
        ),
        "1 encounters have notes and no codes and were left out.",
    ]


def test_fhir_lines_that_cannot_be_used(tmp_path: Path) -> None:
    write_fhir(tmp_path)
    path = tmp_path / "DocumentReference.000.ndjson"
    link = {
        "resourceType": "DocumentReference",
        "id": "d9",
        "content": [{"attachment": {"contentType": "text/plain", "url": "Binary/9"}}],
    }
    path.write_text(
        path.read_text("utf-8")
        + json.dumps(link)
        + '\n{"resourceType": "DocumentReference", "id": \n{"id": "no type"}\n',
        "utf-8",
    )
    ids, told = aside(tmp_path)
    assert ids == ["fhir-e1"]
    assert len(told) == 3
    assert told[0] == f"{path} line 6 is no FHIR resource."
    assert "is only a link, which is not fetched" in told[1]
    assert told[2] == f"{path} line 5 is not JSON; each line must be one resource."


def test_a_folder_of_two_layouts_is_refused_in_one_sentence(tmp_path: Path) -> None:
    write_omop(tmp_path)
    write_mimic(tmp_path)
    assert refused(tmp_path) == (
        f"{tmp_path} could be MIMIC-IV or OMOP; say which with --layout mimic or --layout omop."
    )
    assert list(read(tmp_path, layout="mimic")[0]) == ["mimic-21001"]


def test_a_layout_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "notes.jsonl").write_text('{"id": "a", "text": "x", "codes": []}\n', "utf-8")
    assert "this is not OMOP. It is made of NOTE and CONDITION_OCCURRENCE" in refused(
        tmp_path, layout="omop"
    )
    assert refused(tmp_path / "note.jsonl", layout="omop").startswith("There is no file")
    assert refused(tmp_path, layout="mimc") == (
        "Unknown layout 'mimc'; known: auto, rows, tables, codiesp, codiesp-en, mdace, mimic, omop, "
        "fhir."
    )


def test_layouts_and_rows_are_read_together(tmp_path: Path) -> None:
    write_mimic(tmp_path / "mimic")
    own = tmp_path / "own.jsonl.gz"
    own.write_bytes(gzip.compress(b'{"id": "a", "text": "Gout.", "codes": ["M10.9"]}\n'))
    assert set(read(own, tmp_path / "mimic")[0]) == {"a", "mimic-21001"}


def test_notes_of_an_encounter_that_come_far_apart_are_put_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # So little is held in memory that the notes wait in a file.
    monkeypatch.setattr("suggester.corpus.gathering._IN_MEMORY", 10)
    rows = [[str(number % 50), f"Note {number} of the patient."] for number in range(150)]
    write_table(tmp_path / "notes.csv", ["encounter", "text"], rows)
    write_table(tmp_path / "codes.csv", ["encounter", "code"], [[str(n), "I10"] for n in range(50)])
    found, told = read(tmp_path)
    assert len(found) == 50
    assert found["7"].encounter.text == (
        "Note 7 of the patient.\n\nNote 57 of the patient.\n\nNote 107 of the patient."
    )
    assert told == []


def test_nested_fields_of_a_table_may_be_json(tmp_path: Path) -> None:
    evidence = json.dumps([{"code": "M10.9", "start": 0, "end": 4}])
    write_table(
        tmp_path / "n.csv",
        ["id", "text", "codes", "evidence", "procedures"],
        [["a", "Gout.", "M10.9", evidence, ""]],
    )
    assert read(tmp_path)[0]["a"].evidence == {"M10.9": (Span(0, 4),)}
    write_table(
        tmp_path / "n.csv", ["id", "text", "codes", "evidence"], [["a", "G", "M10.9", "[{"]]
    )
    assert "has a field 'evidence' that is not JSON" in refused(tmp_path)
