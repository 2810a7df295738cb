"""The folders stand along the road, and each import points back along it."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from suggester.models import MANIFEST

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "suggester"
#: A folder or module may import what stands above it, never what stands below.
ROAD = (
    "codes",
    "lexicon",
    "preprocess",
    "candidates",
    "ranking",
    "edits",
    "models",
    "engine",
    "parallel",
    "corpus",
    "evaluation",
    "training",
    "batch",
    "exchange",
    "review",
    "web",
    "cli",
)
EVERYWHERE = {"encounter", "errors", "files", "reports", "suggestions"}
MOST_LINES = 400
NETWORK = {
    "aiohttp",
    "asyncio",
    "ftplib",
    "http",
    "httpx",
    "requests",
    "smtplib",
    "socket",
    "ssl",
    "telnetlib",
    "urllib",
    "urllib3",
    "webbrowser",
    "xmlrpc",
}
#: Modules that listen for browsers; they connect to nothing.
LISTENING = {"cli/serve.py", "cli/serve_safely.py"}
#: Taking addresses apart is no connection.
HARMLESS = {"urllib.parse"}
FACTORIES = {
    "suggester_abbreviations",
    "suggester_assertion",
    "suggester_modifiers",
    "suggester_partial_terms",
    "suggester_procedure_terms",
    "suggester_sections",
    "suggester_sentences",
    "suggester_terms",
    "suggester_told_causes",
}


def sources() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    """Yield the full names of the modules a file imports, wherever in it that is."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            assert node.module is not None
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_follow_the_road(path: Path) -> None:
    here = room(path)
    for name in imported(path):
        parts = name.split(".")
        if parts[0] != "suggester" or here in {"__init__", "__main__"}:
            continue
        there = parts[1]
        if there in EVERYWHERE or there == here or there == "__version__":
            continue
        assert here not in EVERYWHERE, f"{here} imports {name}"
        assert ROAD.index(there) < ROAD.index(here), f"{here} imports {name}, which stands below it"


def test_every_module_stands_on_the_road() -> None:
    rooms = {room(path) for path in sources()} - {"__init__", "__main__"}
    assert rooms <= {*ROAD, *EVERYWHERE}


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_files_are_short(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= MOST_LINES


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_nothing_imports_the_network(path: Path) -> None:
    if path.relative_to(PACKAGE).as_posix() in LISTENING:
        return
    names = [name for name in imported(path) if name.rpartition(".")[0] not in HARMLESS]
    assert not {name.split(".")[0] for name in names} & NETWORK


def test_a_note_is_coded_without_the_network() -> None:
    program = (
        "import sys\n"
        "def refuse(event, args):\n"
        "    if event.startswith('socket.') and event != 'socket.__new__':\n"
        "        raise RuntimeError(event)\n"
        "sys.addaudithook(refuse)\n"
        "from suggester import Suggester\n"
        f"result = Suggester.load({str(ROOT / 'models' / 'default')!r}).suggest('Impression: Gout.')\n"
        "print(result.suggestions[0].code)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "M10.9\n"


def test_every_folder_says_what_it_is_for() -> None:
    folders = {path.parent for path in sources()}
    for folder in folders:
        tree = ast.parse((folder / "__init__.py").read_text("utf-8"))
        said = ast.get_docstring(tree)
        assert said, folder
        first = said.splitlines()[0]
        assert tree.body[0].lineno == 1, folder
        assert first.endswith((".", "?")), folder


def test_every_module_and_public_name_is_documented() -> None:
    bare: list[str] = []
    for path in sources():
        tree = ast.parse(path.read_text("utf-8"))
        if not ast.get_docstring(tree) and path.name != "__main__.py":
            bare.append(str(path))
        bare += [
            f"{path}: {node.name}"
            for node in tree.body
            if isinstance(node, ast.FunctionDef | ast.ClassDef)
            and not node.name.startswith("_")
            and not ast.get_docstring(node)
        ]
    assert bare == []


def test_factory_names_are_pinned() -> None:
    from spacy.language import Language

    from suggester.preprocess import pipeline

    names = {name for name in Language.factories if name.startswith("suggester_")}
    assert names == FACTORIES
    assert set(pipeline.COMPONENTS) == FACTORIES


def test_each_factory_has_a_file_of_its_own() -> None:
    folder = PACKAGE / "preprocess"
    made = [path.read_text("utf-8").count("@Language.factory(") for path in folder.glob("*.py")]
    assert max(made) == 1
    assert sum(made) == len(FACTORIES)


def test_the_wheel_takes_the_default_model_along() -> None:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    assert '"models/default" = "suggester/_models/default"' in text
    assert (ROOT / "models" / "default" / MANIFEST).is_file()
