"""MDACE: one JSON file an admission, its notes with the places that support each code."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from suggester.corpus.layouts.joined import code_fields
from suggester.corpus.layouts.layout import Found, Layout, Reading
from suggester.corpus.layouts.written import FORMS
from suggester.corpus.rows import Row
from suggester.corpus.text_files import MOST_LINE, decoded, named, opened
from suggester.encounter import Document, Encounter
from suggester.errors import InputError

_SYSTEMS = {
    "ICD-10-CM": "icd10cm",
    "ICD-10-PCS": "icd10pcs",
    "ICD-9-CM": "icd9cm",
    "ICD-9-PCS": "icd9cm_procedures",
    "CPT": "cpt",
    "HCPCS": "hcpcs",
}
_EVIDENT = ("icd10cm",)
_SPLITS = {"train": "train", "val": "dev", "test": "test"}
_WITHOUT_TEXT = (
    "{place} has no note text: MDACE comes without it. Put it in with the script of MDACE: python3 "
    "inject-note-text.py --noteevents NOTEEVENTS.csv --data-dir data/ --out-dir with_text/gold"
)


def read_mdace(found: Found, reading: Reading) -> Iterator[Row | InputError]:
    """Yield an encounter for each file, with the splits of MDACE where their lists are there.

    Of a chart that lies there coded in both versions of ICD, the one asked for is read.
    """
    splits = _splits(found.files["splits"])
    left_out = 0
    for path in found.files["charts"]:
        try:
            chart = _chart(path)
            row = _row(path, chart, splits, reading.icd_version)
        except InputError as error:
            yield error
            continue
        if row is None:
            left_out += 1
        else:
            yield row
    if left_out:
        other = 19 - reading.icd_version
        reading.report(
            f"{left_out:,} charts are coded in ICD-{other} or not at all and were left out; "
            f"--icd-version {other} reads those of ICD-{other} instead."
        )


def _find(files: Sequence[Path]) -> Found | None:
    charts = [
        path
        for path in files
        if path.suffix.lower() == ".json" and "predictions" not in path.parts and _is_chart(path)
    ]
    if not charts:
        return None
    with_text = [path for path in charts if "with_text" in path.parts]
    lists = [path for path in files if path.name.lower().startswith("mdace-ev-")]
    return Found({"charts": with_text or charts, "splits": lists})


def _is_chart(path: Path) -> bool:
    with opened(path) as stream:
        start = stream.read(200).lstrip(b"\xef\xbb\xbf \r\n\t")
    return start.startswith(b"{") and b'"hadm_id"' in start


def _chart(path: Path) -> Mapping[str, Any]:
    name = named(path)
    with opened(path) as stream:
        data = stream.read(MOST_LINE + 1)
    if len(data) > MOST_LINE:
        raise InputError(f"{name} is larger than {MOST_LINE:,} bytes, the most that is read.")
    try:
        value = json.loads(decoded(data, name, lambda _: None))
    except (ValueError, RecursionError):
        raise InputError(f"{name} is not JSON that can be read.") from None
    chart: Mapping[str, Any] = value if isinstance(value, dict) else {}
    notes = chart.get("notes")
    if not isinstance(notes, list) or not all(isinstance(note, dict) for note in notes):
        raise InputError(f"{name} has no 'notes' (a list of objects), as a chart of MDACE has.")
    return chart


def _row(
    path: Path, chart: Mapping[str, Any], splits: Mapping[tuple[str, str], str], version: int
) -> Row | None:
    name = named(path)
    documents = [_document(note, name) for note in chart["notes"]]
    if not documents:
        raise InputError(f"{name} has no note.")
    assigned: dict[str, dict[str, None]] = {}
    evidence = []
    places = Encounter(name, tuple(documents)).places()
    for note, document, (start, _) in zip(chart["notes"], documents, places, strict=True):
        for mark in note.get("annotations") or []:
            system, code, begin, end = _annotation(mark, document, name)
            assigned.setdefault(system, {})[code] = None
            if system in _EVIDENT:
                evidence.append({"code": code, "start": start + begin, "end": start + end})
    wrong = "icd10" if version == 9 else "icd9"
    if not assigned or any(system.startswith(wrong) for system in assigned):
        return None
    chart_id = str(chart["hadm_id"])
    kind = "profee" if "Profee" in path.parts else "inpatient"
    fields: dict[str, Any] = {
        "id": f"mdace-{chart_id}" + ("-profee" if kind == "profee" else ""),
        "documents": [{"id": d.id, "type": d.type, "text": d.text} for d in documents],
        "setting": "inpatient",
        "patient": chart_id,
        "split": splits.get((kind, chart_id), ""),
        **code_fields({system: list(codes) for system, codes in assigned.items()}),
    }
    if "codes" in fields:
        fields["evidence"] = evidence
    return Row(name, 1, fields)


def _document(note: Mapping[str, Any], name: str) -> Document:
    if not isinstance(note.get("text"), str):
        raise InputError(_WITHOUT_TEXT.format(place=name))
    return Document(
        str(note.get("note_id", "")), note["text"], str(note.get("category") or "").strip().lower()
    )


def _annotation(mark: Any, document: Document, name: str) -> tuple[str, str, int, int]:
    system = _SYSTEMS.get(str(mark.get("code_system"))) if isinstance(mark, dict) else None
    if system is None or not isinstance(mark.get("code"), str):
        raise InputError(f"{name} has an annotation without a code of a system that is known.")
    begin, end = mark.get("begin"), mark.get("end")
    if not isinstance(begin, int) or not isinstance(end, int):
        raise InputError(f"{name} has an annotation without 'begin' and 'end'.")
    covered = mark.get("covered_text")
    if isinstance(covered, str) and document.text[begin:end] != covered:
        raise InputError(
            f"{name} has text in which the words of an annotation do not stand at their place; put "
            "the text in again."
        )
    return system, FORMS[system](mark["code"]), begin, end


def _splits(lists: Sequence[Path]) -> dict[tuple[str, str], str]:
    out = {}
    for path in lists:
        split = _SPLITS.get(path.stem.lower().rpartition("-")[2])
        kind = "profee" if "Profee" in path.parts else "inpatient"
        with opened(path) as stream:
            for line in stream.read().decode("utf-8", "replace").split():
                if split and line.strip('",').isdigit():
                    out[kind, line.strip('",')] = split
    return out


LAYOUT = Layout(
    "mdace",
    "MDACE",
    "files such as 100197-ICD-10.json, one an admission, into which the text of the notes was put",
    _find,
    read_mdace,
)
