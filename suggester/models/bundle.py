"""Model bundles on disk: estimators, a manifest with the SHA-256 of every file, a card."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from suggester.errors import ModelError, OutputError
from suggester.models.finding import find_model
from suggester.models.manifest import CARD, ESTIMATORS, MANIFEST, PROFILE, sha256, verify

if TYPE_CHECKING:
    from suggester.ranking.procedure_ranker import ProcedureRanker
    from suggester.ranking.ranker import Ranker

#: Version of the bundle's layout and of the features its ranker reads.
BUNDLE_FORMAT = 4


@dataclass(frozen=True, slots=True)
class Model:
    """A loaded bundle; ``procedures`` is None where its corpora held no procedures."""

    name: str
    version: str
    ranker: Ranker
    procedures: ProcedureRanker | None
    manifest: Mapping[str, Any]
    folder: Path


def load_model(name: str | Path = "default") -> Model:
    """Load a bundle, after its SHA-256 and its versions were checked.

    Raises
    ------
    UnknownModelError
        There is no such model.
    ModelError
        The bundle is damaged, or made with another scikit-learn minor version or bundle format.
    """
    folder = find_model(name)
    manifest = verify(folder)
    _check_versions(folder, manifest)
    import joblib

    from suggester.candidates.code_models import CodeModels
    from suggester.candidates.learned import Learned
    from suggester.ranking.calibration import BetaCalibration
    from suggester.ranking.procedure_ranker import ProcedureRanker
    from suggester.ranking.ranker import Ranker

    content = joblib.load(folder / ESTIMATORS)
    try:
        taught, taught_words = content.get("code_models"), content["learned"]
        ranker = Ranker(
            estimators=tuple(content["estimators"]),
            calibration=BetaCalibration(**content["calibration"]),
            thresholds=content["thresholds"],
            learned=Learned(
                taught_words["seen"],
                taught_words["together"],
                frozenset(taught_words.get("phrases", ())),
            ),
            code_frequency=content["code_frequency"],
            category_frequency=content["category_frequency"],
            typical=tuple(content["typical"]),
            names=tuple(content["names"]),
            code_models=taught and CodeModels(**taught),
            sure=content.get("sure"),
        )
        done = content["procedures"]
        procedures = done and ProcedureRanker(
            done["estimator"],
            BetaCalibration(**done["calibration"]),
            done["threshold"],
            tuple(done["visits"]),
        )
    except (KeyError, TypeError):
        raise _of_another_version(folder, manifest) from None
    return Model(
        str(manifest["name"]), str(manifest["version"]), ranker, procedures, manifest, folder
    )


def same_content(one: Path, other: Path) -> bool:
    """Tell whether two bundles hold the same estimators, thresholds and counts.

    Equal content may differ in a byte: a file also tells which equal words were one object in memory.

    Raises
    ------
    ModelError
        One of them is damaged.
    """
    import joblib

    files = [verify(folder)["files"][ESTIMATORS] for folder in (one, other)]
    if files[0] == files[1]:
        return True
    hashes = [joblib.hash(joblib.load(folder / ESTIMATORS)) for folder in (one, other)]
    return bool(hashes[0] == hashes[1])


def _check_versions(folder: Path, manifest: Mapping[str, Any]) -> None:
    import sklearn

    from suggester.ranking.names import NAMES
    from suggester.ranking.procedure_features import NAMES as PROCEDURE_NAMES

    made = str(manifest.get("versions", {}).get("scikit-learn", "?"))
    if made.split(".")[:2] != sklearn.__version__.split(".")[:2]:
        raise ModelError(
            f"Model {folder} was made with scikit-learn {made}; {sklearn.__version__} is "
            f"installed. Rebuild it with: {_rebuild(folder, manifest)}"
        )
    made_for = [manifest.get(key) for key in ("bundle_format", "features", "procedure_features")]
    if made_for != [BUNDLE_FORMAT, list(NAMES), list(PROCEDURE_NAMES)]:
        raise _of_another_version(folder, manifest)


def _of_another_version(folder: Path, manifest: Mapping[str, Any]) -> ModelError:
    return ModelError(
        f"Model {folder} was made by another version of suggester. "
        f"Rebuild it with: {_rebuild(folder, manifest)}"
    )


def _rebuild(folder: Path, manifest: Mapping[str, Any]) -> str:
    return str(manifest.get("rebuild") or f"suggester train CORPUS --out {folder} --force")


def save_model(
    folder: Path,
    ranker: Ranker,
    procedures: ProcedureRanker | None,
    manifest: dict[str, Any],
    card: str,
    profile: Mapping[str, Any] | None = None,
) -> Path:
    """Write a bundle to ``folder``, replacing what is there only when everything was written.

    ``profile`` is what live notes are compared with later, see :mod:`suggester.training.profile`.

    Raises
    ------
    OutputError
        The folder cannot be written.
    """
    import joblib

    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    except OSError as error:
        raise OutputError(f"The model cannot be written to {folder}: {error.strerror}.") from error
    try:
        content = {
            "estimators": list(ranker.estimators),
            "calibration": asdict(ranker.calibration),
            "thresholds": dict(ranker.thresholds),
            "learned": {
                "seen": dict(ranker.learned.seen),
                "together": {words: dict(of) for words, of in ranker.learned.together.items()},
                "phrases": sorted(ranker.learned.phrases),
            },
            "code_frequency": dict(ranker.code_frequency),
            "category_frequency": dict(ranker.category_frequency),
            "typical": list(ranker.typical),
            "names": list(ranker.names),
            **({} if ranker.code_models is None else {"code_models": ranker.code_models.to_dict()}),
            **({} if ranker.sure is None else {"sure": ranker.sure}),
            "procedures": procedures
            and {
                "estimator": procedures.estimator,
                "calibration": asdict(procedures.calibration),
                "threshold": procedures.threshold,
                "visits": list(procedures.visits),
            },
        }
        joblib.dump(_interned(content), staging / ESTIMATORS, compress=3)
        (staging / CARD).write_text(card, "utf-8")
        if profile is not None:
            (staging / PROFILE).write_text(json.dumps(profile) + "\n", "utf-8")
        listed = [ESTIMATORS, CARD, *([] if profile is None else [PROFILE])]
        manifest = {**manifest, "files": {name: sha256(staging / name) for name in listed}}
        (staging / MANIFEST).write_text(
            json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", "utf-8"
        )
        staging.chmod(0o755)
        for path in staging.iterdir():
            path.chmod(0o644)
        _swap(staging, folder)
    except OSError as error:
        raise OutputError(f"The model cannot be written to {folder}: {error.strerror}.") from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return folder


def _interned(value: Any) -> Any:
    """Return the same content with one object for equal strings: equal content, equal bytes on disk."""
    if isinstance(value, str):
        return sys.intern(value)
    if isinstance(value, dict):
        return {_interned(key): _interned(one) for key, one in value.items()}
    return [_interned(one) for one in value] if isinstance(value, list) else value


def _swap(staging: Path, folder: Path) -> None:
    """Put the new bundle in place of the old one; the old one is removed only afterwards."""
    if not folder.exists():
        staging.rename(folder)
        return
    if any(folder.iterdir()) and not (folder / MANIFEST).is_file():
        raise OSError(17, "the folder holds something that is not a model")
    old = folder.with_name(f".{folder.name}.old-{os.getpid()}")
    folder.rename(old)
    try:
        staging.rename(folder)
    except OSError:
        old.rename(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)
