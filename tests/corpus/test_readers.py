"""Notes and corpora read from every format, and what cannot be read said in one sentence."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from suggester.corpus.readers import read_corpus, read_encounters
from suggester.corpus.text_files import MOST_LINE
from suggester.encounter import Encounter
from suggester.errors import InputError

SECRET = "Zebrafish"
LINE_ID = "it must be one line of at most 200 characters."
UNPAIRED = "(an unpaired surrogate); write it again as UTF-8."
NOTE = f"Assessment:\r\n\tÉpistaxis \u2013 {SECRET}\r\n😀 end\r"


def texts(*paths: Path | str) -> list[str]:
    return [encounter.text for encounter in read_encounters(paths)]


def sentence(*paths: Path | str, read: Callable[..., object] = read_encounters) -> str:
    with pytest.raises(InputError) as caught:
        list(read(paths))  # type: ignore[call-overload]
    message = str(caught.value)
    assert SECRET not in message
    assert "\n" not in message
    return message


def skipped(*paths: Path) -> tuple[list[Encounter], list[str]]:
    reported: list[InputError | str] = []
    found = list(read_encounters(paths, "skip", reported.append))
    assert all(SECRET not in str(message) for message in reported)
    return found, [str(m) for m in reported if isinstance(m, InputError)]


@pytest.fixture
def pipe(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], list[Encounter]]:
    def give(data: bytes) -> list[Encounter]:
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data)))
        return list(read_encounters(["-"]))

    return give


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le", "utf-16-be"]
)
def test_text_is_read_exactly_in_every_unicode_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "visit.txt"
    path.write_bytes(NOTE.encode(encoding))
    (encounter,) = read_encounters([path])
    assert (encounter.id, encounter.text) == ("visit", NOTE)


def test_windows_text_is_read_with_a_notice(tmp_path: Path) -> None:
    path = tmp_path / "visit.md"
    path.write_bytes(b"Caf\xe9 \x96 \x93quoted\x94 \x81\r\n")
    reported: list[InputError | str] = []
    (encounter,) = read_encounters([path], report=reported.append)
    assert encounter.text == "Café \u2013 “quoted” \x81\r\n"
    assert reported == [f"{path} is not UTF-8; it was read as Windows-1252."]


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "a PDF file"),
        (b"PK\x03\x04....[Content_Types].xml....word/document.xml", "a Word document"),
        (b"PK\x03\x04.......xl/workbook.xml", "an Excel workbook"),
        (b"PK\x03\x04.......", "a zip file or office document"),
        (b"\xd0\xcf\x11\xe0....", "an old Word or Excel file"),
        (b"{\\rtf1\\ansi Zebrafish}", "an RTF document"),
        (b"\x1f\x8b\x08....", "a gzip file"),
        (b"\x89PNG\r\n\x1a\n", "an image"),
        (b"\xff\xd8\xff\xe0", "an image"),
        (b"\0" * 128 + b"DICM", "a DICOM file"),
        (b"PAR1\x15\x04", "a Parquet file"),
        (b"Zebrafish \0\0\0\0\0 and more", "a binary file"),
        (b"\x01\x02\x03\x04 Zebrafish", "a binary file"),
    ],
)
@pytest.mark.parametrize("name", ["visit.txt", "notes.jsonl", "notes.csv", "notes.json"])
def test_binary_files_are_named_for_what_they_are(
    tmp_path: Path, data: bytes, kind: str, name: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    assert sentence(
        path
    ) == f"{path} seems to be {kind}, not text; save the note as plain text." or (
        kind == "a binary file" and "seems to be a binary file" in sentence(path)
    )


def test_files_that_cannot_be_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "visit.txt").write_text("x")
    missing = tmp_path / "vist.txt"
    assert sentence(missing) == f"There is no file {missing}. Nearest: {tmp_path / 'visit.txt'}."
    assert sentence(tmp_path / "zzz.csv") == f"There is no file {tmp_path / 'zzz.csv'}."
    assert sentence(tmp_path / "no" / "x.txt") == f"There is no folder {tmp_path / 'no'}."
    assert "is a folder; name the files in it" in sentence(tmp_path)
    assert "Not a directory" in sentence(tmp_path / "visit.txt" / "x.txt")
    assert "not a file name" in sentence(tmp_path / "a\0b")

    def denied(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", denied)
    assert sentence(tmp_path / "visit.txt").endswith("cannot be read: Permission denied.")
    monkeypatch.setattr(Path, "iterdir", denied)
    assert sentence(missing) == f"There is no file {missing}."


def test_a_note_given_in_place_of_a_file_is_not_repeated() -> None:
    assert "pipe it in" in sentence(f"Patient with {SECRET} since Tuesday, worse at night")
    assert "pipe it in" in sentence(f"{SECRET} fever" * 100)
    assert "pipe it in" in sentence(f"{SECRET}\nand fever")


def test_empty_and_blank_files(tmp_path: Path) -> None:
    for name in ("a.txt", "a.jsonl", "a.csv", "a.json"):
        (tmp_path / name).write_bytes(b"")
        assert sentence(tmp_path / name) == f"{tmp_path / name} is empty: there is nothing to code."
    for name, text in (
        ("b.txt", " \r\n\t"),
        ("b.jsonl", "\n\n"),
        ("b.csv", "id,text\n"),
        ("b.json", "[]"),
    ):
        (tmp_path / name).write_text(text)
        assert any(words in sentence(tmp_path / name) for words in ("is empty", "holds no notes"))


def test_other_endings(tmp_path: Path) -> None:
    (tmp_path / "note").write_text("cough")
    assert texts(tmp_path / "note") == ["cough"]
    (tmp_path / "note.xml").write_text("<note/>")
    assert "ends in .xml; files that can be read end in .txt, .md" in sentence(
        tmp_path / "note.xml"
    )
    (tmp_path / "note.docx").write_bytes(b"PK\x03\x04..word/..")
    assert "a Word document" in sentence(tmp_path / "note.docx")


def test_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "long.txt"
    path.write_bytes(b"cough " * 900_000)
    assert "has more than 1,000,000 characters" in sentence(path)
    path.write_bytes(b"cough " * 200_000)
    assert "has 1,200,000 characters; at most 1,000,000 are read" in sentence(path)
    monkeypatch.setattr("suggester.corpus.text_files.MOST_LINE", 100)
    (tmp_path / "x.jsonl").write_text('{"id": 1, "text": "a"}\n{"text": "' + "a" * 200 + '"}\n')
    assert f"{tmp_path / 'x.jsonl'} line 2 is longer than 100 bytes" in sentence(
        tmp_path / "x.jsonl"
    )
    assert MOST_LINE > 1_000_000


def test_cut_off_utf16(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_bytes("cough".encode("utf-16") + b"x")
    assert sentence(path) == f"{path} is damaged UTF-16 text; save it again as UTF-8."


def test_jsonl_names_file_and_line_and_skips(tmp_path: Path) -> None:
    path = tmp_path / "notes.jsonl"
    rows = [
        '{"id": "a", "text": "one"}',
        "",
        f'{{"id": "b", "text": "{SECRET}',
        f'["{SECRET}"]',
        f'{{"id": "c", "note": "{SECRET}"}}',
        '{"id": "d", "text": 7}',
        '{"id": "a", "text": "again"}',
        f'{{"id": "e", "text": "{SECRET}", "age": "old"}}',
        f'{{"id": "{SECRET * 50}", "text": "x"}}',
        '{"id": "f", "text": "\\ud800"}',
        '{"id": "g", "text": "x", "age": 1e999}',
        '{"id": null, "text": "two\\r\\n"}',
        "[" * 100_000,
    ]
    path.write_text("\n".join(rows))
    found, errors = skipped(path)
    assert [(e.id, e.text) for e in found] == [("a", "one"), ("notes-12", "two\r\n")]
    assert errors == [
        f"{path} line 3 is not JSON; each line must be one complete object.",
        f"{path} line 4 is not an object with 'id' and 'text'.",
        f"{path} line 5 has no 'text' (or 'documents').",
        f"{path} line 6: Note 'd' has no 'text' (a string).",
        f"{path} line 7 has the id 'a', which {path} line 1 has already; ids must differ.",
        f"{path} line 8: Note 'e': age must be a number of years from 0 to 130.",
        f"{path} line 9 has an 'id' that cannot be used: {LINE_ID}",
        f"{path} line 10: Note 'f' holds half a character {UNPAIRED}",
        errors[8],
        f"{path} line 13 is not JSON; each line must be one complete object.",
    ]
    assert f"{path} line 11" in errors[8]
    assert "line 3 is not JSON" in sentence(path)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_jsonl_in_other_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "notes.ndjson"
    rows = [
        {"id": str(n), "text": "Café\u2028 au lait"[: 4 if encoding == "cp1252" else 99]}
        for n in (1, 2)
    ]
    path.write_bytes(
        "".join(json.dumps(r, ensure_ascii=False) + "\r\n" for r in rows).encode(encoding)
    )
    reported: list[InputError | str] = []
    assert [e.text for e in read_encounters([path], report=reported.append)] == [
        r["text"] for r in rows
    ]
    assert len(reported) == (encoding == "cp1252")


def test_file_errors_are_skipped_too(tmp_path: Path) -> None:
    good = tmp_path / "good.txt"
    good.write_text("cough")
    found, errors = skipped(tmp_path / "missing.txt", tmp_path, good, good)
    assert [e.id for e in found] == ["good"]
    assert len(errors) == 3


def test_json_object_and_list(tmp_path: Path) -> None:
    path = tmp_path / "notes.json"
    path.write_text('{"text": "cough", "setting": "emergency"}')
    (one,) = read_encounters([path])
    assert (one.id, one.setting) == ("notes-1", "emergency")
    documents = [{"id": "d1", "text": "a", "type": "ED note"}, {"id": "d2", "text": "b"}]
    path.write_text(json.dumps([{"id": "x", "documents": documents}, {"id": "y", "text": "c"}]))
    assert texts(path) == ["a\n\nb", "c"]
    path.write_text(f'[{{"text": "a"}}, "{SECRET}"]')
    assert "item 2 is not an object" in sentence(path)
    path.write_text(f'{{"text": "{SECRET}')
    assert "is not JSON: it breaks off at line 1" in sentence(path)
    path.write_text('{"text": "a"}\n{"text": "b"}')
    assert "belongs in a .jsonl file" in sentence(path)
    path.write_text("[" * 100_000)
    assert "is not JSON that can be read" in sentence(path)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "notes.csv"
    rows = [
        ["ID", " text ", "setting", "age", "sex", "date_of_service"],
        ["a", '"one\r\ntwo ""x"""', "inpatient", "61", "F", "2026-05-01"],
        [],
        ["", "three", "", "", "", ""],
        ["c", "four"],
    ]
    path.write_bytes("\r\n".join(delimiter.join(row) for row in rows).encode("utf-8-sig"))
    found = list(read_encounters([path]))
    assert [e.text for e in found] == ['one\r\ntwo "x"', "three", "four"]
    assert [e.id for e in found] == ["a", "notes-5", "c"]
    assert (found[0].age, found[0].sex, str(found[0].date_of_service)) == (61, "F", "2026-05-01")
    assert found[1].age is None


