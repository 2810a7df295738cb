"""``corpus convert`` and ``corpus check`` over corpora of elsewhere: what is written, set aside and said."""

from __future__ import annotations

import json
import stat
from collections.abc import Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from suggester.cli import app
from suggester.corpus.readers import read_corpus
from suggester.errors import InputError, OutputError
from tests.corpus.layout_files import write_fhir, write_mimic, write_omop

SECRET = "Zebrafish"


def run(*words: object) -> Result:
    result = CliRunner().invoke(app, ["corpus", *map(str, words)], catch_exceptions=False)
    assert SECRET not in result.output
    return result


def rows(path: Path, *given: Mapping[str, object]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in given), "utf-8")
    return path


@pytest.mark.parametrize("ending", ["jsonl", "parquet"])
def test_mimic_becomes_a_file_of_the_project(tmp_path: Path, ending: str) -> None:
    write_mimic(tmp_path / "in")
    out = tmp_path / f"ours.{ending}"
    done = run("convert", tmp_path / "in", "--out", out)
    assert done.exit_code == 0
    assert done.stdout == f"1 notes were written to {out}.\n"
    assert "Notice: 1 encounters are coded in ICD-9 and were left out" in done.stderr
    [coded] = read_corpus([out])
    assert coded.codes == ("I11.0", "I50.21", "Z66")
    assert coded.patient == "10001"
    # A file of notes is for its owner alone, and nothing else is left in the folder.
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in", out.name]


def test_what_was_converted_is_checked_as_any_corpus(tmp_path: Path) -> None:
    write_omop(tmp_path / "omop")
    out = tmp_path / "ours.jsonl"
    run("convert", tmp_path / "omop", "--out", out)
    for given in (out, tmp_path / "omop"):
        done = run("check", given)
        assert done.exit_code == 0, done.stdout
        assert done.stdout.splitlines()[-1] == "2 notes, 0 problems."
        # J18.9, E11.9 and I10: two notes, three codes.
        assert "Codes: 3 different ones in 3 uses; 3 used once" in done.stdout


def test_a_row_that_cannot_be_used_stops_or_is_left_out(tmp_path: Path) -> None:
    given = rows(
        tmp_path / "in.jsonl",
        {"id": "a", "text": "Gout.", "codes": ["M10.9"]},
        {"id": "b", "text": f"{SECRET} fever."},
    )
    out = tmp_path / "out.jsonl"
    with pytest.raises(InputError, match=r"line 2: Note 'b' has no 'codes'"):
        run("convert", given, "--out", out)
    assert [p.name for p in tmp_path.iterdir()] == ["in.jsonl"]
    done = run("convert", given, "--out", out, "--skip")
    assert done.stdout == f"1 notes were written to {out}; 1 rows were left out.\n"
    assert "Left out: " in done.stderr


def test_what_cannot_be_written_is_said_before_anything_is_read(tmp_path: Path) -> None:
    given = rows(tmp_path / "in.jsonl", {"id": "a", "text": "Gout.", "codes": ["M10.9"]})
    with pytest.raises(OutputError, match=r"must end in .jsonl or .parquet"):
        run("convert", given, "--out", tmp_path / "out.csv")
    with pytest.raises(InputError, match="is read and cannot be written at the same time"):
        run("convert", given, "--out", given)
    with pytest.raises(OutputError, match="there is no folder"):
        run("convert", given, "--out", tmp_path / "none" / "out.jsonl")
    with pytest.raises(InputError, match="There is no note to write"):
        run("convert", given, "--out", tmp_path / "out.jsonl", "--split", "dev")
    with pytest.raises(InputError, match="--icd-version must be 9 or 10"):
        run("convert", given, "--out", tmp_path / "out.jsonl", "--icd-version", "11")
    assert [p.name for p in tmp_path.iterdir()] == ["in.jsonl"]


