"""Every row of every rule table: well formed, with its source, and able to fire."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain, islice, product

import pytest

from suggester.codes import CodeSet
from suggester.edits.coding import Checker, CodedEncounter
from suggester.edits.coding.alerts import SEVERITIES
from suggester.edits.coding.case import Case, CodeBook
from suggester.edits.coding.catalogue import KINDS, TABLES, rule_ids
from suggester.edits.coding.patterns import CodePattern, patterns
from suggester.edits.coding.rules.combinations import combination_rows, combinations, result_of
from suggester.edits.coding.rules.guidelines import guideline_rows
from suggester.edits.coding.tables import Row, rule_table

PATTERN_CELLS = {
    "combinations": ("parts", "drops"),
    "redundant": ("stays", "redundant"),
    "integral_signs": ("diagnosis", "symptom"),
    "age": ("pattern",),
    "sex": ("pattern",),
    "first_only": ("pattern",),
    "never_first": ("pattern",),
    "guideline_rules": ("codes", "beside", "without"),
    "queries": ("codes", "without"),
    "support": ("codes",),
}


@pytest.fixture(scope="module")
def book(codes: CodeSet) -> CodeBook:
    return CodeBook(codes)


@lru_cache(maxsize=1)
def leaves(codes: CodeSet) -> tuple[str, ...]:
    return tuple(code for code in codes.codes if codes.is_billable(code))


def meant(codes: CodeSet, pattern: CodePattern, most: int = 3) -> list[str]:
    """Return some billable codes that a pattern means."""
    first = pattern.first[:3]
    if pattern.first == pattern.last and first in codes:
        pool = codes.leaves(first)
    else:
        pool = leaves(codes)
    return list(islice((code for code in pool if pattern.matches(code)), most))


def cells(table: str, row: Row) -> list[CodePattern]:
    text = " ".join(row[cell] for cell in PATTERN_CELLS[table]).replace("+", " ")
    return list(patterns(" ".join(part for part in text.split() if "{" not in part)))


@pytest.mark.parametrize("table", PATTERN_CELLS)
def test_patterns_mean_codes(table: str, codes: CodeSet) -> None:
    dead = [
        (row.get("id"), pattern)
        for row in rule_table(table)
        for pattern in cells(table, row)
        if not meant(codes, pattern, 1)
    ]
    assert dead == []


@pytest.mark.parametrize("table", TABLES)
def test_rows_have_id_source_and_severity(table: str) -> None:
    rows = rule_table(table)
    ids = [row["id"] for row in rows]
    assert len(ids) == len(set(ids))
    assert all(row["source"].strip() for row in rows)
    if rows and "severity" in rows[0]:
        assert {row["severity"] for row in rows} <= set(SEVERITIES)
    if rows and "rule" in rows[0]:
        assert {row["rule"] for row in rows} <= set(KINDS)
    if TABLES[table]:
        assert rule_ids() >= {f"{TABLES[table]}:{i}" for i in ids}


def test_ids_are_unique_over_all_tables() -> None:
    ids = [row["id"] for table in TABLES for row in rule_table(table)]
    assert len(ids) == len(set(ids))


def test_drugs_name_codes(codes: CodeSet) -> None:
    for row in rule_table("drugs"):
        assert all(map(codes.is_billable, row["status"].split())), row["name"]
        if row["adverse_effect"]:
            assert codes.is_billable(row["adverse_effect"].rstrip("-") + "A"), row["name"]
    names = [row["name"] for row in rule_table("drugs")]
    assert len(names) == len(set(names))
    assert names == [name.lower() for name in names]


def test_retired_codes_are_gone_and_their_successors_are_not(codes: CodeSet) -> None:
    for row in rule_table("retired"):
        assert row["code"] not in codes
        assert all(code in codes for code in row["successors"].split()), row["code"]


def test_added_codes_are_in_the_code_set(codes: CodeSet) -> None:
    assert [row["code"] for row in rule_table("added") if not codes.is_billable(row["code"])] == []


class _Saying:
    """Stands in for a note that says whatever a row asks for and nothing that stops it."""

    text = low = ""
    documented: dict[str, object] = {}  # noqa: RUF012
    refused = ()

    def __init__(self, wanted: tuple[str, ...]) -> None:
        self._wanted = wanted

    def says(self, wordings: tuple[str, ...]) -> bool:
        return any(wording in self._wanted for wording in wordings)

    def of_category(self, _: str) -> tuple[()]:
        return ()

    def refusals(self, _: str) -> tuple[()]:
        return ()

    def best(self, *_: object) -> None:
        return None

    def confidence(self, _: str) -> float:
        return 0.0


def test_every_combination_can_fire(book: CodeBook) -> None:
    silent = []
    for row in combination_rows():
        choices = [
            list(chain.from_iterable(meant(book.codes, p, 12) for p in part)) for part in row.parts
        ]
        words = tuple(need for need in row.needs if not re.match(r"[A-Z]\d", need))
        extra = [p for need in row.needs if re.match(r"[A-Z]\d", need) for p in patterns(need)]
        beside = [meant(book.codes, pattern, 1)[0] for pattern in extra[:1]]
        fired = False
        for parts in islice(product(*choices), 400):
            encounter = CodedEncounter((*parts, *beside), _Saying(words[:1]) if words else None)  # type: ignore[arg-type]
            case = Case(book, encounter, tuple(dict.fromkeys(encounter.codes)))
            if any(alert.row == row.id for alert in combinations(case)):
                fired = True
                break
        if not fired:
            silent.append(row.id)
    assert silent == []


def test_combinations_lead_to_billable_codes(book: CodeBook) -> None:
    for row in combination_rows():
        parts = tuple(meant(book.codes, part[0], 1)[0] for part in row.parts)
        found = result_of(Case(book, CodedEncounter(parts), parts), row, parts)
        assert found is not None, row.id
        assert book.is_billable(found[0]), row.id


@pytest.mark.parametrize(
    ("table", "beside", "gone"),
    [("redundant", "stays", "redundant"), ("integral_signs", "diagnosis", "symptom")],
)
def test_every_pair_can_fire(table: str, beside: str, gone: str, codes: CodeSet) -> None:
    checker = Checker(codes)
    silent = []
    for row in rule_table(table):
        fired = False
        stays = chain.from_iterable(meant(codes, p, 60) for p in patterns(row[beside]))
        goes = chain.from_iterable(meant(codes, p, 12) for p in patterns(row[gone]))
        for one, other in islice(product(list(stays), list(goes)), 900):
            if one == other:
                continue
            report = checker.check(CodedEncounter((one, other)))
            # Another rule may settle the same pair first: a note of the Tabular List, or a combination.
            if any({one, other} & {*a.mend.gone, *a.codes} for a in report.alerts):
                fired = True
                break
        if not fired:
            silent.append(row["id"])
    assert silent == []


@pytest.mark.parametrize("table", ["age", "sex"])
def test_every_patient_edit_can_fire(table: str, codes: CodeSet) -> None:
    checker = Checker(codes)
    silent = []
    for row in rule_table(table):
        code = meant(codes, patterns(row["pattern"])[0], 1)[0]
        ids = set()
        for age, sex in product((0, 5, 12, 20, 40, 60, 90, 129), ("F", "M")):
            # A body mass index needs a diagnosis of weight beside it.
            report = checker.check(CodedEncounter((code, "E66.9"), None, age, sex))
            ids |= {alert.row for alert in report.alerts}
        if row["id"] not in ids and not any(table in i for i in ids):
            silent.append(row["id"])
    assert silent == []


def test_every_rule_of_order_can_fire(codes: CodeSet) -> None:
    checker = Checker(codes)
    for row in rule_table("first_only"):
        code = meant(codes, patterns(row["pattern"])[0], 1)[0]
        report = checker.check(CodedEncounter(("I10", code)))
        if row["severity"] != "information":
            assert any(code in alert.codes for alert in report.alerts), row["id"]
    for row in rule_table("never_first"):
        code = meant(codes, patterns(row["pattern"])[0], 1)[0]
        report = checker.check(CodedEncounter((code, "L40.0")))
        assert any(code in alert.codes for alert in report.alerts), row["id"]


def test_guideline_rows_are_exercised_by_the_golden_suite() -> None:
    from tests.edits.coding.golden import cases

    named = {row for case in cases() for row in case.get("rows", ())}
    assert [row.id for row in guideline_rows() if row.id not in named] == []


def test_patterns_of_words_are_quick_on_long_notes() -> None:
    # A look-ahead over the whole note is tried at every place of it unless it is anchored.
    loose = [
        row["id"]
        for table in ("guideline_rules", "queries")
        for row in rule_table(table)
        for cell in ("says", "unless")
        if re.search(r"(?<!\^)(?<!\))\(\?[=!]\.\*", row[cell])
    ]
    assert loose == []
