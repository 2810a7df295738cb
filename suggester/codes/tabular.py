"""Read the official ICD-10-CM Tabular List, the XML file that CMS and NCHS publish."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat

from suggester.errors import InputError

ROOT = "ICD10CM.tabular"
NOTE_TAGS = {
    "inclusionTerm": "inclusion_terms",
    "includes": "includes",
    "excludes1": "excludes1",
    "excludes2": "excludes2",
    "codeFirst": "code_first",
    "useAdditionalCode": "use_additional",
    "codeAlso": "code_also",
    "notes": "general",
}
_RANGE = re.compile(r"\s*\([A-Z]\w\w(?:-[A-Z]\w\w)?\)$")


@dataclass(slots=True)
class Heading:
    """One chapter, block, category or code as the file prints it, with what stands below it.

    ``seventh`` maps a 7th character to its meaning where the heading defines them itself.
    """

    name: str
    title: str
    kind: str
    notes: list[tuple[str, str]] = field(default_factory=list)
    seventh: dict[str, str] = field(default_factory=dict)
    children: list[Heading] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Tabular:
    """The Tabular List: its version as printed in the file and its chapters."""

    version: str
    chapters: tuple[Heading, ...]


def read_tabular(data: bytes, source: str) -> Tabular:
    """Read the bytes of a tabular XML file; ``source`` names the file in error messages.

    Raises
    ------
    InputError
        The bytes are not XML, declare entities, or are not an ICD-10-CM Tabular List.
    """
    _check_xml(data, source)
    root = ET.fromstring(data)
    if root.tag != ROOT:
        raise InputError(
            f"{source} is XML but not an ICD-10-CM Tabular List: its root is <{root.tag[:40]}>, "
            f"not <{ROOT}>."
        )
    chapters = tuple(_chapter(element, source) for element in root.iterfind("chapter"))
    if not any(block.children for chapter in chapters for block in _blocks(chapter)):
        raise InputError(f"{source} is an ICD-10-CM Tabular List without any code in it.")
    return Tabular(_text(root.find("version")), chapters)


def _check_xml(data: bytes, source: str) -> None:
    # Entities are how an XML file expands to gigabytes or reads other files; the official file
    # declares none, so one that does is refused before anything is built from it.
    def refuse(*_: object) -> NoReturn:
        raise InputError(
            f"{source} declares XML entities, which the official Tabular List never does; "
            "download it again from CMS."
        )

    parser = expat.ParserCreate()
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise InputError(f"{source} is not well-formed XML: {error}.") from error


def _chapter(element: ET.Element, source: str) -> Heading:
    chapter = _heading(element, _text(element.find("name")), "chapter", source)
    open_blocks: list[Heading] = []
    for section in element.iterfind("section"):
        block = _heading(section, _block_name(section.get("id", "")), "block", source)
        # The file lists blocks flat; one without codes of its own ("T20-T32") is the heading of
        # the blocks after it that lie in its range.
        while open_blocks and not _inside(block.name, open_blocks[-1].name):
            open_blocks.pop()
        (open_blocks[-1].children if open_blocks else chapter.children).append(block)
        if section.find("diag") is None:
            open_blocks.append(block)
    return chapter


def _heading(element: ET.Element, name: str, kind: str, source: str) -> Heading:
    if not name:
        raise InputError(f"{source} has a {kind} without a name.")
    heading = Heading(name, _RANGE.sub("", _text(element.find("desc"))), kind)
    for part in element:
        if part.tag in NOTE_TAGS:
            texts = (_text(note) for note in part.iterfind("note"))
            heading.notes.extend((NOTE_TAGS[part.tag], text) for text in texts if text)
        elif part.tag == "sevenChrDef":
            _read_seventh(part, heading)
        elif part.tag == "diag":
            code = _text(part.find("name"))
            below = "category" if len(code) == 3 else "code"
            heading.children.append(_heading(part, code, below, source))
    return heading


def _read_seventh(definition: ET.Element, heading: Heading) -> None:
    character = ""
    for part in definition:
        if part.tag == "extension":
            character = part.get("char", "")
            heading.seventh[character] = _text(part)
        elif character and _text(part):
            # A few definitions carry an inclusion line under one of their characters.
            meaning = heading.seventh[character]
            text = f"7th character {character} ({meaning}): {_text(part)}"
            heading.notes.append(("general", text))


def _blocks(heading: Heading) -> Iterator[Heading]:
    for child in heading.children:
        if child.kind == "block":
            yield child
            yield from _blocks(child)


def _block_name(name: str) -> str:
    # A block of one category is printed as "B20"; written "B20-B20" it cannot be mistaken for it.
    return f"{name}-{name}" if len(name) == 3 else name


def _inside(inner: str, outer: str) -> bool:
    first, _, last = inner.partition("-")
    start, _, end = outer.partition("-")
    return start <= first and last <= end


def _text(element: ET.Element | None) -> str:
    return "" if element is None or element.text is None else " ".join(element.text.split())
