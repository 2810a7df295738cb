"""``python -m tests.benchmarks.edits``: 1.6 million invented NCCI pairs, imported and checked.

Prints how long the import takes, how quick the release is to load, how quick a claim of 20 lines is
checked, and how much memory that process held. It is a benchmark, not a test, and writes nothing
but a temporary folder.
"""

from __future__ import annotations

import gzip
import os
import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.computer import describe, run
from tests.benchmarks.measures import Figure

PAIRS = 1_600_000
_FIRST = 4_000
_HEADINGS = (
    "Column 1\tColumn 2\t*=in existence prior to 1996\tEffective Date\tDeletion Date *=no data\t"
    "Modifier 0=not allowed 1=allowed 9=not applicable\tPTP Edit Rationale\n"
)
_IMPORT = """
import resource, sys
from pathlib import Path
from suggester.edits.importing import import_ncci
import_ncci([Path(sys.argv[1])], "2024Q3")
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
_CHECK = """
import random, resource, time
from suggester.edits import claims, store
from suggester.edits.installed import load_ncci
began = time.perf_counter()
ncci = load_ncci("2024Q3")
print(time.perf_counter() - began)
chosen = random.Random(0)
for _ in range(500):
    lines = [claims.ClaimLine(f"{n:05}") for n in chosen.sample(range(4_000), 20)]
    began = time.perf_counter()
    claims.check(lines, ncci)
    print(time.perf_counter() - began)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def write_pairs(path: Path) -> None:
    """Write ``PAIRS`` invented rows in the layout of CMS, packed; the same ones each time."""
    chosen = random.Random(0)
    with gzip.open(path, "wt", encoding="ascii", compresslevel=1) as file:
        file.write(_HEADINGS)
        for first in range(_FIRST):
            for second in sorted(chosen.sample(range(10_000), PAIRS // _FIRST)):
                indicator = chosen.choice("0111")
                file.write(f"{first:05}\t{second:05}\t\t20200101\t*\t{indicator}\tInvented\n")


def edits_time(folder: Path) -> Iterator[Figure]:
    """Import the pairs, load them and check 500 claims, each in a process of its own."""
    path = folder / "pairs.txt.gz"
    write_pairs(path)
    seconds, printed = run("-c", _IMPORT, str(path))
    yield Figure(f"import of {PAIRS:,} pairs", seconds, "s")
    yield Figure("import, peak memory", int(printed) / 1024, "MB")
    _, printed = run("-c", _CHECK)
    load, *times, memory = map(float, printed.split())
    times.sort()
    yield Figure("load", load * 1000, "ms", 50)
    yield Figure("a claim of 20 lines, median", times[len(times) // 2] * 1000, "ms", 1)
    yield Figure("a claim of 20 lines, 95 of 100", times[len(times) * 95 // 100] * 1000, "ms")
    yield Figure("checking, peak memory", memory / 1024, "MB")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        os.environ["SUGGESTER_DATA_DIR"] = str(Path(name) / "data")
        began = time.perf_counter()
        for line in edits_time(Path(name)):
            print(line.shown(), flush=True)
        print(f"\n{time.perf_counter() - began:.0f} s in all, writing the invented file included")
    # Last: Linux counts what the starting process held in a new one's peak, and this imports much.
    print(describe())
