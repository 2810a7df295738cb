"""Tasks done by processes of this computer."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from suggester.errors import InputError, WorkerError
from suggester.parallel import spread, stays_here, using
from suggester.parallel.spread import _Hidden
from tests.parallel.work import end_process, process_number, refuse, square

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("jobs", [1, 2])
def test_results_in_the_order_of_the_tasks(jobs: int) -> None:
    with using():
        assert list(spread(square, ((n,) for n in range(7)), jobs)) == [0, 1, 4, 9, 16, 25, 36]
        any_order = spread(square, ((n,) for n in range(7)), jobs, ordered=False)
        assert sorted(any_order) == [0, 1, 4, 9, 16, 25, 36]


def test_other_processes_do_it(tmp_path: Path) -> None:
    with using():
        assert set(spread(process_number, [(tmp_path, 1)] * 2, 1)) == {os.getpid()}
        found = set(spread(process_number, [(tmp_path, 3)] * 4, 2))
    assert len(found) == 2
    assert os.getpid() not in found
    assert stays_here(1)
    assert not stays_here(2)


@pytest.mark.skipif(
    sys.platform == "win32", reason="Windows tells no process that its parent ended"
)
def test_workers_end_with_a_parent_that_was_killed(tmp_path: Path) -> None:
    program = (
        "from pathlib import Path\n"
        "from suggester.parallel import spread, using\n"
        "from tests.parallel.work import stay\n"
        "with using():\n"
        f"    list(spread(stay, [(Path({str(tmp_path)!r}),)] * 2, 2))\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT)
    assert _soon(lambda: len(list(tmp_path.iterdir())) == 2)
    parent.kill()
    parent.wait()
    workers = [int(path.name) for path in tmp_path.iterdir()]
    assert _soon(lambda: not any(map(_runs, workers)))


def _soon(true: Callable[[], bool]) -> bool:
    until = time.monotonic() + 30
    while not true() and time.monotonic() < until:
        time.sleep(0.1)
    return true()


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{process}/status")
    return "State:\tZ" not in (status.read_text() if status.exists() else "")


def test_tasks_are_taken_as_they_are_needed() -> None:
    taken: list[int] = []

    def tasks() -> Iterator[tuple[int]]:
        for number in range(100):
            taken.append(number)
            yield (number,)

    with using():
        results = spread(square, tasks(), 2)
        assert next(results) == 0
        results.close()  # type: ignore[attr-defined]
    assert len(taken) < 20


def test_what_goes_wrong_is_told() -> None:
    def tasks() -> Iterator[tuple[int]]:
        yield (1,)
        raise InputError("notes.jsonl line 2 is not JSON.")

    with using():
        with pytest.raises(ValueError, match="not 0"):
            list(spread(refuse, [(0,)], 2))
        results = spread(square, tasks(), 2)
        assert next(results) == 1
        with pytest.raises(InputError, match="line 2 is not JSON"):
            next(results)
        with pytest.raises(WorkerError, match=r"was ended from outside.*give fewer --jobs"):
            list(spread(end_process, ((n,) for n in range(6)), 2))


def test_a_log_shows_no_note() -> None:
    assert "Gout" not in f"{_Hidden(('Impression: Gout.',))}"


@pytest.mark.parametrize(
    ("engine", "scheduler", "words"),
    [
        ("spark", None, "There is no engine 'spark'; known: local, dask."),
        ("local", "tcp://127.0.0.1:8786", "--scheduler is for a Dask cluster"),
        ("dask", None, "--engine dask needs the address of the scheduler"),
    ],
)
def test_engines_that_cannot_be_used(engine: str, scheduler: str | None, words: str) -> None:
    with pytest.raises(InputError, match=words), using(engine, scheduler):
        pass
