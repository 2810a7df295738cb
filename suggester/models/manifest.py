"""The manifest of a model bundle: what is in it, and whether it is still what was written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from suggester.errors import ModelError

MANIFEST, ESTIMATORS, CARD, PROFILE = "manifest.json", "model.joblib", "CARD.md", "profile.json"


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
        if sha256(path) != digest:
            raise ModelError(
                f"{name} of model {folder} was changed after it was made (its SHA-256 differs from the "
                "manifest); it is not loaded. Restore it or retrain."
            )
    return manifest


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for block in _blocks(file):
            digest.update(block)
    return digest.hexdigest()


def _blocks(file: Any) -> Iterator[bytes]:
    while block := file.read(1 << 20):
        yield block
