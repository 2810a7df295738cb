"""``suggester batch``: any number of notes, coded in partitions; a run that ended goes on."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from suggester.cli.engine_options import (
    Engine,
    EngineOption,
    JobsOption,
    SchedulerOption,
    check_jobs,
    working_on,
)
from suggester.cli.progress import lasting_progress
from suggester.cli.suggest import TOP_K, check_system
from suggester.errors import InputError
from suggester.suggestions import SYSTEMS

if TYPE_CHECKING:
    from suggester.batch.run import Totals


class PartFormat(StrEnum):
    """The form of the parts."""

    parquet = "parquet"
    jsonl = "jsonl"


def batch(
    inputs: Annotated[
        list[Path],
        typer.Argument(
            metavar="IN…",
            help="Notes: .jsonl, .ndjson, .csv (also .gz), .parquet and all that suggest reads; or "
            "folders of such files.",
        ),
    ],
    out: Annotated[
        Path,
        typer.Argument(
            metavar="OUT_FOLDER", help="Folder for the parts; a run that ended goes on there."
        ),
    ],
    jobs: JobsOption = -1,
    engine: EngineOption = Engine.local,
    scheduler: SchedulerOption = None,
    partition: Annotated[
        int, typer.Option(min=1, max=100_000, help="Rows of a part; some parts are held in memory.")
    ] = 500,
    format_: Annotated[
        PartFormat,
        typer.Option("--format", help="A row a suggestion in parquet, a line a note in jsonl."),
    ] = PartFormat.parquet,
    model: Annotated[str, typer.Option(help="Model by name or folder.")] = "default",
    release: Annotated[
        str | None,
        typer.Option(help="Installed release of ICD-10-CM, such as FY2026-04; else today's."),
    ] = None,
    rules: Annotated[
        Path | None,
        typer.Option(help="TOML file with the coding rules of your site.", show_default=False),
    ] = None,
    system: Annotated[
        list[str] | None,
        typer.Option(
            help=f"Only this code system: {', '.join(SYSTEMS)}; may be repeated.",
            show_default=False,
        ),
    ] = None,
    top_k: Annotated[
        int, typer.Option(min=1, help="Most diagnoses, and most procedures, of a note.")
    ] = TOP_K,
    retry_bad: Annotated[
        bool,
        typer.Option("--retry-bad", help="Code again the parts in which coding a note failed."),
    ] = False,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Begin anew: take away the parts that are there.")
    ] = False,
) -> None:
    """Code any number of notes into a folder of parts; a run that was ended goes on where it was."""
    from suggester.batch.coding import CodingOptions
    from suggester.batch.folder import BatchFolder, batch_folder
    from suggester.batch.run import run
    from suggester.corpus.formats import CORPUS_FORMATS
    from suggester.engine.elsewhere import EngineSource
    from suggester.exchange.note_files import ALL_NOTE_FORMATS

    check_jobs(jobs)
    wanted = tuple(dict.fromkeys(system or SYSTEMS))
    for name in wanted:
        check_system(name)
    paths = _files(inputs, out)
    source = EngineSource.of(model, release, rules)
    options = CodingOptions(wanted, top_k, format_.value)
    folder: BatchFolder | None = None
    try:
        with (
            batch_folder(out, fresh) as folder,
            working_on(engine, scheduler),
            lasting_progress() as advance,
        ):
            totals = run(
                paths,
                folder,
                source,
                options,
                formats={**CORPUS_FORMATS, **ALL_NOTE_FORMATS},
                partition=partition,
                jobs=jobs,
                retry=retry_bad,
                report=lambda said: typer.echo(f"Notice: {said}", err=True),
                progress=advance,
            )
    except KeyboardInterrupt:
        if folder is not None and folder.plan:
            typer.echo(
                f"{len(folder.done()):,} parts are there; the same command goes on from here.",
                err=True,
            )
        raise
    _tell(totals, out)


def _files(inputs: list[Path], out: Path) -> list[Path]:
    """Return the files that the inputs stand for, in order.

    Raises
    ------
    InputError
        One is missing, is standard input, or is in the folder that is written to.
    """
    from suggester.corpus.readers import corpus_files
    from suggester.corpus.text_files import STDIN, check_there, named

    files: list[Path] = []
    for path in inputs:
        if path == STDIN:
            raise InputError(
                "Standard input cannot be read twice, as going on after an interruption needs; "
                "name a file."
            )
        for file in corpus_files(path):
            check_there(file)
            if file.resolve().parent == out.resolve():
                raise InputError(f"{named(file)} is in the folder that is written to.")
            files.append(file)
    return files


def _tell(totals: Totals, out: Path) -> None:
    from suggester.batch.folder import BAD

    coded = f"{totals.notes:,} {'note is' if totals.notes == 1 else 'notes are'} coded in {out}"
    if not totals.bad:
        typer.echo(f"{coded}.")
        return
    rows = "row was" if totals.bad == 1 else "rows were"
    typer.echo(f"{coded}; {totals.bad:,} {rows} set aside, see {out / BAD}.")
    raise typer.Exit(1)
