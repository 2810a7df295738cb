"""A training that was killed goes on where it stopped, and makes the model it would have made."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from suggester.engine import LanguageSide
from suggester.errors import OutputError
from suggester.models import same_content, verify
from suggester.training import code_models, gathering, reading
from suggester.training.checkpoints import Checkpoints, remove_others
from suggester.training.train import train_model

ROOT = Path(__file__).resolve().parents[2]
HABITS = ("Works with mouldy hay in the barn again.", "Needs an arm on the stairs now.")
COMMON = (
    ("Assessment: Hypertension, stable on lisinopril.", "I10"),
    ("Assessment: Hyperlipidemia, on a statin. No myalgia.", "E78.5"),
    ("Assessment: Hypothyroidism, on levothyroxine. Cough.", "E03.9"),
    ("Impression: Acute bronchitis, cough for a week. No fever.", "J20.9"),
)
#: Said in one note only: what is kept must not tell of her.
NAME = "Ottoline Varga"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A corpus of 100 notes, from which on the words of a corpus are counted."""
    rows = []
    for n in range(100):
        text, code = COMMON[n % 4]
        text += f" {HABITS[n % 2]}" if n % 3 == 0 else ""
        text += f" Seen with {NAME}." if n == 42 else ""
        codes = [code, *([("J67.0", "R54")[n % 2]] if n % 3 == 0 else [])]
        rows.append({"id": f"n-{n}", "text": text, "codes": codes})
    path = tmp_path / "house.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


@pytest.fixture
def counted(language: LanguageSide, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count what training does anew; the language side is shared."""
    monkeypatch.setattr("suggester.engine.LanguageSide", lambda codes: language)
    calls: Counter[str] = Counter()

    def watch(module: Any, name: str) -> None:
        done: Callable[..., Any] = getattr(module, name)

        def told(*args: Any, **options: Any) -> Any:
            calls[name] += 1
            return done(*args, **options)

        monkeypatch.setattr(module, name, told)

    watch(gathering, "_hashed")
    watch(reading, "_wordings")
    watch(reading, "_blocks")
    watch(code_models, "fit_code_models")
    return calls


def kill_at(stage: str, done: int, corpus: Path, out: Path) -> None:
    program = Path(__file__).with_name("killed_training.py")
    ended = subprocess.run(
        [sys.executable, program, corpus, out, stage, str(done)],
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert ended.returncode == -signal.SIGKILL
    assert not out.exists()


def kept(folder: Path) -> set[str]:
    return {path.stem for path in folder.glob("*.joblib")}


def test_killed_twice_and_still_the_same_model(
    house: Path, tmp_path: Path, counted: Counter[str]
) -> None:
    out = tmp_path / "models" / "house"
    kill_at("fitting code models by fold", 4, house, out)
    (folder,) = out.parent.iterdir()
    assert folder.name.startswith(".house.training-")
    assert folder.stat().st_mode & 0o777 == 0o700
    assert kept(folder) == {"words", *(f"code-models-of-fold-{k}" for k in range(4))}

    kill_at("reading notes", 50, house, out)
    assert [path.name for path in out.parent.iterdir()] == [folder.name]
    # Ten notes of each of ten folds: the fifth batch was kept when it was reported.
    assert {f"notes-{n:05}" for n in range(5)} <= kept(folder)
    assert "notes-00005" not in kept(folder)
    for path in folder.iterdir():
        content = path.read_bytes().lower()
        for words in (NAME, *NAME.split(), HABITS[0], HABITS[1]):
            assert words.lower().encode() not in content, (path.name, words)

    told: list[object] = []
    train_model([house], out, resume=True, report=told.append)
    assert counted == {"_blocks": 5}
    assert [str(line).startswith("An interrupted training is continued") for line in told] == [True]
    assert [path.name for path in out.parent.iterdir()] == ["house"]

    counted.clear()
    whole = tmp_path / "models" / "whole"
    train_model([house], whole, name="house")
    assert counted == {"_hashed": 1, "_wordings": 5, "_blocks": 10, "fit_code_models": 10}
    same, other = verify(out), verify(whole)
    assert same_content(out, whole)
    for key in ("metrics", "sure", "groups", "calibration", "data"):
        assert same[key] == other[key]


def test_another_seed_or_a_changed_corpus_begins_anew(
    corpus: Path, tmp_path: Path, counted: Counter[str]
) -> None:
    out = tmp_path / "models" / "a"

    def interrupted(seed: int) -> Path:
        def stop(stage: str, done: int, total: int) -> None:
            if stage == "cross-validating":
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            train_model([corpus], out, seed=seed, resume=True, progress=stop)
        (folder,) = out.parent.iterdir()
        return folder

    first = interrupted(1)
    once = counted["_blocks"]
    assert interrupted(1) == first
    assert counted["_blocks"] == once
    second = interrupted(2)
    assert second != first
    assert counted["_blocks"] == 2 * once
    corpus.write_text(
        corpus.read_text("utf-8").replace("Cough for a week", "Cough for days"), "utf-8"
    )
    assert interrupted(2) not in (first, second)
    assert counted["_blocks"] == 3 * once
    remove_others(out)
    assert list(out.parent.iterdir()) == []


def test_nothing_is_kept_unless_asked_for(
    corpus: Path, tmp_path: Path, counted: Counter[str]
) -> None:
    def stop(stage: str, done: int, total: int) -> None:
        if stage == "fitting":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_model([corpus], tmp_path / "models" / "a", progress=stop)
    assert counted["_blocks"]
    assert not (tmp_path / "models").exists()


def test_two_trainings_do_not_share_their_work(tmp_path: Path) -> None:
    one = Checkpoints(tmp_path / "a", {"seed": 1})
    one.keep("words", [1, 2])
    with pytest.raises(OutputError, match="The same training is running already"):
        Checkpoints(tmp_path / "a", {"seed": 1})
    # What a running training uses is left alone, by a training with another seed too.
    Checkpoints(tmp_path / "a", {"seed": 2}).close()
    assert one.load("words") == [1, 2]
    one.close()
    assert Checkpoints(tmp_path / "a", {"seed": 1}).load("words") == [1, 2]


def test_work_that_others_could_have_written_is_not_trusted(tmp_path: Path) -> None:
    one = Checkpoints(tmp_path / "a", {})
    one.keep("words", 1)
    one.close()
    assert one.folder is not None
    one.folder.chmod(0o770)
    with pytest.raises(OutputError, match="not yours alone"):
        Checkpoints(tmp_path / "a", {})


def test_half_written_work_is_done_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = Checkpoints(tmp_path / "a", {})

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(
            OutputError, match=r"No space left on device\. Make room, or pass --no-resume"
        ):
            one.keep("words", 1)
    assert not one.holds("words")
    assert one.kept("words", lambda: 2) == 2
    assert one.kept("words", lambda: 3) == 2
