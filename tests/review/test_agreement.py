"""Agreement of two coders against an example worked by hand."""

from __future__ import annotations

import json

import pytest

from suggester.review.agreement import (
    Agreement,
    Code,
    Decisions,
    DoubleCoded,
    agree,
    disagreement,
)


def codes(text: str) -> tuple[Code, ...]:
    """Return codes as ``system:code``, diagnoses without their system."""
    split = [word.partition(":") for word in text.split()]
    return tuple((head, tail) if mark else ("icd10cm", head) for head, mark, tail in split)


def coded(
    encounter: str, first: str, second: str, suggested: str = "", ordered: bool = True
) -> DoubleCoded:
    return DoubleCoded(encounter, codes(first), codes(second), frozenset(codes(suggested)), ordered)


# both: I10 99214, J18.9, I12.9 N18.31 = 5      only first: E11.9, Z79.4 = 2
# only second: E11.65 = 1                       neither: E78.5, R05.9, R51.9 = 3
ROWS = [
    coded("one", "I10 E11.9 cpt:99214", "I10 E11.65 cpt:99214", "I10 E11.9 E78.5"),
    coded("two", "J18.9", "J18.9", "J18.9 R05.9"),
    coded("three", "N18.31 I12.9", "I12.9 N18.31"),
    coded("four", "Z79.4", "", "Z79.4", ordered=False),
    coded("five", "", "", "R51.9"),
]


@pytest.fixture(scope="module")
def found() -> Agreement:
    return agree(ROWS)


def test_cells(found: Agreement) -> None:
    assert found.decisions == Decisions(5, 2, 1, 3)
    assert found.decisions.total == 11


def test_kappa_is_what_chance_leaves(found: Agreement) -> None:
    # First says yes to 7 of 11, second to 6: by chance (7·6 + 4·5) / 121 = 62 / 121 are the same.
    assert found.decisions.observed == pytest.approx(8 / 11)
    assert found.decisions.expected == pytest.approx(62 / 121)
    assert found.decisions.kappa == pytest.approx((88 - 62) / (121 - 62))


def test_kappa_of_cells_from_a_textbook() -> None:
    # 20 + 15 of 50 the same; (25·30 + 25·20) / 2500 = 0.5 by chance; (0.7 - 0.5) / 0.5.
    assert Decisions(20, 5, 10, 15).kappa == pytest.approx(0.4)


def test_kappa_below_chance() -> None:
    assert Decisions(0, 1, 1, 0).kappa == pytest.approx(-1)


@pytest.mark.parametrize(
    "cells", [Decisions(0, 0, 0, 0), Decisions(4, 0, 0, 0), Decisions(0, 0, 0, 4)]
)
def test_kappa_is_undefined_without_decisions_or_without_choice(cells: Decisions) -> None:
    assert cells.kappa is None
    assert cells.expected in (None, 1)


def test_kappa_is_zero_where_only_one_coder_chose() -> None:
    # First says yes to all 4, second to 2: 2 of 4 the same, and 2 of 4 by chance.
    assert Decisions(2, 2, 0, 0).kappa == 0


def test_specific_agreement(found: Agreement) -> None:
    assert found.decisions.positive_agreement == pytest.approx(10 / 13)
    assert found.decisions.negative_agreement == pytest.approx(6 / 9)
    assert found.micro_f1 == found.decisions.positive_agreement


def test_specific_agreement_of_nothing_is_undefined() -> None:
    assert Decisions(0, 0, 0, 3).positive_agreement is None
    assert Decisions(3, 0, 0, 0).negative_agreement is None


def test_suggestions_nobody_took_raise_kappa_but_not_positive_agreement() -> None:
    few, many = Decisions(5, 2, 1, 3), Decisions(5, 2, 1, 300)
    assert few.kappa is not None
    assert many.kappa is not None
    assert many.kappa > few.kappa
    assert many.positive_agreement == few.positive_agreement


def test_exact_match_takes_no_notice_of_order(found: Agreement) -> None:
    assert found.encounters == 5
    assert found.exact_match == pytest.approx(3 / 5)  # two, three, five


def test_category_agreement_forgives_detail_and_leaves_procedures_out(found: Agreement) -> None:
    # I10 E11, J18, I12 N18 on both sides; Z79 on one: 2·5 / (2·5 + 1).
    assert found.category_agreement == pytest.approx(10 / 11)


def test_first_listed_counts_ordered_encounters_with_a_diagnosis(found: Agreement) -> None:
    assert found.first_listed_of == 3  # one, two, three
    assert found.first_listed == pytest.approx(2 / 3)


def test_first_listed_is_the_first_diagnosis_not_the_first_code() -> None:
    assert agree([coded("x", "cpt:99213 I10", "I10 cpt:99213")]).first_listed == 1


def test_a_coder_without_a_diagnosis_disagrees_on_the_first() -> None:
    found = agree([coded("x", "I10", "cpt:99213")])
    assert found.first_listed == 0
    assert found.disagreements[0].first_listed == (("icd10cm", "I10"), None)


def test_disagreements_are_those_of_somebody_to_adjudicate(found: Agreement) -> None:
    one, three, four = found.disagreements
    assert (one.encounter, one.only_first, one.only_second) == ("one", (), ())
    assert one.details == ((("icd10cm", "E11.9"), ("icd10cm", "E11.65")),)
    assert one.first_listed is None
    assert three.first_listed == (("icd10cm", "N18.31"), ("icd10cm", "I12.9"))
    assert (three.only_first, three.only_second, three.details) == ((), (), ())
    assert four.only_first == (("icd10cm", "Z79.4"),)
    assert four.first_listed is None


def test_details_pair_each_code_once_and_diagnoses_only() -> None:
    found = disagreement(coded("x", "I10 S63.501A S63.502A cpt:99213", "I10 S63.511A cpt:99214"))
    assert found is not None
    assert found.details == ((("icd10cm", "S63.501A"), ("icd10cm", "S63.511A")),)
    assert found.only_first == (("icd10cm", "S63.502A"), ("cpt", "99213"))
    assert found.only_second == (("cpt", "99214"),)


def test_a_code_on_two_lines_counts_once() -> None:
    found = agree([coded("x", "cpt:97110 cpt:97110 I10", "I10 cpt:97110")])
    assert found.decisions == Decisions(2, 0, 0, 0)
    assert found.disagreements == ()


def test_nothing_coded_twice_has_no_shares() -> None:
    found = agree([])
    assert found == Agreement(0, None, None, None, None, 0, Decisions(0, 0, 0, 0), ())


def test_json_form(found: Agreement) -> None:
    read = json.loads(json.dumps(found.to_dict()))
    assert read["decisions"]["both"] == 5
    assert read["decisions"]["kappa"] == pytest.approx(26 / 59)
    assert read["disagreements"][0]["details"] == [[["icd10cm", "E11.9"], ["icd10cm", "E11.65"]]]
