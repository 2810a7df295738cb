"""A code set without hierarchy: look-up, nearest codes, search."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from suggester.codes import FlatCodeSet
from suggester.codes.code_forms import systems_of
from suggester.codes.flat_importing import import_flat
from suggester.codes.flat_installed import find_flat, require_flat
from suggester.errors import InputError, UnknownCodeError
from tests.codes.invented_files import cpt_files, cpt_lines, hcpcs_file, written


@pytest.fixture
def cpt(tmp_path: Path, data_dir: Path) -> FlatCodeSet:
    import_flat(written(tmp_path / "cpt", cpt_files()), name="2031")
    return require_flat("cpt")


@pytest.fixture
def hcpcs(tmp_path: Path, data_dir: Path) -> FlatCodeSet:
    import_flat(written(tmp_path / "hcpcs", {"HCPC2031.txt": hcpcs_file()}))
    return require_flat("hcpcs")


def test_look_up(hcpcs: FlatCodeSet) -> None:
    assert "b0002" in hcpcs
    assert "B0003" not in hcpcs
    assert 7 not in hcpcs
    assert "Z1" not in hcpcs
    assert len(hcpcs) == 3
    assert list(hcpcs.codes) == ["B0001", "B0002", "V9998"]
    assert hcpcs.title(" b0002 ") == "Cup for teapot, each"
    assert repr(hcpcs) == "<FlatCodeSet hcpcs 2031, 3 codes>"
    assert hcpcs.label == "HCPCS Level II 2031"
    assert hcpcs.release.source == "HCPC2031.txt"


def test_the_title_is_the_long_one_or_the_next_best(cpt: FlatCodeSet, tmp_path: Path) -> None:
    assert cpt.title("00002") == "Polishing of both kneecaps, pre- and postprandial"
    for at, name in ((1, "MEDU.txt"), (2, "SHORTU.txt")):
        import_flat(written(tmp_path, {name: cpt_lines(at, " ")}), name=f"203{at}")
    assert require_flat("cpt", "2031").title("00002") == "POLISHING BOTH KNEECAPS"
    assert require_flat("cpt", "2032").title("00002") == "POLISH KNEECAPS"


def test_dates(hcpcs: FlatCodeSet, cpt: FlatCodeSet) -> None:
    cup = hcpcs.get("B0002")
    assert cup.in_force(datetime.date(2025, 12, 31))
    assert not cup.in_force(datetime.date(2026, 1, 1))
    assert not cup.in_force(datetime.date(2001, 6, 30))
    assert hcpcs.get("V9998").ended is None
    assert cpt.get("00001").in_force(datetime.date(1066, 1, 1))


def test_unknown_codes(hcpcs: FlatCodeSet) -> None:
    with pytest.raises(UnknownCodeError) as caught:
        hcpcs.get("b0009")
    assert str(caught.value) == (
        "'b0009' is not a code of HCPCS Level II 2031. Nearest: B0001, B0002."
    )
    assert hcpcs.nearest("B0009", limit=1) == ("B0001",)
    with pytest.raises(UnknownCodeError, match=r"is not a code of HCPCS Level II 2031\.$"):
        hcpcs.title("70551")
    with pytest.raises(UnknownCodeError, match="'Z1' is a modifier"):
        hcpcs.get("Z1")
    with pytest.raises(InputError, match="named '1999' is installed; there is 2031"):
        find_flat("hcpcs", "1999")
    with pytest.raises(InputError, match="No release of ICD-10-PCS is installed"):
        require_flat("icd10pcs")
    with pytest.raises(InputError, match="there is none"):
        require_flat("icd10pcs", "FY2031")


def test_modifiers_cannot_be_changed(hcpcs: FlatCodeSet) -> None:
    with pytest.raises(TypeError):
        hcpcs.modifiers["Z1"] = "x"  # type: ignore[index]


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("b00", ["B0001", "B0002"]),
        ("V9998", ["V9998"]),
        ("teapot", ["B0002", "B0001"]),
        ("saucer", ["V9998"]),
        ("porcelain lid teapot", ["B0001"]),
        ("porcelian teapt", ["B0001"]),
        ("left hand teap", ["B0001"]),
        ("B99", []),
        ("zzzzzz", []),
        ("  ", []),
    ],
)
def test_search(hcpcs: FlatCodeSet, query: str, codes: list[str]) -> None:
    assert [hit.code for hit in hcpcs.search(query)][: len(codes) or 1] == codes


def test_search_finds_other_titles(cpt: FlatCodeSet) -> None:
    [hit] = cpt.search("count eyelashes", limit=1)
    assert (hit.code, hit.term) == ("0009Z", "COUNT EYELASHES")
    assert cpt.search("two kneecaps", limit=1)[0].term == "Polishing of two kneecaps"
    assert cpt.search("0000", limit=1)[0].score == 0.8
    assert cpt.search("0000", limit=0) == []


@pytest.mark.parametrize(
    ("code", "systems"),
    [
        ("70551", ("cpt",)),
        ("0075t", ("cpt",)),
        ("J1100", ("hcpcs", "icd10cm")),
        ("0016070", ("icd10pcs",)),
        ("X27H395", ("icd10pcs", "icd10cm")),
        ("S63501A", ("icd10pcs", "icd10cm")),
        ("S63.501A", ("icd10cm",)),
        ("s63501", ("icd10cm",)),
        ("S60-S69", ("icd10cm",)),
        ("19", ("icd10cm",)),
        ("nonsense", ("icd10cm",)),
    ],
)
def test_systems_are_told_by_the_form_of_a_code(code: str, systems: tuple[str, ...]) -> None:
    assert systems_of(code) == systems
