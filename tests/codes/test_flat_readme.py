"""The README's commands for CPT, HCPCS Level II and ICD-10-PCS run, on invented files."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from suggester.cli import app
from tests.codes.invented_files import cpt_files, hcpcs_file, pcs_order, written

README = Path(__file__).resolve().parents[2] / "README.md"


@pytest.mark.usefixtures("data_dir")
def test_commands_run_in_the_order_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocks = re.findall(
        r"^```console\n(.*?)^```", README.read_text("utf-8"), re.DOTALL | re.MULTILINE
    )
    lines = [line for block in blocks for line in block.splitlines() if "codes" in line]
    assert len(lines) == 6
    files = {"HCPC2027_JUL_ANWEB.txt": hcpcs_file(), "icd10pcs_order_2027.txt": pcs_order()}
    written(tmp_path / "desk", cpt_files() | files)
    monkeypatch.chdir(tmp_path / "desk")
    for line in lines:
        prompt, program, *words = shlex.split(line)
        assert (prompt, program) == ("$", "suggester")
        result = CliRunner().invoke(app, words)
        assert result.exit_code == 0, (line, result.output, result.exception)
        assert result.stdout, line
