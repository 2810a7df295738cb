"""Read the tables of ICD-10-PCS: what clinicians call procedures, and the words that tell each axis.

The tables in ``pcs/`` hold no list of codes: which combinations exist is known from an installed
release alone. A *pattern* stands for a code whose open characters the note has to tell: ``?`` is any
value, ``[CD]`` one of these, ``(3)`` any with 3 where nothing is told, ``{J}`` the same where silence
leaves the axis open; ``|`` parts choices, `` + `` codes that are assigned together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class PcsProcedure:
    """What clinicians call a procedure; ``scope`` says where in a report its name counts.

    ``title``: only where it stands for a procedure of its own, since it is a step of many;
    ``always``: also in the narrative of another.
    """

    cue: str
    options: tuple[tuple[str, ...], ...]
    needs: tuple[str, ...]
    forbids: tuple[str, ...]
    scope: str


@dataclass(frozen=True, slots=True)
class PcsRoot:
    """Words for a root operation that do not name a body part."""

    cue: str
    section: str
    root: str
    needs: tuple[str, ...]
    forbids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PcsBodyPart:
    """Words for a body part of section 0; ``values`` are those of its sides where it has sides.

    ``region`` says that they name where on the body it is, not the tissue.
    """

    cue: str
    system: str
    values: tuple[str, ...]
    region: bool = False


@dataclass(frozen=True, slots=True)
class PcsDetail:
    """Words for an approach, a device or a qualifier; ``where`` are the codes they hold for."""

    cue: str
    axis: int
    where: str
    value: str


@dataclass(frozen=True, slots=True)
class PcsLexicon:
    """All tables; names are kept by section, system, root operation and value."""

    procedures: tuple[PcsProcedure, ...]
    roots: tuple[PcsRoot, ...]
    body_parts: tuple[PcsBodyPart, ...]
    details: tuple[PcsDetail, ...]
    arteries: tuple[tuple[str, str], ...]
    #: (system, value) → ``right``, ``left`` or ``bilateral``.
    sides: Mapping[tuple[str, str], str]
    axis_names: Mapping[str, tuple[str, ...]]
    section_names: Mapping[str, str]
    system_names: Mapping[tuple[str, str], str]
    root_names: Mapping[tuple[str, str], str]
    body_part_names: Mapping[tuple[str, str], str]
    #: Axis → (codes, value, name), in the order of the tables.
    detail_names: tuple[tuple[int, str, str, str], ...]


_APPROACH, _DEVICE, _QUALIFIER = 4, 5, 6
#: Skin, subcutaneous tissue and muscle: the columns of a region.
_LAYERS = ("H", "J", "K")
_SIDES = ("right", "left", "bilateral")


@lru_cache(maxsize=1)
def load_pcs() -> PcsLexicon:
    """Return the shipped tables of ICD-10-PCS, read once a process."""
    procedures = tuple(
        PcsProcedure(
            cue,
            tuple(tuple(option.split(" + ")) for option in pattern.split("|")),
            _listed(needs),
            _listed(forbids),
            scope,
        )
        for cue, pattern, needs, forbids, scope in _rows("procedures")
    )
    roots = tuple(
        PcsRoot(cue, section, root, _listed(needs), _listed(forbids))
        for section, root, _, cue, needs, forbids in _rows("root_operations")
    )
    parts: list[PcsBodyPart] = []
    sides: dict[tuple[str, str], str] = {}
    part_names: dict[tuple[str, str], str] = {}
    for system, value, *sided, name, cue in _rows("body_parts"):
        parts.append(PcsBodyPart(cue, system, tuple(v for v in (value, *sided) if v)))
        if value:
            part_names.setdefault((system, value), name)
        for side, one in zip(_SIDES, sided, strict=True):
            if one:
                sides[system, one] = side
                part_names.setdefault((system, one), f"{name}, {side.capitalize()}")
    for cue, *layers in _rows("regions"):
        for system, layer in zip(_LAYERS, layers, strict=True):
            if layer:
                parts.append(PcsBodyPart(cue, system, tuple(layer), True))
    details = [
        PcsDetail(cue, _APPROACH, where, value) for where, value, _, cue in _rows("approaches")
    ]
    named = [(_APPROACH, "", value, name) for _, value, name, _ in _rows("approaches")]
    for axis, table in ((_DEVICE, "devices"), (_QUALIFIER, "qualifiers")):
        for where, value, name, cue in _rows(table):
            details.append(PcsDetail(cue, axis, where, value))
            named.append((axis, where, value, name))
    return PcsLexicon(
        procedures,
        roots,
        tuple(parts),
        tuple(details),
        tuple((cue, artery) for artery, cue in _rows("coronary_arteries")),
        sides,
        {section: tuple(axes) for section, _, *axes in _rows("sections")},
        {section: name for section, name, *_ in _rows("sections")},
        {(section, system): name for section, system, name in _rows("systems")},
        {(section, root): name for section, root, name in _rows("root_names")},
        part_names,
        tuple(dict.fromkeys(named)),
    )


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


def _rows(table: str) -> list[list[str]]:
    text = files("suggester.lexicon").joinpath("pcs", f"{table}.tsv").read_text("utf-8")
    header, *lines = text.splitlines()
    width = header.count("\t") + 1
    rows = [[cell.strip() for cell in line.split("\t")] for line in lines if line.strip()]
    return [row + [""] * (width - len(row)) for row in rows]
