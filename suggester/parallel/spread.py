"""Tasks done by other processes, their results as they come; what a lost worker held is done again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from typing import Any, TypeVar

from suggester.errors import WorkerError

_Result = TypeVar("_Result")
#: How often tasks are given out again after a worker was lost together with what it held.
MOST_AGAIN = 5


def stays_here(jobs: int) -> bool:
    """Tell whether tasks would be done by this process itself, one after another."""
    from joblib.parallel import get_active_backend

    backend, _ = get_active_backend()
    return jobs == 1 and not getattr(backend, "is_cluster", False)


def spread(
    function: Callable[..., _Result],
    tasks: Iterable[tuple[Any, ...]],
    jobs: int,
    *,
    shared: tuple[Any, ...] = (),
    ordered: bool = True,
) -> Iterator[_Result]:
    """Yield ``function(*shared, *task)`` for each task, done where :func:`suggester.parallel.using` says.

    Tasks are taken as they are needed: at most twice as many as there are processes are under way.

    Parameters
    ----------
    jobs
        Processes of this computer, -1 for one a core; a cluster is used whole.
    shared
        Arguments of every task, sent once to each worker where they are large arrays.
    ordered
        Results in the order of the tasks, or each as soon as it is there.

    Raises
    ------
    WorkerError
        A process ended in the middle of its work, or the cluster was lost.
    """
    from joblib import Parallel, delayed

    under_way: dict[int, _Hidden] = {}
    coming = enumerate(tasks)
    failed: list[Exception] = []

    def numbered(again: list[int]) -> Iterator[Any]:
        for number in again:
            yield delayed(_done)(number, function, under_way[number], *shared)
        # Tasks are taken in a thread of joblib's, which waits for ever where one raises.
        try:
            for number, task in coming:
                under_way[number] = _Hidden(task)
                yield delayed(_done)(number, function, under_way[number], *shared)
        except Exception as error:
            failed.append(error)

    how = "generator" if ordered else "generator_unordered"
    for _ in range(MOST_AGAIN):
        results = Parallel(n_jobs=jobs, return_as=how, batch_size=1)(numbered(sorted(under_way)))
        try:
            with closing(results):
                for number, result in results:
                    del under_way[number]
                    yield result
        except Exception as error:
            if not _was_lost(error):
                raise
            continue
        if failed:
            raise failed[0]
        return
    raise WorkerError(
        f"Workers were lost {MOST_AGAIN} times with what they held; look at the logs of the workers."
    )


class _Hidden:
    """The arguments of a task: a log that shows what a worker was given shows no note."""

    __slots__ = ("task",)

    def __init__(self, task: tuple[Any, ...]) -> None:
        self.task = task

    def __repr__(self) -> str:
        return "<task>"


def _done(
    number: int, function: Callable[..., _Result], hidden: _Hidden, *shared: Any
) -> tuple[int, _Result]:
    return number, function(*shared, *hidden.task)


def _was_lost(error: BaseException) -> bool:
    """Tell whether tasks can be given out again; raise what is to be said where they cannot.

    Raises
    ------
    WorkerError
        A process of this computer ended, or a task ended one worker after another.
    """
    from concurrent.futures import CancelledError
    from concurrent.futures.process import BrokenProcessPool

    if isinstance(error, CancelledError):
        return True
    if isinstance(error, BrokenProcessPool):
        raise WorkerError(
            "A process that was at work was ended from outside, perhaps because memory ran out; "
            "give fewer --jobs."
        ) from None
    if type(error).__name__ == "KilledWorker":
        raise WorkerError(
            "Several workers ended one after another at the same task, perhaps because memory ran "
            "out; look at the logs of the workers."
        ) from None
    return False
