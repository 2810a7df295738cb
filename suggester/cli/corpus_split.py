"""``suggester corpus split``: train, dev and test files in which no patient stands twice."""

from __future__ import annotations

import datetime
import json
import sys
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from suggester.cli.console import console, plain_table
from suggester.cli.destination import destination
from suggester.cli.progress import progress
from suggester.errors import InputError, OutputError

if TYPE_CHECKING:
    from suggester.corpus.split_table import SplitRow
    from suggester.corpus.splitting import Note, Shares


class By(StrEnum):
    """What decides where a patient goes."""

    codes = "codes"
    patient = "patient"
    time = "time"


class Format(StrEnum):
    """How the table is printed."""

    table = "table"
    json = "json"


def split(
    corpus: Annotated[
        list[Path],
        typer.Argument(metavar="CORPUS…", help="Coded notes: .jsonl, .csv, .parquet, or folders."),
    ],
    out: Annotated[Path, typer.Option(help="Folder for train.jsonl, dev.jsonl and test.jsonl.")],
    test: Annotated[float, typer.Option(help="Share of the notes for the test.")] = 0.2,
    dev: Annotated[float, typer.Option(help="Share of the notes for development.")] = 0.0,
    by: Annotated[
        By,
        typer.Option(
            help="codes spreads rare codes over the parts, patient deals out at random, "
            "time tests on the latest."
        ),
    ] = By.codes,
    cut: Annotated[
        datetime.datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            help="With --by time, the first day of the test, in place of --test.",
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Same seed and corpus: same split.")] = 0,
    force: Annotated[
        bool, typer.Option("--force", help="Replace files of an earlier split.")
    ] = False,
    format_: Annotated[Format, typer.Option("--format", help="Output format.")] = Format.table,
) -> None:
    """Split a corpus into files for training and testing; a patient's notes stay together."""
    from suggester.corpus.readers import read_corpus
    from suggester.corpus.split_table import split_rows
    from suggester.corpus.splitting import Shares, note_of

    if Path("-") in corpus:
        raise InputError("A corpus to split is read twice; save standard input as a file.")
    if cut is not None and by is not By.time:
        raise InputError("--cut is for --by time.")
    shares = Shares(test, dev)
    shares.of()
    files = {name: out / f"{name}.jsonl" for name in ("train", "dev", "test")}
    _check_out(out, files, force)
    notes = []
    with progress() as advance:
        for coded in read_corpus(
            corpus, report=lambda message: typer.echo(f"Notice: {message}", err=True)
        ):
            notes.append(note_of(coded))
            advance("notes read", len(notes), 0)
        chosen = _chosen(notes, by, shares, cut, seed, advance)
    _check_parts(chosen, shares)
    _write(corpus, files, chosen)
    rows = split_rows(notes, chosen)
    if format_ is Format.json:
        told = {"splits": [asdict(row) for row in rows], "left_out": len(notes) - len(chosen)}
        typer.echo(json.dumps(told, indent=2))
    else:
        _print(rows)
    _remarks(notes, chosen)


def _chosen(
    notes: list[Note],
    by: By,
    shares: Shares,
    cut: datetime.datetime | None,
    seed: int,
    advance: Any,
) -> dict[str, str]:
    from suggester.corpus import splitting

    if by is By.patient:
        return splitting.split_by_patient(notes, shares, seed)
    if by is By.codes:
        return splitting.split_by_codes(
            notes, shares, seed, lambda done, total: advance("patients dealt out", done, total)
        )
    cuts = splitting.cut_dates(notes, shares)
    if cut is not None:
        cuts["test"] = cut.date()
        if cuts.get("dev", cuts["test"]) > cuts["test"]:
            raise InputError("--cut lies before the time of --dev; give a later day or no --dev.")
    return splitting.split_by_time(notes, cuts)


def _check_out(out: Path, files: Mapping[str, Path], force: bool) -> None:
    if out.exists() and not out.is_dir():
        raise OutputError(f"{out} is a file; give the name of a folder.")
    if not force and any(path.exists() for path in files.values()):
        raise OutputError(f"There is a split in {out} already; choose another folder or --force.")


def _check_parts(chosen: Mapping[str, str], shares: Shares) -> None:
    there = set(chosen.values())
    for name in shares.of():
        if name not in there:
            raise InputError(
                f"No note would be for {name}: there are too few patients, or none of that time."
            )


def _write(corpus: list[Path], files: Mapping[str, Path], chosen: Mapping[str, str]) -> None:
    from suggester.corpus.readers import read_corpus_rows

    used = set(chosen.values())
    folder = next(iter(files.values())).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder} cannot be made: {error.strerror}.") from None
    with progress() as advance, ExitStack() as stack:
        streams = {name: stack.enter_context(destination(files[name])) for name in sorted(used)}
        for done, (fields, coded) in enumerate(read_corpus_rows(corpus), 1):
            name = chosen.get(coded.encounter.id)
            if name is not None:
                row = {**fields, "codes": _codes(fields, coded.codes), "split": name}
                streams[name].write(json.dumps(row, ensure_ascii=False, default=str) + "\n")
            advance("notes written", done, len(chosen))
    for name in set(files) - used:
        files[name].unlink(missing_ok=True)


def _codes(fields: Mapping[str, Any], codes: tuple[str, ...]) -> Any:
    """Return the codes as JSON Lines have them, where a table had them in one string."""
    given = fields.get("codes")
    return list(codes) if isinstance(given, str) else given


def _print(rows: list[SplitRow]) -> None:
    table = plain_table()
    table.add_column("Split")
    for heading in ("Notes", "Share", "Patients", "Codes", "Unseen codes", "Of its codes"):
        table.add_column(heading, justify="right")
    for row in rows:
        unseen = "" if row.unseen_codes is None else f"{row.unseen_codes:,}"
        share = "" if row.unseen_share is None else f"{row.unseen_share:.1%}"
        figures = (f"{row.notes:,}", f"{row.share:.1%}", f"{row.patients:,}", f"{row.codes:,}")
        table.add_row(row.split, *figures, unseen, share)
    console(sys.stdout).print(table)
    typer.echo("Unseen codes stand in no training note; of its codes: their share of all assigned.")


def _remarks(notes: list[Note], chosen: Mapping[str, str]) -> None:
    left_out = len(notes) - len(chosen)
    if left_out:
        typer.echo(
            f"Notice: {left_out:,} later notes of patients who were seen before are in no part.",
            err=True,
        )
    unnamed = Counter(note.patient.startswith("\0") for note in notes)[True]
    if unnamed:
        typer.echo(
            f"Notice: {unnamed:,} notes have no 'patient'; each counts as a patient of its own.",
            err=True,
        )
