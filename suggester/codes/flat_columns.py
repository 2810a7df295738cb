"""The compiled form of a code system without hierarchy: one file, quick to read, checked."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

FORMAT = 1
#: Kinds of title in the order in which one is chosen to stand for the code.
TITLES = ("long", "medium", "short", "consumer")


@dataclass(slots=True)
class FlatColumns:
    """One release as parallel lists.

    Attributes
    ----------
    codes
        All codes, sorted.
    titles
        For each kind of title that the release has one text a code, empty where it is missing.
    modifiers
        The titles of the modifiers.
    added, ended
        For each code the first and the last day it may be used (``2024-07-01``) or nothing;
        empty lists when the release has no such dates.
    """

    codes: list[str]
    titles: dict[str, list[str]]
    modifiers: dict[str, str] = field(default_factory=dict)
    added: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)

    def is_sound(self) -> bool:
        """Tell whether the columns fit together, so that look-ups cannot leave them."""
        count = len(self.codes)
        return set(self.titles) <= set(TITLES) and all(
            len(column) in {count, 0} for column in (*self.titles.values(), self.added, self.ended)
        )


def encode(columns: FlatColumns, about: dict[str, Any]) -> bytes:
    """Return the file of a release: a line that says what it is, then the columns.

    ``about`` may hold whatever JSON can; the format and the SHA-256 of the columns are added.
    """
    body = {
        "codes": _join(columns.codes),
        "titles": {kind: _join(texts) for kind, texts in columns.titles.items()},
        "modifiers": columns.modifiers,
        "added": _join(columns.added),
        "ended": _join(columns.ended),
    }
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    header = {**about, "format": FORMAT, "sha256": hashlib.sha256(text).hexdigest()}
    return json.dumps(header, ensure_ascii=False).encode() + b"\n" + text


def decode(data: bytes) -> FlatColumns:
    """Return the columns in the bytes of such a file.

    Raises
    ------
    ValueError, KeyError, TypeError
        The bytes are not such a file, or not all of it.
    """
    line, _, text = data.partition(b"\n")
    header = json.loads(line)
    if header["format"] != FORMAT or header["sha256"] != hashlib.sha256(text).hexdigest():
        raise ValueError("another format, or the checksum differs")
    body = json.loads(text)
    columns = FlatColumns(
        _split(body["codes"]),
        {kind: _split(texts) for kind, texts in body["titles"].items()},
        dict(body["modifiers"]),
        _split(body["added"]),
        _split(body["ended"]),
    )
    if not columns.is_sound():
        raise ValueError("columns of different lengths")
    return columns


# Joined text is read several times faster than a JSON list; no title holds a line break.
def _join(texts: list[str]) -> list[int | str]:
    return [len(texts), "\n".join(texts)]


def _split(joined: list[Any]) -> list[str]:
    count, text = joined
    return str(text).split("\n") if count else []
