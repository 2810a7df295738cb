"""The files of CMS, where they are at hand: all rows read, quick to load and to check.

They lie beside the repository and are never part of it; run with ``-s`` to see the figures.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from suggester.edits.claims import ClaimLine, check
from suggester.edits.importing import import_ncci
from suggester.edits.installed import load_ncci
from suggester.edits.keys import pair_of
from suggester.edits.layouts import ADD_ON, MUE, PTP

REFERENCE = Path(__file__).resolve().parents[3] / "shared" / "reference"
FILES = {
    PTP: "ncci_ptp_practitioner_2024q3_active.csv.gz",
    MUE: "ncci_mue_practitioner_2024q3.csv",
    ADD_ON: "ncci_add_on_codes_2024.csv",
}
ROWS = {PTP: 1_669_820, MUE: 14_677, ADD_ON: 7_465}
CLAIMS = 50

pytestmark = pytest.mark.skipif(
    not all((REFERENCE / name).is_file() for name in FILES.values()),
    reason=f"the NCCI files of CMS are not in {REFERENCE}",
)


def _tell(figures: str) -> None:
    print(f"\n{figures}")  # noqa: T201


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Import the three files one after another, once, and print how long each took."""
    folder = tmp_path_factory.mktemp("data")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SUGGESTER_DATA_DIR", str(folder))
        for kind, name in FILES.items():
            began = time.perf_counter()
            release = import_ncci([REFERENCE / name], "2024Q3").release
            seconds = time.perf_counter() - began
            _tell(f"{name}: {release.rows[kind]:,} rows imported in {seconds:.2f} s")
        yield folder


@pytest.fixture(autouse=True)
def _imported(folder: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUGGESTER_DATA_DIR", str(folder))


def test_every_row_is_read() -> None:
    ncci = load_ncci("2024Q3")
    assert ncci.ptp is not None
    assert ncci.mue is not None
    assert ncci.add_on is not None
    rows = {PTP: len(ncci.ptp.keys), MUE: len(ncci.mue.keys), ADD_ON: len(ncci.add_on.keys)}
    assert rows == ROWS
    assert np.all(ncci.ptp.keys[1:] > ncci.ptp.keys[:-1])
    assert set(np.unique(ncci.ptp.indicators)) == {0, 1}


def test_a_claim_of_20_lines() -> None:
    began = time.perf_counter()
    ncci = load_ncci("2024Q3")
    load = time.perf_counter() - began
    assert ncci.ptp is not None
    chosen = random.Random(3)
    keys = ncci.ptp.keys
    places = [chosen.randrange(len(keys)) for _ in range(400)]
    codes = sorted({pair_of(int(keys[place]))[0] for place in places})
    took, found = [], 0
    for _ in range(CLAIMS):
        lines = [ClaimLine(code) for code in chosen.sample(codes, 20)]
        began = time.perf_counter()
        found += len(check(lines, ncci))
        took.append((time.perf_counter() - began) * 1000)
    _tell(
        f"loaded in {load * 1000:.1f} ms; {CLAIMS} claims of 20 lines: median "
        f"{sorted(took)[CLAIMS // 2]:.2f} ms, slowest {max(took):.2f} ms, {found} alerts"
    )
    assert found
