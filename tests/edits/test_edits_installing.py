"""A release is installed as a whole or not at all, again and again, beside others."""

from __future__ import annotations

import datetime
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from suggester.edits import importing
from suggester.edits.claims import check, read_line
from suggester.edits.importing import import_ncci
from suggester.edits.installed import (
    find_release,
    installed_releases,
    is_intact,
    load_ncci,
    release_for,
)
from suggester.edits.layouts import ADD_ON, MUE, PTP
from suggester.edits.release import missing_parts, quarter_dates, release_name
from suggester.errors import CodeSetError, InputError, OutputError
from tests.edits.edit_files import (
    MUE_HEADINGS,
    PTP_HEADINGS,
    write_csv,
    write_release,
    write_text,
)

LINES = [read_line("00010"), read_line("00020")]
JULY = datetime.date(2024, 7, 15)


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_import_tells_what_it_installed(tmp_path: Path, data_dir: Path) -> None:
    told: list[tuple[str, int, int]] = []
    imported = import_ncci(
        write_release(tmp_path), progress=lambda what, done, total: told.append((what, done, total))
    )
    release = imported.release
    assert release.name == "2024Q3"
    assert release.effective_from == datetime.date(2024, 7, 1)
    assert release.effective_to == datetime.date(2024, 9, 30)
    assert release.rows == {PTP: 8, MUE: 4, ADD_ON: 9}
    assert release.folder == data_dir / "edits" / "ncci" / "2024Q3"
    assert imported.kept == ()
    assert imported.missing_parts == ("f2", "f3", "f4")
    assert ("Reading ccipra-v302r0-f1.TXT", 8, 0) in told
    assert installed_releases() == (release,)
    assert is_intact(release)
    assert [path.name for path in release.folder.parent.iterdir()] == ["2024Q3"]


def test_import_twice_gives_the_same(tmp_path: Path) -> None:
    paths = write_release(tmp_path)
    first = import_ncci(paths).release
    before = files(first.folder)
    second = import_ncci(paths).release
    assert second == first
    assert files(second.folder) == before
    assert [path.name for path in first.folder.parent.iterdir()] == ["2024Q3"]


def test_import_of_one_kind_keeps_the_others(tmp_path: Path) -> None:
    paths = write_release(tmp_path)
    import_ncci(paths)
    again = write_csv(tmp_path / "mue-2024q3.csv", [MUE_HEADINGS, ["00010", "7", "2 Policy", ""]])
    imported = import_ncci([again])
    assert set(imported.kept) == {PTP, ADD_ON}
    assert imported.release.rows == {PTP: 8, MUE: 1, ADD_ON: 9}
    ncci = load_ncci("2024Q3")
    assert ncci.missing() == ()
    assert ncci.mue is not None
    limit = ncci.mue.limit("00010")
    assert limit is not None
    assert limit.units == 7
    assert check(LINES, ncci, JULY)
    assert is_intact(imported.release)


def test_release_in_use_outlives_its_replacement(tmp_path: Path) -> None:
    paths = write_release(tmp_path)
    import_ncci(paths)
    ncci = load_ncci("2024Q3")
    before = check(LINES, ncci, JULY)
    import_ncci([write_text(paths[0], [PTP_HEADINGS, ["00010", "00090", "", "", "*", "1", ""]])])
    assert check(LINES, ncci, JULY) == before
    assert check(LINES, load_ncci("2024Q3"), JULY) != before


def test_damaged_file_leaves_the_earlier_release(tmp_path: Path) -> None:
    paths = write_release(tmp_path)
    release = import_ncci(paths).release
    before = files(release.folder)
    paths[1].write_text("\n".join(paths[1].read_text().splitlines()[:-1]) + "\n0001", "utf-8")
    with pytest.raises(InputError):
        import_ncci(paths)
    assert files(release.folder) == before
    assert [path.name for path in release.folder.parent.iterdir()] == ["2024Q3"]


@pytest.mark.parametrize("failure", [OSError(28, "No space left on device"), KeyboardInterrupt()])
@pytest.mark.parametrize("step", ["write_table", "write_about", "rename"])
def test_failed_writing_leaves_the_earlier_release(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: BaseException, step: str
) -> None:
    paths = write_release(tmp_path)
    release = import_ncci(paths).release
    before = files(release.folder)
    rename = Path.rename

    def fail(*_: object) -> None:
        raise failure

    def fail_at_last(path: Path, target: Path) -> Path:
        if path.name == "new":
            raise failure
        return rename(path, target)

    if step == "rename":
        monkeypatch.setattr(Path, "rename", fail_at_last)
    else:
        monkeypatch.setattr(importing, step, fail)
    with pytest.raises(OutputError if isinstance(failure, OSError) else KeyboardInterrupt):
        import_ncci(paths)
    monkeypatch.undo()
    assert files(release.folder) == before
    assert [path.name for path in release.folder.parent.iterdir()] == ["2024Q3"]


def test_unwritable_folder_is_said(tmp_path: Path, data_dir: Path) -> None:
    data_dir.write_text("a file where the folder should be")
    with pytest.raises(OutputError, match="SUGGESTER_DATA_DIR"):
        import_ncci(write_release(tmp_path))


