"""``suggester corpus convert``: a corpus of any layout into the project's own form."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from suggester.cli.destination import private_destination
from suggester.cli.layouts import ICD, LAYOUT, MAP_FORWARD, check_icd
from suggester.cli.progress import progress
from suggester.cli.splits import check_splits
from suggester.errors import InputError


def convert(
    corpus: Annotated[
        list[Path],
        typer.Argument(metavar="CORPUS…", help="Coded notes: files or folders of any layout."),
    ],
    out: Annotated[Path, typer.Option(help="File to write: .jsonl or .parquet.")],
    layout: Annotated[str, LAYOUT] = "auto",
    icd_version: Annotated[int, ICD] = 10,
    map_forward: Annotated[bool, MAP_FORWARD] = False,
    split: Annotated[
        list[str] | None, typer.Option(help="Only the notes of this split; may be repeated.")
    ] = None,
    skip: Annotated[
        bool, typer.Option("--skip", help="Leave out rows that cannot be used, with the reason.")
    ] = False,
) -> None:
    """Write a corpus of any layout as one file of the project's own form."""
    from suggester.codes import load_icd10cm
    from suggester.corpus.readers import read_corpus
    from suggester.corpus.retired import Forward
    from suggester.corpus.writing import check_ending, writer
    from suggester.exchange.corpus_layouts import ALL_LAYOUTS

    check_ending(out)
    check_icd(icd_version)
    if any(path.resolve() == out.resolve() for path in corpus):
        raise InputError(
            f"{out} is read and cannot be written at the same time; name another file."
        )
    forward = Forward(load_icd10cm()) if map_forward else None
    number = left_out = 0
    lost: set[str] = set()

    def report(message: InputError | str) -> None:
        nonlocal left_out
        left_out += isinstance(message, InputError)
        typer.echo(
            f"{'Left out' if isinstance(message, InputError) else 'Notice'}: {message}", err=True
        )

    with progress() as advance, private_destination(out) as stream, writer(out, stream) as write:
        for coded in read_corpus(
            corpus,
            "skip" if skip else "stop",
            report,
            check_splits(split),
            layout=layout,
            icd_version=icd_version,
            layouts=ALL_LAYOUTS,
        ):
            write(coded if forward is None else forward.apply(coded))
            lost |= set(coded.rest)
            number += 1
            advance("notes", number, 0)
        if not number:
            raise InputError("There is no note to write; nothing was written.")
    if lost and out.suffix.lower() == ".parquet":
        fields = ", ".join(sorted(lost))
        typer.echo(f"Notice: Parquet has no columns for {fields}; .jsonl keeps them.", err=True)
    for sentence in forward.sentences() if forward is not None else ():
        typer.echo(f"Notice: {sentence}", err=True)
    aside = f"; {left_out:,} rows were left out" if left_out else ""
    typer.echo(f"{number:,} notes were written to {out}{aside}.")
