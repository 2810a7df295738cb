"""Parts of the documents that are made, not written: each stands between two marks.

``python -m tests.documents`` writes them anew; a test fails when one is out of date.
"""

from __future__ import annotations

import datetime
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = "corpora/examples/clinic_visit.txt"
#: Suggestions of the example that the README shows.
SHOWN = 5
_PLACEHOLDERS = {int: "N", Path: "PATH", datetime.datetime: "YYYY-MM-DD", str: "NAME"}
_BLOCK = re.compile(r"(<!-- made: (\w+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)


def example() -> str:
    """Return what the command line prints for the example note."""
    command = ["suggest", EXAMPLE, "--top-k", str(SHOWN), "--model", "models/default"]
    program = "import sys; from suggester.cli import main; sys.argv[0] = 'suggester'; main()"
    done = subprocess.run(
        [sys.executable, "-c", program, *command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        env={**_environment(), "COLUMNS": "100"},
    )
    lines = [line.rstrip() for line in done.stdout.rstrip().splitlines()]
    return "```text\n" + "\n".join(lines) + "\n```\n"


def _environment() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if key != "SUGGESTER_MODELS_DIR"}


def commands() -> Iterator[tuple[str, Any]]:
    """Yield each command of the command line with its definition: ``models show``."""
    import typer

    from suggester.cli import app

    def below(name: str, command: Any) -> Iterator[tuple[str, Any]]:
        children: Mapping[str, Any] = getattr(command, "commands", {})
        if not children:
            yield name, command
        for child, definition in children.items():
            yield from below(f"{name} {child}".strip(), definition)

    yield from below("", typer.main.get_command(app))


def reference() -> str:
    """Return the arguments and options of every command as Markdown."""
    out: list[str] = []
    for name, command in commands():
        arguments = [p for p in command.params if p.param_type_name == "argument"]
        options = [p for p in command.params if p.param_type_name == "option" and p.name != "help"]
        usage = " ".join(["suggester", name, *(_argument(p) for p in arguments)])
        out += [f"#### `{usage}`", "", (command.help or "").strip().replace("\n", " "), ""]
        rows = [(f"`{_argument(p)}`", _help(p), "") for p in arguments]
        rows += [(_option(p), _help(p), _default(p)) for p in options]
        out += ["| | | default |", "|---|---|---|"]
        out += [f"| {a} | {b} | {c} |" for a, b, c in rows]
        out.append("")
    return "\n".join(out[:-1]) + "\n"


def _argument(parameter: Any) -> str:
    name = (parameter.metavar or parameter.name.upper()).removesuffix("…").replace("|-", "")
    return f"{name}…" if parameter.nargs == -1 else str(name)


def _option(parameter: Any) -> str:
    if parameter.is_flag:
        return f"`{parameter.opts[0]}`"
    kind = parameter.type_descriptor.annotation
    if isinstance(kind, type) and issubclass(kind, Enum):
        return f"`{parameter.opts[0]}` " + ", ".join(f"`{choice.value}`" for choice in kind)
    return f"`{parameter.opts[0]} {_PLACEHOLDERS.get(kind, '…')}`"


def _help(parameter: Any) -> str:
    return str(parameter.help or "").replace("|", "\\|")


def _default(parameter: Any) -> str:
    if parameter.required:
        return "required"
    default = getattr(parameter, "default", None)
    value = getattr(default, "value", default)
    return "" if value is None or value is False or value == () else f"`{value}`"


def corpus_table() -> str:
    """Return the files of the corpus with what is in them."""
    out = [
        "| file | notes | outpatient | emergency | inpatient | gold codes | different codes |",
        "|---|---|---|---|---|---|---|",
    ]
    every: list[dict[str, Any]] = []
    for path in sorted((ROOT / "corpora" / "notes").glob("*.jsonl")):
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        out.append(_corpus_row(f"`{path.name}`", rows))
        every += rows
    out.append(_corpus_row("together", every))
    places = sum(len(row["evidence"]) for row in every)
    reasons = Counter(item["reason"] for row in every for item in row["not_coded"])
    parts = ", ".join(f"`{reason}` {count}" for reason, count in reasons.most_common())
    out += ["", f"{places:,} places of evidence; {reasons.total():,} places not coded: {parts}."]
    out += ["", agreement()]
    return "\n".join(out) + "\n"


def agreement() -> str:
    """Return how well the two independent codings of the corpus agree, before adjudication."""
    lines = (ROOT / "corpora" / "codings.tsv").read_text("utf-8").splitlines()[1:]
    pairs = [[column.split() for column in line.split("\t")[1:]] for line in lines]
    both = sum(len(set(first) & set(second)) for first, second in pairs)
    given = sum(len(first) + len(second) for first, second in pairs)
    same = sum(set(first) == set(second) for first, second in pairs)
    lead = sum(first[:1] == second[:1] for first, second in pairs)
    return (
        f"The two codings of {len(pairs)} notes agree at micro-F1 {2 * both / given:.3f}; "
        f"{same} notes have the same codes, {lead} the same first-listed one."
    )


def _corpus_row(name: str, rows: list[dict[str, Any]]) -> str:
    settings = Counter(row["setting"] for row in rows)
    codes = [code for row in rows for code in row["codes"]]
    cells = [
        len(rows),
        settings["outpatient"],
        settings["emergency"],
        settings["inpatient"],
        len(codes),
        len(set(codes)),
    ]
    return f"| {name} | " + " | ".join(f"{cell:,}" for cell in cells) + " |"


MADE: dict[str, Callable[[], str]] = {
    "example": example,
    "reference": reference,
    "corpus": corpus_table,
}
DOCUMENTS = ("README.md", "corpora/README.md")


def names(text: str) -> list[str]:
    """Return the names of the made parts of a document."""
    return [match[2] for match in _BLOCK.finditer(text)]


def part(text: str, name: str) -> str:
    """Return what a made part of a document says now."""
    return next(match[3] for match in _BLOCK.finditer(text) if match[2] == name)


def remade(text: str) -> str:
    """Return a document with its made parts written anew."""
    return _BLOCK.sub(lambda match: f"{match[1]}{MADE[match[2]]()}{match[4]}", text)
