"""Notebooks run from top to bottom, show what they print and draw, and are kept in step with their scripts."""

from __future__ import annotations

import base64
import getpass
import re
import socket
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tests.documents.blocks import ROOT
from tests.documents.notebook import (
    FOLDER,
    NOTEBOOKS,
    PAIRED,
    SCRIPTS,
    Notebook,
    cells,
    comparable,
    executed,
    picture_bytes,
    picture_size,
    pictures,
    read,
    unrun,
)

NAMES = {"quick_start", "own_corpus", "error_analysis", "thresholds", "scaling_out"}
MOST_BYTES = 60_000
#: Parts of a PNG that hold the picture, and none that holds a time or the name of a program.
CHUNKS = {b"IHDR", b"PLTE", b"tRNS", b"pHYs", b"IDAT", b"IEND"}
HINT = "run: python -m tests.documents (it makes the notebooks from their scripts)"

of_each = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def printed(notebook: Notebook) -> str:
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", ())]
    return "".join("".join(output.get("text", ())) for output in outputs)


def test_these_are_the_notebooks() -> None:
    assert {path.stem for path in SCRIPTS} == NAMES
    assert {path.stem for path in FOLDER.glob("*.ipynb")} == NAMES


@of_each
def test_a_notebook_shows_what_it_prints_and_draws(path: Path) -> None:
    made = executed(path.with_suffix(".py"))
    assert comparable(made) == comparable(read(path)), HINT


@of_each
def test_script_and_notebook_hold_the_same_cells(path: Path) -> None:
    assert cells(path) == cells(path.with_suffix(".py")), HINT
    jupytext = import_module("jupytext")
    for file in (path, path.with_suffix(".py")):
        assert jupytext.read(file).metadata["jupytext"]["formats"] == PAIRED


@of_each
def test_a_notebook_is_sound(path: Path) -> None:
    nbformat = import_module("nbformat")
    nbformat.validate(nbformat.read(path, as_version=4))
    notebook = read(path)
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    assert notebook["cells"][0]["cell_type"] == "markdown"
    assert notebook["cells"][0]["source"][0].startswith("# ")


@of_each
def test_links_of_a_notebook_lead_somewhere(path: Path) -> None:
    for cell in cells(path):
        for target in re.findall(r"\]\(([^)#]+)\)", cell.source if cell.kind == "markdown" else ""):
            assert target.startswith("http") or (FOLDER / target).exists(), target


@of_each
def test_pictures_are_small_and_tell_no_time(path: Path) -> None:
    found = pictures(read(path))
    assert found
    for output in found:
        data = picture_bytes(output)
        assert data.startswith(b"\x89PNG\r\n")
        assert len(data) <= MOST_BYTES
        assert set(_chunks(data)) <= CHUNKS
        width, height = picture_size(output)
        assert 400 <= width <= 800
        assert 150 <= height <= 500


@of_each
def test_a_notebook_tells_nothing_of_the_computer_it_ran_on(path: Path) -> None:
    text = path.read_text("utf-8")
    shown = printed(read(path))
    assert not re.search(r"(?<![\w.])/(?:home|tmp|root|Users|var|usr|work)/|[A-Z]:\\\\", text)
    for told in (str(ROOT), str(Path.home()), tempfile.gettempdir(), socket.gethostname()):
        assert len(told) < 4 or told not in text
    assert getpass.getuser() not in shown.split()


def _chunks(data: bytes) -> list[bytes]:
    """Return the names of the parts of a PNG."""
    out, place = [], 8
    while place < len(data):
        size = int.from_bytes(data[place : place + 4], "big")
        out.append(data[place + 4 : place + 8])
        place += 12 + size
    return out


SCRIPT = """# %% [markdown]
# # Small

# %%
import matplotlib.pyplot as plt

print("before")
figure, axes = plt.subplots(figsize=(5, 2))
plt.show()
print("after")

# %% tags=["varies"]
print(f"took {1.25} s")

# %%
two = 1 + 1
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Notebook:
    script = tmp_path_factory.mktemp("small") / "small.py"
    script.write_text(SCRIPT, "utf-8")
    return executed(script)


def test_outputs_come_in_the_order_in_which_they_were_made(small: Notebook) -> None:
    first, second, third = (c for c in small["cells"] if c["cell_type"] == "code")
    assert [output["output_type"] for output in first["outputs"]] == [
        "stream",
        "display_data",
        "stream",
    ]
    assert picture_size(first["outputs"][1]) == (500, 200)
    assert first["outputs"][1]["data"]["text/plain"] == ["<Figure size 500x200 with 1 Axes>"]
    assert second["outputs"][0]["text"] == ["took 1.25 s\n"]
    assert (third["execution_count"], third["outputs"]) == (3, [])


def test_a_cell_that_fails_is_named(tmp_path: Path) -> None:
    script = tmp_path / "broken.py"
    script.write_text("# %%\nprint(1)\n\n# %%\nprint(1 / 0)\n", "utf-8")
    with pytest.raises(AssertionError, match=r"(?s)broken.ipynb cell 2.*ZeroDivisionError"):
        executed(script)


def changed(notebook: Notebook, cell: int, output: int, text: str) -> Notebook:
    other = comparable(notebook)
    for number, one in enumerate(notebook["cells"]):
        for place, given in enumerate(one.get("outputs", ())):
            other["cells"][number]["outputs"][place] = {**given}
    other["cells"][cell]["outputs"][output]["text"] = [text]
    return other


def test_only_the_numbers_of_cells_that_vary_may_differ(small: Notebook) -> None:
    assert comparable(changed(small, 2, 0, "took 17 s\n")) == comparable(small)
    assert comparable(changed(small, 2, 0, "spent 1.25 s\n")) != comparable(small)
    assert comparable(changed(small, 1, 2, "after 1\n")) != comparable(small)


def test_pictures_are_compared_by_their_size(small: Notebook) -> None:
    def with_picture(data: bytes) -> Notebook:
        other = changed(small, 2, 0, "took 1 s\n")
        given: dict[str, Any] = other["cells"][1]["outputs"][1]
        given["data"] = {**given["data"], "image/png": base64.b64encode(data).decode()}
        return comparable(other)

    data = picture_bytes(small["cells"][1]["outputs"][1])
    assert with_picture(data[:-1]) == comparable(small)
    assert with_picture(data[:16] + b"\0\0\1\0" + data[20:]) != comparable(small)


def test_a_notebook_without_outputs_has_its_cells(tmp_path: Path) -> None:
    script = tmp_path / "small.py"
    script.write_text(SCRIPT, "utf-8")
    notebook = unrun(script)
    assert [cell["cell_type"] for cell in notebook["cells"]] == ["markdown", "code", "code", "code"]
    assert [cell["id"] for cell in notebook["cells"]] == [f"cell-0{n}" for n in (1, 2, 3, 4)]
    assert notebook["cells"][2]["metadata"] == {"tags": ["varies"]}
