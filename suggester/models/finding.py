"""Models found by name: ``NAME`` is the version in use, ``NAME@VERSION`` always the same one."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator
from pathlib import Path

from suggester.errors import ModelError, UnknownModelError
from suggester.models.history import in_use, read_history
from suggester.models.manifest import MANIFEST, read_manifest

#: Stands between a name and a version, in names and in names of folders.
AT = "@"


def model_folders() -> list[Path]:
    """Return the folders searched for models by name, first match wins.

    ``SUGGESTER_MODELS_DIR``, ``models`` in the working folder, the one shipped with the package.
    """
    out = []
    if given := os.environ.get("SUGGESTER_MODELS_DIR"):
        out.append(Path(given))
    out.append(Path.cwd() / "models")
    package = Path(__file__).resolve().parents[1]
    out.extend([package / "_models", package.parent / "models"])
    return out


def list_models() -> dict[str, Path]:
    """Return the known models: exact name → folder.

    A folder ``NAME`` beside which a version was promoted is listed as ``NAME@VERSION``, like the other
    versions, because ``NAME`` means what was promoted.
    """
    out: dict[str, Path] = {}
    for folder in model_folders():
        for name, path in _bundles(folder):
            promoted = AT not in name and _promoted(folder, name)
            out.setdefault(f"{name}{AT}{version_of(path)}" if promoted else name, path)
    return out


def find_model(name: str | Path) -> Path:
    """Return the folder of a model given by name or path; a path never means another version.

    Raises
    ------
    UnknownModelError
        Nothing is there; names the nearest known models, or the versions of which none is in use.
    ModelError
        The file that tells the version in use is damaged.
    """
    given = str(name)
    for folder in model_folders():
        found = _by_name(folder, given)
        if found is not None:
            return found
    path = Path(name)
    if (path / MANIFEST).is_file():
        return path
    known = list_models()
    if versions := [one for one in known if one.startswith(f"{given}{AT}")]:
        raise UnknownModelError(
            f"No version of {given!r} is in use; name one ({', '.join(versions[:5])}) or promote it with: "
            f"suggester models promote {versions[-1]}"
        )
    near = difflib.get_close_matches(given, known, n=2, cutoff=0.4) or list(known)[:3]
    hint = f" Known models: {', '.join(near)}." if near else " Train one with: suggester train."
    raise UnknownModelError(
        f"There is no model {given!r} (a name or a folder with {MANIFEST}).{hint}"
    )


def exact_name(name: str) -> str:
    """Return the name that goes on meaning what ``name`` means now, whatever is promoted later.

    Raises
    ------
    UnknownModelError, ModelError
        As :func:`find_model`.
    """
    folder = find_model(name)
    if Path(name).name != name or folder.name == name:
        return name
    return next((known for known, path in list_models().items() if path == folder), name)


def base_name(name: str) -> str:
    """Return a name without its version."""
    return name.partition(AT)[0]


def version_of(folder: Path) -> str:
    """Return the version of a bundle: as its manifest tells it, else as its folder is called."""
    try:
        return str(read_manifest(folder).get("version", ""))
    except ModelError:
        return folder.name.partition(AT)[2]


def version_in(folder: Path, name: str, version: str) -> Path | None:
    """Return the bundle of one version of a name in a folder of models: ``NAME@VERSION`` or ``NAME``."""
    own, plain = folder / f"{name}{AT}{version}", folder / name
    if (own / MANIFEST).is_file():
        return own
    return plain if (plain / MANIFEST).is_file() and version_of(plain) == version else None


def _bundles(folder: Path) -> Iterator[tuple[str, Path]]:
    if folder.is_dir():
        for path in sorted(folder.iterdir()):
            if not path.name.startswith(".") and (path / MANIFEST).is_file():
                yield path.name, path


def _promoted(folder: Path, name: str) -> str:
    held = in_use(read_history(folder, name))
    return held[-1] if held else ""


def _by_name(folder: Path, given: str) -> Path | None:
    """Return what a name means in one folder of models; None where it means nothing there."""
    if not given or Path(given).name != given or not folder.is_dir():
        return None
    name, at, version = given.partition(AT)
    if at:
        return version_in(folder, name, version)
    if promoted := _promoted(folder, name):
        found = version_in(folder, name, promoted)
        if found is None:
            raise UnknownModelError(
                f"Version {promoted} of {name!r}, which is in use, is gone from {folder}; restore it, or go "
                f"back with: suggester models rollback {name}"
            )
        return found
    plain = folder / name
    return plain if (plain / MANIFEST).is_file() else None
