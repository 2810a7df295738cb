"""``suggester`` as a process: exit codes, one sentence a failure, a quick start."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import suggester
from suggester import cli
from suggester.errors import InputError

SECRET = "Zebrafish"


def start(
    *args: str, input: bytes = b"", env: dict[str, str] | None = None
) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "suggester", *args],
        input=input,
        capture_output=True,
        env={**os.environ, **(env or {})},
        check=False,
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


@pytest.fixture
def model(tmp_path: Path) -> dict[str, str]:
    """An environment in which a model is known by name; what is in it is damaged."""
    folder = tmp_path / "models" / "default"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text('{"name": "default", "files": {}}')
    return {"SUGGESTER_MODELS_DIR": str(folder.parent)}


def test_help_version_and_bad_use() -> None:
    code, out, _ = start("--help")
    assert code == 0
    for verb in ("suggest", "train", "evaluate", "models", "codes"):
        assert verb in out
    assert start("--version")[:2] == (0, f"suggester {suggester.__version__}\n")
    assert start("suggest", "--format", "xml")[0] == 2
    assert start("sugest")[0] == 2
    assert "Usage" in start()[1]


def test_help_imports_nothing_heavy_and_starts_quickly() -> None:
    command = [sys.executable, "-X", "importtime", "-m", "suggester", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    took = []
    for _ in range(5):
        before = os.times()
        subprocess.run(command, capture_output=True, check=True)
        after = os.times()
        # Time of the processor: what else the computer does makes no difference.
        took.append(
            after.children_user
            + after.children_system
            - before.children_user
            - before.children_system
        )
    modules = {line.rsplit("|", 1)[-1].strip() for line in done.stderr.splitlines()}
    assert "typer" in modules
    heavy = {"spacy", "sklearn", "numpy", "scipy", "joblib", "pyarrow", "suggester.engine"}
    assert not modules & heavy
    assert min(took) <= 0.4


def test_failures_are_one_sentence(model: dict[str, str]) -> None:
    code, out, error = start("suggest", "nowhere.txt", env=model)
    assert (code, out) == (2, "")
    assert error.startswith("Error: There is no file nowhere.txt.")
    assert error.count("\n") == 1
    code, _, error = start("suggest", "-", input=b"cough", env=model)
    assert (code, error.count("\n")) == (1, 1)
    assert error.startswith("Error: The manifest of model")
    code, _, error = start("codes", "show", "S63.501Q")
    assert (code, error.startswith("Error: ")) == (2, True)


def test_compiling_is_announced_once(tmp_path: Path) -> None:
    env = {"SUGGESTER_CACHE_DIR": str(tmp_path)}
    code, out, error = start("codes", "search", "gout", "--limit", "1", env=env)
    assert (code, "M10" in out) == (0, True)
    assert error.splitlines() == [
        f"Compiling {what}, once (a few seconds) …" for what in ("the code set", "the search index")
    ]
    assert start("codes", "search", "gout", "--limit", "1", env=env) == (0, out, "")
    cached = next((tmp_path / "codes").glob("*.json"))
    cached.write_bytes(b"damaged")
    code, again, error = start("codes", "search", "gout", "--limit", "1", env=env)
    assert (code, again) == (0, out)
    assert error.splitlines() == [
        f"Notice: The cached file {cached} is damaged; it is built again.",
        "Compiling the code set, once (a few seconds) …",
    ]


def test_a_library_compiles_in_silence(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from suggester.codes import load_icd10cm; load_icd10cm()"],
        capture_output=True,
        env={**os.environ, "SUGGESTER_CACHE_DIR": str(tmp_path)},
        check=True,
    )
    assert list((tmp_path / "codes").iterdir())
    assert done.stdout + done.stderr == b""


def test_output_to_a_full_disk() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "suggester", "codes", "status"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr == "Error: The output cannot be written: No space left on device.\n"


def test_broken_pipe_is_quiet() -> None:
    start("codes", "search", "fracture")  # fills the cache, so that nothing is compiled
    process = subprocess.Popen(
        [sys.executable, "-m", "suggester", "codes", "search", "fracture", "--limit", "5000"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_interrupt(model: dict[str, str], tmp_path: Path) -> None:
    notes, out = tmp_path / "notes.jsonl", tmp_path / "out.json"
    os.mkfifo(notes)
    # A job in the background of a shell is started with interrupts ignored, and its children inherit that.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(
        [sys.executable, "-m", "suggester", "suggest", str(notes), "--out", str(out)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, **model},
    )
    signal.signal(signal.SIGINT, before)
    # Opening a named pipe waits until the other side has opened it: the command is reading.
    with notes.open("wb"):
        process.send_signal(signal.SIGINT)
        shown, error = process.communicate()
    assert (process.returncode, shown) == (130, b"")
    assert error == b"Interrupted; nothing was left half-written.\n"
    assert not out.exists()


@pytest.mark.parametrize(
    ("failure", "code", "words"),
    [
        (
            ValueError(SECRET),
            1,
            "Something unexpected went wrong (ValueError in suggester.cli, line",
        ),
        (KeyError(SECRET), 1, "(KeyError"),
        (MemoryError(SECRET), 1, "(MemoryError"),
        (OSError(5, "Input/output error", SECRET), 1, "The output cannot be written: Input/output"),
        (OSError(2, "No such file", SECRET), 1, "(FileNotFoundError"),
        (InputError("One sentence."), 2, "Error: One sentence.\n"),
        (BrokenPipeError(32, "Broken pipe"), 1, ""),
        (KeyboardInterrupt(), 130, "Interrupted; nothing was left half-written."),
        (SystemExit(130), 130, "Interrupted; nothing was left half-written."),
        (SystemExit(2), 2, ""),
        (SystemExit(None), 0, ""),
    ],
)
def test_every_failure_ends_in_a_sentence_without_note_text(
    failure: BaseException,
    code: int,
    words: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(**_: object) -> None:
        raise failure

    monkeypatch.setattr(cli, "app", fail)
    monkeypatch.setattr(cli, "_discard_output", lambda: None)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == code
    error = capsys.readouterr().err
    assert words in error
    assert SECRET not in error
    assert error.count("\n") <= 1


def test_success(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "app", lambda **_: None)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 0
