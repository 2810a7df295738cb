"""``suggester models``: which models there are, what is in one, whether it is intact."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from suggester.cli.console import console, plain_table
from suggester.errors import ModelError

app = typer.Typer(help="List, show and verify models.", no_args_is_help=True)
#: Metrics of the manifest that the list shows, in this order.
MAIN_METRICS = ("micro_f1", "map", "recall_at_10", "ece")


class Format(StrEnum):
    """How a command prints its result."""

    table = "table"
    json = "json"


FormatOption = Annotated[Format, typer.Option("--format", help="Output format.")]
NameArgument = Annotated[str, typer.Argument(help="Model by name or folder.")]


@app.command("list")
def list_(format_: FormatOption = Format.table) -> None:
    """List the known models: version, when made, main metrics, folder."""
    from suggester.models import list_models

    rows = [_row(name, folder) for name, folder in list_models().items()]
    if format_ is Format.json:
        _print_json(rows)
        return
    if not rows:
        typer.echo("There is no model yet. Train one with: suggester train", err=True)
        return
    table = plain_table()
    for heading in ("Name", "Version", "Made", *MAIN_METRICS):
        table.add_column(heading.replace("_", " "), no_wrap=heading != "recall_at_10")
    table.add_column("Folder", overflow="fold")
    for row in rows:
        figures = [f"{row['metrics'][m]:.3f}" if m in row["metrics"] else "" for m in MAIN_METRICS]
        where = f"{row['folder']} {row['problem']}".strip()
        table.add_row(row["name"], row["version"], row["created"][:10], *figures, where)
    console(sys.stdout).print(table)


@app.command()
def show(name: NameArgument, format_: FormatOption = Format.table) -> None:
    """Show a model's card, or its card and manifest as JSON."""
    from suggester.models import CARD, find_model, read_manifest

    folder = find_model(name)
    manifest = read_manifest(folder)
    try:
        card = (folder / CARD).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise ModelError(f"Model {folder} lacks {CARD}; restore or retrain it.") from None
    if format_ is Format.json:
        _print_json({"folder": str(folder), "manifest": manifest, "card": card})
    else:
        typer.echo(f"{card.rstrip()}\n\nFolder: {folder}")


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
        "problem": problem,
    }


def _print_json(value: object) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))
