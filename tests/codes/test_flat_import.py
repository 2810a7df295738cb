"""Importing CPT, HCPCS Level II and ICD-10-PCS: what is accepted, refused, and left behind."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from suggester.codes import load_flat
from suggester.codes.flat_importing import FlatImported, import_flat
from suggester.codes.flat_installed import flat_releases, flat_status_on, require_flat
from suggester.codes.flat_recognition import system_of
from suggester.codes.starter import StarterSet
from suggester.errors import CodeSetError, InputError, OutputError, UnknownSystemError
from tests.codes.invented_files import (
    CPT,
    HCPCS,
    PCS,
    cpt_consumer,
    cpt_files,
    cpt_lines,
    hcpcs_csv,
    hcpcs_file,
    hcpcs_records,
    hcpcs_rows,
    pcs_codes,
    pcs_order,
    workbook,
    written,
    zipped,
)
from tests.codes.tiny_release import new_tabular, order_file

pytestmark = pytest.mark.usefixtures("data_dir")


def given(tmp_path: Path, **files: bytes) -> list[Path]:
    """Write files; ``LONGULT_txt`` is ``LONGULT.txt``."""
    return written(tmp_path / "given", {".".join(n.rsplit("_", 1)): d for n, d in files.items()})


def counts(imported: FlatImported) -> tuple[str, str, int, int]:
    release = imported.installed.release
    return release.system, release.name, imported.installed.codes, imported.installed.modifiers


def test_cpt_files(tmp_path: Path, data_dir: Path) -> None:
    imported = import_flat(written(tmp_path / "in", cpt_files()), name="2031")
    assert counts(imported) == ("cpt", "2031", 3, 7)
    assert imported.files == tuple(cpt_files())
    assert not imported.replaced
    code_set = load_flat("cpt")
    assert code_set is not None
    code = code_set.get("00001")
    assert (code.long, code.medium, code.short, code.consumer) == CPT["00001"]
    assert code_set.get("0009Z").consumer is None
    assert code_set.modifiers["P2"] == "A sleepy patient"
    assert [path.name for path in (data_dir / "codes" / "cpt").iterdir()] == ["2031.json"]


def test_cpt_zip_with_other_files_in_it(tmp_path: Path) -> None:
    files = {f"standard/{name}": data for name, data in cpt_files().items()}
    path = tmp_path / "cpt-2031-data-files.zip"
    path.write_bytes(
        zipped(
            files
            | {
                "standard/LONGUT.txt": cpt_lines(0, "\t").upper(),
                "PLA/CPTPLA.txt": cpt_lines(0, "\t", ["00001"]),
                "PLA/CPTPLA.xlsx": b"PK\3\4 cut off",
                "readme.txt": b"hello",
                "__MACOSX/LONGULT.txt": b"junk",
                "LONGULT_addenda.txt": b"junk",
                "picture.png": b"junk",
                "empty.txt": b"",
            }
        )
    )
    imported = import_flat([path])
    assert counts(imported) == ("cpt", "2031", 3, 7)
    assert imported.files == (*cpt_files(), "LONGUT.txt")
    assert require_flat("cpt").get("00002").long == CPT["00002"][0]
    assert str(imported.installed.release.effective_to) == "2031-12-31"


def test_hcpcs_from_each_file_and_from_the_zip(tmp_path: Path) -> None:
    txt, xlsx, csv = given(
        tmp_path,
        HCPC2031_JUL_ANWEB_txt=hcpcs_file(),
        HCPC2031_OCT_ANWEB_xlsx=workbook(hcpcs_rows()),
        descriptions_2032_csv=hcpcs_csv(),
    )
    assert counts(import_flat([txt])) == ("hcpcs", "2031-07", 3, 2)
    assert counts(import_flat([xlsx])) == ("hcpcs", "2031-10", 3, 2)
    assert counts(import_flat([csv])) == ("hcpcs", "2032", 3, 1)
    both = tmp_path / "2033-hcpcs.zip"
    names = {txt.name: txt.read_bytes(), xlsx.name: xlsx.read_bytes()}
    both.write_bytes(zipped({**names, "proc_notes.txt": b"0001--A note", "Trans.xlsx": b"x"}))
    assert counts(import_flat([both], name="2033-04")) == ("hcpcs", "2033-04", 3, 2)
    names_now = [installed.release.name for installed in flat_releases("hcpcs")]
    assert names_now == ["2031-07", "2031-10", "2032", "2033-04"]
    code_set = load_flat("hcpcs", "2031-10")
    assert code_set is not None
    assert code_set.get("B0002").ended == datetime.date(2025, 12, 31)


def test_pcs_files(tmp_path: Path) -> None:
    order, codes = given(
        tmp_path, icd10pcs_order_2031_txt=pcs_order(), icd10pcs_codes_2031_txt=pcs_codes()
    )
    imported = import_flat([order, codes])
    assert counts(imported) == ("icd10pcs", "FY2031", 3, 0)
    assert str(imported.installed.release.effective_from) == "2030-10-01"
    code = require_flat("icd10pcs").get("000000a")
    assert (code.short, code.long, code.medium) == (*PCS["000000A"], None)


def test_the_release_for_a_date_is_loaded(tmp_path: Path) -> None:
    assert isinstance(load_flat("hcpcs"), StarterSet)
    assert load_flat("icd10pcs") is None
    [path] = given(tmp_path, HCPC_txt=hcpcs_file())
    for name in ("2031", "2031-07", "2032"):
        import_flat([path], name=name)
    day = datetime.date

    def name_on(date: datetime.date) -> str:
        loaded = load_flat("hcpcs", date_of_service=date)
        assert loaded is not None
        return loaded.release.name

    assert name_on(day(2031, 6, 30)) == "2031"
    assert name_on(day(2031, 7, 1)) == "2031-07"
    assert name_on(day(2032, 2, 1)) == "2032"
    assert name_on(day(2040, 1, 1)) == "2032"
    assert name_on(day(2020, 1, 1)) == "2031"
    assert load_flat("hcpcs", "2032") is load_flat("hcpcs", date_of_service=day(2032, 3, 1))
    assert flat_status_on("hcpcs", day(2032, 1, 1)).in_force
    assert "ended on 2032-12-31" in flat_status_on("hcpcs", day(2040, 1, 1)).message
    assert "2031 is newer" in flat_status_on("hcpcs", day(2020, 1, 1)).message
    assert "suggester codes import" in flat_status_on("cpt", day(2031, 1, 1)).message


def test_importing_twice_replaces(tmp_path: Path, data_dir: Path) -> None:
    [path] = given(tmp_path, HCPC2031_ANWEB_txt=hcpcs_file())
    first = import_flat([path])
    again = import_flat([path])
    assert (first.replaced, again.replaced) == (False, True)
    assert first.installed == again.installed
    before = require_flat("hcpcs")
    path.write_bytes(hcpcs_file(hcpcs_records()[:-1]))
    third = import_flat([path], name="2031")
    assert (third.replaced, third.installed.codes) == (True, 2)
    assert (len(before), len(require_flat("hcpcs"))) == (3, 2)
    assert len(list((data_dir / "codes" / "hcpcs").iterdir())) == 1


def test_a_name_in_other_letters_is_the_same_release(tmp_path: Path) -> None:
    [path] = given(tmp_path, icd10pcs_codes_2031_txt=pcs_codes())
    import_flat([path])
    assert import_flat([path], name="fy2031").replaced
    assert [installed.release.name for installed in flat_releases("icd10pcs")] == ["fy2031"]


@pytest.mark.parametrize(
    ("damaged", "message"),
    [
        ({"MEDU.txt": cpt_lines(1, " ")[:-40]}, "MEDU.txt are not of the same release"),
        ({"SHORTU.txt": cpt_lines(2, " ", ["00001", "00002"])}, "only LONGULT.txt holds 0009Z"),
        ({"MEDU.txt": b"<html>404"}, "LONGULT.txt is a file of CPT and MEDU.txt of ICD-10-CM"),
        ({"MEDU.txt": b"nothing"}, "MEDU.txt does not hold what its name says"),
        ({"LONGULT.txt": b""}, "is empty"),
        ({"ConsumerDescriptor.txt": cpt_consumer() + b"\r\n9\t99999\tNo"}, "holds 99999"),
        ({"more.xlsx": b"PK\3\4 cut off"}, r"more\.xlsx is a damaged"),
        ({"more.txt": b"hello"}, "There is nothing in .*more.txt to import"),
        ({"icd10pcs_codes_2031.txt": pcs_codes()}, "import one code system at a time"),
    ],
)
def test_damaged_or_wrong_files_leave_the_earlier_release(
    tmp_path: Path, damaged: dict[str, bytes], message: str
) -> None:
    import_flat(written(tmp_path / "good", cpt_files()), name="2031")
    before = load_flat("cpt")
    with pytest.raises(InputError, match=message) as caught:
        import_flat(written(tmp_path / "bad", cpt_files() | damaged), name="2031")
    assert str(caught.value).count(". ") <= 1
    assert load_flat("cpt") is before
    assert [installed.codes for installed in flat_releases("cpt")] == [3]


def test_hcpcs_files_of_two_releases(tmp_path: Path) -> None:
    paths = given(tmp_path, a_txt=hcpcs_file(hcpcs_records()[:-1]), b_csv=hcpcs_csv())
    with pytest.raises(InputError, match=r"only b\.csv holds V9998\.$"):
        import_flat(paths, name="2031")
    paths = given(tmp_path, a_txt=hcpcs_file(hcpcs_records()[1:]), b_xlsx=workbook(hcpcs_rows()))
    with pytest.raises(InputError, match="holds Z1"):
        import_flat(paths, name="2031")


def test_files_that_only_add(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="only adds to the codes"):
        import_flat(given(tmp_path, Consumer_txt=cpt_consumer()), name="2031")


def test_workbook_without_rows(tmp_path: Path) -> None:
    [path] = given(tmp_path, a_xlsx=workbook(hcpcs_rows()[:3]))
    with pytest.raises(InputError, match="holds no codes"):
        import_flat([path], name="2031")


def test_truncated_zip(tmp_path: Path) -> None:
    path = tmp_path / "2031.zip"
    whole = zipped({"icd10pcs_codes_2031.txt": pcs_codes(), "more.txt": b"x" * 100})
    for data in (whole[:60], whole[:-30]):
        path.write_bytes(data)
        with pytest.raises(InputError, match="is not a whole zip file"):
            import_flat([path])
    path.write_bytes(whole[:50] + bytes(20) + whole[70:])
    with pytest.raises(InputError, match="damaged or locked zip"):
        import_flat([path])
    path.write_bytes(zipped({"readme.txt": b"hello"}))
    with pytest.raises(InputError, match="There is nothing in"):
        import_flat([path])
    path.write_bytes(zipped({"icd10pcs_codes_2031.txt": b"hello"}))
    with pytest.raises(InputError, match="does not hold what its name says"):
        import_flat([path])


@pytest.mark.parametrize("name", ["../codes.txt", "/codes.txt", "a\\..\\codes.txt"])
def test_zip_that_reaches_outside(tmp_path: Path, name: str) -> None:
    path = tmp_path / "2031.zip"
    path.write_bytes(zipped({name: pcs_codes()}))
    with pytest.raises(InputError, match="outside of the zip"):
        import_flat([path])


def test_what_unpacks_to_far_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "2031.zip"
    path.write_bytes(zipped({"a.txt": b" " * 3000, "b.txt": b" " * 3000}))
    for limit, value in (("MAX_BYTES", 2000), ("_MAX_TOTAL", 4000), ("_MAX_FILES", 1)):
        with monkeypatch.context() as patch:
            patch.setattr(f"suggester.codes.flat_sources.{limit}", value)
            with pytest.raises(InputError, match="far more than any official release"):
                import_flat([path])
    monkeypatch.setattr("suggester.codes.flat_sources.MAX_BYTES", 10)
    with pytest.raises(InputError, match="far more than any official release"):
        import_flat([path])


def test_paths_that_cannot_be_used(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read: No such file"):
        import_flat([tmp_path / "none.txt"])
    with pytest.raises(InputError, match="is a folder"):
        import_flat([tmp_path])


def test_system_that_is_not_that_of_the_files(tmp_path: Path) -> None:
    [path] = given(tmp_path, HCPC2031_ANWEB_txt=hcpcs_file())
    with pytest.raises(InputError, match="is a file of HCPCS Level II, not of CPT; name LONGULT"):
        import_flat([path], "cpt")
    with pytest.raises(UnknownSystemError, match="'icd11' is not among"):
        import_flat([path], "icd11")
    assert counts(import_flat([path], "hcpcs"))[0] == "hcpcs"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (None, "do not tell which release this is; add --name 2027-07"),
        ("../evil", "Give the release a name"),
        ("spring", "does not say when it is in force"),
    ],
)
def test_names_that_do_not_do(tmp_path: Path, name: str | None, message: str) -> None:
    [path] = given(tmp_path, HCPC_txt=hcpcs_file())
    with pytest.raises(InputError, match=message):
        import_flat([path], name=name)


def test_dates_can_be_given(tmp_path: Path) -> None:
    [path] = given(tmp_path, HCPC_txt=hcpcs_file())
    start, end = datetime.date(2031, 4, 1), datetime.date(2031, 6, 30)
    release = import_flat([path], name="spring", start=start).installed.release
    assert (release.effective_from, release.effective_to) == (start, None)
    release = import_flat([path], name="2031", end=end).installed.release
    assert (release.effective_from, release.effective_to) == (datetime.date(2031, 1, 1), end)
    with pytest.raises(InputError, match="before it starts"):
        import_flat([path], name="2031", start=end, end=start)
    [pcs] = given(tmp_path, pcs_2031_april_txt=pcs_codes())
    assert import_flat([pcs]).installed.release.name == "FY2031-04"
    with pytest.raises(InputError, match="use a name such as FY2027"):
        import_flat([pcs], name="2031")


def test_progress_is_told(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    paths = written(tmp_path / "in", {"LONG.txt": cpt_lines(0, "\t"), "MED.txt": cpt_lines(1, " ")})
    import_flat(paths, name="2031", progress=lambda *stage: told.append(stage))
    assert told == [("Reading", 1, 2), ("Reading", 2, 2), ("Checking", 1, 2), ("Checking", 2, 2)]


def test_full_disk_leaves_the_earlier_release(
    tmp_path: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [path] = given(tmp_path, HCPC2031_ANWEB_txt=hcpcs_file())
    import_flat([path])
    path.write_bytes(hcpcs_file(hcpcs_records()[:-1]))

    def full(*_: object, **__: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OutputError, match="No space left on device"):
        import_flat([path])
    assert [p.name for p in (data_dir / "codes" / "hcpcs").iterdir()] == ["2031.json"]
    assert len(require_flat("hcpcs")) == 3


def test_an_interrupted_import_leaves_nothing(
    tmp_path: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupted)
    [path] = given(tmp_path, HCPC2031_ANWEB_txt=hcpcs_file())
    with pytest.raises(KeyboardInterrupt):
        import_flat([path])
    assert list((data_dir / "codes" / "hcpcs").iterdir()) == []
    assert isinstance(load_flat("hcpcs"), StarterSet)


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: b"[]\n" + data,
        lambda data: data.replace(b'"name"', b'"nom"'),
        lambda data: data.replace(b"hcpcs", b"icdpc"),
        lambda data: data[:-20],
        lambda data: data.replace(b"teapot", b"teepot"),
        lambda data: data.replace(b'"format": 1', b'"format": 0'),
    ],
)
def test_damaged_installation(tmp_path: Path, damage) -> None:  # type: ignore[no-untyped-def]
    [path] = given(tmp_path, HCPC2031_ANWEB_txt=hcpcs_file())
    installed = import_flat([path]).installed.path
    installed.write_bytes(damage(installed.read_bytes()))
    with pytest.raises(CodeSetError, match="delete that file and import it again"):
        load_flat("hcpcs")
    assert import_flat([path]).replaced
    assert len(require_flat("hcpcs")) == len(HCPCS)


def test_columns_that_do_not_fit_together(tmp_path: Path) -> None:
    from suggester.codes.flat_columns import FlatColumns, decode, encode

    with pytest.raises(ValueError, match="different lengths"):
        decode(encode(FlatColumns(["1", "2"], {"long": ["one"]}), {}))


def test_the_system_is_told_from_the_files(tmp_path: Path) -> None:
    xml = new_tabular()
    tabular, order, hcpcs = given(
        tmp_path, tabular_xml=xml, order_txt=order_file(xml), HCPC_txt=hcpcs_file()
    )
    assert system_of([tabular, order]) == system_of([order]) == "icd10cm"
    assert system_of([hcpcs]) == "hcpcs"
    with pytest.raises(InputError, match="import one code system at a time"):
        system_of([tabular, hcpcs])
    assert system_of(given(tmp_path, plain_txt=b"1\nA00-A09\nA00\n")) == "icd10cm"
    with pytest.raises(InputError, match="There is nothing in"):
        system_of(given(tmp_path, note_txt=b"hello"))
