"""``suggester models``: which there are, what is in one, which version is in use, whether it still fits."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from suggester.cli.console import console, plain_table
from suggester.cli.models_drift import drift
from suggester.cli.models_rebuild import rebuild
from suggester.errors import ModelError

app = typer.Typer(
    help="List, show, verify, promote and rebuild models; compare them with notes of today.",
    no_args_is_help=True,
)
app.command("rebuild")(rebuild)
app.command("drift")(drift)
#: Metrics of the manifest that the list shows, in this order.
MAIN_METRICS = ("micro_f1", "map", "recall_at_10", "ece")


class Format(StrEnum):
    """How a command prints its result."""

    table = "table"
    json = "json"


FormatOption = Annotated[Format, typer.Option("--format", help="Output format.")]
NameArgument = Annotated[str, typer.Argument(help="Model by name or folder.")]
WhyOption = Annotated[str, typer.Option(help="Reason, for the history.")]
ByOption = Annotated[
    str | None, typer.Option(help="Who decided it; the account you work in when not given.")
]


@app.command("list")
def list_(format_: FormatOption = Format.table) -> None:
    """List the known models: version, when made, whether in use under its name, main metrics, folder."""
    from suggester.models import list_models

    rows = [_row(name, folder) for name, folder in list_models().items()]
    if format_ is Format.json:
        _print_json(rows)
        return
    if not rows:
        typer.echo("There is no model yet. Train one with: suggester train", err=True)
        return
    table = plain_table()
    for heading in ("Name", "Version", "Made", "In use", *MAIN_METRICS):
        table.add_column(heading.replace("_", " "), no_wrap=heading != "recall_at_10")
    table.add_column("Folder", overflow="fold")
    for row in rows:
        figures = [f"{row['metrics'][m]:.3f}" if m in row["metrics"] else "" for m in MAIN_METRICS]
        used = "yes" if row["in_use"] else ""
        where = f"{row['folder']} {row['problem']}".strip()
        table.add_row(row["name"], row["version"], row["created"][:10], used, *figures, where)
    console(sys.stdout).print(table)


@app.command()
def show(name: NameArgument, format_: FormatOption = Format.table) -> None:
    """Show a model's card, or its card and manifest as JSON."""
    from suggester.models import CARD, find_model, read_manifest
    from suggester.models.promotion import history_of

    folder = find_model(name)
    manifest = read_manifest(folder)
    try:
        card = (folder / CARD).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise ModelError(f"Model {folder} lacks {CARD}; restore or retrain it.") from None
    if format_ is Format.json:
        told = {"folder": str(folder), "manifest": manifest, "card": card}
        changes = [asdict(change) for change in history_of(folder)]
        _print_json(told | ({"history": changes} if changes else {}))
        return
    typer.echo(f"{card.rstrip()}\n\nFolder: {folder}")
    for change in history_of(folder):
        why = f": {change.why}" if change.why else ""
        typer.echo(f"{change.at} {change.what} to {change.version} by {change.by}{why}")


@app.command()
def verify(name: NameArgument) -> None:
    """Check the SHA-256 of every file of a model."""
    from suggester.models import find_model, verify

    folder = find_model(name)
    manifest = verify(folder)
    typer.echo(
        f"Model {manifest.get('name', name)} {manifest.get('version', '')} in {folder} is intact: "
        f"{len(manifest['files'])} files have the SHA-256 of the manifest."
    )


@app.command()
def promote(
    name: Annotated[
        str, typer.Argument(metavar="NAME[@VERSION]", help="Version; the newest made if not given.")
    ],
    why: WhyOption = "",
    by: ByOption = None,
) -> None:
    """Let a name mean one of its versions from now on, after it was verified and loaded."""
    from suggester.models.promotion import promote

    done = promote(name, why, by)
    before = f"; before that {done.before}" if done.before else ""
    typer.echo(f"{done.name} is now version {done.version} in {done.folder}{before}.")


@app.command()
def rollback(
    name: Annotated[str, typer.Argument(help="Name of the model.")],
    why: WhyOption = "",
    by: ByOption = None,
) -> None:
    """Let a name mean again what it meant before the last promotion."""
    from suggester.models.promotion import roll_back

    done = roll_back(name, why, by)
    typer.echo(
        f"{done.name} is again version {done.version} in {done.folder}; before that {done.before}."
    )


def _row(name: str, folder: Path) -> dict[str, Any]:
    from suggester.models import read_manifest

    problem = ""
    manifest: Mapping[str, Any] = {}
    try:
        manifest = read_manifest(folder)
    except ModelError:
        problem = "(damaged: the manifest cannot be read)"
    metrics = manifest.get("metrics", {})
    return {
        "name": name,
        "version": str(manifest.get("version", "")),
        "created": str(manifest.get("created", "")),
        "metrics": {key: metrics[key] for key in MAIN_METRICS if key in metrics},
        "folder": str(folder),
        "in_use": _is_in_use(name, folder),
        "problem": problem,
    }


def _is_in_use(name: str, folder: Path) -> bool:
    from suggester.models import find_model
    from suggester.models.finding import base_name

    try:
        return find_model(base_name(name)) == folder
    except ModelError:
        return False


def _print_json(value: object) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))
