"""The documents are a contract: their commands run, their tables are complete, their links lead on."""

from __future__ import annotations

import importlib.util
import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from suggester.cli import app
from suggester.codes.installed import SHIPPED, find_release
from suggester.encounter import SETTINGS
from suggester.engine import Suggester
from suggester.evaluation.metrics import METRICS
from tests.documents.blocks import DOCUMENTS, EXAMPLE, MADE, ROOT, commands, names, part
from tests.exchange.ccda_documents import HISTORY_AND_PHYSICAL
from tests.exchange.fhir_bundles import STAY
from tests.training.conftest import NOTES

README = (ROOT / "README.md").read_text("utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
NOTE_FILES = {path.stem for path in (ROOT / "corpora" / "notes").glob("*.jsonl")}
WRITTEN = [
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "corpora/README.md",
    "corpora/GUIDELINES.md",
    "models/README.md",
    "tests/benchmarks/README.md",
]


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def lines(text: str) -> list[str]:
    return [line for block in blocks(text, "sh") for line in block.splitlines() if line.strip()]


COMMANDS = [line for line in lines(README) if line.startswith("suggester ")]
OTHERS = [line for line in lines(README) + lines(CONTRIBUTING) if line not in COMMANDS]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A working folder with the files that the README's commands name."""
    folder = tmp_path_factory.mktemp("desk")
    (folder / "visit.txt").write_text((ROOT / EXAMPLE).read_text("utf-8"), "utf-8")
    rows = [
        {"id": f"n-{n}", "text": text, "codes": codes.split()}
        for n, (text, codes) in enumerate(NOTES)
    ]
    jsonl = "".join(json.dumps(row) + "\n" for row in rows)
    for name in ("notes.jsonl", "our_notes.jsonl", "our_later_notes.jsonl"):
        (folder / name).write_text(jsonl, "utf-8")
    (folder / "visit.xml").write_text(HISTORY_AND_PHYSICAL, "utf-8")
    (folder / "visit_bundle.json").write_text(json.dumps(STAY), "utf-8")
    (folder / "notes.csv").write_text('id,text\nc-1,"Impression: Gout."\n', "utf-8")
    # The shipped release a year on, with one title changed.
    shipped = find_release(SHIPPED)
    tabular = shipped.tabular.read_text("utf-8")
    for old, new in (("<version>2026", "<version>2027"), ("<desc>Gout, unspecified", "<desc>Gout")):
        assert old in tabular
        tabular = tabular.replace(old, new)
    (folder / "icd10cm-tabular-2027.xml").write_text(tabular, "utf-8")
    (folder / "icd10cm-order-2027.txt").write_bytes(shipped.code_list.read_bytes())
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.delenv("SUGGESTER_MODELS_DIR", raising=False)
        yield folder


def test_commands_run_in_the_order_given(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(COMMANDS) > 15
    for line in COMMANDS:
        words = shlex.split(line)[1:]
        given = None
        if "<" in words:
            given = Path(words[words.index("<") + 1]).read_text("utf-8")
            words = words[: words.index("<")]
        # Other commands use the release in force today: the shipped one, not what is imported.
        imports = words[:2] in (["codes", "import"], ["codes", "diff"])
        monkeypatch.setenv("SUGGESTER_DATA_DIR", str(desk / ("imported" if imports else "empty")))
        result = CliRunner().invoke(app, words, input=given, catch_exceptions=True)
        assert result.exit_code == 0, (line, result.output, result.exception)
        assert result.stdout or "--out" in words, line
        if "--out" in words:
            assert Path(words[words.index("--out") + 1]).exists(), line
    assert (desk / "models" / "ours" / "CARD.md").is_file()
    assert (desk / "by_code.csv").read_text("utf-8").startswith("code,")


@pytest.mark.parametrize("line", OTHERS)
def test_other_commands_are_what_they_say(line: str) -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    for command in line.split(" && "):
        first, *rest = shlex.split(command)
        if first == "make":
            assert re.search(rf"^{rest[0]}:", makefile, re.MULTILINE)
        elif first == "pip":
            assert rest == ["install", "."]
        elif first == ".":
            assert rest == [".venv/bin/activate"]
        elif first in {"ruff", "mypy", "pytest"}:
            assert f'"{first}>=' in project
            assert all((ROOT / word).exists() for word in rest if "/" in word)
        elif first == "python":
            assert rest[0] == "-m"
            assert importlib.util.find_spec(f"{rest[1]}.__main__")
        else:
            pytest.fail(f"what is {command!r}?")


def test_words_about_make_hold() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert f"NOTE ?= {EXAMPLE}" in makefile
    for text in (README, CONTRIBUTING, (ROOT / "models" / "README.md").read_text("utf-8")):
        for target in re.findall(r"`make (\w+)", text):
            assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


@pytest.mark.parametrize("document", DOCUMENTS)
def test_made_parts_are_up_to_date(document: str) -> None:
    text = (ROOT / document).read_text("utf-8")
    assert names(text)
    for name in names(text):
        assert part(text, name) == MADE[name](), "run: python -m tests.documents"


def test_every_made_part_stands_in_a_document() -> None:
    found = [name for d in DOCUMENTS for name in names((ROOT / d).read_text("utf-8"))]
    assert sorted(found) == sorted(MADE)


def test_every_command_and_option_is_in_the_reference() -> None:
    reference = part(README, "reference")
    for name, command in commands():
        assert f"#### `suggester {name} " in reference or f"#### `suggester {name}`" in reference
        for parameter in command.params:
            if parameter.param_type_name == "option" and parameter.name != "help":
                assert parameter.opts[0] in reference, (name, parameter.opts)
                assert parameter.help, (name, parameter.opts)


def test_python_runs(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    [program] = blocks(README, "python")
    exec(compile(program, "README.md", "exec"), {})
    printed = capsys.readouterr().out
    assert "E11.9" in printed
    assert "fever negated No" in printed
    assert "'document': 'film'" in printed


def test_the_json_shown_has_the_fields_there_are(shipped: Suggester) -> None:
    [text] = blocks(README, "json")
    shown = json.loads(text)
    result = shipped.suggest((ROOT / EXAMPLE).read_text("utf-8"), explain=True).to_dict()
    assert set(shown) == set(result)
    suggestion, line = shown["suggestions"]
    real = next(
        s
        for s in result["suggestions"]
        if s["alternatives"] and s["reasons"] and "derived_from" not in s
    )
    assert set(suggestion) == set(real)
    for field in ("evidence", "alternatives", "reasons"):
        assert set(suggestion[field][0]) == set(real[field][0]), field
    assert set(shown["not_coded"][0]) == set(result["not_coded"][0])
    assert set(shown["not_performed"][0]) == set(result["not_performed"][0])
    visit = next(s for s in result["suggestions"] if "visit" in s)
    assert set(line) == set(visit)
    assert set(line["visit"]) == set(visit["visit"])
    assert set(line["visit"]["elements"][0]) == set(visit["visit"]["elements"][0])
    assert set(shown["setting"]) == set(result["setting"])


def test_what_is_listed_is_complete() -> None:
    for setting in SETTINGS:
        assert f"`{setting}`" in README
    for folder in (ROOT / "suggester").iterdir():
        if (folder / "__init__.py").is_file():
            assert f"`suggester/{folder.name}/`" in README, folder.name
    source = "".join(p.read_text("utf-8") for p in (ROOT / "suggester").rglob("*.py"))
    variables = set(re.findall(r"SUGGESTER_[A-Z_]+", source))
    assert variables == set(re.findall(r"SUGGESTER_[A-Z_]+", README))
    said = README.lower()
    words = {"map", "r-precision", "precision", "recall", "micro", "macro", "exact match", "ece"}
    assert all(word in said for word in words)
    assert len(METRICS) == 23
    # The reasons of the guide are those the corpus test allows.
    guide = (ROOT / "corpora" / "GUIDELINES.md").read_text("utf-8")
    from suggester.corpus.gold import REASONS
    from tests.test_corpora import FIELDS

    assert set(re.findall(r"^\| `(\w+)` \|", guide, re.MULTILINE)) == set(REASONS)
    rows = re.findall(
        r"^\| ((?:`\w+`(?:, )?)+) \|", (ROOT / "corpora/README.md").read_text("utf-8"), re.MULTILINE
    )
    assert {name for row in rows for name in re.findall(r"\w+", row)} == FIELDS | NOTE_FILES


@pytest.mark.parametrize("document", WRITTEN)
def test_links_lead_somewhere(document: str) -> None:
    path = ROOT / document
    text = path.read_text("utf-8")
    assert text.startswith("# ")
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        if not target.startswith("http"):
            assert (path.parent / target).exists(), target


def test_the_changelog_names_the_version() -> None:
    from suggester import __version__

    assert f"## [{__version__}]" in (ROOT / "CHANGELOG.md").read_text("utf-8")
