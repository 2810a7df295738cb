"""An empty data folder for every test, and a release of invented edits installed in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from suggester.edits.importing import import_ncci
from suggester.edits.installed import load_ncci
from suggester.edits.ncci import Ncci
from tests.edits.edit_files import write_release


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty data folder for imported releases."""
    monkeypatch.setenv("SUGGESTER_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def ncci(tmp_path: Path) -> Ncci:
    """Return a small release with all three kinds of edits."""
    import_ncci(write_release(tmp_path))
    return load_ncci("2024Q3")
