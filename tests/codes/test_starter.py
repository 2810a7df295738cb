"""The starter set: codes of procedures in common use, each row checked."""

from __future__ import annotations

import re
from collections import Counter, defaultdict

from suggester.codes.starter import starter_rows, starter_set, system_of

_CODE = re.compile(r"\d{4}[0-9A-Z]|[A-Z]\d{4}")
_SIDES = {"add-on", "side", "finger", "toe", "eyelid", "coronary"}


def test_starter_rows_are_written_as_they_should_be() -> None:
    for row in starter_rows():
        assert _CODE.fullmatch(row.code), row
        assert re.fullmatch(r"[a-z0-9_]+", row.family), row
        assert row.wording, row
        assert len(row.wording) <= 110, row
        assert not row.wording[0].islower() or row.wording[1].isupper(), row
        assert row.default in {"", "yes"}, row
        assert set(filter(None, row.side.split(","))) <= _SIDES, row


def test_starter_families_have_one_default_and_tell_their_codes_apart() -> None:
    defaults: Counter[str] = Counter()
    told: dict[tuple[str, frozenset[str]], set[str]] = defaultdict(set)
    for row in starter_rows():
        defaults[row.family] += row.default == "yes"
        told[row.family, frozenset(row.attributes.split())].add(row.code)
    assert [family for family, count in defaults.items() if count != 1] == []
    assert [key for key, codes in told.items() if len(codes) > 1] == []


def test_starter_set_holds_codes_in_common_use() -> None:
    cpt, hcpcs = starter_set("cpt"), starter_set("hcpcs")
    assert cpt is not None
    assert hcpcs is not None
    assert starter_set("icd10pcs") is None
    assert len(cpt) >= 700
    assert len(hcpcs) >= 300
    common = "99213 99214 99285 99232 71046 93000 80053 85025 36415 45378 43239 66984 27447 47562 59400 90471"
    assert all(code in cpt for code in common.split() if not code.startswith("992"))
    assert all(code in hcpcs for code in ("J1885", "J0696", "J3301", "G0439", "E0114", "L4361"))
    assert all(system_of(code) == "cpt" for code in cpt.codes)


def test_starter_wording_is_not_that_of_the_publishers() -> None:
    # Their short descriptors are in capitals and cut to 28 characters.
    shouting = [
        row.code for row in starter_rows() if row.wording.isupper() and len(row.wording) > 6
    ]
    assert shouting == []
