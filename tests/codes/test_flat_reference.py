"""The importers on official files, where they are at hand; none is part of the project."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from suggester.codes.flat_importing import import_flat
from suggester.codes.flat_installed import _load, require_flat
from suggester.codes.flat_recognition import system_of
from suggester.errors import InputError

REFERENCE = Path(__file__).resolve().parents[3] / "shared" / "reference"
pytestmark = [
    pytest.mark.usefixtures("data_dir"),
    pytest.mark.skipif(not REFERENCE.is_dir(), reason=f"the official files are not in {REFERENCE}"),
]
ORDER = "2026-icd-10-pcs-order-file-long-and-abbreviated-titles.zip"
CODES = "2026-icd-10-pcs-codes-file.zip"
#: A load takes a tenth of this on the computer it was written on.
LONGEST_LOAD = 0.3


@pytest.mark.parametrize(
    ("files", "name", "system", "codes", "modifiers"),
    [
        (["2019-Alpha-Numeric-HCPCS-File.zip"], "2019", "hcpcs", 6440, 360),
        (["hcpcs2_2024_descriptions.csv"], "2024-07", "hcpcs", 8033, 0),
        ([CODES], "FY2026-04", "icd10pcs", 79193, 0),
        ([ORDER], "FY2026-04", "icd10pcs", 79193, 0),
        ([ORDER, CODES], "FY2026-04", "icd10pcs", 79193, 0),
    ],
)
def test_official_files(
    files: list[str],
    name: str,
    system: str,
    codes: int,
    modifiers: int,
    capsys: pytest.CaptureFixture[str],
) -> None:
    paths = [REFERENCE / file for file in files]
    for path in paths:
        if not path.is_file():
            pytest.skip(f"{path} is not there")
    started = time.perf_counter()
    installed = import_flat(paths, name=name).installed
    imported = time.perf_counter()
    _load.cache_clear()
    code_set = require_flat(system)
    loaded = time.perf_counter()
    with capsys.disabled():
        sys.stdout.write(
            f"\n{' + '.join(files)}: {installed.codes:,} codes, {installed.modifiers:,} modifiers, "
            f"imported in {imported - started:.2f} s, loaded in {loaded - imported:.3f} s\n"
        )
    assert (installed.codes, installed.modifiers) == (codes, modifiers)
    assert len(code_set) == codes
    assert all(code_set.title(code) for code in code_set.codes)
    # Another program may have the processor for a while, so the best of a few counts.
    times = []
    for _ in range(3):
        _load.cache_clear()
        started = time.perf_counter()
        require_flat(system)
        times.append(time.perf_counter() - started)
    assert min(times) < LONGEST_LOAD


def test_files_that_are_none_are_refused() -> None:
    for name in ("2019-HCPCS-Record-Layout.zip", "ncci_add_on_codes_2024.csv", "rbcs.csv.gz"):
        if (REFERENCE / name).is_file():
            with pytest.raises(InputError, match="There is nothing in"):
                system_of([REFERENCE / name])
