"""``suggester corpus``: is a coded corpus fit to train on, and bring it into the project's form."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from dataclasses import asdict
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from suggester.cli import corpus_generate, corpus_scan, corpus_split, corpus_stats
from suggester.cli.corpus_convert import convert
from suggester.cli.layouts import ICD, LAYOUT, MAP_FORWARD, check_icd
from suggester.cli.progress import progress
from suggester.errors import InputError

if TYPE_CHECKING:
    from suggester.codes import CodeSet
    from suggester.corpus.check import Checking, Problem
    from suggester.corpus.distribution import Distribution

app = typer.Typer(
    help="Check, convert, scan, split, describe and generate corpora.", no_args_is_help=True
)
app.command()(convert)
app.command("scan-phi")(corpus_scan.scan_phi)
app.command("split")(corpus_split.split)
app.command("stats")(corpus_stats.stats)
app.command("generate")(corpus_generate.generate)


class Format(StrEnum):
    """How the problems are printed."""

    text = "text"
    json = "json"


@app.command()
def check(
    corpus: Annotated[
        list[Path],
        typer.Argument(metavar="CORPUS…", help="Coded notes: files or folders of any layout."),
    ],
    ignore: Annotated[
        list[str] | None, typer.Option(help="A kind of problem not to look for; may be repeated.")
    ] = None,
    layout: Annotated[str, LAYOUT] = "auto",
    icd_version: Annotated[int, ICD] = 10,
    map_forward: Annotated[bool, MAP_FORWARD] = False,
    shared: Annotated[
        float,
        typer.Option(
            min=0, max=1, help="Share of its wording that makes a note a copy of another."
        ),
    ] = 0.5,
    listed: Annotated[
        int, typer.Option(min=1, help="Problems of one kind to list; all are counted.")
    ] = 1000,
    format_: Annotated[Format, typer.Option("--format", help="Output format.")] = Format.text,
) -> None:
    """Check codes, dates, places, encodings, identifiers, copies and leaks between splits; fail where there are problems."""
    from suggester.codes import load_icd10cm
    from suggester.corpus.check import KINDS, Checking
    from suggester.corpus.distribution import Distributing
    from suggester.corpus.readers import read_corpus
    from suggester.corpus.retired import Forward
    from suggester.exchange.corpus_layouts import ALL_LAYOUTS

    unknown = sorted(set(ignore or ()) - set(KINDS))
    if unknown:
        raise InputError(f"Unknown kind of problem {unknown[0]!r}; known: {', '.join(KINDS)}.")
    check_icd(icd_version)
    set_aside = _SetAside(listed)
    checking = Checking(_by_day(load_icd10cm), ignore or (), shared, listed, not map_forward)
    distributing = Distributing()
    forward = Forward(load_icd10cm()) if map_forward else None
    with progress() as advance:
        for coded in read_corpus(
            corpus,
            "skip",
            set_aside,
            layout=layout,
            icd_version=icd_version,
            layouts=ALL_LAYOUTS,
        ):
            read = coded if forward is None else forward.apply(coded)
            checking.add(read)
            distributing.add(read)
            advance("notes", checking.notes, 0)
    problems = checking.problems()
    if not checking.notes and set_aside.number == 1:
        raise InputError(set_aside.rows[0])  # The one file given cannot be used at all.
    for sentence in forward.sentences() if forward is not None else ():
        typer.echo(f"Notice: {sentence}", err=True)
    if format_ is Format.json:
        _print_json(checking, problems, set_aside, distributing.figures())
    else:
        _print_text(checking, problems, set_aside, distributing.figures())
    if problems or set_aside.number:
        raise typer.Exit(1)


class _SetAside:
    """Rows that cannot be used, with the reason; notices are shown as they come."""

    def __init__(self, listed: int) -> None:
        self.rows: list[str] = []
        self.number = 0
        self._listed = listed

    def __call__(self, message: InputError | str) -> None:
        if not isinstance(message, InputError):
            typer.echo(f"Notice: {message}", err=True)
            return
        self.number += 1
        if len(self.rows) < self._listed:
            self.rows.append(str(message))


def _by_day(
    load: Callable[[str | None, datetime.date | None], CodeSet],
) -> Callable[[datetime.date | None], CodeSet]:
    @cache
    def codes_on(day: datetime.date | None) -> CodeSet:
        return load(None, day)

    return codes_on


def _print_json(
    checking: Checking, problems: list[Problem], set_aside: _SetAside, figures: Distribution
) -> None:
    found = {
        "notes": checking.notes,
        "problems": [{"note": p.note, "kind": p.kind, "problem": p.message} for p in problems],
        "counts": dict(checking.counts),
        "set_aside": {"rows": set_aside.number, "reasons": set_aside.rows},
        "distribution": asdict(figures),
    }
    typer.echo(json.dumps(found, indent=2))


def _print_text(
    checking: Checking, problems: list[Problem], set_aside: _SetAside, figures: Distribution
) -> None:
    from suggester.corpus.distribution import describe

    for problem in problems:
        typer.echo(f"{problem.note}: {problem.message} [{problem.kind}]")
    for kind, number in checking.counts.items():
        more = number - sum(problem.kind == kind for problem in problems)
        if more:
            typer.echo(f"… and {more:,} more [{kind}]")
    for reason in set_aside.rows:
        typer.echo(f"Set aside: {reason}")
    if set_aside.number > len(set_aside.rows):
        typer.echo(f"… and {set_aside.number - len(set_aside.rows):,} more rows set aside")
    for line in describe(figures):
        typer.echo(line)
    aside = f", {set_aside.number} rows set aside" if set_aside.number else ""
    typer.echo(f"{checking.notes} notes, {checking.counts.total()} problems{aside}.")
