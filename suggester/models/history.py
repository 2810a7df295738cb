"""Which version of a name is in use: one small file beside the versions, which is pointer and history.

``models/NAME.history.jsonl`` has a line for each change. What is in use follows from all lines: a
promotion counts until it is rolled back. The file is written anew and renamed with each change, so that
pointer and history are never at odds and neither is ever half-written.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from suggester.errors import ModelError, OutputError
from suggester.files import lock, replaced

#: Ending of the file that stands beside the versions of a name.
HISTORY = ".history.jsonl"
PROMOTED, ROLLED_BACK = "promoted", "rolled back"
_LOCK = ".history.lock"


@dataclass(frozen=True, slots=True)
class Change:
    """A promotion of a version, or its taking back.

    Attributes
    ----------
    what
        :data:`PROMOTED` or :data:`ROLLED_BACK`.
    version, before
        Version in use from then on, and the one before it; empty where none was promoted.
    """

    at: str
    by: str
    what: str
    version: str
    before: str
    why: str = ""


def read_history(folder: Path, name: str) -> list[Change]:
    """Return the changes of a name in a folder of models, oldest first.

    Raises
    ------
    ModelError
        The file was damaged.
    """
    path = folder / f"{name}{HISTORY}"
    try:
        lines = path.read_text("utf-8").splitlines()
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError):
        raise _damaged(path) from None
    try:
        return [Change(**json.loads(line)) for line in lines if line.strip()]
    except (TypeError, ValueError):
        raise _damaged(path) from None


def in_use(changes: list[Change]) -> list[str]:
    """Return the versions promoted and not taken back, the one in use last."""
    held: list[str] = []
    for change in changes:
        if change.what == PROMOTED:
            held.append(change.version)
        elif held:
            held.pop()
    return held


@contextmanager
def changing(folder: Path) -> Iterator[None]:
    """Let nobody else change what is in use in a folder of models meanwhile.

    Raises
    ------
    OutputError
        The folder cannot be opened.
    """
    try:
        handle = lock(folder / _LOCK, wait=True)
    except OSError as error:
        raise OutputError(f"The folder {folder} cannot be used: {error.strerror}.") from None
    try:
        yield
    finally:
        os.close(handle)


def write_history(folder: Path, name: str, changes: list[Change]) -> None:
    """Write the changes of a name, whole or not at all.

    Raises
    ------
    OutputError
        The folder cannot be written to.
    """
    path = folder / f"{name}{HISTORY}"
    text = "".join(json.dumps(asdict(change), ensure_ascii=False) + "\n" for change in changes)
    try:
        with replaced(path, 0o644) as file:
            file.write(text.encode("utf-8"))
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror}.") from None


def _damaged(path: Path) -> ModelError:
    return ModelError(
        f"{path}, which tells the version in use, cannot be read; restore it, or delete it and promote "
        "a version again."
    )
