"""What a training has done so far, kept beside the model to be, so that an interrupted one goes on.

The folder ``.NAME.training-KEY`` can be opened by its owner alone and is removed when the model is
written. It holds no text of a note: counts of hashed words, features, codes, wordings that several notes
share as the model itself keeps them, fitted estimators and scores. KEY is a digest of corpora, settings,
seed and program, so that nothing is taken over from a training that differed in any of them.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from suggester.errors import OutputError
from suggester.files import lock, replaced

T = TypeVar("T")

_MARK = ".training-"
_LOCK = "lock"
_KEY_DIGITS = 16


class Checkpoints:
    """Keep the results of long steps in a folder; without one, keep nothing.

    Parameters
    ----------
    out
        Folder of the model to be, or None to keep nothing.
    told
        What decides the results, as JSON can tell it.

    Raises
    ------
    OutputError
        Another training of the same model is running, or the folder is not the caller's own.
    """

    def __init__(self, out: Path | None = None, told: Mapping[str, Any] | None = None) -> None:
        self.folder: Path | None = None
        self._lock = -1
        if out is None:
            return
        text = json.dumps(told, sort_keys=True, default=str)
        key = hashlib.sha256(text.encode("utf-8")).hexdigest()[:_KEY_DIGITS]
        self.folder = out.with_name(f".{out.name}{_MARK}{key}")
        remove_others(out, self.folder)
        if self.folder.exists():
            _check_own(self.folder)
            self._take()

    @property
    def found(self) -> int:
        """How many results an earlier training left."""
        return 0 if self.folder is None else len(list(self.folder.glob("*.joblib")))

    def holds(self, name: str) -> bool:
        """Tell whether a result is kept."""
        return self.folder is not None and (self.folder / f"{name}.joblib").is_file()

    def load(self, name: str) -> Any:
        """Return a kept result."""
        import joblib

        assert self.folder is not None
        return joblib.load(self.folder / f"{name}.joblib")

    def keep(self, name: str, result: Any) -> None:
        """Keep a result, whole or not at all.

        Raises
        ------
        OutputError
            It cannot be written.
        """
        if self.folder is None:
            return
        import joblib

        try:
            if not self.folder.exists():
                self.folder.mkdir(mode=0o700, parents=True)
                self._take()
            with replaced(self.folder / f"{name}.joblib") as file:
                joblib.dump(result, file)
        except OSError as error:
            raise OutputError(
                f"What training has done cannot be kept in {self.folder}: {error.strerror}. "
                "Make room, or pass --no-resume."
            ) from None

    def kept(self, name: str, make: Callable[[], T]) -> T:
        """Return a result: the kept one, else what ``make`` returns, which is kept."""
        if self.holds(name):
            found: T = self.load(name)
            return found
        result = make()
        self.keep(name, result)
        return result

    def remove(self) -> None:
        """Remove all that was kept."""
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)
        self.close()

    def close(self) -> None:
        """Let others have the folder."""
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def _take(self) -> None:
        assert self.folder is not None
        self._lock = _locked(self.folder)
        if self._lock < 0:
            raise OutputError(
                f"The same training is running already (it keeps its work in {self.folder}); wait for it, "
                "or stop it."
            )


def remove_others(out: Path, kept: Path | None = None) -> None:
    """Remove what earlier trainings of a model left, but for ``kept`` and what one that runs is using."""
    for folder in out.parent.glob(f".{out.name}{_MARK}*"):
        if folder == kept or not folder.is_dir() or folder.is_symlink():
            continue
        handle = _locked(folder)
        if handle >= 0:
            shutil.rmtree(folder, ignore_errors=True)
            os.close(handle)


def _locked(folder: Path) -> int:
    """Return a handle that holds the lock of a folder; -1 where another process has it."""
    try:
        return lock(folder / _LOCK)
    except OSError:
        return -1


def _check_own(folder: Path) -> None:
    """Refuse a folder that others may have written to: what is in it is unpickled."""
    told = folder.lstat()
    if folder.is_symlink() or told.st_uid != os.getuid() or told.st_mode & 0o077:
        raise OutputError(
            f"{folder} is not yours alone, so what it holds is not trusted; remove it and train again."
        )
