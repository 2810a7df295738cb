"""The narrative blocks of C-CDA sections as text."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from suggester.errors import InputError
from suggester.exchange.plain_text import PlainText

_HL7 = "{urn:hl7-org:v3}"
#: Elements of a narrative that lay it out; a narrative without them keeps its line ends.
_LAYOUT = frozenset({"paragraph", "list", "table", "br"})
_DEEPEST = 100


def sections_text(body: Element, name: str) -> str:
    """Return the sections of a structured body in order, a blank line between them.

    Raises
    ------
    InputError
        Sections or narrative are nested deeper than any document needs.
    """
    parts: list[str] = []
    for section in body.findall(f"{_HL7}component/{_HL7}section"):
        _add_section(section, parts, name, 1)
    return "\n\n".join(parts)


def narrative_text(text: Element, name: str) -> str:
    """Return one narrative block; words that a later version struck out are left out."""
    laid_out = any(_local(element) in _LAYOUT for element in text.iter())
    plain = PlainText(keep_lines=not laid_out)
    _tell(text, plain, name, 1)
    return plain.text()


def _add_section(section: Element, parts: list[str], name: str, depth: int) -> None:
    if depth > _DEEPEST:
        raise InputError(f"{name} nests its sections more than {_DEEPEST} deep.")
    title = section.find(f"{_HL7}title")
    heading = "" if title is None else " ".join("".join(title.itertext()).split())
    text = section.find(f"{_HL7}text")
    said = "" if text is None else narrative_text(text, name)
    place = len(parts)
    if said:
        parts.append(said)
    for inner in section.findall(f"{_HL7}component/{_HL7}section"):
        _add_section(inner, parts, name, depth + 1)
    if not heading or len(parts) == place:
        return
    # A colon marks the line as a heading for certain.
    heading = heading.rstrip(" :") + ":"
    if said:
        parts[place] = f"{heading}\n{said}"
    else:
        parts.insert(place, heading)


def _tell(element: Element, plain: PlainText, name: str, depth: int) -> None:
    if depth > _DEEPEST:
        raise InputError(f"{name} nests its narrative more than {_DEEPEST} deep.")
    tag = _local(element)
    if element.get("revised") == "delete":
        return
    plain.start(tag, ordered=element.get("listType") == "ordered")
    plain.words(element.text or "")
    for inner in element:
        _tell(inner, plain, name, depth + 1)
        plain.words(inner.tail or "")
    plain.end(tag)


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
