"""Checks that what is written is FHIR: the R4B classes, whose resources used here are those of R4."""

from __future__ import annotations

from importlib import import_module
from typing import Any


def check_fhir(resource: dict[str, Any]) -> None:
    """Fail unless a resource, and each in it, is valid and has no empty value."""
    kind = resource["resourceType"]
    model = getattr(import_module(f"fhir.resources.R4B.{kind.lower()}"), kind)
    model.model_validate(resource)
    check_filled(resource)


def check_filled(value: Any) -> None:
    """Fail for what FHIR's JSON does not have: null, empty strings, lists and objects."""
    assert value not in (None, "", [], {})
    for inner in (
        value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    ):
        check_filled(inner)
