"""Where results go: standard output, or a file that appears only when it is complete."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO, TextIO

from suggester.errors import OutputError
from suggester.files import replaced


@contextmanager
def destination(path: Path | None) -> Iterator[TextIO]:
    """Open what results are written to; standard output when there is no path.

    A file is written beside its place and renamed at the end, so that a failure or an interrupt
    leaves what was there before. Devices and pipes are written to directly.

    Raises
    ------
    OutputError
        The file cannot be written.
    """
    if path is None:
        yield sys.stdout
        return
    target = path.resolve()
    if target.is_dir():
        raise OutputError(f"{path} is a folder; give the name of a file in it.")
    try:
        if target.exists() and not target.is_file():
            with target.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
                yield file
        else:
            with _beside(target) as file:
                yield file
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        raise OutputError(_sentence(path, error)) from None


def check_place(path: Path | None) -> None:
    """Refuse a place where no file can be written, before long work that would end there.

    Raises
    ------
    OutputError
        It is a folder, or in none.
    """
    if path is None:
        return
    if path.is_dir():
        raise OutputError(f"{path} is a folder; give the name of a file in it.")
    if not path.resolve().parent.is_dir():
        raise OutputError(f"{path} cannot be written: there is no folder {path.parent}.")


@contextmanager
def private_destination(path: Path) -> Iterator[BinaryIO]:
    """Open a file of notes for writing bytes; a new one may be read by its owner alone.

    It appears when it is whole, as with :func:`destination`.

    Raises
    ------
    OutputError
        The file cannot be written.
    """
    target = path.resolve()
    if target.is_dir():
        raise OutputError(f"{path} is a folder; give the name of a file in it.")
    mode = _mode(target) if target.exists() else 0o600
    try:
        with replaced(target, mode) as file:
            yield file
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        raise OutputError(_sentence(path, error)) from None


@contextmanager
def _beside(target: Path) -> Iterator[TextIO]:
    with replaced(target, _mode(target)) as file:
        text = TextIOWrapper(file, encoding="utf-8", errors="backslashreplace", newline="")
        yield text
        text.flush()
        text.detach()


def _mode(target: Path) -> int:
    """Return the mode the file has, or a new one would get."""
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _sentence(path: Path, error: OSError) -> str:
    if isinstance(error, FileNotFoundError) and not path.resolve().parent.is_dir():
        return f"{path} cannot be written: there is no folder {path.parent}."
    reason = error.strerror or "an output error"
    return f"{path} cannot be written: {reason}."
