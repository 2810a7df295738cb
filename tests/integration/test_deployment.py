"""The files that put the workbench into a container: what they promise, held against each other and the code."""

from __future__ import annotations

import fnmatch
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]
from typer.main import get_command

from suggester.cli import app
from suggester.web.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
_LINES = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", " ").splitlines()
STEPS = [line.split(maxsplit=1) for line in _LINES if line and not line.startswith("#")]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))


def steps(name: str) -> list[str]:
    return [rest for word, rest in STEPS if word == name]


def test_the_image_has_no_root_and_no_builder() -> None:
    assert len(steps("FROM")) == 2, "what builds stays behind"
    assert re.fullmatch(r"PYTHON=python:3\.11\.\d+-slim-\w+", steps("ARG")[0])
    [user] = steps("USER")
    number = int(user.split(":")[0])
    assert number >= 10_000
    made = [run for run in steps("RUN") if "useradd" in run]
    assert f"--uid {number}" in made[0]
    last = STEPS[max(n for n, (word, _) in enumerate(STEPS) if word == "FROM") :]
    order = [word for word, _ in last]
    assert order.index("USER") < order.index("ENTRYPOINT")
    assert not any("curl" in rest or "apt-get" in rest for _, rest in last)


def test_everything_is_installed_by_hash() -> None:
    for run in steps("RUN"):
        for command in re.split(r"&&|\|", run):
            if "pip install" in command:
                assert "--require-hashes" in command or "--no-deps /dist/" in command, command
    for name in re.findall(r"-r (\S+)", " ".join(steps("RUN"))):
        assert "--hash=sha256:" in (ROOT / name).read_text("utf-8")


def test_what_is_copied_is_there_and_reaches_the_builder() -> None:
    sent = [
        part
        for step in steps("COPY")
        if "--from" not in step
        for part in step.split()[:-1]
        if not part.startswith("--")
    ]
    assert len(sent) > 8
    for part in sent:
        assert (ROOT / part).exists(), part
        assert _is_sent(part if (ROOT / part).is_file() else f"{part}/default"), part


@pytest.mark.parametrize(
    "name",
    [
        "review.db", "review.db-wal", "secrets/suggester_key", ".git/config", "models/mine/m.joblib",
        ".env", "corpora/golden/notes.jsonl", "export.jsonl", "tests/conftest.py",
    ],
)  # fmt: skip
def test_nothing_private_reaches_the_builder(name: str) -> None:
    assert not _is_sent(name)


def test_the_health_check_and_the_command_are_ones_that_exist() -> None:
    [check] = steps("HEALTHCHECK")
    code = yaml.safe_load(check[check.index("[") :])[2]
    compile(code, "check", "exec")
    assert "/api/v1/ready" in code
    [command] = map(yaml.safe_load, steps("CMD"))
    [entry] = map(yaml.safe_load, steps("ENTRYPOINT"))
    assert (entry, command[0]) == (["suggester"], "serve")
    options = {
        option
        for parameter in get_command(app).commands["serve"].params  # type: ignore[attr-defined]
        for option in parameter.opts
    }
    assert {part for part in command if part.startswith("--")} <= options
    [port] = steps("EXPOSE")
    assert command[command.index("--port") + 1] == port
    assert f":{port}/" in code


def test_compose_gives_nothing_away() -> None:
    for name, service in COMPOSE["services"].items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert "privileged" not in service
        assert "healthcheck" in service or name == "app"
        for value in map(str, service["environment"].values()):
            assert not re.search(r"password|key", value, re.IGNORECASE) or (
                value.startswith("/run/secrets/")
            ), name
    published = [port for one in COMPOSE["services"].values() for port in one.get("ports", ())]
    assert [port.startswith("127.0.0.1:") for port in published] == [True]
    database = COMPOSE["services"]["database"]
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert database["networks"] == ["inside"]
    assert re.fullmatch(r"postgres:15\.\d+", database["image"])
    app_waits = COMPOSE["services"]["app"]["depends_on"]["database"]["condition"]
    assert app_waits == "service_healthy"


def test_compose_names_settings_and_secrets_that_exist() -> None:
    known = {f"SUGGESTER_{name}".upper() for name in Settings.model_fields}
    service = COMPOSE["services"]["app"]
    assert set(service["environment"]) <= known
    assert {name.upper() for name in service["secrets"]} <= known
    used = [name for one in COMPOSE["services"].values() for name in one["secrets"]]
    assert sorted(used) == sorted(COMPOSE["secrets"])
    for name in COMPOSE["secrets"].values():
        assert not (ROOT / name["file"]).exists()
        assert not _is_sent(name["file"].removeprefix("./"))


def test_secrets_are_read_from_files(tmp_path: Path) -> None:
    (tmp_path / "suggester_database").write_text(f"sqlite:///{tmp_path / 'told.db'}\n")
    (tmp_path / "suggester_key").write_text("not a key\n")
    command = [sys.executable, "-m", "suggester", "review", "account", "list"]
    done = _run(command, tmp_path)
    assert done.returncode == 2
    assert "Key 1 is not 32 bytes" in done.stderr
    assert "not a key" not in done.stderr
    (tmp_path / "suggester_key").write_text("A" * 43 + "=\n")
    assert _run(command, tmp_path).returncode == 0
    assert (tmp_path / "told.db").exists()


def _run(command: list[str], secrets: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=120, cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "SUGGESTER_SECRETS_DIR": str(secrets), "HOME": str(secrets)},
    )  # fmt: skip


def _is_sent(name: str) -> bool:
    """Tell whether the builder gets a file: the last line of .dockerignore that matches decides."""
    sent = True
    for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        pattern = line.removeprefix("!").rstrip("/")
        parents = [name, *map(str, Path(name).parents)]
        if any(
            fnmatch.fnmatch(parent, pattern) or fnmatch.fnmatch(f"x/{parent}", pattern)
            for parent in parents
            if parent != "."
        ) and ("*" not in pattern or "/" not in pattern or parents[0].count("/") >= 1):
            sent = line.startswith("!")
    return sent


def test_quoting_of_every_run_step_is_closed() -> None:
    for run in steps("RUN"):
        assert shlex.split(run)
