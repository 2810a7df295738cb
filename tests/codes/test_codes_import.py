"""Importing a release: what is accepted, what is refused, and that nothing is left half-done."""

from __future__ import annotations

import datetime
import io
import zipfile
from pathlib import Path

import pytest

from suggester.codes import load_icd10cm, sources
from suggester.codes.importing import import_release
from suggester.codes.installed import installed_releases, release_for
from suggester.errors import CodeSetError, InputError, OutputError
from tests.codes.tiny_release import (
    codes_file,
    listed,
    new_tabular,
    old_tabular,
    order_file,
    tabular,
)

pytestmark = pytest.mark.usefixtures("data_dir")


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


@pytest.fixture
def xml_path(tmp_path: Path) -> Path:
    path = tmp_path / "icd10cm-tabular-2030.xml"
    path.write_bytes(new_tabular())
    return path


@pytest.fixture
def order_path(tmp_path: Path) -> Path:
    path = tmp_path / "icd10cm-order-2030.txt"
    path.write_bytes(order_file(new_tabular()))
    return path


def test_files_are_installed_and_loaded(data_dir: Path, xml_path: Path, order_path: Path) -> None:
    imported = import_release([order_path, xml_path])
    assert (imported.release.name, imported.billable) == ("FY2030", 16)
    assert imported.codes == len(listed(new_tabular()))
    assert str(imported.release.effective_from) == "2029-10-01"
    assert str(imported.release.effective_to) == "2030-09-30"
    code_set = load_icd10cm("fy2030")
    assert code_set.billable_count == 16
    assert code_set.title("S63.501A") == "Sprain of right wrist, initial encounter"
    assert code_set.ancestors("S63.501A") == ("S63.501", "S63.5", "S63", "S60-S69", "19")
    assert load_icd10cm(date_of_service=datetime.date(2030, 1, 1)) is code_set
    assert [path.name for path in (data_dir / "codes" / "icd10cm").iterdir()] == ["FY2030"]


def test_zips_as_published_are_accepted(tmp_path: Path) -> None:
    xml = new_tabular()
    tables = zipped(
        tmp_path / "tables.zip",
        {
            "2030 Tables/": b"",
            "2030 Tables/icd10cm-tabular-2030.xml": xml,
            "2030 Tables/icd10cm-index-2030.xml": b"<index/>",
            "2030 Tables/icd10cm-tabular-2030.pdf": b"%PDF",
            "__MACOSX/icd10cm-tabular-2030.xml": b"junk",
        },
    )
    descriptions = zipped(
        tmp_path / "descriptions.zip",
        {
            "icd10cm-codes-2030.txt": codes_file(xml),
            "icd10cm-order-2030.txt": order_file(xml),
            "icd10cm-order-addenda-2030.txt": b"Add: A00",
        },
    )
    assert import_release([tables, descriptions], name="mine").release.name == "mine"
    assert load_icd10cm("mine").get("A01.9").billable


def test_one_zip_and_the_list_of_billable_codes(tmp_path: Path) -> None:
    xml = old_tabular()
    both = zipped(tmp_path / "a.zip", {"tabular.xml": xml, "codes.txt": codes_file(xml)})
    assert import_release([both]).billable == 17


