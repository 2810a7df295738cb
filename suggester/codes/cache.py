"""The compiled code sets in the user's cache folder: quick to read, checked, never trusted blindly.

A cache file is one JSON line that says what it is, with the SHA-256 of the rest, and a JSON body.
JSON can hold no code, so a file someone else wrote there can at worst be refused.
"""

from __future__ import annotations

import functools
import hashlib
import json
import logging
import os
import tempfile
import warnings
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

from suggester.codes.compiled import Columns

FORMAT = 1
#: Says at level INFO what is compiled; a library stays silent, the command line shows it.
LOG = logging.getLogger("suggester.compiling")
T = TypeVar("T")
# Joined text is read several times faster than a JSON list of strings; no entry holds a line break.
_JOINED = frozenset(
    (
        "codes",
        "titles",
        "headings",
        "heading_titles",
        "meanings",
        "seventh_characters",
        "note_texts",
    )
)


def cache_folder() -> Path:
    """Return the folder for compiled code sets: ``SUGGESTER_CACHE_DIR`` or the user's cache."""
    given = os.environ.get("SUGGESTER_CACHE_DIR")
    if given:
        return Path(given) / "codes"
    from platformdirs import user_cache_path

    return user_cache_path("suggester") / "codes"


def cached_columns(key: str, build: Callable[[], Columns]) -> Columns:
    """Return the columns cached under ``key``; build and store them when there are none."""
    return read_or_build(f"{key}-v{FORMAT}.json", build, _decode, _encode, "the code set")


def read_or_build(
    name: str,
    build: Callable[[], T],
    decode: Callable[[bytes], T],
    encode: Callable[[T], bytes],
    what: str,
) -> T:
    """Return what the cache file ``name`` holds; build and store it when that cannot be trusted.

    ``what`` names it in messages. ``decode`` raises ``ValueError``, ``KeyError`` or ``TypeError`` on damaged bytes. A cache that
    cannot be read or written costs one warning and the time to build, nothing else.
    """
    path = cache_folder() / name
    try:
        return decode(path.read_bytes())
    except OSError:
        # Not there yet, or not readable: if so, the writing below fails too and says why.
        pass
    except (ValueError, KeyError, TypeError):
        warnings.warn(f"The cached file {path} is damaged; it is built again.", stacklevel=1)
    LOG.info("Compiling %s, once (a few seconds) …", what)
    value = build()
    try:
        write_atomically(path, encode(value))
    except OSError as error:
        _warn_unwritable(path.parent, error.strerror or str(error))
    return value


def _encode(columns: Columns) -> bytes:
    body: dict[str, Any] = {}
    for field in fields(columns):
        value = getattr(columns, field.name)
        body[field.name] = [len(value), "\n".join(value)] if field.name in _JOINED else value
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    header = {"format": FORMAT, "sha256": hashlib.sha256(text).hexdigest()}
    return json.dumps(header).encode() + b"\n" + text


def _decode(data: bytes) -> Columns:
    header, _, text = data.partition(b"\n")
    if json.loads(header)["sha256"] != hashlib.sha256(text).hexdigest():
        raise ValueError("checksum differs")
    body = json.loads(text)
    for name in _JOINED:
        count, joined = body[name]
        body[name] = joined.split("\n") if count else []
    columns = Columns(**body)
    if not columns.is_sound():
        raise ValueError("columns of different lengths")
    return columns


def write_atomically(path: Path, data: bytes) -> None:
    """Write ``data`` to ``path`` so that a reader sees the old file or the new one, never a part.

    Raises
    ------
    OSError
        The folder cannot be made or written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


# Once a run is enough: a folder that refuses one file refuses the others too.
@functools.cache
def _warn_unwritable(folder: Path, reason: str) -> None:
    warnings.warn(
        f"The cache folder {folder} could not be written ({reason}); until it can be, codes are "
        "compiled anew each time, which takes about a second. Set SUGGESTER_CACHE_DIR to another "
        "folder.",
        stacklevel=3,
    )
