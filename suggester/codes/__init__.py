"""Code systems: what codes there are, what they say, how they hang together, which are in force."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from suggester.codes.code_set import Code, CodeSet
    from suggester.codes.flat_installed import load_flat
    from suggester.codes.flat_set import FlatCode, FlatCodeSet
    from suggester.codes.installed import load_icd10cm
    from suggester.codes.notes import Note, Notes
    from suggester.codes.release import Release
    from suggester.codes.search import Hit

__all__ = [
    "Code",
    "CodeSet",
    "FlatCode",
    "FlatCodeSet",
    "Hit",
    "Note",
    "Notes",
    "Release",
    "load_flat",
    "load_icd10cm",
]

_HOMES = {
    "Code": "code_set",
    "CodeSet": "code_set",
    "FlatCode": "flat_set",
    "FlatCodeSet": "flat_set",
    "Hit": "search",
    "Note": "notes",
    "Notes": "notes",
    "Release": "release",
    "load_flat": "flat_installed",
    "load_icd10cm": "installed",
}


def __getattr__(name: str) -> Any:
    """Import a public name from its module the first time it is asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