def test_dates_can_be_given(xml_path: Path, order_path: Path) -> None:
    start, end = datetime.date(2030, 4, 1), datetime.date(2030, 6, 30)
    imported = import_release([xml_path, order_path], "april", start, end)
    assert (imported.release.effective_from, imported.release.effective_to) == (start, end)
    update = import_release([xml_path, order_path], "FY2030-04")
    assert str(update.release.effective_from) == "2030-04-01"
    only_end = import_release([xml_path, order_path], "partial", end=end)
    assert str(only_end.release.effective_from) == "2029-10-01"
    names = [release.name for release in installed_releases()]
    assert sorted(names) == ["FY2026-04", "FY2030-04", "april", "partial"]
    assert names[:2] == ["FY2026-04", "partial"]
    assert release_for(datetime.date(2030, 2, 1)).name == "partial"
    assert release_for(datetime.date(2030, 9, 1)).name == "FY2030-04"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("FY2026-04", "is the shipped one"),
        ("../evil", "Give the release a name"),
        ("a b", "Give the release a name"),
        ("FY20301", "does not say when it is in force"),
    ],
)
def test_bad_names(xml_path: Path, order_path: Path, name: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        import_release([xml_path, order_path], name)


def test_same_name_twice(xml_path: Path, order_path: Path) -> None:
    import_release([xml_path, order_path])
    with pytest.raises(InputError, match="FY2030 is installed already"):
        import_release([xml_path, order_path])


def test_end_before_start(xml_path: Path, order_path: Path) -> None:
    with pytest.raises(InputError, match="before it starts"):
        import_release([xml_path, order_path], start=datetime.date(2031, 1, 1))


def test_version_that_is_no_year_needs_a_name(tmp_path: Path, order_path: Path) -> None:
    xml_path = tmp_path / "t.xml"
    xml_path.write_bytes(new_tabular().replace(b">2030<", b">draft<"))
    with pytest.raises(InputError, match="Give the release a name"):
        import_release([xml_path, order_path])
    with pytest.raises(InputError, match="give both --from and --to"):
        import_release([xml_path, order_path], "mine")


def test_missing_list_and_missing_tabular(xml_path: Path, order_path: Path) -> None:
    with pytest.raises(InputError, match=r"order file .* is missing"):
        import_release([xml_path])
    with pytest.raises(InputError, match=r"exactly one tabular XML .* found none"):
        import_release([order_path])
    with pytest.raises(InputError, match=r"exactly one tabular XML .* found icd10cm"):
        import_release([xml_path, xml_path, order_path])
    with pytest.raises(InputError, match="Give one order file or code list"):
        import_release([xml_path, order_path, order_path])


def test_list_of_another_release(data_dir: Path, xml_path: Path, tmp_path: Path) -> None:
    other = tmp_path / "order.txt"
    other.write_bytes(order_file(old_tabular()))
    with pytest.raises(InputError, match="not of the same release: 4 only in the list") as caught:
        import_release([xml_path, other])
    assert "A04" in str(caught.value)
    assert not data_dir.exists()


def test_paths_that_cannot_be_used(tmp_path: Path, order_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read: No such file"):
        import_release([tmp_path / "none.xml", order_path])
    with pytest.raises(InputError, match="cannot be read: No such file"):
        import_release([tmp_path / "none.zip", order_path])
    with pytest.raises(InputError, match="is a folder"):
        import_release([tmp_path])
    not_zip = tmp_path / "page.zip"
    not_zip.write_text("<html>404</html>")
    with pytest.raises(InputError, match="is not a zip file"):
        import_release([not_zip, order_path])
    page = tmp_path / "page"
    page.write_text("<html/>")
    with pytest.raises(InputError, match="its root is <html>"):
        import_release([page, order_path])


def test_zip_without_a_release(tmp_path: Path) -> None:
    empty = zipped(tmp_path / "x.zip", {"readme.txt": b"hello"})
    with pytest.raises(InputError, match="zip without a tabular XML"):
        import_release([empty])


@pytest.mark.parametrize(
    "name", ["../icd10cm-tabular.xml", "/icd10cm-tabular.xml", "a\\..\\tabular.xml"]
)
def test_zip_that_reaches_outside(tmp_path: Path, name: str) -> None:
    bad = zipped(tmp_path / "x.zip", {name: b"<x/>"})
    with pytest.raises(InputError, match="outside of the zip"):
        import_release([bad])


def test_zip_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MAX_BYTES", 1_000_000)
    bomb = zipped(tmp_path / "x.zip", {"tabular.xml": b"<" + b" " * 2_000_000})
    with pytest.raises(InputError, match="more than 1 MB"):
        import_release([bomb])
    # A directory that lies about the size: the reading stops by itself, or the zip is refused.
    info_size = (2_000_001).to_bytes(4, "little")
    bomb.write_bytes(bomb.read_bytes().replace(info_size, (10).to_bytes(4, "little")))
    with pytest.raises(InputError):
        import_release([bomb])
    large = tmp_path / "large.xml"
    large.write_bytes(b" " * 1_000_001)
    with pytest.raises(InputError, match="more than 1 MB"):
        import_release([large])


def test_damaged_zip(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", {"tabular.xml": new_tabular()})
    data = bytearray(path.read_bytes())
    data[60:80] = bytes(20)
    path.write_bytes(bytes(data))
    with pytest.raises(InputError, match="damaged or locked zip"):
        import_release([path])


def test_locked_zip(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("tabular.xml", "<x/>")
    data = bytearray(buffer.getvalue())
    # Bit 0 of the flags, in the file's own header and in the directory, says encrypted.
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path = tmp_path / "x.zip"
    path.write_bytes(bytes(data))
    with pytest.raises(InputError, match="damaged or locked zip"):
        import_release([path])


def test_unwritable_data_folder(
    tmp_path: Path, xml_path: Path, order_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("SUGGESTER_DATA_DIR", str(tmp_path / "file"))
    with pytest.raises(OutputError, match="could not be written"):
        import_release([xml_path, order_path])


def test_full_disk_leaves_nothing(
    data_dir: Path, xml_path: Path, order_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OutputError, match="No space left on device"):
        import_release([xml_path, order_path])
    assert list((data_dir / "codes" / "icd10cm").iterdir()) == []


def test_damaged_installation(xml_path: Path, order_path: Path) -> None:
    folder = import_release([xml_path, order_path]).release.tabular.parent
    (folder / "codes.txt").write_text("nonsense here")
    with pytest.raises(CodeSetError, match="FY2030 is damaged"):
        load_icd10cm("FY2030")
    (folder / "codes.txt").unlink()
    with pytest.raises(CodeSetError, match="FY2030 cannot be read"):
        load_icd10cm("FY2030")
    (folder / "release.json").write_text("{}")
    with pytest.raises(CodeSetError, match="import it again"):
        installed_releases()


def test_chapters_without_blocks_are_refused(tmp_path: Path, order_path: Path) -> None:
    path = tmp_path / "t.xml"
    path.write_bytes(tabular().split(b"<chapter>")[0] + b"</ICD10CM.tabular>")
    with pytest.raises(InputError, match="without any code"):
        import_release([path, order_path])


@pytest.mark.parametrize("opening", ["<ICD10CM.index>", '<xs:schema xmlns:xs="x">'])
def test_an_index_is_no_list_of_codes(tmp_path: Path, opening: str) -> None:
    path = tmp_path / "index.xml"
    path.write_text(f'<?xml version="1.0"?>\n{opening}')
    with pytest.raises(InputError, match=r"index\.xml is an index or a table of ICD-10-CM"):
        import_release([path])
