"""Files and standard input as text exactly as received: encodings told apart, binaries refused."""

from __future__ import annotations

import codecs
import difflib
import io
import re
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from suggester.encounter import MOST_CHARACTERS
from suggester.errors import InputError

#: Takes a notice, or the error of a note that was skipped.
Report = Callable[[InputError | str], None]
#: The path that means standard input.
STDIN = Path("-")
#: Longest line of a JSONL or CSV file, in bytes.
MOST_LINE = 16 * MOST_CHARACTERS
# No encoding takes more than four bytes a character: what is larger is too long for certain.
_MOST_BYTES = 4 * MOST_CHARACTERS + 4
_HEAD = 4096
_UNNAMED = "A file given"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# The five bytes that Windows-1252 leaves unused become control characters, as browsers have it.
_WINDOWS = {
    byte: bytes([byte]).decode("cp1252")
    for byte in range(0x80, 0xA0)
    if byte not in b"\x81\x8d\x8f\x90\x9d"
}
_BINARIES = (
    (re.compile(rb"%PDF-"), "a PDF file"),
    (re.compile(rb"PK\x03\x04.*?word/", re.DOTALL), "a Word document"),
    (re.compile(rb"PK\x03\x04.*?xl/", re.DOTALL), "an Excel workbook"),
    (re.compile(rb"PK[\x03\x05]"), "a zip file or office document"),
    (re.compile(rb"\xd0\xcf\x11\xe0"), "an old Word or Excel file"),
    (re.compile(rb"\{\\rtf"), "an RTF document"),
    (re.compile(rb"\x1f\x8b"), "a gzip file"),
    (re.compile(rb"\x89PNG|\xff\xd8\xff|GIF8|II\*\x00|MM\x00\*|RIFF....WEBP"), "an image"),
    (re.compile(rb".{128}DICM", re.DOTALL), "a DICOM file"),
    (re.compile(rb"PAR1\x15"), "a Parquet file"),
)
_CONTROL = bytes(sorted({*range(32), 127} - set(b"\t\n\v\f\r\x1b")))


def named(path: Path) -> str:
    """Return how a message names an input: its path, never a text given in place of one."""
    if path == STDIN:
        return "Standard input"
    text = str(path)
    if len(text) > 255 or "\n" in text or len(text.split()) > 6:
        return _UNNAMED
    return repr(text)[1:-1]


