"""The same work on a real Dask cluster: the same results, and none lost with a worker."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import joblib
import pytest
from scipy.sparse import random as random_matrix

from suggester.corpus.readers import read_corpus
from suggester.engine import Suggester
from suggester.errors import ClusterError, ModelError, WorkerError
from suggester.evaluation.evaluate import evaluate
from suggester.models import ESTIMATORS
from suggester.parallel import spread, stays_here, using
from suggester.training.train import train_model
from tests.batch.conftest import bad_rows, parts, write_notes
from tests.parallel.dask_cluster import ROOT, Cluster, cluster, free_port
from tests.parallel.work import end_process, refuse, row_sum, square
from tests.training.conftest import NOTES, corpus

__all__ = ["corpus"]


@pytest.fixture(scope="module")
def two_workers() -> Iterator[Cluster]:
    """A cluster whose workers live as long as these tests."""
    with cluster() as made:
        yield made


def run(*arguments: str | Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "suggester", *map(str, arguments)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_batch_loses_and_repeats_nothing_with_a_worker(tmp_path: Path) -> None:
    rows: list[dict[str, str] | str] = [
        {"id": f"v-{n}", "text": f"Visit {n}.\n{NOTES[n % len(NOTES)][0]}"} for n in range(60)
    ]
    rows[20] = {"id": "v-3", "text": "Impression: Gout."}
    notes = write_notes(tmp_path / "notes.jsonl", rows)
    here, there = tmp_path / "here", tmp_path / "there"
    more = ("--partition", "3", "--format", "jsonl")
    with cluster() as made:
        command = run("batch", notes, there, "--engine", "dask", "--scheduler", made.address, *more)
        while len(list(there.glob("part-*"))) < 4 and command.poll() is None:
            time.sleep(0.01)
        made.workers[0].kill()
        assert len(parts(there)) < 20, "killed on the way"
        out, said = command.communicate()
        assert "v-3" not in made.logs() + said
        assert "Gout" not in made.logs() + said
    assert command.returncode == 1, said
    assert said == ""
    assert "59 notes are coded in" in out
    assert run("batch", notes, here, "--jobs", "1", *more).wait() == 1
    assert parts(there) == parts(here)
    assert bad_rows(there) == bad_rows(here)


def test_training_gives_the_same_model(two_workers: Cluster, corpus: Path, tmp_path: Path) -> None:
    train_model([corpus], tmp_path / "here", name="m", jobs=1)
    with using("dask", two_workers.address):
        assert not stays_here(1)
        train_model([corpus], tmp_path / "there", name="m", jobs=1)
    here, there = (joblib.load(tmp_path / name / ESTIMATORS) for name in ("here", "there"))
    assert joblib.hash(here) == joblib.hash(there)
    metrics = [
        json.loads((tmp_path / name / "manifest.json").read_text())["metrics"]
        for name in ("here", "there")
    ]
    assert metrics[0] == metrics[1]


def test_evaluation_finds_the_same(
    two_workers: Cluster,
    shipped: Suggester,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    coded = list(read_corpus([ROOT / "corpora" / "procedures"]))[:10]
    done: list[int] = []
    here = evaluate(shipped, coded)
    with using("dask", two_workers.address):
        there = evaluate(shipped, coded, done.append)
    assert there == here
    assert done == list(range(1, 11))
    monkeypatch.setattr("suggester.evaluation.results.FEW", 1)
    with using():
        assert evaluate(shipped, coded, jobs=2) == here


def test_a_worker_has_another_model(
    two_workers: Cluster, shipped: Suggester, monkeypatch: pytest.MonkeyPatch
) -> None:
    coded = list(read_corpus([ROOT / "corpora" / "procedures"]))[:1]
    monkeypatch.setattr("suggester.engine.elsewhere._digest", lambda folder: "0" * 64)
    with (
        using("dask", two_workers.address),
        pytest.raises(ModelError, match="does not have the model default, or has another one"),
    ):
        evaluate(shipped, coded)


def test_what_was_sent_once_is_sent_again() -> None:
    rows = random_matrix(40, 2_000, 0.2, format="csr", random_state=1)
    with cluster() as made, using("dask", made.address):
        results = spread(row_sum, ((n,) for n in range(16)), 1, shared=(rows,))
        found = [next(results)]
        made.workers[0].kill()
        made.workers[1].kill()
        made.add_worker()
        found += results
    assert found == pytest.approx([float(rows[n].sum()) for n in range(16)])


def test_failures_are_told(two_workers: Cluster) -> None:
    with using("dask", two_workers.address):
        with pytest.raises(ValueError, match="not 0"):
            list(spread(refuse, [(0,)], 1))
        assert list(spread(square, ((n,) for n in range(5)), 1)) == [0, 1, 4, 9, 16]


def test_a_task_that_ends_every_worker() -> None:
    with cluster(1) as made:
        stop = threading.Event()

        def replace() -> None:
            while not stop.wait(0.05):
                if made.workers[-1].poll() is not None:
                    made.add_worker()

        again = threading.Thread(target=replace)
        again.start()
        try:
            with (
                using("dask", made.address),
                pytest.raises(WorkerError, match="Several workers ended one after"),
            ):
                list(spread(end_process, [(3,)], 1))
        finally:
            stop.set()
            again.join()


def test_clusters_that_cannot_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("suggester.parallel.dask_cluster.PATIENCE", 1)
    address = f"tcp://127.0.0.1:{free_port()}"
    for given, words in (
        (address, f"No Dask scheduler answers at {address}; start one with: dask scheduler"),
        ("here", "'here' is not the address of a scheduler"),
        ("tls://127.0.0.1:1", "needs certificates"),
        ("carrier://127.0.0.1:1", "is not the address of a scheduler"),
    ):
        with pytest.raises(ClusterError, match=words), using("dask", given):
            pass
    with cluster(0) as made:
        time.sleep(1)
        monkeypatch.setattr("suggester.parallel.dask_cluster.PATIENCE", 5)
        with pytest.raises(ClusterError, match="has no workers"), using("dask", made.address):
            pass


def test_workers_that_differ(two_workers: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr("suggester.__version__", "9.9.9")
    with (
        pytest.raises(
            ClusterError, match=r"The worker tcp://\S+ has suggester \S+, this computer 9.9.9"
        ),
        using("dask", two_workers.address, said.append),
    ):
        pass
    monkeypatch.undo()
    with cluster(0) as made:
        made.add_worker(threads=2)
        with using("dask", made.address, said.append):
            assert sorted(spread(square, ((n,) for n in range(4)), 1)) == [0, 1, 4, 9]
    [notice] = said
    assert notice.startswith("1 of 1 workers have several threads, of which one is used at a time")


def test_dask_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "dask", None)
    with (
        pytest.raises(ClusterError, match=r"pip install 'suggester\[dask\]'"),
        using("dask", "tcp://127.0.0.1:8786"),
    ):
        pass
