"""``python -m tests.documents.running NOTEBOOK FOLDER``: run a notebook's cells in a folder, without Jupyter.

What cells print and the pictures they show become their outputs, written back into the notebook.
"""

from __future__ import annotations

import base64
import contextlib
import io
import os
import sys
from pathlib import Path
from typing import Any

from tests.documents.notebook import Notebook, read, write

_DPI = 100


class _Screen(io.StringIO):
    """Takes what a cell prints and shows, in that order."""

    def __init__(self) -> None:
        super().__init__()
        self.outputs: list[dict[str, Any]] = []

    def end_text(self) -> None:
        """Make an output of what was printed since the last one."""
        if printed := self.getvalue():
            text = printed.splitlines(keepends=True)
            self.outputs.append({"name": "stdout", "output_type": "stream", "text": text})
        self.seek(0)
        self.truncate()

    def show(self, *_: Any, **__: Any) -> None:
        """Make outputs of the figures drawn, in place of ``matplotlib.pyplot.show``."""
        from matplotlib import pyplot

        self.end_text()
        for number in pyplot.get_fignums():
            self.outputs.append(_picture(pyplot.figure(number)))
        pyplot.close("all")


def run(notebook: Notebook, name: str) -> None:
    """Run the cells of a notebook in the working folder and put their outputs into it.

    A figure that a cell draws and does not show is not an output.
    """
    from matplotlib import pyplot

    pyplot.switch_backend("agg")
    names: dict[str, Any] = {"__name__": "__main__"}
    count = 0
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        count += 1
        screen = _Screen()
        pyplot.show = screen.show
        with contextlib.redirect_stdout(screen):
            exec(compile("".join(cell["source"]), f"{name} cell {count}", "exec"), names)
        screen.end_text()
        cell["execution_count"] = count
        cell["outputs"] = screen.outputs


def _picture(figure: Any) -> dict[str, Any]:
    stream = io.BytesIO()
    # No name and version of the program that drew it: they would differ from computer to computer.
    figure.savefig(stream, format="png", dpi=_DPI, metadata={"Software": None})
    width, height = (round(side * _DPI) for side in figure.get_size_inches())
    return {
        "data": {
            "image/png": base64.b64encode(stream.getvalue()).decode("ascii"),
            "text/plain": [f"<Figure size {width}x{height} with {len(figure.axes)} Axes>"],
        },
        "metadata": {},
        "output_type": "display_data",
    }


if __name__ == "__main__":
    place, folder = (Path(word).resolve() for word in sys.argv[1:])
    given = read(place)
    os.chdir(folder)
    run(given, place.name)
    write(place, given)
