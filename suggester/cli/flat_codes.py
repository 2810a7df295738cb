"""CPT, HCPCS Level II and ICD-10-PCS on the command line: what ``suggester codes`` does with them."""

from __future__ import annotations

import datetime
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from suggester.codes import FlatCodeSet

_TITLES = ("long", "medium", "short", "consumer")


def set_of_code(code: str, release: str | None) -> FlatCodeSet | None:
    """Return the code set that a code belongs to by its form; ``None`` when it is ICD-10-CM.

    Where the form fits ICD-10-CM without the dot too, the set that knows the code decides.

    Raises
    ------
    InputError
        No release of the only system it can belong to is installed.
    """
    from suggester.codes import load_icd10cm
    from suggester.codes.code_forms import systems_of
    from suggester.codes.flat_installed import flat_releases, load_flat, require_flat
    from suggester.codes.starter import STARTER

    system, *others = systems_of(code)
    if system == "icd10cm":
        return None
    if not others:
        return require_flat(system, release)
    names = {known.release.name.lower() for known in flat_releases(system)} | {STARTER}
    if release is not None and release.lower() not in names:
        return None
    code_set = load_flat(system, release)
    icd10cm = load_icd10cm()
    if code_set is None or (code not in code_set and code in icd10cm):
        return None
    if code in code_set and code in icd10cm:
        typer.echo(
            f"Notice: shown is {code_set.label}; {icd10cm.normalise(code)}, with the dot, is a "
            "code of ICD-10-CM.",
            err=True,
        )
    return code_set


def show(code: str, code_set: FlatCodeSet, as_json: bool) -> None:
    """Print a code, or a modifier, with its titles and dates."""
    name = code_set.normalise(code)
    if name in code_set.modifiers:
        found = {"kind": "modifier", "code": name, "title": code_set.modifiers[name]}
    else:
        found = {"kind": "code", **asdict(code_set.get(code))}
    if as_json:
        about = {"system": code_set.system, "release": code_set.release.name}
        _print_json({**about, **found})
        return
    typer.echo(f"{found['code']}  {found['title']}")
    typer.echo(f"{found['kind']}, {code_set.label}")
    for kind in _TITLES:
        if found.get(kind) and found[kind] != found["title"]:
            typer.echo(f"{kind}: {found[kind]}")
    for event in ("added", "ended"):
        if found.get(event):
            typer.echo(f"{event} {found[event]}")


def search(query: str, limit: int, code_set: FlatCodeSet, as_json: bool) -> None:
    """Print the codes that fit a code prefix or words."""
    from suggester.cli.console import console, plain_table

    hits = code_set.search(query, limit)
    if as_json:
        _print_json([asdict(hit) for hit in hits])
        return
    if not hits:
        typer.echo(f"No code of {code_set.label} matches.", err=True)
        return
    table = plain_table()
    for heading in ("Code", "Title", "Found as"):
        table.add_column(heading, no_wrap=heading == "Code")
    for hit in hits:
        table.add_row(hit.code, hit.title, hit.term or "")
    console(sys.stdout).print(table)


def status(system: str, day: datetime.date, as_json: bool) -> None:
    """Print which release is used on a date of service, and those installed."""
    from suggester.cli.console import console, plain_table
    from suggester.codes.flat_installed import flat_releases, flat_status_on

    on = flat_status_on(system, day)
    used = on.release.name if on.release else None
    rows = [
        {
            "name": installed.release.name,
            "effective_from": installed.release.effective_from,
            "effective_to": installed.release.effective_to,
            "codes": installed.codes,
            "modifiers": installed.modifiers,
        }
        for installed in flat_releases(system)
    ]
    if as_json:
        about = {"date": on.day, "release": used, "in_force": on.in_force, "message": on.message}
        _print_json({**about, "installed": rows})
        return
    if rows:
        table = plain_table()
        for heading in ("Release", "From", "To", "Codes", "Modifiers", "Used on this date"):
            table.add_column(heading, no_wrap=True)
        for row in rows:
            start, end = (row["effective_from"], row["effective_to"] or "")
            counts = (f"{row['codes']:,}", f"{row['modifiers']:,}")
            is_used = "yes" if row["name"] == used else ""
            table.add_row(str(row["name"]), str(start), str(end), *counts, is_used)
        console(sys.stdout).print(table)
    typer.echo(on.message)


def install(
    paths: Sequence[Path],
    system: str,
    name: str | None,
    start: datetime.date | None,
    end: datetime.date | None,
) -> None:
    """Install a release and print what is in it."""
    from suggester.cli.progress import progress
    from suggester.codes.flat_importing import import_flat

    with progress() as advance:
        imported = import_flat(paths, system, name, start, end, advance)
    installed = imported.installed
    release = installed.release
    until = f" to {release.effective_to}" if release.effective_to else ""
    typer.echo(
        f"Installed {system} {release.name}: {installed.codes:,} codes, "
        f"{installed.modifiers:,} modifiers, in force from {release.effective_from}{until}; read "
        f"from {', '.join(imported.files)}."
    )
    if imported.replaced:
        typer.echo(f"It replaced the {release.name} that was installed before.")


def _print_json(value: object) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))
