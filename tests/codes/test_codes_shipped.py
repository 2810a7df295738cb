"""The shipped release: every code of the official list, with title, hierarchy and notes."""

from __future__ import annotations

import importlib.util
import itertools
from pathlib import Path

import pytest

from suggester.codes import CodeSet
from suggester.errors import UnknownCodeError


def official_codes() -> list[str]:
    spec = importlib.util.find_spec("simple_icd_10_cm")
    assert spec is not None
    assert spec.submodule_search_locations
    folder = Path(spec.submodule_search_locations[0]) / "data"
    lines = (folder / "code-list-April-2026.txt").read_text().splitlines()
    # Blocks of one category are listed under the same name as the category.
    return list(dict.fromkeys(line for line in lines if len(line) > 2 and "-" not in line))


def test_codes_are_those_of_the_official_list_in_its_order(icd10cm: CodeSet) -> None:
    assert [code.replace(".", "") for code in icd10cm.codes] == official_codes()


def test_billable_codes_are_the_listed_ones_with_nothing_below(icd10cm: CodeSet) -> None:
    listed = official_codes()
    # A code directly followed by a longer one with the same beginning is a heading; a placeholder
    # never hides one, since forms with X stand right after their code.
    headings = set()
    for code, after in itertools.pairwise(listed):
        if after.startswith(code) and len(after) > len(code):
            headings.add(code)
    billable = [code for code in icd10cm.codes if icd10cm.is_billable(code)]
    assert len(billable) == icd10cm.billable_count == len(listed) - len(headings) == 74_719
    assert {code.replace(".", "") for code in billable} == set(listed) - headings


def test_every_code_has_a_title(icd10cm: CodeSet) -> None:
    assert all(icd10cm.title(code) for code in icd10cm.codes)


def test_release_says_what_it_is(icd10cm: CodeSet) -> None:
    release = icd10cm.release
    assert (release.system, release.name) == ("icd10cm", "FY2026-04")
    assert (str(release.effective_from), str(release.effective_to)) == ("2026-04-01", "2026-09-30")
    assert len(release.sha256) == 64
    assert "FY2026-04" in repr(icd10cm)


def test_seventh_character_form(icd10cm: CodeSet) -> None:
    code = icd10cm.get("s63501a")
    assert code.code == "S63.501A"
    assert code.title == "Unspecified sprain of right wrist, initial encounter"
    assert code.billable
    assert (code.parent, code.children, code.kind) == ("S63.501", (), "code")
    assert icd10cm.ancestors("S63.501A") == ("S63.501", "S63.50", "S63.5", "S63", "S60-S69", "19")
    assert icd10cm.children("S63.501") == ("S63.501A", "S63.501D", "S63.501S")
    assert icd10cm.is_seventh_character_form("S63.501A")
    assert not icd10cm.is_seventh_character_form("S63.501")
    assert not icd10cm.is_seventh_character_form("S60-S69")


def test_seventh_character_meaning_ends_the_title(icd10cm: CodeSet) -> None:
    assert icd10cm.title("S42.001A").endswith(", initial encounter for closed fracture")
    assert icd10cm.title("T15.00XA").endswith("unspecified eye, initial encounter")


@pytest.mark.parametrize(
    ("code", "characters"),
    [
        ("S63.501", "ADS"),
        ("S63.501A", "ADS"),
        ("S63", "ADS"),
        ("S52.501", "ABCDEFGHJKMNPQRS"),
        ("S06.1X7", "A"),
        ("O31.01", "0123459"),
        ("H40.1111", "01234"),
        ("I10", ""),
        ("E11", ""),
        ("S60-S69", ""),
    ],
)
def test_seventh_characters_in_force(icd10cm: CodeSet, code: str, characters: str) -> None:
    assert "".join(icd10cm.seventh_characters(code)) == characters


def test_forms_the_official_list_lacks_are_left_out(icd10cm: CodeSet) -> None:
    assert "S06.1X7A" in icd10cm
    assert "S06.1X7D" not in icd10cm


