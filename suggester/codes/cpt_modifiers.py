"""Read the modifiers that come with CPT: Appendix A, a text for people with headings in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from suggester.codes.cpt_files import SYSTEM
from suggester.codes.listing import Listing
from suggester.codes.text_file import TextFile
from suggester.errors import InputError

_BEGINNING = "appendix a"
_LEVEL_TWO = "level ii"
# A title begins with a capital letter, which tells it from a number within a sentence.
_NUMBERED = re.compile(r"([1-9][0-9A-Z])(?::|[ \t])\s*([A-Z].*)")
_PHYSICAL_STATUS = re.compile(r"(?:.*\s(?=P[1-9]:))?(P[1-9])(?::|[ \t])\s*([A-Z].*)")
_LETTERED = re.compile(r"([A-Z][0-9A-Z])(?::|[ \t])\s*([A-Z].*)")


def is_modifiers(file: TextFile) -> bool:
    """Tell whether a file is that of the modifiers, by its name and the form of a line in it."""
    return file.name.upper().startswith("MODU") and any(
        form.fullmatch(line.strip()) for line in file.lines for form in (_NUMBERED, _LETTERED)
    )


def read_modifiers(file: TextFile) -> Listing:
    """Read the modifiers with their titles: the words up to the colon that a definition follows.

    A numbered modifier begins a paragraph, those of physical status (P1) and of Level II a line.
    A modifier that is listed again for another setting keeps its first title.

    Raises
    ------
    InputError
        There is no modifier in the file.
    """
    listing = Listing(file.name, SYSTEM, is_whole=False)
    for code, text in _modifiers(_after_licence(file.lines)):
        listing.modifiers.setdefault(code, " ".join(text.split(": ")[0].split()).rstrip(":"))
    if not listing.modifiers:
        raise InputError(f"{file.name} holds no modifiers; leave it out or download it again.")
    return listing


def _after_licence(lines: list[str]) -> list[str]:
    for at, line in enumerate(lines):
        if line.strip().lower() == _BEGINNING:
            return lines[at + 1 :]
    return lines


def _modifiers(lines: list[str]) -> Iterator[tuple[str, str]]:
    code, text = "", ""
    # In a plain list every line is a modifier; elsewhere a number within a paragraph is none.
    told = [line.strip() for line in lines if line.strip()]
    is_plain = all(_NUMBERED.fullmatch(line) or _LETTERED.fullmatch(line) for line in told)
    is_level_two = False
    for line in map(str.strip, lines):
        if line.lower().startswith(_LEVEL_TWO):
            is_level_two = True
        found = _PHYSICAL_STATUS.fullmatch(line)
        if found is None and (is_plain or not code):
            found = _NUMBERED.fullmatch(line)
        if found is None and (is_plain or is_level_two):
            found = _LETTERED.fullmatch(line)
        if code and (found or not line):
            yield code, text
            code, text = "", ""
        if found:
            code, text = found[1], found[2]
        elif code:
            text += f" {line}"
    if code:
        yield code, text