def test_csv_errors(tmp_path: Path) -> None:
    path = tmp_path / "notes.csv"
    path.write_text(f"{SECRET},with pain\n1,2\n")
    assert "has no column 'text'; its first line must name the columns" in sentence(path)
    path.write_text(f'id,text\na,fine\nb,"{SECRET} never closed\n')
    assert f"{path} line 3 is not CSV" in sentence(path)
    path.write_text(f"id,text\na,fine\nb,{SECRET}, and more\nc,good\n")
    found, errors = skipped(path)
    assert [e.id for e in found] == ["a", "c"]
    assert errors == [f"{path} line 3 has 3 fields; the header names 2."]
    path.write_text("id,text\na\n")
    assert "line 2: Note 'a' has no 'text'" in sentence(path)
    path.write_text("id,text\na," + "x" * 200_000 + "\n")
    assert len(texts(path)[0]) == 200_000


def test_parquet(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "notes.parquet"
    columns = {"id": ["a", "b"], "text": ["one\r\n", "two"], "age": [61.0, float("nan")]}
    parquet.write_table(pyarrow.table(columns), path)
    found = list(read_encounters([path]))
    assert [(e.id, e.text, e.age) for e in found] == [("a", "one\r\n", 61), ("b", "two", None)]
    parquet.write_table(pyarrow.table({**columns, "codes": [["I10"], ["E119", "E11.9"]]}), path)
    assert [c.codes for c in read_corpus([path])] == [("I10",), ("E119", "E11.9")]
    parquet.write_table(pyarrow.table({"note": ["x"]}), path)
    assert "has no column 'text'" in sentence(path)
    path.write_text(SECRET)
    assert sentence(path) == f"{path} is not a Parquet file that can be read."


def test_parquet_without_pyarrow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    (tmp_path / "x.parquet").write_bytes(b"PAR1")
    assert "pip install pyarrow" in sentence(tmp_path / "x.parquet")


def test_standard_input(pipe: Callable[[bytes], list[Encounter]]) -> None:
    (note,) = pipe(NOTE.encode())
    assert (note.id, note.text) == ("note", NOTE)
    rows = b'\n{"id": "a", "text": "one"}\n{"text": "two"}\n'
    assert [(e.id, e.text) for e in pipe(rows)] == [("a", "one"), ("note-3", "two")]
    wide = '{"id": "a", "text": "one"}\n{"id": "b", "text": "two"}\n'.encode("utf-16")
    assert [e.id for e in pipe(wide)] == ["a", "b"]
    assert [e.id for e in pipe(b'{\n"id": "a",\n"text": "x"}')] == ["a"]
    assert [e.text for e in pipe(b'[\n{"text": "x"}, {"text": "y"}]')] == ["x", "y"]
    (odd,) = pipe(b"{chest pain}\nfor days")
    assert odd.text == "{chest pain}\nfor days"
    with pytest.raises(InputError, match="Standard input is empty"):
        pipe(b"\n \n")
    with pytest.raises(InputError, match="Standard input seems to be a PDF file"):
        pipe(b"%PDF-1.4\n")
    with pytest.raises(InputError, match="Standard input line 2 is not JSON"):
        pipe(b'{"text": "x"}\nZebrafish')


def test_closed_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert sentence("-") == "Standard input is closed; name a file instead."


def test_jsonl_is_read_one_line_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "notes.jsonl"
    path.write_text('{"text": "one"}\nbroken\n')
    notes = read_encounters([path])
    assert next(notes).text == "one"
    with pytest.raises(InputError):
        next(notes)


def test_corpus_of_files_and_folders(tmp_path: Path) -> None:
    (tmp_path / "b.jsonl").write_text(
        '{"id": "b1", "text": "cough", "codes": ["r05.9", "R05.9"]}\n'
    )
    (tmp_path / "README.txt").write_text("not a corpus")
    inner = tmp_path / "a"
    inner.mkdir()
    (inner / "x.csv").write_text(
        'id,text,codes\nc1,x,I10|E11.9\nc2,y,"I10, E11.9 "\nc3,z,I10 R05.9\n'
    )
    coded = list(read_corpus([tmp_path]))
    assert [c.encounter.id for c in coded] == ["c1", "c2", "c3", "b1"]
    assert [c.codes for c in coded] == [("I10", "E11.9")] * 2 + [("I10", "R05.9"), ("R05.9",)]


def test_corpus_errors(tmp_path: Path) -> None:
    assert "holds no .jsonl" in sentence(tmp_path, read=read_corpus)
    path = tmp_path / "c.jsonl"
    path.write_text(f'{{"id": "a", "text": "{SECRET}"}}\n')
    assert "line 1: Note 'a' has no 'codes'" in sentence(path, read=read_corpus)
    path.write_text(f'{{"id": "a", "text": "{SECRET}", "codes": [], "evidence": [{{}}]}}\n')
    assert "Note 'a' has evidence without a 'code'" in sentence(path, read=read_corpus)
    for field in ('"evidence": 5', '"not_coded": ["x"]', '"also": ["I10"]', '"optional": "I10"'):
        path.write_text(f'{{"id": "a", "text": "{SECRET}", "codes": [], {field}}}\n')
        assert field.split('"')[1] in sentence(path, read=read_corpus)
    (tmp_path / "n.txt").write_text(SECRET)
    assert "ends in .txt; files that can be read end in .jsonl" in sentence(
        tmp_path / "n.txt", read=read_corpus
    )
