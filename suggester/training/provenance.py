"""Where a model comes from: what it was trained on, with which software, and how to make it again."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from suggester import __version__
from suggester.corpus.gold import CodedEncounter
from suggester.corpus.layouts.recognition import AUTO


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
) -> str:
    """Return the command that makes the same bundle again, but for settings from a file.

    ``overruled`` are the corpus files trained on though they look identifying.

    With ``reviewed`` it makes one like it, of the encounters that the review database still holds.
    """
    before = "suggester review export reviewed.jsonl --split train && " if reviewed else ""
    files = [*map(str, corpora), *(["reviewed.jsonl"] if reviewed else [])]
    words = [f"{before}suggester train", *files, f"--out {out}", f"--model-version {version}"]
    if name != out.name:
        words.append(f"--name {name}")
    if seed:
        words.append(f"--seed {seed}")
    words.extend(f"--split {split}" for split in splits)
    if not learn_wording:
        words.append("--no-learn-wording")
    if layout != AUTO:
        words.append(f"--layout {layout}")
    words.extend(f"--allow-phi {name}" for name in sorted({Path(file).name for file in overruled}))
    return " ".join([*words, "--force"])


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
