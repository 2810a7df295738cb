"""Model bundles: found, verified before they are unpickled, saved whole or not at all."""

from __future__ import annotations

import hashlib
import json
import pickle
from pathlib import Path
from typing import Any

import joblib
import pytest
import sklearn

from suggester.candidates.learned import Learned
from suggester.errors import ModelError, OutputError, UnknownModelError
from suggester.models import (
    BUNDLE_FORMAT,
    CARD,
    ESTIMATORS,
    MANIFEST,
    find_model,
    list_models,
    load_model,
    read_manifest,
    save_model,
    verify,
)
from suggester.models import bundle as writing
from suggester.ranking.calibration import BetaCalibration
from suggester.ranking.names import NAMES
from suggester.ranking.procedure_features import NAMES as PROCEDURE_NAMES
from suggester.ranking.procedure_ranker import ProcedureRanker
from suggester.ranking.ranker import Ranker


class Sets:
    """Unpickled, it leaves a file behind: proof that a pickle was run."""

    def __init__(self, flag: Path) -> None:
        self.flag = flag

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.flag,)


def ranker(threshold: float = 0.4) -> Ranker:
    return Ranker(
        (),
        BetaCalibration(),
        {"": threshold},
        {"I10": 3.0},
        {"I10": 3.0},
        Learned({"high pressure": 4}, {"high pressure": {"I10": 3}}),
        (0.0,) * len(NAMES),
    )


def procedures() -> ProcedureRanker:
    return ProcedureRanker(None, BetaCalibration(1.0, 2.0, 0.5), 0.3)


def manifest(**other: Any) -> dict[str, Any]:
    return {
        "bundle_format": BUNDLE_FORMAT,
        "name": "mine",
        "version": "2.1.0",
        "versions": {"scikit-learn": sklearn.__version__},
        "features": list(NAMES),
        "procedure_features": list(PROCEDURE_NAMES),
        "rebuild": "suggester train corpora/notes --out models/mine --force",
        **other,
    }


@pytest.fixture(autouse=True)
def _known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUGGESTER_MODELS_DIR", str(tmp_path / "models"))


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return save_model(tmp_path / "models" / "mine", ranker(), procedures(), manifest(), "# Card\n")


def relist(bundle: Path) -> None:
    """Write the present SHA-256 of every listed file into the manifest."""
    made = read_manifest(bundle)
    made["files"] = {
        n: hashlib.sha256((bundle / n).read_bytes()).hexdigest() for n in made["files"]
    }
    (bundle / MANIFEST).write_text(json.dumps(made), "utf-8")


def test_saved_and_loaded(bundle: Path) -> None:
    assert {p.name for p in bundle.iterdir()} == {MANIFEST, ESTIMATORS, CARD}
    model = load_model("mine")
    assert (model.name, model.version, model.folder) == ("mine", "2.1.0", bundle)
    assert model.ranker == ranker()
    assert model.procedures == procedures()
    assert load_model(bundle).ranker == ranker()
    assert (bundle / MANIFEST).stat().st_mode & 0o777 == 0o644
    assert bundle.stat().st_mode & 0o777 == 0o755


def test_a_model_without_procedures(tmp_path: Path) -> None:
    save_model(tmp_path / "models" / "plain", ranker(), None, manifest(), "# Card\n")
    assert load_model("plain").procedures is None


def test_verify(bundle: Path) -> None:
    files = verify(bundle)["files"]
    assert set(files) == {ESTIMATORS, CARD}
    for name, digest in files.items():
        assert hashlib.sha256((bundle / name).read_bytes()).hexdigest() == digest


