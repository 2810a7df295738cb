"""``suggester evaluate``: how well a model codes a coded corpus, beside dictionary look-up."""

from __future__ import annotations

import csv
import json
import sys
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from suggester.cli.console import console, plain_table
from suggester.cli.destination import destination
from suggester.cli.progress import progress
from suggester.cli.splits import check_splits
from suggester.errors import InputError

if TYPE_CHECKING:
    from suggester.evaluation.evaluate import Evaluation
    from suggester.evaluation.procedures import ProcedureEvaluation


class Format(StrEnum):
    """How the metrics are printed."""

    table = "table"
    json = "json"


def evaluate(
    corpus: Annotated[
        list[Path],
        typer.Argument(metavar="CORPUS…", help="Coded notes: .jsonl, .csv, .parquet, or folders."),
    ],
    split: Annotated[
        list[str] | None, typer.Option(help="Only the notes of this split; may be repeated.")
    ] = None,
    model: Annotated[str, typer.Option(help="Model by name or folder.")] = "default",
    format_: Annotated[Format, typer.Option("--format", help="Output format.")] = Format.table,
    by_code: Annotated[
        Path | None, typer.Option(help="CSV file to write with the counts of each code.")
    ] = None,
) -> None:
    """Measure a model on coded notes, with a dictionary look-up as the baseline."""
    from suggester.corpus.readers import read_corpus
    from suggester.models import find_model

    find_model(model)
    # Read before the model is loaded: bad input is answered at once.
    encounters = list(
        read_corpus(
            corpus,
            report=lambda message: typer.echo(f"Notice: {message}", err=True),
            splits=check_splits(split),
        )
    )
    if not encounters:
        raise InputError("There is no note of this split in the corpus.")
    from suggester.engine import Suggester
    from suggester.evaluation import evaluate as evaluation

    suggester = Suggester.load(model)
    with progress() as advance:
        found = evaluation.evaluate(
            suggester, encounters, lambda done: advance("notes", done, len(encounters))
        )
    if by_code is not None:
        _write_by_code(found, by_code)
    if format_ is Format.json:
        typer.echo(
            json.dumps(
                {
                    "model": {"name": suggester.model.name, "version": suggester.model.version},
                    "encounters": found.encounters,
                    "metrics": found.metrics,
                    "baseline": found.baseline,
                    "procedures": None if found.procedures is None else asdict(found.procedures),
                },
                indent=2,
            )
        )
    else:
        _print_table(found, f"{suggester.model.name} {suggester.model.version}")


def _print_table(found: Evaluation, model: str) -> None:
    table = plain_table()
    table.add_column("Metric", no_wrap=True)
    table.add_column(model, justify="right")
    table.add_column("Look-up", justify="right")
    for metric, value in found.metrics.items():
        beside = found.baseline.get(metric)
        table.add_row(metric, f"{value:.3f}", "" if beside is None else f"{beside:.3f}")
    if found.encounters:
        console(sys.stdout).print(table)
        typer.echo(f"{found.encounters} encounters. Look-up: official titles, word for word.")
    if found.procedures is not None:
        _print_procedures(found.procedures, model)


def _print_procedures(found: ProcedureEvaluation, model: str) -> None:
    table = plain_table()
    table.add_column("Procedures", no_wrap=True)
    table.add_column(model, justify="right")
    for metric, value in found.metrics.items():
        table.add_row(metric, f"{value:.3f}")
    table.add_row("first code right", f"{found.first_right:.3f}")
    table.add_row("right code in the first five", f"{found.in_five:.3f}")
    table.add_row("not performed, yet confident", f"{found.made_lines} of {found.named}")
    table.add_row("visit level exactly right", f"{found.visits_right} of {found.visits}")
    console(sys.stdout).print(table)
    typer.echo(f"{found.encounters} encounters whose procedures were coded.")


def _write_by_code(found: Evaluation, path: Path) -> None:
    with destination(path) as stream:
        rows = csv.writer(stream, lineterminator="\n")
        rows.writerow(("code", "true_positive", "false_positive", "false_negative", "f1"))
        for row in found.by_code:
            rows.writerow(
                (
                    row.code,
                    row.true_positive,
                    row.false_positive,
                    row.false_negative,
                    f"{row.f1:.4f}",
                )
            )
