"""``suggester codes``: look up, search, import and compare releases of code systems."""

from __future__ import annotations

import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from suggester.codes import Code, CodeSet

app = typer.Typer(
    help="Look up, search, import and compare releases of code systems.", no_args_is_help=True
)


class Format(StrEnum):
    """How a command prints its result."""

    table = "table"
    json = "json"


class System(StrEnum):
    """A code system."""

    icd10cm = "icd10cm"
    cpt = "cpt"
    hcpcs = "hcpcs"
    icd10pcs = "icd10pcs"


FormatOption = Annotated[Format, typer.Option("--format", help="Output format.")]
ReleaseOption = Annotated[
    str | None, typer.Option(help="Installed release to use, such as FY2026-04.")
]
SystemOption = Annotated[System, typer.Option(help="Code system.")]
_NOTE_HEADINGS = {
    "inclusion_terms": "Inclusion terms",
    "includes": "Includes",
    "excludes1": "Excludes1",
    "excludes2": "Excludes2",
    "code_first": "Code first",
    "use_additional": "Use additional",
    "code_also": "Code also",
    "general": "Notes",
}
_CHANGES = ("Added", "Deleted", "Retitled", "Re-parented")
_NARROW = frozenset(("Code", "Billable", "7th", "Below", "Release", "From", "To", *_CHANGES))


@app.command()
def show(
    code: Annotated[str, typer.Argument(help="A code, block or chapter: S63.501A, S60-S69, 19.")],
    system: Annotated[
        System | None, typer.Option(help="Code system; told by the form of the code if not given.")
    ] = None,
    release: ReleaseOption = None,
    format_: FormatOption = Format.table,
) -> None:
    """Show a code: its title, place in the hierarchy, 7th characters, notes and details."""
    from suggester.cli import flat_codes
    from suggester.codes import load_icd10cm
    from suggester.codes.flat_installed import require_flat

    flat = None
    if system is None:
        flat = flat_codes.set_of_code(code, release)
    elif system is not System.icd10cm:
        flat = require_flat(system, release)
    if flat is not None:
        flat_codes.show(code, flat, format_ is Format.json)
        return
    code_set = load_icd10cm(release)
    entry = code_set.get(code)
    if format_ is Format.json:
        _print_json(_as_dict(entry, code_set))
    else:
        _print_code(entry, code_set)


@app.command()
def search(
    words: Annotated[list[str], typer.Argument(help="Words in any order, or the start of a code.")],
    limit: Annotated[int, typer.Option(min=1, help="Most codes to show.")] = 20,
    billable: Annotated[bool, typer.Option("--billable", help="Billable codes only.")] = False,
    system: SystemOption = System.icd10cm,
    release: ReleaseOption = None,
    format_: FormatOption = Format.table,
) -> None:
    """Find codes by words or code prefix; spelling mistakes and unfinished words are understood."""
    from dataclasses import asdict

    from suggester.cli import flat_codes
    from suggester.codes import load_icd10cm
    from suggester.codes.flat_installed import require_flat

    query = " ".join(words)
    if system is not System.icd10cm:
        flat_codes.search(query, limit, require_flat(system, release), format_ is Format.json)
        return
    code_set = load_icd10cm(release)
    hits = code_set.search(query, limit, billable)
    if format_ is Format.json:
        _print_json([asdict(hit) for hit in hits])
        return
    if not hits:
        typer.echo(f"No code of {code_set.release.name} matches.", err=True)
        return
    table = _table("Code", "Billable", "Title", "Found as")
    for hit in hits:
        table.add_row(hit.code, "yes" if hit.billable else "", hit.title, hit.term or "")
    _console().print(table)


@app.command()
def status(
    date: Annotated[
        datetime.datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Date of service; today when not given."),
    ] = None,
    system: SystemOption = System.icd10cm,
    format_: FormatOption = Format.table,
) -> None:
    """Say which release is in force on a date of service, and list those installed."""
    from suggester.cli import flat_codes
    from suggester.codes.in_force import status_on
    from suggester.codes.installed import installed_releases

    day = date.date() if date else datetime.date.today()
    if system is not System.icd10cm:
        flat_codes.status(system, day, format_ is Format.json)
        return
    on = status_on(day)
    releases = installed_releases()
    if format_ is Format.json:
        installed = [
            {"name": r.name, "effective_from": r.effective_from, "effective_to": r.effective_to}
            for r in releases
        ]
        _print_json(
            {
                "date": on.day,
                "release": on.release.name,
                "in_force": on.in_force,
                "message": on.message,
                "installed": installed,
            }
        )
        return
    table = _table("Release", "From", "To", "Used on this date")
    for release in releases:
        used = "yes" if release.name == on.release.name else ""
        table.add_row(
            release.name, str(release.effective_from), str(release.effective_to or ""), used
        )
    _console().print(table)
    typer.echo(on.message)


