"""``suggester edits``: import the NCCI edits of CMS and check claim lines against them."""

from __future__ import annotations

import datetime
import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from suggester.cli.console import console, plain_table
from suggester.cli.progress import progress

app = typer.Typer(
    help="Import the NCCI edits of CMS and check claim lines against them.", no_args_is_help=True
)


class Format(StrEnum):
    """How a command prints its result."""

    table = "table"
    json = "json"


FormatOption = Annotated[Format, typer.Option("--format", help="Output format.")]
DateOption = Annotated[
    datetime.datetime | None,
    typer.Option("--date", formats=["%Y-%m-%d"], help="Date of service; today when not given."),
]


@app.command("import")
def import_(
    files: Annotated[
        list[Path],
        typer.Argument(help="PTP, MUE and add-on files of one quarter, or the zips they come in."),
    ],
    name: Annotated[
        str | None,
        typer.Option(help="Name by quarter, as 2024Q3; from the file names if not given."),
    ] = None,
) -> None:
    """Install the edits of a quarter; kinds of edits imported again replace those before them."""
    from suggester.edits.importing import import_ncci
    from suggester.edits.ncci import NAMES

    with progress() as advance:
        imported = import_ncci(files, name, advance)
    release = imported.release
    counts = ", ".join(
        f"{release.rows[kind]:,} {words}" + (" (as before)" if kind in imported.kept else "")
        for kind, words in NAMES.items()
        if kind in release.rows
    )
    typer.echo(
        f"Installed {release.name}: {counts}, for {release.effective_from} to "
        f"{release.effective_to}."
    )
    if imported.missing_parts:
        typer.echo(
            f"Notice: the PTP files were given without {', '.join(imported.missing_parts)}, whose "
            "pairs are not checked; import all parts together.",
            err=True,
        )


@app.command()
def status(date: DateOption = None, format_: FormatOption = Format.table) -> None:
    """List the installed releases, how much each holds, and which a date of service is checked by."""
    from suggester.edits.installed import installed_releases, is_intact, release_for
    from suggester.edits.ncci import NAMES

    day = date.date() if date else datetime.date.today()
    releases = installed_releases()
    used = release_for(day).name if releases else None
    if format_ is Format.json:
        installed = [
            {
                "name": r.name,
                "effective_from": r.effective_from,
                "effective_to": r.effective_to,
                "rows": dict(r.rows),
                "intact": is_intact(r),
                "folder": r.folder,
            }
            for r in releases
        ]
        _print_json({"date": day, "release": used, "installed": installed})
        return
    if used is None:
        typer.echo(
            "No NCCI edits are installed. Download them from CMS and run: suggester edits import",
            err=True,
        )
        return
    table = plain_table()
    headings = ("Release", "From", "To", *NAMES.values(), "Files", "Used on this date")
    for heading in headings:
        table.add_column(heading, justify="right" if heading in NAMES.values() else "left")
    for r in releases:
        counts = [f"{r.rows[kind]:,}" if kind in r.rows else "none" for kind in NAMES]
        intact = "intact" if is_intact(r) else "damaged"
        dates = (str(r.effective_from), str(r.effective_to))
        table.add_row(r.name, *dates, *counts, intact, "yes" if r.name == used else "")
    console(sys.stdout).print(table)


@app.command()
def check(
    lines: Annotated[
        list[str],
        typer.Argument(help="Claim lines as code[-modifier…][:units]: 99213-25 or 97597-59:2."),
    ],
    release: Annotated[
        str | None, typer.Option(help="Installed release to use, such as 2024Q3.")
    ] = None,
    date: DateOption = None,
    format_: FormatOption = Format.table,
) -> None:
    """Check the lines of one claim (one patient, practitioner and day) against the NCCI edits."""
    from dataclasses import asdict

    from suggester.edits.claims import check as check_claim
    from suggester.edits.claims import read_line
    from suggester.edits.installed import find_release, load_installed, release_for

    claim = [read_line(line) for line in lines]
    day = date.date() if date else datetime.date.today()
    installed = find_release(release) if release is not None else release_for(day)
    ncci = load_installed(installed)
    alerts = check_claim(claim, ncci, day)
    if format_ is Format.json:
        _print_json([asdict(alert) for alert in alerts])
    elif alerts:
        table = plain_table()
        for heading in ("Severity", "Rule", "Codes", "Message"):
            table.add_column(heading, no_wrap=heading != "Message")
        for alert in alerts:
            table.add_row(alert.severity, alert.rule, " ".join(alert.codes), alert.message)
        console(sys.stdout).print(table)
    else:
        typer.echo(f"Nothing in NCCI {ncci.release} stands against these lines.")
    if ncci.missing():
        typer.echo(
            f"Notice: {ncci.release} was imported without {' and '.join(ncci.missing())}; these "
            "are not checked.",
            err=True,
        )
    if not installed.in_force(day):
        typer.echo(
            f"Notice: {ncci.release} is not the release of {day}; its undated edits are taken as "
            "they are.",
            err=True,
        )


def _print_json(value: object) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))
