"""Every row of the lexicon: well formed, its codes exist, it can match, it contradicts no other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from importlib.resources import files

import pytest

from suggester.codes import CodeSet
from suggester.lexicon import Lexicon, LexiconRow, load_lexicon
from suggester.lexicon.rows import COLUMNS, KINDS, parse_rows
from suggester.preprocess.term_index import LONGEST
from suggester.preprocess.wordings import phrase_words, title_words

FEWEST_PHRASES, FEWEST_CODES = 12_000, 4_000
SOURCES = {"project"}


def lines() -> Iterator[tuple[str, str]]:
    folder = files("suggester.lexicon").joinpath("data")
    for path in sorted(folder.iterdir(), key=lambda entry: entry.name):
        for number, line in enumerate(path.read_text("utf-8").split("\n"), 1):
            yield f"{path.name}:{number}", line


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return load_lexicon()


@pytest.fixture(scope="module")
def signatures(lexicon: Lexicon, codes: CodeSet) -> list[tuple[str, ...]]:
    """The words each row is looked up by, order ignored."""
    plain = title_words(codes)
    return [
        tuple(
            sorted(
                phrase_words(row.phrase, abbreviation=row.kind == "abbreviation", plain_words=plain)
            )
        )
        for row in lexicon.rows
    ]


def test_rows_have_six_columns() -> None:
    for place, line in lines():
        number = int(place.rsplit(":", 1)[1])
        if number == 1:
            assert tuple(line.split("\t")) == COLUMNS, place
        elif line:
            assert len(line.split("\t")) == len(COLUMNS), place
            phrase, code, kind, _, _, source = line.split("\t")
            assert not any(cell != cell.strip() for cell in (phrase, code, kind, source)), place


def test_values_are_known(lexicon: Lexicon) -> None:
    for row in lexicon.rows:
        assert row.phrase, row
        assert row.phrase == row.phrase.lower(), row
        assert "  " not in row.phrase, row
        assert row.kind in KINDS, row
        assert row.source in SOURCES, row
        # Contexts are beginnings of words; a space at the end makes one a whole word.
        contexts = (*row.needs, *row.forbids)
        assert all(word and word == word.lstrip().lower() for word in contexts), row
        assert all(word.rstrip() and not word.endswith("  ") for word in contexts), row


def test_codes_exist(lexicon: Lexicon, codes: CodeSet) -> None:
    known = set(codes.codes)
    bad = [row for row in lexicon.rows if not set(row.codes) <= known]
    assert bad == []
    assert not [row for row in lexicon.rows if len(set(row.codes)) < len(row.codes)]


def test_every_phrase_can_match(lexicon: Lexicon, signatures: list[tuple[str, ...]]) -> None:
    dead = [
        row.phrase
        for row, signature in zip(lexicon.rows, signatures, strict=True)
        if not 1 <= len(signature) <= LONGEST
    ]
    assert dead == []


def test_no_exact_duplicates(lexicon: Lexicon) -> None:
    seen: dict[tuple[object, ...], LexiconRow] = {}
    twice = []
    for row in lexicon.rows:
        key = (row.phrase, row.codes, row.needs, row.forbids)
        if key in seen:
            twice.append((seen[key].chapter, row.chapter, row.phrase))
        seen[key] = row
    assert twice == []


def test_no_two_rows_contradict_each_other(
    lexicon: Lexicon, signatures: list[tuple[str, ...]]
) -> None:
    found: dict[tuple[str, ...], dict[frozenset[str], str]] = defaultdict(dict)
    for row, signature in zip(lexicon.rows, signatures, strict=True):
        if not row.needs and not row.forbids:
            found[signature][frozenset(row.codes)] = row.phrase
    clashes = [
        sorted((phrase, "+".join(sorted(codes))) for codes, phrase in said.items())
        for said in found.values()
        if len(said) > 1
    ]
    assert clashes == []


def test_there_is_enough_of_it(lexicon: Lexicon) -> None:
    assert len({row.phrase for row in lexicon.rows}) >= FEWEST_PHRASES
    assert len({code for row in lexicon.rows for code in row.codes}) >= FEWEST_CODES


def test_rows_are_read() -> None:
    header = "\t".join(COLUMNS)
    text = [header, "dm2\tE11.9+Z79.4\tabbreviation\tinsulin|pump\ttype 1\tproject", ""]
    assert list(parse_rows(text, "endocrine")) == [
        LexiconRow(
            "dm2",
            ("E11.9", "Z79.4"),
            "abbreviation",
            ("insulin", "pump"),
            ("type 1",),
            "project",
            "endocrine",
        )
    ]


def test_the_digest_is_of_the_files(lexicon: Lexicon) -> None:
    assert len(lexicon.sha256) == 64
    assert load_lexicon() is lexicon