@pytest.mark.parametrize("name", [ESTIMATORS, CARD])
def test_a_changed_byte_is_refused(bundle: Path, name: str) -> None:
    data = bytearray((bundle / name).read_bytes())
    data[len(data) // 2] ^= 1
    (bundle / name).write_bytes(data)
    for act in (verify, load_model):
        with pytest.raises(ModelError, match=rf"{name} of model .* was changed after it was made"):
            act(bundle)


def test_a_changed_pickle_is_never_run(bundle: Path, tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    (bundle / ESTIMATORS).write_bytes(pickle.dumps(Sets(flag)))
    with pytest.raises(ModelError, match=r"SHA-256 differs"):
        load_model(bundle)
    assert not flag.exists()
    # The proof can fail: joblib would have run it.
    joblib.load(bundle / ESTIMATORS)
    assert flag.exists()


def test_an_unlisted_file_is_never_run(bundle: Path, tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    (bundle / "more.joblib").write_bytes(pickle.dumps(Sets(flag)))
    load_model(bundle)
    assert not flag.exists()
    made = read_manifest(bundle)
    del made["files"][ESTIMATORS]
    (bundle / MANIFEST).write_text(json.dumps(made), "utf-8")
    (bundle / ESTIMATORS).write_bytes(pickle.dumps(Sets(flag)))
    with pytest.raises(ModelError, match=rf"does not list {ESTIMATORS}"):
        load_model(bundle)
    assert not flag.exists()


def test_versions_are_checked_before_anything_is_run(bundle: Path, tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    major, minor, *_ = sklearn.__version__.split(".")
    other = f"{major}.{int(minor) - 1}.2"
    (bundle / MANIFEST).write_text(
        json.dumps({**read_manifest(bundle), "versions": {"scikit-learn": other}}), "utf-8"
    )
    (bundle / ESTIMATORS).write_bytes(pickle.dumps(Sets(flag)))
    relist(bundle)
    with pytest.raises(ModelError) as caught:
        load_model(bundle)
    sentence = str(caught.value)
    assert f"made with scikit-learn {other}; {sklearn.__version__} is installed" in sentence
    assert sentence.endswith("suggester train corpora/notes --out models/mine --force")
    assert not flag.exists()


def test_another_patch_version_is_accepted(bundle: Path) -> None:
    made = read_manifest(bundle)
    major, minor, *_ = sklearn.__version__.split(".")
    made["versions"] = {"scikit-learn": f"{major}.{minor}.99"}
    (bundle / MANIFEST).write_text(json.dumps(made), "utf-8")
    assert load_model(bundle).name == "mine"


@pytest.mark.parametrize("change", [{"features": ["other"]}, {"bundle_format": BUNDLE_FORMAT + 1}])
def test_a_bundle_of_another_suggester_is_refused(bundle: Path, change: dict[str, Any]) -> None:
    (bundle / MANIFEST).write_text(json.dumps({**read_manifest(bundle), **change}), "utf-8")
    with pytest.raises(
        ModelError, match=r"another version of suggester. Rebuild it with: suggester"
    ):
        load_model(bundle)


def test_estimators_of_another_suggester_are_refused(bundle: Path) -> None:
    joblib.dump({"estimators": []}, bundle / ESTIMATORS)
    relist(bundle)
    with pytest.raises(
        ModelError, match=r"another version of suggester. Rebuild it with: suggester"
    ):
        load_model(bundle)


def test_a_lost_file_is_named(bundle: Path) -> None:
    (bundle / CARD).unlink()
    with pytest.raises(ModelError, match=rf"lacks {CARD}; restore or retrain it"):
        verify(bundle)


def test_a_manifest_cannot_point_outside_its_folder(bundle: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_bytes(b"x")
    made = read_manifest(bundle)
    made["files"]["../../outside"] = hashlib.sha256(b"x").hexdigest()
    (bundle / MANIFEST).write_text(json.dumps(made), "utf-8")
    with pytest.raises(ModelError, match=r"lacks"):
        verify(bundle)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"files": []}', "\udcff"])
def test_a_damaged_manifest(bundle: Path, text: str) -> None:
    (bundle / MANIFEST).write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ModelError, match=r"manifest of model .* cannot be read"):
        load_model(bundle)


def test_an_unknown_model_names_the_nearest(bundle: Path, tmp_path: Path) -> None:
    save_model(tmp_path / "models" / "cardiology", ranker(), None, manifest(), "# Card\n")
    with pytest.raises(UnknownModelError, match=r"There is no model 'cardiolgy' .*: cardiology"):
        find_model("cardiolgy")
    with pytest.raises(UnknownModelError, match=r"Known models: .*mine"):
        find_model("zzzzzz")


def test_models_are_found_in_order(
    bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "here"
    save_model(here / "models" / "mine", ranker(), None, manifest(version="9"), "# Card\n")
    save_model(here / "models" / "also", ranker(), None, manifest(), "# Card\n")
    monkeypatch.chdir(here)
    assert find_model("mine") == bundle
    assert find_model("also") == here / "models" / "also"
    assert {"mine", "also", "default"} <= set(list_models())
    monkeypatch.delenv("SUGGESTER_MODELS_DIR")
    assert find_model("mine") == here / "models" / "mine"


def test_a_failed_save_leaves_the_old_bundle(bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(joblib, "dump", full)
        with pytest.raises(OutputError, match=r"No space left on device"):
            save_model(bundle, ranker(0.9), None, manifest(), "# New\n")
    assert load_model(bundle).ranker.thresholds == {"": 0.4}
    assert [p.name for p in bundle.parent.iterdir()] == ["mine"]


def test_an_interrupted_save_leaves_the_old_bundle(
    bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(writing, "_swap", interrupted)
        with pytest.raises(KeyboardInterrupt):
            save_model(bundle, ranker(0.9), None, manifest(), "# New\n")
    assert load_model(bundle).ranker.thresholds == {"": 0.4}
    assert [p.name for p in bundle.parent.iterdir()] == ["mine"]


def test_a_failed_rename_puts_the_old_bundle_back(
    bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = Path.rename

    def fails_once(self: Path, target: Path) -> Path:
        if Path(target) == bundle and ".old-" not in self.name:
            raise OSError(5, "Input/output error")
        return rename(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", fails_once)
        with pytest.raises(OutputError, match=r"Input/output error"):
            save_model(bundle, ranker(0.9), None, manifest(), "# New\n")
    assert load_model(bundle).ranker.thresholds == {"": 0.4}
    assert [p.name for p in bundle.parent.iterdir()] == ["mine"]


def test_a_save_replaces_the_bundle_whole(bundle: Path) -> None:
    save_model(bundle, ranker(0.9), None, manifest(version="3.0.0"), "# New\n")
    model = load_model(bundle)
    assert (model.version, model.ranker.thresholds) == ("3.0.0", {"": 0.9})
    assert (bundle / CARD).read_text("utf-8") == "# New\n"
    assert [p.name for p in bundle.parent.iterdir()] == ["mine"]


def test_what_is_not_a_model_is_not_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "letters"
    folder.mkdir()
    (folder / "letter.txt").write_text("Dear")
    with pytest.raises(OutputError, match=r"something that is not a model"):
        save_model(folder, ranker(), None, manifest(), "# Card\n")
    assert (folder / "letter.txt").read_text() == "Dear"
    assert [p.name for p in tmp_path.iterdir()] == ["letters"]


def test_the_shipped_model_is_intact() -> None:
    folder = Path(__file__).resolve().parents[1] / "models" / "default"
    shipped = verify(folder)
    assert shipped["name"] == "default"
    assert load_model(folder).ranker.estimators
