"""``suggester models rebuild``: the command that makes a model again, and the proof that it does."""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from suggester.errors import InputError, ModelError


def rebuild(
    name: Annotated[str, typer.Argument(help="Model by name or folder.")],
    out: Annotated[
        Path | None,
        typer.Option(help="Folder of the model made again; required unless --dry-run."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only print the command that makes it again.")
    ] = False,
) -> None:
    """Make a model again from what its manifest tells, and say whether it came out the same."""
    from suggester.models import find_model, read_manifest, same_content

    folder = find_model(name)
    manifest = read_manifest(folder)
    command = str(manifest.get("rebuild", ""))
    if not command:
        raise ModelError(f"The manifest of model {folder} does not tell how it was made.")
    if dry_run:
        typer.echo(command)
        return
    if out is None:
        raise InputError("Name the folder of the model made again with --out, or pass --dry-run.")
    if out.exists():
        raise InputError(f"{out} exists already; name a new folder.")
    words = shlex.split(command)
    if words[:2] != ["suggester", "train"] or "&&" in words:
        raise InputError(
            "This model was trained on encounters of a review database, which may have changed since; "
            f"run the commands yourself: {command}"
        )
    words[words.index("--out") + 1] = str(out)
    if "--name" not in words:
        words += ["--name", str(manifest["name"])]
    _check_corpora(words, manifest)
    done = subprocess.run([sys.executable, "-m", "suggester", *words[1:]], check=False)
    if done.returncode:
        raise typer.Exit(done.returncode)
    if same_content(folder, out):
        typer.echo(f"The model in {out} is the same as that of {folder}.")
        return
    told = f"The model in {out} is not the same as that of {folder}."
    if different := _differences(manifest, read_manifest(out)):
        told += f" Made with another version of: {', '.join(different)}."
    raise ModelError(told)


def _check_corpora(words: list[str], manifest: Mapping[str, Any]) -> None:
    """Refuse to train on corpora that are not those of the manifest."""
    from suggester.training.provenance import digest

    listed = {row["name"]: row["sha256"] for row in manifest.get("corpora", ())}
    for word in words[2:]:
        if word.startswith("--"):
            return
        path = Path(word)
        if not path.exists():
            raise InputError(
                f"The corpus {path} is not here; run this in the folder where the model was trained."
            )
        if listed.get(path.name) != digest(path):
            raise InputError(f"The corpus {path} was changed since the model was trained.")


def _differences(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    mine, theirs = (manifest.get("versions", {}) for manifest in (one, other))
    return [key for key in sorted({*mine, *theirs}) if mine.get(key) != theirs.get(key)]