def rewrite(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


@pytest.mark.parametrize("kind", ["gone", "cut", "type", "length", "about"])
def test_damaged_release_is_said(tmp_path: Path, kind: str) -> None:
    paths = write_release(tmp_path)
    release = import_ncci(paths).release
    keys = release.folder / "ptp.keys.npy"
    if kind == "gone":
        keys.unlink()
    elif kind == "cut":
        keys.write_bytes(keys.read_bytes()[:-8])
    elif kind == "type":
        np.save(keys, np.zeros(8, dtype=np.int32))
    elif kind == "length":
        np.save(keys, np.zeros(7, dtype=np.uint64))
    else:
        (release.folder / "release.json").write_text("{}")
    with pytest.raises(CodeSetError, match="delete that folder and import it again"):
        load_ncci("2024Q3")
    assert not is_intact(release)
    if kind == "about":
        with pytest.raises(InputError, match="The earlier import of this release"):
            import_ncci(paths[:1])
    assert is_intact(import_ncci(paths).release)
    assert check(LINES, load_ncci("2024Q3"), JULY)


def test_changed_bytes_are_found(tmp_path: Path) -> None:
    release = import_ncci(write_release(tmp_path)).release
    keys = release.folder / "ptp.keys.npy"
    data = bytearray(keys.read_bytes())
    data[-1] ^= 1
    keys.write_bytes(data)
    assert not is_intact(release)


@pytest.mark.parametrize(
    ("old", "new"),
    [('"format": 1', '"format": 2'), ('"2024Q3"', "7"), ('"2024Q3"', '"../x"'), ("keys", "../k")],
)
def test_release_of_another_form_is_refused(tmp_path: Path, old: str, new: str) -> None:
    release = import_ncci(write_release(tmp_path)).release
    rewrite(release.folder / "release.json", old, new)
    with pytest.raises(CodeSetError):
        installed_releases()


def test_release_is_chosen_by_the_date_of_service(tmp_path: Path) -> None:
    paths = write_release(tmp_path)
    for name in ("2024Q3", "2024q3-Hospital", "2025Q1"):
        import_ncci(paths, name)
    assert [release.name for release in installed_releases()] == [
        "2024Q3",
        "2024Q3-hospital",
        "2025Q1",
    ]
    assert release_for(datetime.date(2024, 1, 1)).name == "2024Q3"
    assert release_for(datetime.date(2024, 7, 1)).name == "2024Q3"
    assert release_for(datetime.date(2024, 12, 31)).name == "2024Q3"
    assert release_for(datetime.date(2025, 1, 1)).name == "2025Q1"
    assert release_for(datetime.date(2030, 1, 1)).name == "2025Q1"
    assert find_release("2024q3-HOSPITAL").name == "2024Q3-hospital"
    assert load_ncci(date_of_service=JULY).release == "2024Q3"
    assert load_ncci().release == "2025Q1"
    with pytest.raises(InputError, match="there is 2024Q3, 2024Q3-hospital, 2025Q1"):
        load_ncci("2023Q1")
    shutil.rmtree(find_release("2025Q1").folder)
    assert load_ncci().release == "2024Q3"


def test_without_a_release_the_way_is_told() -> None:
    with pytest.raises(InputError, match="suggester edits import"):
        load_ncci()


@pytest.mark.parametrize(
    ("names", "quarter"),
    [
        (["ncci_ptp_practitioner_2024q3_active.csv.gz", "ncci_add_on_codes_2024.csv"], "2024Q3"),
        (["medicare-ncci-2025-q4-practitioner-services-mue-table.zip"], "2025Q4"),
        (["ccipra-v300r0-f1.TXT", "ccipra-v300r0-f2.TXT"], "2024Q1"),
        (["ccioph-v313r0-f4.xlsx"], "2025Q4"),
        (["MCR_MUE_PractitionerServices_Eff_07-01-2024.csv"], "2024Q3"),
        (["MCR_MUE_PractitionerServices_Eff_10-01-2025.csv"], "2025Q4"),
        (["ccipra-v302r0-f1.TXT", "AOC_V2024Q1-MCR.xlsx"], "2024Q3"),
        (["AOC_V2025Q4_01-MCR.xlsx"], "2025Q4"),
    ],
)
def test_name_comes_from_the_files(names: list[str], quarter: str) -> None:
    assert release_name(None, names) == quarter


@pytest.mark.parametrize(
    ("given", "names"),
    [
        (None, ["edits.csv"]),
        (None, ["ccipra-v301r0-f1.TXT", "mue-2024q3.csv"]),
        ("FY2024", []),
        ("2024Q5", []),
        ("../2024Q3", []),
        ("2024Q3-..", []),
        ("", []),
    ],
)
def test_name_that_is_no_quarter_is_refused(given: str | None, names: list[str]) -> None:
    with pytest.raises(InputError, match="--name 2024Q3"):
        release_name(given, names)


def test_quarters_have_their_days() -> None:
    spans = [quarter_dates(f"2024Q{n}") for n in (1, 2, 3, 4)]
    assert [str(day) for span in spans for day in span] == [
        "2024-01-01",
        "2024-03-31",
        "2024-04-01",
        "2024-06-30",
        "2024-07-01",
        "2024-09-30",
        "2024-10-01",
        "2024-12-31",
    ]


def test_missing_parts() -> None:
    assert missing_parts(["ccipra-v302r0-f1.TXT in x-f1.zip", "ccipra-v302r0-f3.txt"]) == (
        "f2",
        "f4",
    )
    assert missing_parts([f"a-f{n}.txt" for n in (1, 2, 3, 4)]) == ()
    assert missing_parts(["ncci_ptp_practitioner_2024q3_active.csv.gz"]) == ()


def test_release_json_holds_no_row(tmp_path: Path) -> None:
    release = import_ncci(write_release(tmp_path)).release
    about = json.loads((release.folder / "release.json").read_text("utf-8"))
    assert set(about["kinds"]) == {PTP, MUE, ADD_ON}
    assert about["kinds"][PTP]["sources"] == ["ccipra-v302r0-f1.TXT"]
