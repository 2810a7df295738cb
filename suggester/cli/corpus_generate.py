"""``suggester corpus generate``: invented notes at any volume, to try scale and nothing else."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from suggester.cli.destination import destination
from suggester.cli.progress import Progress, progress
from suggester.errors import InputError, OutputError


class Layout(StrEnum):
    """How the notes are written."""

    own = "own"
    mimic = "mimic"


def generate(
    out: Annotated[
        Path,
        typer.Option(help="File ending in .jsonl or .parquet; with --layout mimic, a folder."),
    ],
    notes: Annotated[int, typer.Option(help="Number of notes.")] = 1000,
    words: Annotated[int, typer.Option(help="Words a note, in the mean.")] = 1500,
    codes: Annotated[int, typer.Option(help="Different codes to draw from.")] = 4000,
    codes_per_note: Annotated[float, typer.Option(help="Codes a note, in the mean.")] = 12.0,
    zipf: Annotated[
        float,
        typer.Option(
            help="The code of rank r is drawn in proportion to (r + 4) to the minus this."
        ),
    ] = 1.1,
    habits: Annotated[
        float,
        typer.Option(help="Share of the codes that notes often call by an invented house name."),
    ] = 0.3,
    noise: Annotated[
        float, typer.Option(help="Share of the labels that are wrong: left out, or added.")
    ] = 0.05,
    seed: Annotated[int, typer.Option(min=0, help="Same seed and options: same notes.")] = 1,
    layout: Annotated[
        Layout, typer.Option(help="own corpus rows, or the tables of MIMIC-IV.")
    ] = Layout.own,
) -> None:
    """Invent notes at any volume. They measure scale, never quality: no figure on them says how well codes are suggested."""
    from suggester.codes import load_icd10cm
    from suggester.corpus.invented.notes import Volume, invented_notes

    volume = Volume(notes, words, codes, codes_per_note, zipf, habits, noise, seed)
    volume.check()
    _check_out(out, layout)
    with progress() as advance:
        rows = _told(invented_notes(load_icd10cm(), volume), advance, notes)
        if layout is Layout.mimic:
            _write_tables(rows, out)
        elif out.suffix.lower() == ".parquet":
            from suggester.corpus.invented.own import write_parquet

            with _beside(out.parent, out) as folder:
                write_parquet(rows, folder / out.name)
        else:
            from suggester.corpus.invented.own import write_jsonl

            with destination(out) as stream:
                write_jsonl(rows, stream)
    typer.echo(f"{notes:,} invented notes are in {out}. They measure scale, not quality.")


def _check_out(out: Path, layout: Layout) -> None:
    if layout is Layout.mimic:
        if out.exists() and not out.is_dir():
            raise OutputError(f"{out} is a file; with --layout mimic give the name of a folder.")
    elif out.suffix.lower() not in {".jsonl", ".parquet"}:
        raise InputError(
            "--out must end in .jsonl or .parquet, or be a folder with --layout mimic."
        )
    elif out.is_dir():
        raise OutputError(f"{out} is a folder; give the name of a file in it.")


def _told(
    rows: Iterable[Mapping[str, Any]], advance: Progress, total: int
) -> Iterator[Mapping[str, Any]]:
    for done, row in enumerate(rows, 1):
        yield row
        advance("notes invented", done, total)


def _write_tables(rows: Iterable[Mapping[str, Any]], out: Path) -> None:
    from suggester.corpus.invented.mimic import TABLES, file_name, write_mimic

    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{out} cannot be made: {error.strerror}.") from None
    targets = {table: out / file_name(table) for table in TABLES}
    with _beside(out, *targets.values()) as folder:
        write_mimic(rows, {table: folder / path.name for table, path in targets.items()})


@contextmanager
def _beside(parent: Path, *targets: Path) -> Iterator[Path]:
    """Give a folder to write in; what stands in it at the end takes the places of the targets."""
    try:
        with tempfile.TemporaryDirectory(prefix=".generate.", dir=parent) as name:
            yield Path(name)
            for target in targets:
                written = Path(name) / target.name
                with contextlib.suppress(OSError):
                    written.chmod(0o644)
                written.replace(target)
    except OSError as error:
        reason = error.strerror or "an output error"
        raise OutputError(f"{parent} cannot be written: {reason}.") from None
