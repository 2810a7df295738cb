"""Where a model comes from: what it was trained on, with which software, and how to make it again."""

from __future__ import annotations

import hashlib
import json
import platform
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from suggester import __version__
from suggester.corpus.gold import CodedEncounter
from suggester.corpus.layouts.recognition import AUTO
from suggester.models.finding import base_name

#: Endings of the files that decide what training finds.
_READ = frozenset({".py", ".tsv", ".txt", ".toml", ".json", ".jsonl"})


def command(
    corpora: Sequence[Path],
    out: Path,
    name: str,
    version: str,
    seed: int,
    splits: Sequence[str],
    learn_wording: bool,
    reviewed: bool = False,
    layout: str = AUTO,
    overruled: Sequence[str] = (),
    settings: Mapping[str, Any] | None = None,
) -> str:
    """Return the command that makes the same bundle again.

    ``overruled`` are the corpus files trained on though they look identifying, ``settings`` those that
    differ from the defaults.

    With ``reviewed`` it makes one like it, of the encounters that the review database still holds.
    """
    before = "suggester review export reviewed.jsonl --split train && " if reviewed else ""
    files = [*map(str, corpora), *(["reviewed.jsonl"] if reviewed else [])]
    words = ["suggester", "train", *files, "--out", str(out), "--model-version", version]
    if name != base_name(out.name):
        words += ["--name", name]
    if seed:
        words += ["--seed", str(seed)]
    for key, value in (settings or {}).items():
        words += ["--set", f"{key}={json.dumps(value)}"]
    for split in splits:
        words += ["--split", split]
    if not learn_wording:
        words.append("--no-learn-wording")
    if layout != AUTO:
        words += ["--layout", layout]
    for file in sorted({Path(file).name for file in overruled}):
        words += ["--allow-phi", file]
    return before + shlex.join([*words, "--force"])


def versions() -> dict[str, str]:
    """Return the versions of the software that trains."""
    from importlib.metadata import version

    import sklearn

    return {
        "suggester": __version__,
        "scikit-learn": sklearn.__version__,
        "numpy": np.__version__,
        "spacy": version("spacy"),
        "python": platform.python_version(),
    }


def told_of(encounters: Sequence[CodedEncounter]) -> list[dict[str, str]]:
    """Return what the manifest tells of encounters that came from no file."""
    if not encounters:
        return []
    whole = hashlib.sha256()
    for coded in encounters:
        told = (coded.encounter.id, coded.encounter.text, coded.codes, coded.procedures)
        whole.update(repr(told).encode("utf-8", "backslashreplace"))
    return [{"name": f"{len(encounters)} reviewed encounters", "sha256": whole.hexdigest()}]


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, or of all files of a folder."""
    whole = hashlib.sha256()
    files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
    for file in files:
        with file.open("rb") as stream:
            while part := stream.read(1 << 20):
                whole.update(part)
    return whole.hexdigest()


def program_digest() -> str:
    """Return the SHA-256 of the program's own code and tables."""
    whole = hashlib.sha256()
    package = Path(__file__).resolve().parents[1]
    for file in sorted(package.rglob("*")):
        if file.suffix in _READ and file.is_file():
            whole.update(f"{file.relative_to(package)}\n".encode())
            whole.update(file.read_bytes())
    return whole.hexdigest()
