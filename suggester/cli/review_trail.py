"""``suggester review trail``: the audit trail of a period or of one encounter as CSV."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from suggester.cli.review_database import DatabaseOption, command_line, opened
from suggester.cli.review_figures import UntilOption, day
from suggester.errors import InputError

_NUMBER = re.compile(r"E([0-9]{1,9})\Z")


def trail(
    out: Annotated[
        Path | None,
        typer.Argument(metavar="[OUT.csv]", help="File to write; else standard output."),
    ] = None,
    since: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="First day; else from the beginning.")
    ] = None,
    until: UntilOption = None,
    encounter: Annotated[
        str | None, typer.Option(metavar="E12", help="Only what was done to this encounter.")
    ] = None,
    database: DatabaseOption = None,
) -> None:
    """Write who did what when, on which model and code set, after which evidence; no note text."""
    from suggester.cli.destination import destination
    from suggester.review.finished import Period
    from suggester.review.trail_entries import entries, note_export, write_trail

    period = Period(day(since), day(until))
    with opened(database) as kept:
        number = _number(encounter)
        with kept.reading() as session:
            if number is not None:
                from suggester.review.intake import found

                found(session, number)
            with destination(out) as file:
                written = write_trail(file, entries(session, period, number))
        note_export(kept, command_line(), period)
    if out is not None:
        typer.echo(f"{written:,} entries are in {out}.")


def _number(written: str | None) -> int | None:
    if written is None:
        return None
    match = _NUMBER.match(written.upper())
    if match is None:
        raise InputError("An encounter is named by its number, such as E12.")
    return int(match[1])
