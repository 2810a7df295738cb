"""Live notes beside the training of a model: what changed, and what to do."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from suggester.encounter import Encounter
from suggester.engine import LanguageSide
from suggester.errors import ModelError
from suggester.models import PROFILE, load_model
from suggester.training.drift import FEATURES, bins_of, compare_with, read_profile, seen_live
from suggester.training.drift_page import drift_page
from suggester.training.profile import Seen, counted_in, profile_of
from suggester.training.reading import NoteFigures
from suggester.training.train import train_model

MODEL: Any = SimpleNamespace(name="mine", version="1.0")


def seen(
    setting: str = "outpatient",
    words: int = 100,
    unknown: float = 0.0,
    sections: tuple[str, ...] = ("assessment",),
    confidences: tuple[float, ...] = (0.9, 0.1),
    chapters: tuple[str, ...] = ("I00–I99",),
) -> Seen:
    return Seen(setting, NoteFigures(words, sections, unknown), np.array(confidences), chapters)


def test_a_profile_is_counts() -> None:
    notes = [seen(words=n) for n in range(1, 101)] + [seen("inpatient", words=50)] * 20
    profile = profile_of(notes)
    assert profile["notes"] == 120
    assert set(profile["features"]) == set(FEATURES)
    assert profile["features"]["setting"] == {
        "names": ["inpatient", "outpatient", "other"],
        "counts": [20, 100, 0],
    }
    words = profile["features"]["words"]
    # In order: 1 to 49, then 21 times 50, then 51 to 100; a tenth is 12 notes.
    assert words["edges"] == [13, 25, 37, 49, 50, 53, 65, 77, 89]
    assert sum(words["counts"]) == 120
    assert json.loads(json.dumps(profile)) == profile


def test_a_rare_or_new_name_is_another() -> None:
    feature = profile_of([seen()] * 200 + [seen(sections=("wound_check",))])["features"]["section"]
    assert feature == {"names": ["assessment", "other"], "counts": [200, 1]}
    assert counted_in([seen(sections=("assessment", "billing"))], "section", feature) == [1, 1]


def test_bins_are_named() -> None:
    assert bins_of({"edges": [2.0, 10.5]}) == ("below 2", "2 to 10.5", "10.5 and over")
    assert bins_of({"edges": [0.004975, 0.0191]}) == (
        "below 0.5 %",
        "0.5 % to 1.9 %",
        "1.9 % and over",
    )
    assert bins_of({"names": ["past_history", "other"]}) == ("past history", "other")


def test_the_same_notes_have_not_changed() -> None:
    notes = [seen(words=50 + n, unknown=n / 1000) for n in range(200)]
    found = compare_with(profile_of(notes), notes, MODEL)
    assert [row.psi for row in found.features] == pytest.approx([0] * 8, abs=1e-9)
    assert found.changed == ()
    assert found.verdict == "The notes look like those of the training. Nothing needs to be done."


def test_what_changed_is_named_with_what_to_do() -> None:
    before = [seen(words=50 + n % 100) for n in range(400)]
    now = [seen("inpatient", words=50 + n % 100) for n in range(200)]
    found = compare_with(profile_of(before), now, MODEL)
    first, *others = found.features
    assert (first.name, first.change) == ("setting", "large")
    # outpatient, other: 400.5 and 0.5 of 401 before, 0.5 and 200.5 of 201 now;
    # (0.99875 - 0.00249) * ln(0.99875 / 0.00249) + (0.99751 - 0.00125) * ln(0.99751 / 0.00125).
    assert first.psi == pytest.approx(12.63, abs=0.01)
    assert {row.change for row in others} == {"little"}
    assert found.verdict.startswith(
        "The notes differ from those of the training: setting. Code about"
    )
    told = found.to_dict()
    assert told["features"][0]["bins"] == [
        {"bin": "outpatient", "trained": 1.0, "live": 0.0},
        {"bin": "other", "trained": 0.0, "live": 1.0},
    ]
    assert told["features"][0]["advice"].startswith("Measure the settings that grew")
    assert told["features"][1]["advice"] == ""


def test_few_notes_are_said_to_be_too_few() -> None:
    before = [seen(words=50 + n % 100) for n in range(400)]
    found = compare_with(profile_of(before), [seen("inpatient")] * 49, MODEL)
    assert found.verdict.startswith("49 notes are too few to tell drift from chance")


def test_the_page_is_whole_and_asks_for_nothing(tmp_path: Path) -> None:
    notes = [seen(words=50 + n) for n in range(100)]
    page = drift_page(compare_with(profile_of(notes), [seen("inpatient")] * 60, MODEL))
    assert page.lstrip().startswith("<!doctype html>")
    assert page.count("data:image/svg+xml;base64,") == 8
    assert "http" not in page.replace("http-equiv", "")
    assert "outpatient: 100% in training, 0% now" in page


def test_a_trained_model_knows_its_notes(
    language: LanguageSide, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("suggester.engine.LanguageSide", lambda codes: language)
    train_model([corpus], tmp_path / "mine")
    model = load_model(tmp_path / "mine")
    profile = read_profile(model)
    assert profile["notes"] == 14
    text = (tmp_path / "mine" / PROFILE).read_text("utf-8")
    assert "lisinopril" not in text.lower()
    notes = [
        Encounter.of_text("Motivo: dolor de cabeza desde ayer, reposo en casa.", f"n{n}")
        for n in range(60)
    ]
    found = compare_with(profile, seen_live(language, model, notes), model)
    changed = {row.name: row for row in found.features}
    assert changed["unknown"].change == "large"
    assert changed["unknown"].live[-1] == 1.0

    (tmp_path / "mine" / PROFILE).write_text("{}")
    with pytest.raises(ModelError, match=f"{PROFILE} of model .* was changed after it was made"):
        load_model(tmp_path / "mine")


def test_a_model_without_a_profile_says_so() -> None:
    model = load_model(Path(__file__).resolve().parents[2] / "models" / "default")
    if PROFILE in model.manifest["files"]:
        return
    with pytest.raises(
        ModelError, match="trained before what its notes looked like was kept; train it again"
    ):
        read_profile(model)
