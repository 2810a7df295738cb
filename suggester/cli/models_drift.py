"""``suggester models drift``: do notes of today still look like those a model was trained on?"""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from suggester.cli.console import console, plain_table
from suggester.cli.destination import check_place, destination
from suggester.cli.progress import progress
from suggester.errors import InputError

if TYPE_CHECKING:
    from suggester.training.drift import Drift


class Format(StrEnum):
    """How the comparison is printed."""

    table = "table"
    json = "json"


def drift(
    model: Annotated[str, typer.Argument(help="Model by name or folder.")],
    notes: Annotated[
        list[Path],
        typer.Argument(metavar="NOTES…", help="Notes, in any form that suggester suggest reads."),
    ],
    report: Annotated[
        Path | None, typer.Option(help="HTML file to write, complete in itself, with pictures.")
    ] = None,
    format_: Annotated[Format, typer.Option("--format", help="Output format.")] = Format.table,
) -> None:
    """Compare notes with those a model was trained on, and say what to do."""
    from suggester.corpus.readers import read_encounters
    from suggester.exchange.note_files import ALL_NOTE_FORMATS
    from suggester.models import load_model
    from suggester.training.drift import compare_with, read_profile, seen_live

    check_place(report)
    loaded = load_model(model)
    profile = read_profile(loaded)
    encounters = read_encounters(
        notes, "stop", lambda message: typer.echo(f"Notice: {message}", err=True), ALL_NOTE_FORMATS
    )
    from suggester.codes import load_icd10cm
    from suggester.engine import LanguageSide

    language = LanguageSide(load_icd10cm())
    with progress() as advance:
        live = seen_live(language, loaded, encounters, lambda n: advance("notes", n, 0))
    if not live:
        raise InputError("There is no note to compare.")
    found = compare_with(profile, live, loaded)
    if report is not None:
        from suggester.training.drift_page import drift_page

        with destination(report) as stream:
            stream.write(drift_page(found))
    if format_ is Format.json:
        typer.echo(json.dumps(found.to_dict(), ensure_ascii=False, indent=2))
    else:
        _print(found)


def _print(found: Drift) -> None:
    typer.echo(
        f"{found.live} notes beside the {found.trained} that {found.model} {found.version} was trained on."
    )
    table = plain_table()
    table.add_column("Feature", no_wrap=True)
    table.add_column("Index", justify="right", no_wrap=True)
    table.add_column("By chance below", justify="right", no_wrap=True)
    table.add_column("Change", no_wrap=True)
    for row in found.features:
        table.add_row(row.title, f"{row.psi:.3f}", f"{row.psi_by_chance:.3f}", row.change)
    console(sys.stdout).print(table)
    typer.echo("")
    typer.echo(found.verdict)
    for row in found.changed:
        typer.echo(f"- {row.title}: {row.advice}")
