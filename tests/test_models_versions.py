"""Versions of one name: promoted, rolled back, and what each name means meanwhile."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import sklearn

from suggester.errors import InputError, ModelError, UnknownModelError
from suggester.models import (
    BUNDLE_FORMAT,
    ESTIMATORS,
    exact_name,
    find_model,
    list_models,
    load_model,
    save_model,
)
from suggester.models.history import HISTORY
from suggester.models.promotion import history_of, promote, roll_back
from suggester.ranking.calibration import BetaCalibration
from suggester.ranking.names import NAMES
from suggester.ranking.procedure_features import NAMES as PROCEDURE_NAMES
from suggester.ranking.ranker import Ranker


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SUGGESTER_MODELS_DIR", str(tmp_path / "models"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "models"


def made(models: Path, folder: str, version: str, **other: Any) -> Path:
    manifest = {
        "bundle_format": BUNDLE_FORMAT,
        "name": folder.partition("@")[0],
        "version": version,
        "created": f"2026-01-0{version[0]}T00:00:00+00:00",
        "versions": {"scikit-learn": sklearn.__version__},
        "features": list(NAMES),
        "procedure_features": list(PROCEDURE_NAMES),
        **other,
    }
    ranker = Ranker((), BetaCalibration(), {"": 0.4}, sure=float(version[0]) / 10)
    return save_model(models / folder, ranker, None, manifest, "# Card\n")


def test_a_name_means_what_was_promoted(models: Path) -> None:
    one, two = made(models, "ours", "1.0"), made(models, "ours@2.0", "2.0")
    assert find_model("ours") == one
    moved = promote("ours@2.0", "measured better", by="ada")
    assert (moved.version, moved.before, moved.folder) == ("2.0", "1.0", two)
    assert load_model("ours").version == "2.0"
    assert load_model("ours").ranker.sure == 0.2
    # The exact names, and paths, go on meaning what they meant.
    assert find_model("ours@1.0") == one
    assert find_model("ours@2.0") == two
    assert find_model(one) == one
    assert {name for name in list_models() if name.startswith("ours")} == {"ours@1.0", "ours@2.0"}
    assert exact_name("ours") == "ours@2.0"
    assert exact_name("ours@1.0") == "ours@1.0"

    back = roll_back("ours", "too many codes", by="grace")
    assert (back.version, back.before) == ("1.0", "2.0")
    assert find_model("ours") == one
    assert [(c.by, c.what, c.version, c.before, c.why) for c in history_of(one)] == [
        ("ada", "promoted", "2.0", "1.0", "measured better"),
        ("grace", "rolled back", "1.0", "2.0", "too many codes"),
    ]
    shown = sorted(path.name for path in models.iterdir() if not path.name.startswith("."))
    assert shown == ["ours", f"ours{HISTORY}", "ours@2.0"]
    with pytest.raises(InputError, match="there is nothing to go back to"):
        roll_back("ours")


def test_rolling_back_goes_one_promotion_back_at_a_time(models: Path) -> None:
    for version in ("1.0", "2.0", "3.0"):
        made(models, f"ours@{version}", version)
        promote(f"ours@{version}")
    assert roll_back("ours").version == "2.0"
    promote("ours@1.0")
    assert roll_back("ours").version == "2.0"
    assert roll_back("ours").version == "1.0"
    with pytest.raises(UnknownModelError, match="Before that no version of 'ours' was in use"):
        roll_back("ours")
    assert find_model("ours").name == "ours@1.0"


def test_without_a_version_the_newest_made_is_promoted(models: Path) -> None:
    made(models, "ours@2.0", "2.0")
    made(models, "ours@1.0", "1.0")
    with pytest.raises(
        UnknownModelError, match=r"No version of 'ours' is in use; name one \(ours@1.0, ours@2.0\)"
    ):
        find_model("ours")
    assert promote("ours").version == "2.0"
    with pytest.raises(InputError, match=r"Version 2.0 of 'ours' is in use already"):
        promote("ours")


def test_a_version_of_the_shipped_model_goes_before_it_and_back(models: Path) -> None:
    shipped = find_model("default")
    mine = made(models, "default@9.0", "9.0")
    promote("default@9.0")
    assert find_model("default") == mine
    assert roll_back("default").folder == shipped
    assert find_model("default") == shipped


def test_what_cannot_be_used_is_not_promoted(models: Path) -> None:
    made(models, "ours", "1.0")
    damaged = made(models, "ours@2.0", "2.0")
    (damaged / ESTIMATORS).write_bytes(b"x")
    with pytest.raises(ModelError, match="was changed after it was made"):
        promote("ours@2.0")
    made(models, "ours@3.0", "3.0", features=["other"])
    with pytest.raises(ModelError, match="made by another version of suggester"):
        promote("ours@3.0")
    made(models, "ours@4.0", "5.0")
    with pytest.raises(ModelError, match="says another version than its manifest"):
        promote("ours@4.0")
    with pytest.raises(UnknownModelError, match="There is no model 'ours@8'"):
        promote("ours@8")
    assert find_model("ours").name == "ours"
    assert not (models / f"ours{HISTORY}").exists()


def test_a_version_that_is_gone_is_named(models: Path) -> None:
    made(models, "ours", "1.0")
    gone = made(models, "ours@2.0", "2.0")
    promote("ours@2.0")
    gone.rename(models / "elsewhere")
    with pytest.raises(UnknownModelError, match=r"Version 2.0 of 'ours', which is in use, is gone"):
        load_model("ours")
    assert roll_back("ours").version == "1.0"


@pytest.mark.parametrize("text", ["{", "[1]\n", '{"what": 1}\n', "\udcff"])
def test_a_damaged_history_is_no_silent_change(models: Path, text: str) -> None:
    made(models, "ours", "1.0")
    (models / f"ours{HISTORY}").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ModelError, match="which tells the version in use, cannot be read"):
        find_model("ours")


def test_the_history_is_lines_of_json_without_half_a_line(models: Path) -> None:
    made(models, "ours@1.0", "1.0")
    promote("ours@1.0", "first", by="ada")
    (line,) = (models / f"ours{HISTORY}").read_text("utf-8").splitlines()
    row = json.loads(line)
    assert row.pop("at")[:2] == "20"
    assert row == {"by": "ada", "what": "promoted", "version": "1.0", "before": "", "why": "first"}
