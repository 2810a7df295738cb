"""Resources of FHIR JSON, alone or in a Bundle, and what their references lead to."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from suggester.errors import InputError

_TYPE = re.compile(r"[A-Z][A-Za-z]{1,63}")
_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_DEEPEST = 5


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource; ``label`` names it in messages, ``id`` is empty where it has none."""

    type: str
    id: str
    label: str
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Resources:
    """All resources received, in order, and by the references that lead to them."""

    all: tuple[Resource, ...]
    by_reference: Mapping[str, Resource] = field(repr=False)

    def found(self, reference: object, near: Resource) -> Resource | None:
        """Return what a Reference leads to: within ``near`` (``#id``) or among all; else None."""
        target = said(mapping(reference).get("reference"))
        if target.startswith("#"):
            for inner in listed(near.fields.get("contained")):
                fields = mapping(inner)
                if said(fields.get("id")) == target[1:] and target != "#":
                    return _resource(fields, near.label)
            return None
        return self.by_reference.get(target) or self.by_reference.get(key_of(target))

    def of_type(self, *types: str) -> tuple[Resource, ...]:
        """Return the resources of these types, in order, those contained in others last."""
        inner = (
            _resource(mapping(fields), outer.label)
            for outer in self.all
            for fields in listed(outer.fields.get("contained"))
        )
        return tuple(
            r for r in (*self.all, *(i for i in inner if i is not None)) if r.type in types
        )


def read_resources(value: object, name: str) -> Resources:
    """Return the resources of a resource or Bundle, Bundles within Bundles included.

    Raises
    ------
    InputError
        It is no FHIR resource.
    """
    fields = mapping(value)
    if _resource(fields, name) is None:
        raise InputError(f"{name} is not FHIR: it has no 'resourceType'.")
    found: list[Resource] = []
    by_reference: dict[str, Resource] = {}
    for number, (url, inner) in enumerate(_flat(fields, "", 0, name), 1):
        resource = _resource(inner, f"entry {number}")
        if resource is None:
            raise InputError(f"{name} has an entry {number} without a resource that has a type.")
        found.append(resource)
        if url:
            by_reference.setdefault(url, resource)
        if resource.id:
            by_reference.setdefault(f"{resource.type}/{resource.id}", resource)
    return Resources(tuple(found), by_reference)


def json_value(data: bytes, name: str) -> object:
    """Return the value that JSON bytes stand for.

    Raises
    ------
    InputError
        They are empty, or not JSON.
    """
    if not data.strip():
        raise InputError(f"{name} is empty: there is nothing to code.")
    try:
        return json.loads(data)
    except json.JSONDecodeError as error:
        raise InputError(
            f"{name} is not JSON: it breaks off at line {error.lineno}, column {error.colno}."
        ) from None
    except (ValueError, RecursionError):
        raise InputError(f"{name} is not JSON that can be read.") from None


def key_of(reference: str) -> str:
    """Return ``Encounter/7`` for a relative, absolute or versioned reference, others as they are."""
    parts = reference.partition("/_history/")[0].rstrip("/").split("/")
    return "/".join(parts[-2:]) if len(parts) > 1 else reference


def mapping(value: object) -> Mapping[str, Any]:
    """Return a JSON object, or an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def listed(value: object) -> list[Any]:
    """Return a JSON list, or an empty one for anything else."""
    return value if isinstance(value, list) else []


def said(value: object) -> str:
    """Return a string, or an empty one for anything else."""
    return value if isinstance(value, str) else ""


def _flat(
    fields: Mapping[str, Any], url: str, depth: int, name: str
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if fields.get("resourceType") != "Bundle":
        yield url, fields
        return
    if depth > _DEEPEST:
        raise InputError(f"{name} nests Bundles more than {_DEEPEST} deep.")
    for entry in listed(fields.get("entry")):
        inner = mapping(entry)
        # An entry without a resource is the answer to a DELETE, or a search without content.
        if "resource" in inner:
            yield from _flat(
                mapping(inner["resource"]), said(inner.get("fullUrl")), depth + 1, name
            )


def _resource(fields: Mapping[str, Any], place: str) -> Resource | None:
    kind = said(fields.get("resourceType"))
    if not _TYPE.fullmatch(kind):
        return None
    identity = said(fields.get("id"))
    identity = identity if _ID.fullmatch(identity) else ""
    return Resource(
        kind, identity, f"{kind}/{identity}" if identity else f"{kind} ({place})", fields
    )
