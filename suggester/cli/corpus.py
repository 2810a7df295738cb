"""``suggester corpus``: is a coded corpus fit to train on?"""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from suggester.errors import InputError

app = typer.Typer(help="Check coded corpora.", no_args_is_help=True)


class Format(StrEnum):
    """How the problems are printed."""

    text = "text"
    json = "json"


@app.callback()
def _corpus() -> None:
    """Keep the subcommand's name, though there is only one."""


@app.command()
def check(
    corpus: Annotated[
        list[Path],
        typer.Argument(metavar="CORPUS…", help="Coded notes: .jsonl, .csv, .parquet, or folders."),
    ],
    ignore: Annotated[
        list[str] | None, typer.Option(help="A kind of problem not to look for; may be repeated.")
    ] = None,
    format_: Annotated[Format, typer.Option("--format", help="Output format.")] = Format.text,
) -> None:
    """Check codes, places, identifiers, copies and excluding codes; fail where there are problems."""
    from suggester.codes import load_icd10cm
    from suggester.corpus.check import KINDS, check_corpus
    from suggester.corpus.readers import read_corpus

    unknown = sorted(set(ignore or ()) - set(KINDS))
    if unknown:
        raise InputError(f"Unknown kind of problem {unknown[0]!r}; known: {', '.join(KINDS)}.")
    notes = list(
        read_corpus(corpus, report=lambda message: typer.echo(f"Notice: {message}", err=True))
    )
    problems = check_corpus(notes, lambda day: load_icd10cm(date_of_service=day), ignore or ())
    if format_ is Format.json:
        rows = [{"note": p.note, "kind": p.kind, "problem": p.message} for p in problems]
        typer.echo(json.dumps({"notes": len(notes), "problems": rows}, indent=2))
    else:
        for problem in problems:
            typer.echo(f"{problem.note}: {problem.message} [{problem.kind}]")
        typer.echo(f"{len(notes)} notes, {len(problems)} problems.")
    if problems:
        raise typer.Exit(1)
