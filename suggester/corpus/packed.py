"""Files of a corpus as bytes, gzip or not."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from suggester.corpus.text_files import named, opened
from suggester.errors import InputError

_BUFFER = 1 << 20


def ending_of(path: Path) -> str:
    """Return ``.csv`` for ``notes.csv`` and ``.csv.gz`` for ``Notes.CSV.gz``."""
    low = path.name.lower()
    if not low.endswith(".gz"):
        return path.suffix.lower()
    return Path(low.removesuffix(".gz")).suffix + ".gz"


def name_without_ending(path: Path) -> str:
    """Return ``diagnoses_icd`` for ``DIAGNOSES_ICD.csv.gz``."""
    low = path.name.lower()
    return low.removesuffix(ending_of(path)) or low


@contextmanager
def unpacked(path: Path) -> Iterator[BinaryIO]:
    """Open a file for reading bytes; one that ends in ``.gz`` is unpacked while it is read.

    Raises
    ------
    InputError
        It cannot be opened, is no gzip file, is damaged or cut off.
    """
    with opened(path) as stream:
        if path.suffix.lower() != ".gz":
            yield stream
            return
        try:
            with gzip.GzipFile(fileobj=stream) as plain:
                yield io.BufferedReader(cast("io.RawIOBase", plain), _BUFFER)
        except (gzip.BadGzipFile, EOFError, zlib.error):
            raise InputError(
                f"{named(path)} is a damaged gzip file or was cut off; copy it again."
            ) from None
