"""The options that say how a corpus lies in files."""

from __future__ import annotations

from typing import Any

import typer

from suggester.errors import InputError

LAYOUT: Any = typer.Option(
    metavar="NAME",
    help="Layout of the files: auto, rows, tables, codiesp, codiesp-en, mdace, mimic, omop or fhir.",
)
ICD: Any = typer.Option(
    "--icd-version",
    metavar="9|10",
    help="Version of ICD to read where a corpus has both; they are never mixed.",
)
MAP_FORWARD: Any = typer.Option(
    "--map-forward", help="Map deleted codes to the one code that follows, where there is one."
)


def check_icd(version: int) -> None:
    """Refuse a version of ICD that corpora do not have.

    Raises
    ------
    InputError
        It is neither 9 nor 10.
    """
    if version not in (9, 10):
        raise InputError("--icd-version must be 9 or 10.")
