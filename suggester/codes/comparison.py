"""What changed from one release to another, and where deleted codes went."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from suggester.codes.code_set import CodeSet
from suggester.codes.installed import SYSTEM, load_icd10cm
from suggester.codes.release import Release, default_dates
from suggester.codes.successors import Successor, suggest_successor
from suggester.errors import InputError


@dataclass(frozen=True, slots=True)
class Added:
    """A code the older release does not have."""

    code: str
    title: str
    billable: bool


@dataclass(frozen=True, slots=True)
class Deleted:
    """A code that may no longer stand on a claim: gone, or a heading of more specific codes now."""

    code: str
    title: str
    is_heading_now: bool
    successor: Successor | None


@dataclass(frozen=True, slots=True)
class Changed:
    """A code whose title or parent is another now."""

    code: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that changed between two releases, each list in tabular order."""

    old: str
    new: str
    added: tuple[Added, ...]
    deleted: tuple[Deleted, ...]
    retitled: tuple[Changed, ...]
    reparented: tuple[Changed, ...]


def compare(old: CodeSet, new: CodeSet, forms_known: bool = True) -> Comparison:
    """Compare two releases code by code.

    With ``forms_known`` false, at least one of them was read without a code list, so which of the
    defined 7th-character forms exist is not known there; forms of a code that takes a 7th
    character in both releases are then not compared.
    """

    def is_comparable(code: str, home: CodeSet, other: CodeSet) -> bool:
        if forms_known or not home.is_seventh_character_form(code):
            return True
        base = home.parent(code)
        return base not in other or not other.seventh_characters(base or "")

    added = tuple(
        Added(code, new.title(code), new.is_billable(code))
        for code in new.codes
        if code not in old and is_comparable(code, new, old)
    )
    deleted = tuple(
        Deleted(code, old.title(code), code in new, suggest_successor(code, old, new))
        for code in old.codes
        if (code not in new and is_comparable(code, old, new))
        or (code in new and old.is_billable(code) and not new.is_billable(code))
    )
    shared = [code for code in old.codes if code in new]
    return Comparison(
        old.release.name,
        new.release.name,
        added,
        deleted,
        tuple(
            Changed(code, old.title(code), new.title(code))
            for code in shared
            if _own_title(code, old) != _own_title(code, new)
        ),
        tuple(
            Changed(code, old.parent(code) or "", new.parent(code) or "")
            for code in shared
            if old.parent(code) != new.parent(code)
        ),
    )


def compare_releases(old: str, new: str) -> Comparison:
    """Compare two releases, each the name of an installed one or a tabular XML file or its zip.

    Raises
    ------
    InputError
        A release is not installed or a file is not a Tabular List.
    """
    (before, before_known), (after, after_known) = _open(old), _open(new)
    return compare(before, after, before_known and after_known)


def _own_title(code: str, code_set: CodeSet) -> str:
    # A form repeats the title of its code; a change there is reported once, at the code.
    title = code_set.title(code)
    if code_set.is_seventh_character_form(code):
        return title.removeprefix(code_set.title(code_set.parent(code) or code))
    return title


def _open(given: str) -> tuple[CodeSet, bool]:
    """Return the code set and whether it was reconciled with a code list."""
    path = Path(given)
    if not path.is_file():
        if path.suffix.lower() in (".xml", ".zip") or path.name != given:
            raise InputError(f"There is no file {given}; name a release or a tabular XML.")
        return load_icd10cm(given), True
    import hashlib

    from suggester.codes.code_list import read_code_list
    from suggester.codes.compilation import compile_columns
    from suggester.codes.sources import find_sources
    from suggester.codes.tabular import read_tabular

    sources = find_sources([path])
    tabular = read_tabular(sources.tabular.data, sources.tabular.name)
    listed = sources.code_list
    code_list = read_code_list(listed.data, listed.name) if listed else None
    year = tabular.version if tabular.version.isdigit() else "2000"
    start, end = default_dates(f"FY{year}")
    sha256 = hashlib.sha256(sources.tabular.data).hexdigest()
    release = Release(SYSTEM, path.name, start, end, sources.tabular.name, sha256)
    return CodeSet(release, compile_columns(tabular, code_list)), code_list is not None
