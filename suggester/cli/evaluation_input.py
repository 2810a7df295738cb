"""What ``suggester evaluate`` and ``suggester compare`` are given: notes and common options."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from suggester.cli.splits import check_splits

if TYPE_CHECKING:
    from suggester.corpus.gold import CodedEncounter


class Format(StrEnum):
    """How the metrics are printed."""

    table = "table"
    json = "json"


FormatOption = Annotated[Format, typer.Option("--format", help="Output format.")]
ReportOption = Annotated[
    Path | None,
    typer.Option(help="HTML file to write: one page with pictures, to read, print or pass on."),
]
TrainedOnOption = Annotated[
    list[Path] | None,
    typer.Option(
        help="Coded notes to count how often each code was seen in training; may be repeated. "
        "Without it, what the model remembers of its training is used."
    ),
]
ResamplesOption = Annotated[
    int, typer.Option(min=100, max=100_000, help="Draws of patients for the 95 % intervals.")
]
SeedOption = Annotated[int, typer.Option(min=0, help="Same seed and notes: same intervals.")]


def read_notes(
    paths: Sequence[Path], split: Sequence[str] | None = None, layout: str = "auto"
) -> list[CodedEncounter]:
    """Read coded notes, those of some splits only where any are named.

    Raises
    ------
    InputError
        They cannot be read, or there is no such split.
    """
    from suggester.corpus.readers import read_corpus
    from suggester.exchange.corpus_layouts import ALL_LAYOUTS

    return list(
        read_corpus(
            paths,
            report=lambda message: typer.echo(f"Notice: {message}", err=True),
            splits=check_splits(split),
            layout=layout,
            layouts=ALL_LAYOUTS,
        )
    )


def training_counts(paths: Sequence[Path] | None) -> dict[str, int] | None:
    """Return how often each code is gold in these corpora, or None where there are none."""
    from suggester.evaluation.training_counts import of_corpus

    return of_corpus(read_notes(paths)) if paths else None