def test_deleted_codes_are_mapped_forward_on_request(tmp_path: Path) -> None:
    given = rows(
        tmp_path / "in.jsonl",
        {
            "id": "a",
            "text": "Assessment: Old hemorrhage of the artery.",
            "codes": ["I60.20", "S02.10XA"],
            "date_of_service": "2015-12-01",
        },
    )
    done = run("check", given)
    assert [line for line in done.stdout.splitlines() if line.endswith("[dates]")] == [
        "a: I60.20 was in force on 2015-12-01 and was deleted on 2016-10-01; now I60.2 [dates]",
        ("a: S02.10XA was in force on 2015-12-01 and was deleted on 2016-10-01; now S02.109A or "
        "S02.101A or S02.102A [dates]"),
    ]  # fmt: skip
    out = tmp_path / "out.jsonl"
    done = run("convert", given, "--out", out, "--map-forward")
    assert "Notice: I60.20 was mapped to I60.2 in 1 encounters." in done.stderr
    assert "Notice: S02.10XA was left as it is in 1 encounters: S02.109A or" in done.stderr
    assert json.loads(out.read_text("utf-8"))["codes"] == ["I60.2", "S02.10XA"]
    done = run("check", given, "--map-forward")
    # By the book of today alone: what could not be mapped is no code of it.
    assert done.stdout.splitlines()[0].startswith("a: S02.10XA is not a code of FY2026")
    assert done.stdout.splitlines()[-1] == "1 notes, 1 problems."


def test_rows_that_cannot_be_used_are_set_aside_with_the_reason(tmp_path: Path) -> None:
    given = tmp_path / "in.jsonl"
    rows(
        given,
        {"id": "a", "text": "Assessment: Gout.", "codes": ["M10.9"]},
        {"id": "b", "text": "  ", "codes": ["M10.9"]},
        {"id": "a", "text": f"{SECRET} again", "codes": ["M10.9"]},
    )
    given.write_text(given.read_text("utf-8") + '{"id": "c", "text": "' + SECRET + "\n", "utf-8")
    done = run("check", given)
    assert done.exit_code == 1
    assert [line for line in done.stdout.splitlines() if line.startswith("Set aside")] == [
        f"Set aside: {given} line 2: Note 'b' is empty: there is nothing to code.",
        f"Set aside: {given} line 3 has the id 'a', which {given} line 1 has already; ids must differ.",
        f"Set aside: {given} line 4 is not JSON; each line must be one complete object.",
    ]
    assert done.stdout.splitlines()[-1] == "1 notes, 0 problems, 3 rows set aside."
    found = json.loads(run("check", given, "--format", "json").stdout)
    assert found["set_aside"]["rows"] == 3
    assert found["distribution"]["different"] == 1
    assert found["counts"] == {}


def test_a_file_that_cannot_be_read_at_all_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is no file"):
        run("check", tmp_path / "missing.jsonl")
    (tmp_path / "damaged.csv.gz").write_bytes(b"no gzip")
    with pytest.raises(InputError, match="is a damaged gzip file"):
        run("check", tmp_path / "damaged.csv.gz")


def test_long_lists_of_problems_are_cut_and_counted(tmp_path: Path) -> None:
    given = rows(
        tmp_path / "in.jsonl",
        *({"id": f"n{n}", "text": f"Assessment number {n}.", "codes": ["E11"]} for n in range(5)),
    )
    done = run("check", given, "--listed", "2")
    lines = done.stdout.splitlines()
    assert [line.split(":")[0] for line in lines[:2]] == ["n0", "n1"]
    assert lines[2] == "… and 3 more [codes]"
    assert lines[-1] == "5 notes, 5 problems."


def test_leaks_are_told_without_the_patient(tmp_path: Path) -> None:
    text = "Assessment: Hypertension, well controlled on lisinopril, no change of dose today."
    one = {"codes": ["I10"], "patient": f"{SECRET}-7"}
    given = rows(
        tmp_path / "in.jsonl",
        {"id": "a", "text": text, "split": "train", **one},
        {"id": "b", "text": text + " Return in spring.", "split": "test", **one},
    )
    lines = run("check", given).stdout.splitlines()
    assert lines[:2] == [
        "b: of the same patient as a, which is in the split train [patients]",
        "b: nearly a copy of a, which is in the split train [leaks]",
    ]


def test_fhir_is_read_for_measuring_too(tmp_path: Path) -> None:
    write_fhir(tmp_path / "export")
    done = CliRunner().invoke(
        app, ["evaluate", str(tmp_path / "export"), "--layout", "fhir", "--format", "json"]
    )
    assert json.loads(done.stdout)["encounters"] == 1