def check_there(path: Path) -> None:
    """Refuse a path that is missing, a folder, or cannot be reached.

    Raises
    ------
    InputError
        One sentence; for a missing file with the nearest name in its folder.
    """
    if path == STDIN:
        return
    name = named(path)
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        raise InputError(_missing(path, name)) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a file name"
        raise InputError(f"{name} cannot be read: {reason}.{_not_text(path)}") from None
    if stat.S_ISDIR(mode):
        raise InputError(f"{name} is a folder; name the files in it, such as {name}/*.txt.")


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Open a file or standard input for reading bytes.

    Raises
    ------
    InputError
        It cannot be opened or read.
    """
    check_there(path)
    try:
        if path == STDIN:
            if sys.stdin is None:
                raise InputError("Standard input is closed; name a file instead.")
            yield sys.stdin.buffer
        else:
            with path.open("rb") as stream:
                yield stream
    except OSError as error:
        reason = error.strerror or "an input error"
        raise InputError(f"{named(path)} cannot be read: {reason}.") from None


def read_text(stream: BinaryIO, name: str, report: Report, start: bytes = b"") -> str:
    """Return a whole note as text, its line ends as they are.

    ``start`` is what was read from the stream already.

    Raises
    ------
    InputError
        It is empty, binary, too long for a note, or cut off within a character.
    """
    data = start + stream.read(max(0, _MOST_BYTES + 1 - len(start)))
    if len(data) > _MOST_BYTES:
        refuse_binary(data, name)
        raise InputError(
            f"{name} has more than {MOST_CHARACTERS:,} characters, the most that are read of a "
            "note. Split it into encounters."
        )
    return decoded(data, name, report)


def decoded(data: bytes, name: str, report: Report) -> str:
    """Return bytes as text: UTF-8, UTF-16 or UTF-32, or else Windows-1252 with a notice.

    Raises
    ------
    InputError
        The bytes are empty, binary, or cut off within a character.
    """
    if not data.strip(b" \t\r\n\v\f"):
        raise InputError(f"{name} is empty: there is nothing to code.")
    refuse_binary(data, name)
    encoding = encoding_of(data)
    try:
        return data.decode(encoding or "utf-8")
    except UnicodeDecodeError:
        if encoding is not None:
            raise InputError(
                f"{name} is damaged {encoding.removesuffix('-sig').upper()} text; save it again as "
                "UTF-8."
            ) from None
    report(f"{name} is not UTF-8; it was read as Windows-1252.")
    return windows_text(data)


def windows_text(data: bytes) -> str:
    """Return bytes read as Windows-1252, whatever they are."""
    return data.decode("latin-1").translate(_WINDOWS)


def text_lines(stream: BinaryIO, name: str, report: Report, start: bytes = b"") -> Iterator[str]:
    r"""Yield the lines of a file, their ``\n`` or ``\r\n`` kept, without holding the file.

    ``start`` is what was read from the stream already: whole lines, or nothing.

    Raises
    ------
    InputError
        The file is empty or binary, or a line is longer than :data:`MOST_LINE`.
    """
    first = start or stream.readline(MOST_LINE)
    if not first:
        raise InputError(f"{name} is empty: there is nothing to code.")
    refuse_binary(first, name)
    wide = encoding_of(first)
    if wide not in (None, "utf-8-sig"):
        # A line of two-byte characters cannot be cut at the byte of a line end.
        yield from io.StringIO(decoded(first + stream.read(), name, report))
        return
    if wide:
        first = first.removeprefix(codecs.BOM_UTF8)
    told = False
    for number, line in enumerate(_byte_lines(first, stream), 1):
        if len(line) >= MOST_LINE:
            raise InputError(
                f"{name} line {number} is longer than {MOST_LINE:,} bytes, the most that is read."
            )
        try:
            yield line.decode("utf-8")
        except UnicodeDecodeError:
            if not told:
                report(f"{name} line {number} is not UTF-8; it was read as Windows-1252.")
                told = True
            yield windows_text(line)


def encoding_of(data: bytes) -> str | None:
    """Return the encoding that a byte-order mark or a pattern of NULs gives away."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding
    head = data[:_HEAD]
    pairs = len(head) // 2
    if pairs:
        even, odd = head[0::2].count(0) / pairs, head[1::2].count(0) / pairs
        if odd > 0.4 and even < 0.05:
            return "utf-16-le"
        if even > 0.4 and odd < 0.05:
            return "utf-16-be"
    return None


def refuse_binary(data: bytes, name: str) -> None:
    """Refuse what is no text, saying what it seems to be.

    Raises
    ------
    InputError
        The bytes are those of a PDF, an office document, an image or another binary file.
    """
    head = data[:_HEAD]
    for pattern, kind in _BINARIES:
        if pattern.match(head):
            raise InputError(f"{name} seems to be {kind}, not text; save the note as plain text.")
    if encoding_of(data) is None:
        controls = len(head) - len(head.translate(None, _CONTROL))
        if b"\0" in data or controls > len(head) * 0.05:
            raise InputError(f"{name} seems to be a binary file; save the note as plain text.")


def _byte_lines(start: bytes, stream: BinaryIO) -> Iterator[bytes]:
    yield from io.BytesIO(start)
    while line := stream.readline(MOST_LINE):
        yield line


def _missing(path: Path, name: str) -> str:
    folder = path.parent
    if not folder.is_dir():
        return f"There is no folder {named(folder)}.{_not_text(path)}"
    if name == _UNNAMED:
        return f"{_UNNAMED} does not exist.{_not_text(path)}"
    try:
        there = sorted(entry.name for entry in folder.iterdir())
    except OSError:
        there = []
    near = difflib.get_close_matches(path.name, there, n=1, cutoff=0.6)
    hint = f" Nearest: {named(folder / near[0])}." if near else _not_text(path)
    return f"There is no file {name}.{hint}"


def _not_text(path: Path) -> str:
    if " " not in str(path).strip():
        return ""
    return " To code a text itself, pipe it in: printf 'Assessment: …' | suggester suggest -"
