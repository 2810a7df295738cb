"""CodiEsp: a folder of texts beside tables of codes and of the words that support them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from suggester.corpus.layouts.layout import Found, Layout, Reading
from suggester.corpus.layouts.written import icd10cm, icd10pcs
from suggester.corpus.rows import Row
from suggester.corpus.text_files import named, opened, read_text, text_lines
from suggester.errors import InputError

_TABLE = re.compile(r"(train|dev|test)([DPX])\.tsv", re.IGNORECASE)
_SPANISH, _ENGLISH = "text_files", "text_files_en"
_PLACE = re.compile(r"(\d+) (\d+)")
_CODE = re.compile(r"[a-z]\d[0-9a-z](\.?[0-9a-z]{1,4})?", re.IGNORECASE)
_PROCEDURE = re.compile(r"[0-9a-hj-np-z]{4,7}", re.IGNORECASE)


@dataclass(slots=True)
class _Article:
    """What the tables say of one text."""

    place: str
    split: str
    codes: dict[str, None] = field(default_factory=dict)
    procedures: dict[str, None] = field(default_factory=dict)
    evidence: list[tuple[str, int, int]] = field(default_factory=list)


def read_spanish(found: Found, reading: Reading) -> Iterator[Row | InputError]:
    """Yield an encounter for each Spanish text that has codes, with their evidence."""
    return _read(found, reading, _SPANISH)


def read_english(found: Found, reading: Reading) -> Iterator[Row | InputError]:
    """Yield an encounter for each English text that has codes.

    Their evidence is not read, since its places are those of the Spanish text.
    """
    reading.report(
        "The English texts of CodiEsp are read, without evidence: its places are those of the Spanish "
        "texts, which --layout codiesp reads."
    )
    return _read(found, reading, _ENGLISH)


def _read(found: Found, reading: Reading, language: str) -> Iterator[Row | InputError]:
    articles: dict[str, _Article] = {}
    for path in found.files["tables"]:
        yield from _table(path, articles, reading, language == _SPANISH)
    seen = 0
    uncoded = 0
    for path in found.files[language]:
        article = articles.get(path.stem)
        if article is None:
            uncoded += 1
            continue
        seen += 1
        name = named(path)
        try:
            with opened(path) as stream:
                text = read_text(stream, name, reading.report)
        except InputError as error:
            yield error
            continue
        yield Row(
            name,
            1,
            {
                "id": path.stem,
                "text": text,
                "split": article.split,
                "codes": list(article.codes),
                "icd10pcs": list(article.procedures),
                "evidence": [
                    {"code": code, "start": start, "end": end}
                    for code, start, end in article.evidence
                    if code in article.codes
                ],
            },
        )
    if uncoded:
        reading.report(f"{uncoded:,} texts of CodiEsp have no code and were left out.")
    if len(articles) > seen:
        reading.report(f"{len(articles) - seen:,} articles of CodiEsp have codes and no text.")


def _table(
    path: Path, articles: dict[str, _Article], reading: Reading, places: bool
) -> Iterator[InputError]:
    name = named(path)
    match = _TABLE.fullmatch(path.name)
    split, kind = (match[1].lower(), match[2].upper()) if match else ("", "")
    with opened(path) as stream:
        for number, line in enumerate(text_lines(stream, name, reading.report), 1):
            cells = [cell.strip() for cell in line.rstrip("\r\n").split("\t")]
            if not any(cells) or (number == 1 and cells[0].lower() == "articleid"):
                continue
            here = f"{name} line {number}"
            wrong = _wrong(cells, kind)
            if wrong:
                yield InputError(f"{here} {wrong}")
                continue
            article = articles.setdefault(cells[0], _Article(here, split))
            if kind == "D":
                article.codes[icd10cm(cells[1])] = None
            elif kind == "P":
                article.procedures[icd10pcs(cells[1])] = None
            elif places and cells[1].upper() == "DIAGNOSTICO":
                code = icd10cm(cells[2])
                article.evidence += [
                    (code, int(start), int(end)) for start, end in _PLACE.findall(cells[4])
                ]


def _wrong(cells: list[str], kind: str) -> str:
    if len(cells) != (5 if kind == "X" else 2):
        width = "5 columns: article, label, code, words, place" if kind == "X" else "2 columns"
        return f"has {len(cells)} columns; a table of CodiEsp of this kind has {width}."
    form = _PROCEDURE if kind == "P" or cells[1].upper() == "PROCEDIMIENTO" else _CODE
    if not form.fullmatch(cells[2] if kind == "X" else cells[1]):
        return "has no code in its place."
    if kind == "X" and not all(_PLACE.fullmatch(part) for part in cells[4].split(";")):
        return "has no place such as '120 134' or '120 134;140 151'."
    return ""


def _find(files: Sequence[Path], language: str) -> Found | None:
    tables = [path for path in files if _TABLE.fullmatch(path.name)]
    if not tables:
        return None
    texts: dict[str, list[Path]] = defaultdict(list)
    for path in files:
        if path.suffix.lower() == ".txt" and path.parent.name in (_SPANISH, _ENGLISH):
            texts[path.parent.name].append(path)
    missing = (
        ""
        if texts[language]
        else f"{named(tables[0])} is a table of CodiEsp, and no folder {language} with texts is "
        "beside it."
    )
    return Found({"tables": tables, language: texts[language]}, missing)


def _find_spanish(files: Sequence[Path]) -> Found | None:
    return _find(files, _SPANISH)


def _find_english(files: Sequence[Path]) -> Found | None:
    found = _find(files, _ENGLISH)
    return None if found and found.missing else found


LAYOUT = Layout(
    "codiesp",
    "CodiEsp",
    "trainD.tsv (dev, test; and P and X) beside a folder text_files",
    _find_spanish,
    read_spanish,
)
LAYOUT_ENGLISH = Layout(
    "codiesp-en",
    "CodiEsp in English",
    "trainD.tsv (dev, test; and P) beside a folder text_files_en",
    _find_english,
    read_english,
)
