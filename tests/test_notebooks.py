"""Notebooks run from top to bottom, and show what they print."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.documents.notebook import NOTEBOOKS, executed, read


def test_there_is_one() -> None:
    assert [path.name for path in NOTEBOOKS] == ["first_steps.ipynb"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_shows_what_it_prints(path: Path) -> None:
    found = executed(path)
    assert any(cell["cell_type"] == "code" and cell["outputs"] for cell in found["cells"])
    assert found == read(path), "run: python -m tests.documents"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_is_sound(path: Path) -> None:
    notebook = read(path)
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    identities = [cell["id"] for cell in notebook["cells"]]
    assert len(set(identities)) == len(identities)
    assert notebook["cells"][0]["cell_type"] == "markdown"
