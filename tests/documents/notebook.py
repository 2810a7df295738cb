"""Notebooks: each is written as a script in the percent format, and made from it by running its cells."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from tests.documents.blocks import ROOT

FOLDER = ROOT / "notebooks"
SCRIPTS = tuple(sorted(FOLDER.glob("*.py")))
NOTEBOOKS = tuple(path.with_suffix(".ipynb") for path in SCRIPTS)
#: Tag of a cell whose numbers differ from run to run: seconds, memory, models trained anew.
VARIES = "varies"
#: What each notebook says of itself for jupytext, which keeps the two files in step.
PAIRED = "ipynb,py:percent"
_NUMBER = re.compile(r"[+-]?\d[\d,.]*")
_KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}

Notebook = dict[str, Any]


class Cell(NamedTuple):
    """What of a cell is written by hand."""

    kind: str
    source: str
    tags: tuple[str, ...]


def read(path: Path) -> Notebook:
    """Return a notebook as it is."""
    notebook: Notebook = json.loads(path.read_text("utf-8"))
    return notebook


def cells(path: Path) -> list[Cell]:
    """Return the cells of a notebook, or of a script, as jupytext reads them."""
    return [
        Cell(cell.cell_type, cell.source, tuple(cell.metadata.get("tags", ())))
        for cell in import_module("jupytext").read(path).cells
    ]


def unrun(script: Path) -> Notebook:
    """Return the notebook of a script, without outputs."""
    made = [
        {
            "cell_type": cell.kind,
            "id": f"cell-{number:02}",
            "metadata": {"tags": list(cell.tags)} if cell.tags else {},
            **({"execution_count": None, "outputs": []} if cell.kind == "code" else {}),
            "source": cell.source.splitlines(keepends=True),
        }
        for number, cell in enumerate(cells(script), 1)
    ]
    metadata = {
        "jupytext": {"formats": PAIRED},
        "kernelspec": _KERNEL,
        "language_info": {"name": "python"},
    }
    return {"cells": made, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def executed(script: Path) -> Notebook:
    """Return the notebook of a script with its cells run, in a process of its own as in Jupyter."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, script.with_suffix(".ipynb").name)
        write(place, unrun(script))
        done = subprocess.run(
            [sys.executable, "-m", "tests.documents.running", str(place), str(script.parent)],
            cwd=ROOT,
            env=_environment(),
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise AssertionError(f"{script.name} does not run:\n{done.stderr[-4000:]}")
        return read(place)


def write(path: Path, notebook: Notebook) -> None:
    """Write a notebook as Jupyter does."""
    path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", "utf-8")


def comparable(notebook: Notebook) -> Notebook:
    """Return a notebook in which what may differ from computer to computer is alike.

    Of pictures only the size is left, in pixels; of cells tagged :data:`VARIES` the words.
    """
    alike: Notebook = json.loads(json.dumps(notebook))
    for cell in alike["cells"]:
        varies = VARIES in cell["metadata"].get("tags", ())
        for output in cell.get("outputs", ()):
            if "data" in output:
                output["data"]["image/png"] = list(picture_size(output))
            elif varies:
                output["text"] = [
                    " ".join(_NUMBER.sub("#", line).split()) for line in output["text"]
                ]
    return alike


def pictures(notebook: Notebook) -> list[dict[str, Any]]:
    """Return the outputs of a notebook that are pictures."""
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", ())]
    return [output for output in outputs if "data" in output]


def picture_bytes(output: dict[str, Any]) -> bytes:
    """Return the PNG of an output."""
    return base64.b64decode(output["data"]["image/png"], validate=True)


def picture_size(output: dict[str, Any]) -> tuple[int, int]:
    """Return width and height of a PNG in pixels, which stand at its beginning."""
    start = picture_bytes(output)[:24]
    return int.from_bytes(start[16:20], "big"), int.from_bytes(start[20:24], "big")


def _environment() -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if key != "SUGGESTER_MODELS_DIR"}
    path = os.pathsep.join([str(ROOT), *filter(None, [kept.get("PYTHONPATH")])])
    return {**kept, "PYTHONPATH": path, "COLUMNS": "100", "OMP_NUM_THREADS": "1"}
