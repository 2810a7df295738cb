"""Execute a notebook: its cells in order, each with what it printed."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path
from typing import Any

from tests.documents.blocks import ROOT

NOTEBOOKS = tuple(sorted((ROOT / "notebooks").glob("*.ipynb")))


def read(path: Path) -> dict[str, Any]:
    """Return a notebook as it is."""
    notebook: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return notebook


def executed(path: Path) -> dict[str, Any]:
    """Return a notebook with its cells run in its folder, printed text as their output."""
    notebook = read(path)
    names: dict[str, Any] = {"__name__": "__main__"}
    count = 0
    with contextlib.chdir(path.parent):
        for cell in notebook["cells"]:
            if cell["cell_type"] != "code":
                continue
            count += 1
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed):
                exec(compile("".join(cell["source"]), f"{path.name} cell {count}", "exec"), names)
            cell["execution_count"] = count
            cell["outputs"] = _outputs(printed.getvalue())
    return notebook


def write(path: Path, notebook: dict[str, Any]) -> None:
    """Write a notebook as Jupyter does."""
    path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", "utf-8")


def _outputs(printed: str) -> list[dict[str, Any]]:
    if not printed:
        return []
    return [{"name": "stdout", "output_type": "stream", "text": printed.splitlines(keepends=True)}]
