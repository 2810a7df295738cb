"""Which release is used on which date of service, and what is said about it."""

from __future__ import annotations

import datetime
import importlib.util
from pathlib import Path

import pytest

import suggester.codes
from suggester.codes import CodeSet, load_icd10cm
from suggester.codes.in_force import status_on
from suggester.codes.installed import _load, data_folder, find_release, installed_releases
from suggester.codes.release import default_dates, fiscal_year
from suggester.errors import CodeSetError, InputError

DAY = datetime.date


@pytest.mark.parametrize("day", [DAY(2026, 4, 1), DAY(2026, 9, 30)])
def test_in_force(day: datetime.date) -> None:
    status = status_on(day)
    assert status.in_force
    assert status.message == f"FY2026-04 is in force on {day}."


@pytest.mark.parametrize("day", [DAY(2026, 10, 1), DAY(2027, 3, 1)])
def test_after_the_shipped_release_ended(day: datetime.date) -> None:
    status = status_on(day)
    assert not status.in_force
    assert status.release.name == "FY2026-04"
    assert "the shipped release FY2026-04 ended on 2026-09-30" in status.message
    assert "To install FY2027" in status.message
    assert "suggester codes import" in status.message


def test_earlier_in_the_same_fiscal_year() -> None:
    status = status_on(DAY(2025, 10, 1))
    assert not status.in_force
    assert "replaced the October release on 2026-04-01" in status.message


def test_before_any_release() -> None:
    status = status_on(DAY(2025, 9, 30))
    assert not status.in_force
    assert "No installed release was in force" in status.message
    assert "To install FY2025" in status.message


def test_load_by_date_never_fails_and_is_cached() -> None:
    shipped = load_icd10cm("FY2026-04")
    for day in (DAY(1999, 1, 1), DAY(2026, 5, 1), DAY(2050, 1, 1)):
        assert load_icd10cm(date_of_service=day) is shipped
    assert load_icd10cm() is shipped


def test_unknown_release_names_the_known_ones() -> None:
    with pytest.raises(InputError, match=r"FY1999.*there is FY2026-04"):
        load_icd10cm("FY1999")
    assert find_release("fy2026-04").shipped


def test_missing_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(CodeSetError, match="pip install simple-icd-10-cm"):
        installed_releases()


def test_data_folder_is_the_users_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SUGGESTER_DATA_DIR")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert data_folder().name == "icd10cm"
    assert "suggester" in str(data_folder())


def test_fiscal_year_and_default_dates() -> None:
    assert (fiscal_year(DAY(2026, 9, 30)), fiscal_year(DAY(2026, 10, 1))) == (2026, 2027)
    assert default_dates("FY2027") == (DAY(2026, 10, 1), DAY(2027, 9, 30))
    assert default_dates("FY2027-04") == (DAY(2027, 4, 1), DAY(2027, 9, 30))
    assert default_dates("FY2027-11") == (DAY(2026, 11, 1), DAY(2027, 9, 30))
    with pytest.raises(InputError, match="does not say when"):
        default_dates("spring")


def test_release_knows_its_days(icd10cm: CodeSet) -> None:
    assert icd10cm.release.in_force(DAY(2026, 9, 30))
    assert not icd10cm.release.in_force(DAY(2026, 10, 1))


def test_public_names_are_imported_when_asked_for() -> None:
    for name in suggester.codes.__all__:
        assert getattr(suggester.codes, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = suggester.codes.nonsense


def test_few_releases_stay_in_memory() -> None:
    assert _load.cache_info().maxsize == 4
