"""A release's tables in a folder: one array file a column, read where they lie on the disk."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from suggester.edits.add_on import AddOnEdits
from suggester.edits.layouts import ADD_ON, MUE, PTP
from suggester.edits.mue import MueEdits
from suggester.edits.ncci import TABLES, Edits, Ncci
from suggester.edits.ptp import PtpEdits

FORMAT = 1
ABOUT = "release.json"
_TYPES: Mapping[str, npt.DTypeLike] = {
    "keys": np.uint64,
    "units": np.uint32,
    "first_days": np.uint16,
    "last_days": np.uint16,
}


def write_table(folder: Path, kind: str, edits: Edits, sources: list[str]) -> dict[str, Any]:
    """Write a table and return what ``release.json`` says about it.

    Raises
    ------
    OSError
        The folder cannot be written.
    """
    files = {}
    for name in _columns(kind):
        path = folder / _file(kind, name)
        np.save(path, getattr(edits, name), allow_pickle=False)
        files[path.name] = sha256(path)
    about: dict[str, Any] = {"rows": len(edits.keys), "sources": sources, "files": files}
    if not isinstance(edits, AddOnEdits):
        about["rationales"] = edits.rationales
    return about


def write_about(folder: Path, name: str, kinds: Mapping[str, Any]) -> None:
    """Write ``release.json``, which lists the tables of the folder.

    Raises
    ------
    OSError
        The folder cannot be written.
    """
    about = {"format": FORMAT, "name": name, "kinds": kinds}
    (folder / ABOUT).write_text(json.dumps(about, indent=1), encoding="utf-8")


def read_about(folder: Path) -> dict[str, Any]:
    """Return what ``release.json`` says.

    Raises
    ------
    OSError, ValueError, KeyError, TypeError
        It is missing, damaged or of another format.
    """
    about: dict[str, Any] = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
    if about["format"] != FORMAT or not isinstance(about["name"], str):
        raise ValueError("format")
    for kind, table in about["kinds"].items():
        files = {_file(kind, name) for name in _columns(kind)}
        if set(table["files"]) != files or not isinstance(table["rows"], int):
            raise ValueError(kind)
    return about


def read_release(folder: Path) -> Ncci:
    """Open the tables of a folder; rows are read from the disk when a claim asks for them.

    Raises
    ------
    OSError, ValueError, KeyError, TypeError
        A file is missing, or is not what ``release.json`` says.
    """
    about = read_about(folder)
    kinds: dict[str, Any] = about["kinds"]
    return Ncci(
        about["name"],
        PtpEdits(**_arrays(folder, PTP, kinds[PTP]), **_texts(kinds[PTP]))
        if PTP in kinds
        else None,
        MueEdits(**_arrays(folder, MUE, kinds[MUE]), **_texts(kinds[MUE]))
        if MUE in kinds
        else None,
        AddOnEdits(**_arrays(folder, ADD_ON, kinds[ADD_ON])) if ADD_ON in kinds else None,
    )


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _arrays(folder: Path, kind: str, about: Mapping[str, Any]) -> dict[str, Any]:
    arrays = {}
    for name in _columns(kind):
        # A plain view of the mapped file: the mapping's own class makes each look-up slower.
        array = np.asarray(np.load(folder / _file(kind, name), mmap_mode="r", allow_pickle=False))
        if array.dtype != _TYPES.get(name, np.uint8) or array.shape != (about["rows"],):
            raise ValueError(name)
        arrays[name] = array
    return arrays


def _texts(about: Mapping[str, Any]) -> dict[str, Any]:
    return {"rationales": tuple(about["rationales"])}


def _columns(kind: str) -> list[str]:
    return [field.name for field in fields(TABLES[kind]) if field.name != "rationales"]


def _file(kind: str, column: str) -> str:
    return f"{kind}.{column}.npy"