@app.command("import")
def import_(
    paths: Annotated[
        list[Path],
        typer.Argument(
            help="Files as published, or their zips: tabular XML and order file (or code list) of "
            "ICD-10-CM; files of CPT, HCPCS Level II or ICD-10-PCS."
        ),
    ],
    system: Annotated[
        System | None, typer.Option(help="Code system; told from the files when not given.")
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="Name; from the files when they tell it.")
    ] = None,
    start: Annotated[
        datetime.datetime | None,
        typer.Option("--from", formats=["%Y-%m-%d"], help="First day it is in force."),
    ] = None,
    end: Annotated[
        datetime.datetime | None,
        typer.Option("--to", formats=["%Y-%m-%d"], help="Last day it is in force."),
    ] = None,
) -> None:
    """Install another official release beside those already there."""
    from suggester.cli import flat_codes
    from suggester.codes.flat_recognition import system_of
    from suggester.codes.importing import import_release

    first, last = start.date() if start else None, end.date() if end else None
    system = system or System(system_of(paths))
    if system is not System.icd10cm:
        flat_codes.install(paths, system, name, first, last)
        return
    imported = import_release(paths, name, first, last)
    release = imported.release
    typer.echo(
        f"Installed {release.name}: {imported.codes:,} codes, {imported.billable:,} billable, "
        f"in force {release.effective_from} to {release.effective_to}."
    )


@app.command()
def diff(
    old: Annotated[str, typer.Argument(help="Release name, or path of a tabular XML or its zip.")],
    new: Annotated[str, typer.Argument(help="Release name, or path of a tabular XML or its zip.")],
    format_: FormatOption = Format.table,
) -> None:
    """List what changed between two releases, with a successor for each deleted code."""
    from dataclasses import asdict

    from suggester.codes.comparison import compare_releases

    found = compare_releases(old, new)
    if format_ is Format.json:
        _print_json(asdict(found))
        return
    tables = [_table("Added", "Billable", "Title"), _table("Deleted", "Title", "Use instead")]
    for added in found.added:
        tables[0].add_row(added.code, "yes" if added.billable else "", added.title)
    for gone in found.deleted:
        after = gone.successor
        instead = f"{after.code} {after.title} ({after.reason})" if after else "no likely successor"
        tables[1].add_row(gone.code, gone.title, instead)
    for heading, changes in (("Retitled", found.retitled), ("Re-parented", found.reparented)):
        tables.append(_table(heading, "Before", "After"))
        for change in changes:
            tables[-1].add_row(change.code, change.before, change.after)
    for table in tables:
        if table.row_count:
            _console().print(table)
    typer.echo(
        f"{found.old} → {found.new}: {len(found.added)} added, {len(found.deleted)} deleted, "
        f"{len(found.retitled)} retitled, {len(found.reparented)} re-parented."
    )


def _print_code(entry: Code, code_set: CodeSet) -> None:
    from rich.text import Text

    console = _console()
    console.print(Text(f"{entry.code}  {entry.title}", style="bold"))
    billable = "billable" if entry.billable else "not billable"
    console.print(f"{entry.kind}, {billable}, ICD-10-CM {code_set.release.name}")
    for depth, above in enumerate(reversed(code_set.ancestors(entry.code))):
        console.print(Text(f"{'  ' * depth}{above}  {code_set.title(above)}", style="dim"))
    seventh = code_set.seventh_characters(entry.code)
    if seventh:
        table = _table("7th", "Meaning")
        for character, meaning in seventh.items():
            table.add_row(character, meaning)
        console.print(table)
    for kind, notes in code_set.notes(entry.code):
        if notes:
            table = _table(_NOTE_HEADINGS[kind], "From")
            for note in notes:
                table.add_row(note.text, note.source_node)
            console.print(table)
    if entry.children:
        table = _table("Below", "Title")
        for child in entry.children:
            table.add_row(child, code_set.title(child))
        console.print(table)


def _as_dict(entry: Code, code_set: CodeSet) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        **asdict(entry),
        "release": code_set.release.name,
        "ancestors": [
            {"code": above, "title": code_set.title(above)}
            for above in code_set.ancestors(entry.code)
        ],
        "seventh_characters": code_set.seventh_characters(entry.code),
        "notes": asdict(code_set.notes(entry.code)),
    }


def _table(*headings: str) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in headings:
        # Codes and their marks stay in one piece; titles and notes take the room and wrap.
        table.add_column(heading, no_wrap=heading in _NARROW)
    return table


def _console() -> Console:
    from rich.console import Console

    return Console(markup=False, highlight=False)


def _print_json(value: object) -> None:
    import json

    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))
