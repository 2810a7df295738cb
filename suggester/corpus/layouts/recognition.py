"""Which layout the files given are of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from suggester.corpus.layouts import codiesp, mdace, mimic, omop, tables
from suggester.corpus.layouts.layout import Found, Layout
from suggester.corpus.packed import ending_of
from suggester.corpus.text_files import STDIN, check_there, named
from suggester.errors import InputError

#: Name of a layout → the layout; the project's own rows are none of them.
LAYOUTS: Mapping[str, Layout] = {
    layout.name: layout
    for layout in (
        tables.LAYOUT,
        codiesp.LAYOUT,
        codiesp.LAYOUT_ENGLISH,
        mdace.LAYOUT,
        mimic.LAYOUT,
        omop.LAYOUT,
    )
}
#: Recognise the layout, and the project's own: a row a note.
AUTO, ROWS = "auto", "rows"
#: Layout → the one that is read instead where both are there.
_RATHER = {"codiesp": "codiesp-en"}


@dataclass(frozen=True, slots=True)
class Source:
    """Files that are read together: those of a layout, or one path of the project's own rows."""

    path: Path
    layout: Layout | None = None
    found: Found | None = None


def sources(
    paths: Sequence[Path], wanted: str = AUTO, layouts: Mapping[str, Layout] = LAYOUTS
) -> Iterator[Source]:
    """Yield what is to be read, in the order of ``paths``.

    The tables of one layout may lie in several of the paths, as those of MIMIC-IV do.

    Raises
    ------
    InputError
        There is no such layout, a path is not of it, could be of two, or a table is missing.
    """
    check_layout(wanted, layouts)
    if wanted == ROWS:
        yield from map(Source, paths)
        return
    if wanted != AUTO:
        for path in paths:
            if not path.is_dir():
                check_there(path)
        layout = layouts[wanted]
        found = layout.find([file for path in paths for file in _files(path)])
        if found is None:
            raise InputError(
                f"{', '.join(map(named, paths))}: this is not {layout.title}. It is made of "
                f"{layout.expects}."
            )
        yield _whole(paths[0], layout, found)
        return
    parts: dict[str, list[Path]] = {}
    for path in paths:
        recognised, part = _recognised(path, layouts)
        if recognised is None or part is None:
            yield Source(path)
        elif part.missing:
            parts.setdefault(recognised.name, []).append(path)
        else:
            yield Source(path, recognised, part)
    for name, incomplete in parts.items():
        files = [file for path in incomplete for file in _files(path)]
        yield _whole(incomplete[0], layouts[name], layouts[name].find(files))


def check_layout(wanted: str, layouts: Mapping[str, Layout] = LAYOUTS) -> None:
    """Refuse the name of a layout that is not known.

    Raises
    ------
    InputError
        There is no such layout.
    """
    known = (AUTO, ROWS, *layouts)
    if wanted not in known:
        raise InputError(f"Unknown layout {wanted[:40]!r}; known: {', '.join(known)}.")


def _whole(path: Path, layout: Layout, found: Found | None) -> Source:
    if found is None or found.missing:
        raise InputError(found.missing if found else f"{named(path)} is not {layout.title}.")
    return Source(path, layout, found)


def _recognised(path: Path, layouts: Mapping[str, Layout]) -> tuple[Layout | None, Found | None]:
    files = _files(path)
    found = {layout.name: layout.find(files) for layout in layouts.values()}
    there = {name: one for name, one in found.items() if one is not None}
    for name, rather in _RATHER.items():
        if rather in there:
            there.pop(name, None)
    complete = {name: one for name, one in there.items() if not one.missing}
    chosen = complete or there
    if len(chosen) > 1:
        names = sorted(chosen)
        raise InputError(
            f"{named(path)} could be {' or '.join(layouts[name].title for name in names)}; say which "
            f"with {' or '.join(f'--layout {name}' for name in names)}."
        )
    for name, one in chosen.items():
        return layouts[name], one
    return None, None


def _files(path: Path) -> list[Path]:
    if path == STDIN or not path.exists():
        return []
    if not path.is_dir():
        return [path]
    hidden = len(path.parts)
    return sorted(
        file
        for file in path.rglob("*")
        if (file.is_file() or ending_of(file) == ".parquet")
        and not any(part.startswith(".") for part in file.parts[hidden:])
    )
