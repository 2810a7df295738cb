"""``suggester suggest``: notes in; ranked, explained codes out."""

from __future__ import annotations

import dataclasses
import datetime
import difflib
import itertools
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from suggester.cli.destination import destination
from suggester.cli.progress import progress
from suggester.cli.result_formats import Format, writer
from suggester.errors import InputError, UnknownSystemError
from suggester.suggestions import SYSTEMS

if TYPE_CHECKING:
    from suggester.encounter import Encounter
    from suggester.engine import Suggester

#: Suggestions given for a note where no number was asked for.
TOP_K = 50


class SettingName(StrEnum):
    """Where care was given."""

    outpatient = "outpatient"
    inpatient = "inpatient"
    emergency = "emergency"


class Sex(StrEnum):
    """Sex as recorded for the claim."""

    F = "F"
    M = "M"


class OnError(StrEnum):
    """What happens with a note that cannot be used."""

    stop = "stop"
    skip = "skip"


@dataclasses.dataclass(slots=True)
class _Messages:
    """Prints notices and skipped notes as they come, and counts the skipped."""

    skipped: int = 0

    def __call__(self, message: InputError | str) -> None:
        if isinstance(message, InputError):
            self.skipped += 1
            typer.echo(f"Skipped: {message}", err=True)
        else:
            typer.echo(f"Notice: {message}", err=True)


def suggest(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="FILES|-",
            help="Notes: .txt, .md, .jsonl, .ndjson, .json, .csv, .parquet; C-CDA in .xml, FHIR in "
            ".json; - is standard input.",
            show_default=False,
        ),
    ] = None,
    model: Annotated[str, typer.Option(help="Model by name or folder.")] = "default",
    format_: Annotated[Format, typer.Option("--format", help="Output format.")] = Format.table,
    top_k: Annotated[
        int | None,
        typer.Option(
            min=1,
            help=f"Most diagnoses, and most procedures, of a note; else {TOP_K}, of which a table "
            "shows 10 candidates.",
            show_default=False,
        ),
    ] = None,
    setting: Annotated[
        SettingName | None,
        typer.Option(case_sensitive=False, help="Setting of notes that do not say theirs."),
    ] = None,
    age: Annotated[int | None, typer.Option(min=0, max=130, help="Age in years, likewise.")] = None,
    sex: Annotated[Sex | None, typer.Option(case_sensitive=False, help="Sex, likewise.")] = None,
    date: Annotated[
        datetime.datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Date of service, likewise."),
    ] = None,
    system: Annotated[
        list[str] | None,
        typer.Option(
            help=f"Only this code system: {', '.join(SYSTEMS)}; may be repeated.",
            show_default=False,
        ),
    ] = None,
    release: Annotated[
        str | None,
        typer.Option(help="Installed release, such as FY2026-04; else the one for the date."),
    ] = None,
    rules: Annotated[
        Path | None,
        typer.Option(help="TOML file with the coding rules of your site.", show_default=False),
    ] = None,
    edits: Annotated[
        bool, typer.Option("--edits/--no-edits", help="Apply the coding rules, or only rank.")
    ] = True,
    sure: Annotated[
        bool,
        typer.Option(
            "--sure",
            help="Only diagnoses from the confidence on that training guarantees to be 95 % right.",
        ),
    ] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say what each confidence was made of.")
    ] = False,
    on_error: Annotated[
        OnError, typer.Option(help="Stop at a note that cannot be used, or skip it.")
    ] = OnError.stop,
    out: Annotated[
        Path | None, typer.Option(help="File to write; it appears when it is complete.")
    ] = None,
) -> None:
    """Suggest codes for clinical notes: ranked, with the words of the note that support each."""
    from suggester.corpus.readers import read_encounters
    from suggester.engine.sure import only_sure, sure_threshold
    from suggester.exchange.note_files import ALL_NOTE_FORMATS
    from suggester.models import find_model

    systems = tuple(dict.fromkeys(system or SYSTEMS))
    for name in systems:
        check_system(name)
    paths = files or [_standard_input()]
    find_model(model)
    messages = _Messages()
    day = date.date() if date else None
    stated = _Stated(setting.value if setting else None, age, sex.value if sex else None, day)
    notes = read_encounters(
        paths, "skip" if on_error is OnError.skip else "stop", messages, ALL_NOTE_FORMATS
    )
    # The first is read before the model is loaded: bad input is answered at once.
    first = next(notes, None)
    encounters = () if first is None else itertools.chain((first,), notes)
    suggester = None if first is None else load_suggester(model, release, day, rules)
    least = sure_threshold(suggester.model) if sure and suggester is not None else None
    watched = _several(paths) and (out is not None or not sys.stdout.isatty())
    coded = 0
    with destination(out) as stream, progress(watched) as advance:
        results = writer(format_, stream, all_candidates=top_k is not None)
        if suggester is not None:
            for encounter in map(stated.complete, encounters):
                found = suggester.suggest(
                    encounter, top_k=top_k or TOP_K, explain=explain, systems=systems, edits=edits
                )
                results.write(found if least is None else only_sure(found, least))
                coded += 1
                advance("notes", coded, 0)
        results.close()
        stream.flush()
    if messages.skipped:
        notes_were = "note was" if messages.skipped == 1 else "notes were"
        typer.echo(f"{messages.skipped} {notes_were} skipped, {coded} coded.", err=True)
        raise typer.Exit(1)


@dataclasses.dataclass(frozen=True, slots=True)
class _Stated:
    """What the command line says of notes that do not say it themselves."""

    setting: str | None
    age: int | None
    sex: str | None
    date_of_service: datetime.date | None

    def complete(self, encounter: Encounter) -> Encounter:
        """Return the encounter with what it lacks filled in."""
        lacking = {
            field.name: getattr(self, field.name)
            for field in dataclasses.fields(self)
            if getattr(encounter, field.name) is None
        }
        return dataclasses.replace(encounter, **lacking)


def check_system(system: str) -> None:
    """Refuse a code system that there is not.

    Raises
    ------
    UnknownSystemError
        Names the nearest.
    """
    if system in SYSTEMS:
        return
    near = difflib.get_close_matches(system.lower(), SYSTEMS, n=1, cutoff=0.4)
    nearest = f" Nearest: {near[0]}." if near else ""
    raise UnknownSystemError(
        f"There is no code system {system[:40]!r}.{nearest} Known: {', '.join(SYSTEMS)}."
    )


def _standard_input() -> Path:
    if sys.stdin is None or sys.stdin.isatty():
        raise InputError(
            "Name the notes to code, such as: suggester suggest visit.txt; "
            "or pipe one in: suggester suggest - < visit.txt"
        )
    return Path("-")


def _several(paths: list[Path]) -> bool:
    return len(paths) > 1 or paths[0].suffix.lower() not in ("", ".txt", ".md")


def load_suggester(
    model: str, release: str | None, day: datetime.date | None, rules: Path | None = None
) -> Suggester:
    """Load a model with the code set in force on a day and the rules of a site."""
    from suggester.codes.installed import release_for
    from suggester.engine import Suggester

    if release is None and day is not None:
        release = release_for(day).name
    return Suggester.load(model, release, rules)
