"""One compiled code set for all tests, in a cache folder of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from suggester.codes import CodeSet, load_icd10cm


@pytest.fixture(scope="session", autouse=True)
def _own_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SUGGESTER_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("SUGGESTER_DATA_DIR", str(tmp_path_factory.mktemp("data")))
        yield


@pytest.fixture(scope="session")
def icd10cm(_own_folders: None) -> CodeSet:
    """Return the shipped release."""
    return load_icd10cm("FY2026-04")


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty data folder for imported releases."""
    monkeypatch.setenv("SUGGESTER_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"
