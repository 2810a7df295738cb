"""What changed between two releases and which code follows a deleted one."""

from __future__ import annotations

from pathlib import Path

import pytest

from suggester.codes import CodeSet
from suggester.codes.comparison import Comparison, _open, compare_releases
from suggester.codes.importing import import_release
from suggester.codes.successors import default_leaf, suggest_successor
from suggester.errors import InputError
from tests.codes.tiny_release import diag, new_tabular, old_tabular, order_file, tabular

pytestmark = pytest.mark.usefixtures("data_dir")


def install(tmp_path: Path, xml: bytes, name: str) -> Path:
    path, order = tmp_path / f"{name}.xml", tmp_path / f"{name}-order.txt"
    path.write_bytes(xml)
    order.write_bytes(order_file(xml))
    import_release([path, order], name)
    return path


@pytest.fixture
def compared(tmp_path: Path) -> Comparison:
    install(tmp_path, old_tabular(), "FY2029")
    install(tmp_path, new_tabular(), "FY2030")
    return compare_releases("FY2029", "FY2030")


def test_added(compared: Comparison) -> None:
    assert (compared.old, compared.new) == ("FY2029", "FY2030")
    assert [(added.code, added.billable) for added in compared.added] == [
        ("A01.0", True),
        ("A01.9", True),
        ("A02.1", True),
    ]


def test_deleted_codes_and_their_successors(compared: Comparison) -> None:
    found = {
        gone.code: (gone.is_heading_now, gone.successor.code if gone.successor else None)
        for gone in compared.deleted
    }
    assert found == {
        "A01": (True, "A01.9"),
        "A02.0": (False, "A02.1"),
        "A03.1": (False, "A03"),
        "A03.9": (False, "A03"),
        "A04": (False, None),
    }
    reasons = {gone.code: gone.successor.reason for gone in compared.deleted if gone.successor}
    assert reasons["A01"] == "A01 was expanded; this is its default detail"
    assert reasons["A02.0"] == "the most similar title in A02"
    assert reasons["A03.1"] == "the details were merged into it"


def test_retitled_and_reparented(compared: Comparison) -> None:
    [retitled] = compared.retitled
    assert (retitled.code, retitled.before) == ("A00.0", "Classical cholera")
    assert retitled.after == "Cholera, biovar cholerae"
    [moved] = compared.reparented
    assert (moved.code, moved.before, moved.after) == ("A00", "A00-A09", "A00-A00")


def test_files_without_a_list_are_compared_without_guessing_forms(
    tmp_path: Path,
) -> None:
    path = install(tmp_path, old_tabular(), "FY2029")
    found = compare_releases("FY2029", str(path))
    assert (found.added, found.deleted, found.retitled, found.reparented) == ((), (), (), ())
    assert found.new == "FY2029.xml"


def test_forms_of_new_codes_are_compared_in_any_case(tmp_path: Path) -> None:
    old, new = tmp_path / "old.xml", tmp_path / "new.xml"
    old.write_bytes(old_tabular().replace(b">2029<", b">draft<"))
    added = diag("S63.6", "Sprain of thumb")
    new.write_bytes(
        old_tabular().replace(b"<diag><name>S63.5<", f"{added}<diag><name>S63.5<".encode())
    )
    codes = [item.code for item in compare_releases(str(old), str(new)).added]
    assert codes == ["S63.6", "S63.6XXA", "S63.6XXD", "S63.6XXS"]


def test_retitled_code_is_reported_once_for_all_its_forms(tmp_path: Path) -> None:
    old, new = tmp_path / "old.xml", tmp_path / "new.xml"
    old.write_bytes(old_tabular())
    new.write_bytes(
        old_tabular()
        .replace(b"Sprain of left wrist", b"Left wrist sprain")
        .replace(b">sequela<", b">late effect<")
    )
    codes = [item.code for item in compare_releases(str(old), str(new)).retitled]
    assert codes == ["S63.2XXS", "S63.501S", "S63.502", "S63.502S"]


def test_successor_when_category_and_block_are_gone(tmp_path: Path) -> None:
    old, new = tmp_path / "old.xml", tmp_path / "new.xml"
    old.write_bytes(old_tabular())
    new.write_bytes(tabular())
    found = compare_releases(str(old), str(new))
    assert len(found.deleted) == 11
    assert all(gone.successor is None for gone in found.deleted)


def test_release_read_from_a_file_can_be_searched(tmp_path: Path) -> None:
    path = tmp_path / "old.xml"
    path.write_bytes(old_tabular())
    code_set, is_reconciled = _open(str(path))
    assert not is_reconciled
    assert code_set.search("typhoid")[0].code == "A01"


def test_unknown_release() -> None:
    with pytest.raises(InputError, match=r"no file nowhere\.xml"):
        compare_releases("FY2026-04", "nowhere.xml")
    with pytest.raises(InputError, match="named 'FY1999' is installed"):
        compare_releases("FY1999", "FY2026-04")


@pytest.mark.parametrize(
    ("code", "leaf"),
    [
        ("E11", "E11.9"),
        ("I50", "I50.9"),
        ("S63.501", "S63.501A"),
        ("J18", "J18.9"),
        ("I10", "I10"),
    ],
)
def test_default_leaf(icd10cm: CodeSet, code: str, leaf: str) -> None:
    assert default_leaf(code, icd10cm) == leaf


def test_code_that_still_exists_follows_itself(icd10cm: CodeSet) -> None:
    successor = suggest_successor("I10", icd10cm, icd10cm)
    assert successor is not None
    assert successor.code == "I10"
