"""``python -m tests.benchmarks.batch``: notes a second, CPU a note and memory of ``suggester batch``."""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.computer import ROOT, describe
from tests.benchmarks.notes import notes_of_length
from tests.parallel.dask_cluster import Cluster, cluster

_ONE_CORE = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
_NUMBER = re.compile(r"\d+")
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Measured:
    """One run: seconds until the first part and until the end, CPU of the processes, memory."""

    notes: int
    first: float
    seconds: float
    cpu: float
    parent: int
    workers: int

    def shown(self, name: str, partition: int) -> str:
        """Return the figures in a line; the pace is that after the first part, so loading is left out."""
        pace = (self.notes - partition) / max(0.001, self.seconds - self.first)
        return (
            f"{name:<24} {self.notes:>7,} notes  {self.seconds:8.1f} s  {pace:6.1f} notes/s  "
            f"CPU {1000 * self.cpu / self.notes:5.1f} ms a note  peak memory: parent "
            f"{self.parent >> 20} MB, worker {self.workers >> 20} MB"
        )


def write_corpus(path: Path, count: int) -> None:
    """Write notes of 2,700 characters, each with numbers and a name of its own, as real ones have."""
    draw = random.Random(5)
    texts = notes_of_length(300)
    letters = "abcdefghijklmnopqrstuvwxyz"
    with path.open("w", encoding="utf-8") as stream:
        for number in range(count):
            text = _NUMBER.sub(
                lambda found: "".join(draw.choice("123456789") for _ in found[0]),
                texts[number % len(texts)],
            )
            name = " ".join("".join(draw.choices(letters, k=7)).title() for _ in range(3))
            stream.write(
                json.dumps({"id": f"n-{number}", "text": f"Patient: {name}\n{text}"}) + "\n"
            )


def measured(notes: Path, count: int, partition: int, *more: str, others: list[int]) -> Measured:
    """Run the command and watch it; ``others`` are processes that work for it and are not its own."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "codes"
        before = sum(map(_cpu, others))
        began = time.monotonic()
        command = subprocess.Popen(
            [
                *(sys.executable, "-m", "suggester", "batch", str(notes), str(out)),
                *("--partition", str(partition), *more),
            ],
            cwd=ROOT,
            env={**os.environ, **_ONE_CORE},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        first = parent = workers = 0.0
        used: dict[int, float] = {}
        while command.poll() is None:
            time.sleep(0.2)
            if not first and list(out.glob("part-*")):
                first = time.monotonic() - began
            own = [command.pid, *_children(command.pid)]
            used |= {pid: _cpu(pid) for pid in own}
            parent = max(parent, _memory(command.pid))
            workers = max([workers, *map(_memory, [*own[1:], *others])])
        seconds = time.monotonic() - began
        assert command.returncode == 0
        cpu = sum(used.values()) + sum(map(_cpu, others)) - before
        return Measured(count, first, seconds, cpu, int(parent), int(workers))


def _children(pid: int) -> Iterator[int]:
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
        threads = [p for p in Path(f"/proc/{pid}/task").iterdir() if p.name != str(pid)]
        text += " ".join((p / "children").read_text() for p in threads)
    except OSError:
        return
    for child in map(int, text.split()):
        yield child
        yield from _children(child)


def _cpu(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _memory(pid: int) -> int:
    """Return the most memory a process held of its own."""
    try:
        text = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    found = re.search(r"VmHWM:\s+(\d+) kB", text)
    return int(found[1]) * 1024 if found else 0


def main() -> None:
    """Print the figures of all ways to work, for each number of notes asked for."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--notes", type=int, nargs="+", default=[1_000, 10_000])
    asked.add_argument("--partition", type=int, default=100)
    asked.add_argument("--ways", nargs="+", default=["jobs 1", "jobs 2", "dask 1", "dask 2"])
    asked.add_argument("--system", default="", help="suggest from this code system only")
    options = asked.parse_args()
    only = ["--system", options.system] if options.system else []
    print(describe())
    for count in options.notes:
        with tempfile.TemporaryDirectory() as folder:
            notes = Path(folder) / "notes.jsonl"
            write_corpus(notes, count)
            for way in options.ways:
                engine, number = way.split()
                far = cluster(int(number)) if engine == "dask" else nullcontext()
                with far as made:
                    more = ["--jobs", number, *only]
                    others: list[int] = []
                    if isinstance(made, Cluster):
                        more = ["--engine", "dask", "--scheduler", made.address, *only]
                        others = [process.pid for process in made.workers]
                        others.append(made.scheduler.pid)
                    found = measured(notes, count, options.partition, *more, others=others)
                print(found.shown(way, options.partition), flush=True)


if __name__ == "__main__":
    main()
