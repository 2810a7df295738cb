"""Coding suggestions for clinical notes: ranked, explained, decided by the coder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from suggester.encounter import Document, Encounter
    from suggester.engine import Suggester

__all__ = ["Document", "Encounter", "Suggester", "__version__"]
__version__ = "0.1.0"

_HOMES = {"Suggester": "engine", "Encounter": "encounter", "Document": "encounter"}


def __getattr__(name: str) -> Any:
    """Import a public name from its module the first time it is asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"suggester.{_HOMES[name]}"), name)
