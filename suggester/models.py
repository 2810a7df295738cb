"""Model bundles on disk: estimators, a manifest with the SHA-256 of every file, a card."""

from __future__ import annotations

import difflib
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from suggester.errors import ModelError, OutputError, UnknownModelError

if TYPE_CHECKING:
    from suggester.ranking.procedure_ranker import ProcedureRanker
    from suggester.ranking.ranker import Ranker

MANIFEST, ESTIMATORS, CARD = "manifest.json", "model.joblib", "CARD.md"
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


def model_folders() -> list[Path]:
    """Return the folders searched for models by name, first match wins.

    ``SUGGESTER_MODELS_DIR``, ``models`` in the working folder, the one shipped with the package.
    """
    out = []
    if given := os.environ.get("SUGGESTER_MODELS_DIR"):
        out.append(Path(given))
    out.append(Path.cwd() / "models")
    package = Path(__file__).resolve().parent
    out.extend([package / "_models", package.parent / "models"])
    return out


def list_models() -> dict[str, Path]:
    """Return the known models: name → folder."""
    out: dict[str, Path] = {}
    for folder in model_folders():
        if folder.is_dir():
            for path in sorted(folder.iterdir()):
                if (path / MANIFEST).is_file():
                    out.setdefault(path.name, path)
    return out


def find_model(name: str | Path) -> Path:
    """Return the folder of a model given by name or path.

    Raises
    ------
    UnknownModelError
        Nothing is there; names the nearest known models.
    """
    path = Path(name)
    known = list_models()
    if str(name) in known:
        return known[str(name)]
    if (path / MANIFEST).is_file():
        return path
    near = difflib.get_close_matches(str(name), known, n=2, cutoff=0.4) or list(known)[:3]
    hint = f" Known models: {', '.join(near)}." if near else " Train one with: suggester train."
    raise UnknownModelError(
        f"There is no model {str(name)!r} (a name or a folder with {MANIFEST}).{hint}"
    )


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a bundle.

    Raises
    ------
    ModelError
        It cannot be read.
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        if not isinstance(manifest, dict) or not isinstance(manifest.get("files"), dict):
            raise ValueError("not a manifest")
    except (OSError, ValueError) as error:
        raise ModelError(
            f"The manifest of model {folder} cannot be read; restore or retrain it."
        ) from error
    return manifest


def verify(folder: Path) -> dict[str, Any]:
    """Check every file of a bundle against its manifest and return the manifest.

    Raises
    ------
    ModelError
        A file is missing, was changed, or is not listed.
    """
    manifest = read_manifest(folder)
    for name in (ESTIMATORS, CARD):
        if name not in manifest["files"]:
            raise ModelError(
                f"The manifest of model {folder} does not list {name}; it is not loaded."
            )
    for name, digest in manifest["files"].items():
        path = folder / name
        if Path(name).name != name or not path.is_file():
            raise ModelError(f"Model {folder} lacks {name}; restore or retrain it.")
        if _sha256(path) != digest:
            raise ModelError(
                f"{name} of model {folder} was changed after it was made (its SHA-256 differs from the "
                "manifest); it is not loaded. Restore it or retrain."
            )
    return manifest


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
        taught = content.get("code_models")
        ranker = Ranker(
            estimators=tuple(content["estimators"]),
            calibration=BetaCalibration(**content["calibration"]),
            thresholds=content["thresholds"],
            learned=Learned(**content["learned"]),
            code_frequency=content["code_frequency"],
            category_frequency=content["category_frequency"],
            typical=tuple(content["typical"]),
            names=tuple(content["names"]),
            code_models=taught and CodeModels(**taught),
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
) -> Path:
    """Write a bundle to ``folder``, replacing what is there only when everything was written.

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
            },
            "code_frequency": dict(ranker.code_frequency),
            "category_frequency": dict(ranker.category_frequency),
            "typical": list(ranker.typical),
            "names": list(ranker.names),
            **({} if ranker.code_models is None else {"code_models": ranker.code_models.to_dict()}),
            "procedures": procedures
            and {
                "estimator": procedures.estimator,
                "calibration": asdict(procedures.calibration),
                "threshold": procedures.threshold,
                "visits": list(procedures.visits),
            },
        }
        joblib.dump(content, staging / ESTIMATORS, compress=3)
        (staging / CARD).write_text(card, "utf-8")
        manifest = {**manifest, "files": {n: _sha256(staging / n) for n in (ESTIMATORS, CARD)}}
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


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for block in _blocks(file):
            digest.update(block)
    return digest.hexdigest()


def _blocks(file: Any) -> Iterator[bytes]:
    while block := file.read(1 << 20):
        yield block