def test_code_look_up_accepts_any_spelling(icd10cm: CodeSet) -> None:
    for spelling in ("S63.501A", "s63501a", " S63501A ", "S63 501A", "s63.501a"):
        assert spelling in icd10cm
        assert icd10cm.codes[icd10cm.index(spelling)] == "S63.501A"
    assert icd10cm.normalise("i50.-") == "I50"
    assert icd10cm.category("s63501a") == "S63"
    assert 5 not in icd10cm
    assert "S60-S69" not in icd10cm
    assert "QA0" in icd10cm


def test_blocks_and_chapters(icd10cm: CodeSet) -> None:
    block = icd10cm.get("T20-T25")
    assert block.kind == "block"
    assert block.title == "Burns and corrosions of external body surface, specified by site"
    assert block.parent == "T20-T32"
    assert block.children == ("T20", "T21", "T22", "T23", "T24", "T25")
    chapter = icd10cm.get("19")
    assert (chapter.kind, chapter.parent) == ("chapter", None)
    assert icd10cm.ancestors("B20") == ("B20-B20", "1")
    assert icd10cm.ancestors("C7A") == ("C7A-C7A", "C00-C96", "2")
    assert icd10cm.get("B20-B20").children == ("B20",)


def test_leaves_and_descendants(icd10cm: CodeSet) -> None:
    assert icd10cm.leaves("I10") == ("I10",)
    assert icd10cm.descendants("I10") == ()
    assert icd10cm.leaves("S63.50")[:4] == ("S63.501A", "S63.501D", "S63.501S", "S63.502A")
    assert icd10cm.descendants("B20-B20") == ("B20",)
    assert sum(len(icd10cm.leaves(str(c))) for c in range(1, 23)) == icd10cm.billable_count


def test_every_code_lies_in_a_category_a_block_and_a_chapter(icd10cm: CodeSet) -> None:
    for code in icd10cm.codes[::97]:
        path = icd10cm.ancestors(code)
        assert path[-1].isdigit()
        assert "-" in path[-2]
        assert icd10cm.category(code) in (code, *path)


def test_notes_are_inherited_from_every_heading(icd10cm: CodeSet) -> None:
    notes = icd10cm.notes("E11.22")
    additional = {(note.text, note.source_node) for note in notes.use_additional}
    assert (
        "code to identify stage of chronic kidney disease (N18.1-N18.6)",
        "E11.22",
    ) in additional
    assert ("insulin (Z79.4)", "E11") in additional
    assert [note.source_node for note in notes.use_additional] == ["E11.22", *["E11"] * 5]
    assert {note.source_node for note in notes.excludes1} == {"E11", "4"}
    assert [note.source_node for note in notes.general] == ["4"]
    own = icd10cm.notes("E11.22", inherited=False)
    assert [note.source_node for note in own.use_additional] == ["E11.22"]
    assert own.excludes1 == ()


def test_notes_of_a_nested_block_are_inherited(icd10cm: CodeSet) -> None:
    sources = {note.source_node for note in icd10cm.notes("T20.00XA").includes}
    assert "T20-T32" in sources


def test_inclusion_terms_belong_to_their_own_code(icd10cm: CodeSet) -> None:
    terms = [note.text for note in icd10cm.notes("A00.0").inclusion_terms]
    assert terms == ["Classical cholera"]
    assert icd10cm.notes("R09.01").inclusion_terms == ()
    pairs = list(icd10cm.own_inclusion_terms())
    assert len(pairs) > 12_000
    assert (icd10cm.index("A00.0"), "Classical cholera") in pairs


@pytest.mark.parametrize("code", ["S63.501Q", "T15.00A", "I10.1", "banana", "Q", "", "99"])
def test_unknown_code_names_the_nearest(icd10cm: CodeSet, code: str) -> None:
    with pytest.raises(UnknownCodeError) as caught:
        icd10cm.get(code)
    message = str(caught.value)
    assert "is not a code of ICD-10-CM FY2026-04" in message
    if code == "T15.00A":
        assert "T15.00XA" in message
    if code == "99":
        assert "Nearest" not in message
    with pytest.raises(UnknownCodeError):
        icd10cm.index(code)
